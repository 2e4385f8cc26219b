"""What the database refuses: the second of two who change the same at the same moment, or everybody for a while.

Services hold what they change, or say which rule was broken; this is for what they did not foresee.
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from forms.words import N_

SENTENCE = N_(
    "Somebody else changed the same at the same moment, so nothing of this was stored. Please look at it again, "
    "and then try once more."
)
POSTGRESQL_STATES = frozenset(
    {"23505", "23503", "40001", "40P01"}
)  # unique, foreign key, serialization, deadlock
SQLITE_ERRORS = frozenset(
    {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"}
)
# No connection, no room, no server any more, a lock or a query that took too long, a copy that is only read.
POSTGRESQL_TROUBLE = ("08", "53", "57", "58", "55P03", "25006")
SQLITE_TROUBLE = tuple(
    f"SQLITE_{name}"
    for name in ("BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN", "NOMEM", "PROTOCOL")
)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})
TROUBLES = (DBAPIError, TimeoutError, sqlite3.Error, OSError)


def is_collision(error: BaseException) -> bool:
    """A broken check or a missing value is none: that is a fault of ours."""
    if isinstance(error, StaleDataError | ObjectDeletedError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state, name = _codes(error)
    return state in POSTGRESQL_STATES or name in SQLITE_ERRORS


def is_unavailable(error: BaseException) -> bool:
    """Whether nothing can be stored now, whoever tries: no disk, no lock or no database. It may be otherwise soon."""
    if isinstance(error, TimeoutError):  # of the pool of connections
        return True
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    state, name = _codes(error)
    if state is None and name is None:
        return isinstance(error, OperationalError | InterfaceError)  # there was nobody to give a code
    return str(state).startswith(POSTGRESQL_TROUBLE) or str(name).startswith(SQLITE_TROUBLE)


def code_of(error: BaseException) -> str:
    """What the database calls it, for the log."""
    return next(filter(None, _codes(error)), type(error).__name__)


def _codes(error: BaseException) -> tuple[str | None, str | None]:
    """PostgreSQL's and SQLite's. What fails before a statement comes without SQLAlchemy around it."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "sqlstate", None), getattr(origin, "sqlite_errorname", None)
