"""How numbers are written in the reader's language.

Pages about many people write thousands, most of them as they were written for the reader before.
"""

from functools import lru_cache

from babel import Locale, numbers
from flask_babel import get_locale


@lru_cache(maxsize=16_384)
def _written(value: float, pattern: str, locale: Locale) -> str:
    return numbers.format_decimal(value, pattern, locale)


def number(value: float, digits: int = 1) -> str:
    return _written(value, f"#,##0.{'0' * digits}" if digits else "#,##0", get_locale())


def plain(value: float) -> str:
    """A number as it was recorded: as many digits as it needs, two decimals at most."""
    return _written(value, "#,##0.##", get_locale())


def exact(value: float) -> str:
    """A number that is to be compared: with all the digits that anybody writes."""
    return _written(value, "#,##0.##########", get_locale())


def signed(value: float, digits: int = 1) -> str:
    return f"{'+' if value > 0 else ''}{number(value, digits)}".replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    return _written(share, "#,##0%", get_locale())
