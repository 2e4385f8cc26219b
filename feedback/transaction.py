"""Where it is said that what was done is kept: a page, a command or a job does all of an act in here, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from feedback.extensions import db


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit at the end, before anybody is told; undo all of it if it is refused on the way.

    What was read and locked before in this request belongs to the same transaction.
    """
    session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
