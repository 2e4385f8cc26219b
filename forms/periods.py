"""How a period is written: a year 2026, a quarter 2026Q4 or a month 2026-11; in pages, files and commands alike."""

import re
import unicodedata

PERIOD = re.compile(r"[1-9][0-9]{3}(Q[1-4]|-(0[1-9]|1[0-2]))?")


def is_period(text: str) -> bool:
    return PERIOD.fullmatch(text) is not None


def canonical(text: str) -> str:
    """The one spelling that is stored: ` ２０２６ｑ４ ` is 2026Q4. What is no period stays as it was written."""
    spelled = unicodedata.normalize("NFKC", text).strip().upper()
    return spelled if is_period(spelled) else text
