"""The period that results and campaigns belong to: a year, a quarter or a month."""

from datetime import date, timedelta

from feedback.services.ground.errors import NotPossible
from forms.periods import canonical, is_period


def require(text: str) -> str:
    """The period in the spelling that is stored."""
    period = canonical(text)
    if not is_period(period):
        raise NotPossible(f"'{text}' is not a period: write a year 2026, a quarter 2026Q3 or a month 2026-09")
    return period


def first_day(period: str) -> date:
    year, quarter, month = int(period[:4]), period[4:6], period[5:7]
    if quarter.startswith("Q"):
        return date(year, 3 * int(quarter[1]) - 2, 1)
    return date(year, int(month) if month else 1, 1)


def last_day(period: str) -> date:
    return first_day(following(period)) - timedelta(days=1)


def months_of(period: str) -> tuple[str, ...]:
    first, last = first_day(period), last_day(period)
    return tuple(f"{first.year}-{month:02}" for month in range(first.month, last.month + 1))


def quarters_of(year: str) -> tuple[str, ...]:
    return tuple(f"{year}Q{number}" for number in range(1, 5))


def following(period: str) -> str:
    """The next one of its kind."""
    year, kind = int(period[:4]), period[4:5]
    if not kind:
        return f"{year + 1}"
    last, number = (4, int(period[5:])) if kind == "Q" else (12, int(period[5:]))
    year, number = (year + 1, 1) if number == last else (year, number + 1)
    return f"{year}Q{number}" if kind == "Q" else f"{year}-{number:02}"


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"
