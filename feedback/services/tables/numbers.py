"""Reading numbers as people type them, without guessing."""

import math
import re
from dataclasses import dataclass

from feedback.services.tables.cells import WrongCell
from forms.words import N_

PLAIN = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Quantity:
    """A number, and whether it was written with a percent sign: 95 % is Quantity(95.0, percent=True)."""

    value: float
    percent: bool = False


def read(text: str) -> Quantity:
    """Raises WrongCell unless the text is one finite number, such as 1234.5, 1,234.5 or 95%."""
    digits = text.removesuffix("%").rstrip()
    if not PLAIN.fullmatch(digits):
        raise WrongCell(N_("'%(text)s' is not a number: write 1234.5 or 1,234.5"), text=text)
    value = float(digits.replace(",", ""))
    if not math.isfinite(value):
        raise WrongCell(N_("'%(text)s' is too large"), text=text)
    return Quantity(value, digits != text.rstrip())
