"""What the database refuses the second of two who change the same at the same moment.

Services hold what they change, or say which rule was broken; this is for what they did not foresee.
"""

from sqlalchemy.exc import DBAPIError
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


def is_collision(error: BaseException) -> bool:
    """A broken check or a missing value is none: that is a fault of ours."""
    if isinstance(error, StaleDataError | ObjectDeletedError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state, name = (getattr(error.orig, attribute, None) for attribute in ("sqlstate", "sqlite_errorname"))
    return state in POSTGRESQL_STATES or name in SQLITE_ERRORS
