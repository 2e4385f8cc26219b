"""Reading days as people and spreadsheets write them, without guessing which number is the month."""

import re
from datetime import date

from feedback.services.tables.cells import WrongCell
from forms.words import N_

# The year comes first, as on Chinese paper and in ISO 8601; a spreadsheet may add a midnight.
DAY = re.compile(
    r"([1-9]\d{3})([-/.年])(\d{1,2})(?:\2|月)(\d{1,2})日?(?:[ T]00:00(?::00)?)?|([1-9]\d{3})(\d\d)(\d\d)",
    re.ASCII,
)


def canonical(text: str) -> str:
    """As ISO 8601 spells it. Raises WrongCell for what is no day."""
    return read(text).isoformat()


def read(text: str) -> date:
    found = DAY.fullmatch(text)
    numbers = [group for group in found.groups() if group and group.isdigit()] if found else []
    try:
        return date(*map(int, numbers))
    except (TypeError, ValueError):
        raise WrongCell(N_("'%(text)s' is not a day: write 2026-09-30"), text=text) from None
