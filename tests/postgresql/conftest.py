from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.services.ground.errors import DomainError
from feedback.settings import Settings
from tests.factories import Office
from tests.postgresql.moments import CROWD, Act, Number, Raced, office_of, race, running


@pytest.fixture
def postgres(settings: Settings, postgres_url: str) -> Iterator[Flask]:
    with running(replace(settings, database_url=postgres_url)) as app:
        yield app


@pytest.fixture
def office(postgres: Flask) -> Office:
    return office_of(postgres)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CROWD) as threads:
        yield threads


@pytest.fixture
def refused(postgres: Flask, crowd: ThreadPoolExecutor) -> Raced:
    """That the second of two is told this."""

    def check(sentence: str, first: Act, second: Act | None = None) -> None:
        with pytest.raises(DomainError, match=sentence):
            race(postgres, crowd, first, second or first).result()

    return check


@pytest.fixture
def accepted(postgres: Flask, crowd: ThreadPoolExecutor) -> Raced:
    """That the second of two is served too, after the first."""

    def check(first: Act, second: Act | None = None) -> None:
        race(postgres, crowd, first, second or first).result()

    return check


@pytest.fixture
def number(office: Office) -> Number:
    return lambda table: office.session.scalar(select(func.count()).select_from(table)) or 0
