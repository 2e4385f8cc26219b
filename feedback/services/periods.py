"""The period that results and campaigns belong to: a year, a quarter or a month."""

import re

from feedback.services.errors import NotPossible

PERIOD = re.compile(r"\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?", re.ASCII)


def is_period(text: str) -> bool:
    return PERIOD.fullmatch(text) is not None


def require(text: str) -> str:
    if not is_period(text):
        raise NotPossible(f"'{text}' is not a period: write a year 2026, a quarter 2026Q3 or a month 2026-09")
    return text
