"""Wrong secrets in a row lock their owner out for a while: accounts and trustees by one rule."""

from datetime import datetime, timedelta

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


def after(failures: int, now: datetime) -> tuple[int, datetime | None]:
    """How many failures are kept, and until when nobody gets in: those that led to a lock are dealt with by it."""
    return (0, now + LOCKED_FOR) if failures >= MOST_FAILURES else (failures, None)
