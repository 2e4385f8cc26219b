"""The period that results and campaigns belong to: a year, a quarter or a month."""

import re
from datetime import date

from feedback.services.ground.errors import NotPossible

PERIOD = re.compile(r"\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?", re.ASCII)


def is_period(text: str) -> bool:
    return PERIOD.fullmatch(text) is not None


def require(text: str) -> str:
    if not is_period(text):
        raise NotPossible(f"'{text}' is not a period: write a year 2026, a quarter 2026Q3 or a month 2026-09")
    return text


def first_day(period: str) -> date:
    year, quarter, month = int(period[:4]), period[4:6], period[5:7]
    if quarter.startswith("Q"):
        return date(year, 3 * int(quarter[1]) - 2, 1)
    return date(year, int(month) if month else 1, 1)


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
