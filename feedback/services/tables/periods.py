"""The period that results and campaigns belong to: a year, a quarter or a month."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

from feedback.services.ground.errors import NotPossible
from forms.appraisals.choices import PeriodKind
from forms.periods import canonical, is_period

KNOWN = 1024  # a file asks for the same few periods again in each of its rows


def require(text: str) -> str:
    """The period in the spelling that is stored."""
    period = canonical(text)
    if not is_period(period):
        raise NotPossible(f"'{text}' is not a period: write a year 2026, a quarter 2026Q3 or a month 2026-09")
    return period


@lru_cache(maxsize=KNOWN)
def first_day(period: str) -> date:
    year, quarter, month = int(period[:4]), period[4:6], period[5:7]
    if quarter.startswith("Q"):
        return date(year, 3 * int(quarter[1]) - 2, 1)
    return date(year, int(month) if month else 1, 1)


@lru_cache(maxsize=KNOWN)
def last_day(period: str) -> date:
    first = first_day(period)
    month = first.month + {PeriodKind.MONTH: 0, PeriodKind.QUARTER: 2, PeriodKind.YEAR: 11}[kind_of(period)]
    return date(first.year, month, monthrange(first.year, month)[1])


@lru_cache(maxsize=KNOWN)
def kind_of(period: str) -> PeriodKind:
    if len(period) == len("2026"):
        return PeriodKind.YEAR
    return PeriodKind.QUARTER if "Q" in period else PeriodKind.MONTH


def months_of(period: str) -> tuple[str, ...]:
    first, last = first_day(period), last_day(period)
    return tuple(f"{first.year}-{month:02}" for month in range(first.month, last.month + 1))


def quarters_of(year: str) -> tuple[str, ...]:
    return tuple(f"{year[:4]}Q{number}" for number in range(1, 5))


@lru_cache(maxsize=KNOWN)
def around(period: str) -> tuple[str, ...]:
    """The period itself and what it is a part of, the shortest first: its figures are figures of all these."""
    first, kind = first_day(period), kind_of(period)
    longer = {PeriodKind.MONTH: (quarter_of(first), period[:4]), PeriodKind.QUARTER: (period[:4],)}
    return (period, *longer.get(kind, ()))


def within(period: str) -> tuple[str, ...]:
    """The period itself and its parts: of a year its quarters and months."""
    quarters = quarters_of(period) if kind_of(period) is PeriodKind.YEAR else ()
    months = months_of(period) if kind_of(period) is not PeriodKind.MONTH else ()
    return (period, *quarters, *months)


@lru_cache(maxsize=KNOWN)
def before(period: str) -> str:
    """The one of its kind that it follows."""
    year, kind = int(period[:4]), kind_of(period)
    if kind is PeriodKind.YEAR:
        return f"{year - 1:04}"
    last, number = (4, int(period[5:])) if kind is PeriodKind.QUARTER else (12, int(period[5:]))
    year, number = (year, number - 1) if number > 1 else (year - 1, last)
    return f"{year:04}Q{number}" if kind is PeriodKind.QUARTER else f"{year:04}-{number:02}"


def a_year_before(period: str) -> str:
    """The same of the year before."""
    return f"{int(period[:4]) - 1:04}{period[4:]}"


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
