"""People who come at the same moment, on a real PostgreSQL: threads with a connection each."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback import current
from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.accounts import RoleName, User
from feedback.services.accounts import accounts
from feedback.services.ground import schema
from feedback.services.people import people_edits
from feedback.settings import Settings
from tests.factories import ACTOR, NOW, Office

CROWD = 20

BY: dict[str, Any] = {"actor": ACTOR, "now": NOW}

Act = Callable[[Session], Any]
Raced = Callable[..., None]
Number = Callable[[type[Any]], int]


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    """The application on a database that `feedback db upgrade` made."""
    with opened(create_app(settings)) as app:
        schema.upgrade()
        yield app


def office_of(app: Flask) -> Office:
    """With a session of this thread's own."""
    keys = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
    return Office(db.session(), *keys)


def office_of_session(session: Session) -> Office:
    """Of the application whose context this thread is in."""
    return Office(session, current.custody(), current.tokens())


def in_a_session_of_its_own(app: Flask, act: Act) -> Any:
    with app.app_context():
        result = act(db.session())
        db.session.commit()
        return result


def race(app: Flask, crowd: ThreadPoolExecutor, first: Act, second: Act) -> Future[Any]:
    """What the second gets to know, who came when the first had acted and not yet committed."""
    db.session.commit()
    first(db.session())
    late = crowd.submit(in_a_session_of_its_own, app, second)
    wait_until(lambda: late.done() or waiting_for_a_lock() == 1)
    db.session.commit()
    late.exception(60)
    db.session.expire_all()
    return late


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(12_000):  # a minute, on a busy machine
        if holds():
            return
        time.sleep(0.005)
    raise TimeoutError


def waiting_for_a_lock() -> int:
    """How many connections to this database are."""
    waiting = "select count(*) from pg_stat_activity where datname = current_database()"
    with db.engine.connect() as connection:
        return connection.scalar(text(f"{waiting} and wait_event_type = 'Lock'"))


def make_account(email: str, session: Session, person: str | None = None) -> User:
    return accounts.create(session, email, None, RoleName.EMPLOYEE, person=person, **BY)


def add_person(code: str, session: Session) -> None:
    cells = {"code": code, "name": "张伟", "department": "east", "email": "one@x.com"}
    people_edits.add(session, cells, **BY, today=NOW.date())
