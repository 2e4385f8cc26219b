"""Wakes a worker when a change that owes mail is committed, wherever that happens: on a page or by a command."""

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback import current
from feedback.extensions import ReadWriteSession
from feedback.jobs.queue import Queue
from feedback.services.mail.outbox import OWED
from feedback.settings import Settings


def register(app: Flask, settings: Settings) -> None:
    app.extensions["feedback.queue"] = Queue(settings)


@event.listens_for(ReadWriteSession, "after_commit")
def wake_a_worker(session: Session) -> None:
    """Once the change that owes mail is there to be seen."""
    if session.info.pop(OWED, False):
        current.queue().wake()


@event.listens_for(ReadWriteSession, "after_rollback")
def owe_nothing(session: Session) -> None:
    session.info.pop(OWED, None)
