"""What is wrong in files and forms, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from flask_babel import format_date, gettext
from wtforms import Form

from feedback.services.ground.errors import DomainError, InvalidFile, Phrase, RowFault


def told(fault: RowFault | DomainError) -> str:
    return gettext(fault.sentence, **_in_words(fault.facts)) if fault.facts else gettext(fault.sentence)


def _in_words(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _fact(fact) for name, fact in facts.items()}


def _fact(fact: object) -> object:
    """Days as people write them; states, and what is a phrase of ours, in the reader's language."""
    if type(fact) is date:
        return format_date(fact, "long")
    return gettext(str(fact)) if isinstance(fact, StrEnum | Phrase) else fact


def show_in(form: Form, error: InvalidFile) -> None:
    """Put each fault at its field; what belongs to no field stands above them all."""
    for fault in error.faults:
        if fault.column in form:
            field = form[fault.column]
            field.errors = [*field.errors, told(fault)]
        else:
            form.form_errors.append(told(fault))
