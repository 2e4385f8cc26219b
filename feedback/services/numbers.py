"""Reading numbers as people type them, without guessing."""

import math
import re
from dataclasses import dataclass

PLAIN = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Quantity:
    """A number, and whether it was written with a percent sign: 95 % is Quantity(95.0, percent=True)."""

    value: float
    percent: bool = False


def read(text: str) -> Quantity:
    """Raises ValueError unless the text is one finite number, such as 1234.5, 1,234.5 or 95%."""
    digits = text.removesuffix("%").rstrip()
    if not PLAIN.fullmatch(digits):
        raise ValueError(f"'{text}' is not a number: write 1234.5 or 1,234.5")
    value = float(digits.replace(",", ""))
    if not math.isfinite(value):
        raise ValueError(f"'{text}' is too large")
    return Quantity(value, digits != text.rstrip())
