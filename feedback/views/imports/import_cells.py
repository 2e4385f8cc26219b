"""Cells of a file as pages write them: identifiers by their titles, numbers and marks in the reader's language."""

from collections.abc import Callable

from flask_babel import gettext
from sqlalchemy.orm import Session

from feedback.presentation import numerals
from feedback.presentation.locales import language
from feedback.services.definitions import titles
from feedback.services.people.activity import NO, YES
from forms.goals import MEASURES
from forms.words import N_

Cell = str | float | None

WORDS = {
    "active": {YES: N_("yes"), NO: N_("no")},
    "satisfied": {YES: N_("yes"), NO: N_("no")},
    "kind": {
        "work": N_("at work"),
        "probation": N_("on probation"),
        "leave": N_("on leave"),
    },
    "source": {
        "crm": "CRM",
        "finance": N_("finance"),
        "survey": N_("survey"),
        "register": N_("register"),
        "leader": N_("leader"),
        "manual": N_("entered by hand"),
        "import": N_("import"),
    },
    "language": {"zh": N_("Chinese"), "en": N_("English")},
    "measure": MEASURES,
}


def writer(session: Session) -> Callable[[str, Cell], str]:
    """Writes a cell of a column."""
    titled = {
        "post": titles.posts(session),
        "level": titles.levels(session),
        "tier": titles.tiers(session),
    }

    def written(column: str, cell: Cell) -> str:
        if cell is None:
            return gettext("(empty)")
        if isinstance(cell, float):
            return numerals.exact(cell)
        if column in titled:
            return titled[column][cell].in_language(language())
        word = WORDS.get(column, {}).get(cell)
        return gettext(word) if word else cell

    return written
