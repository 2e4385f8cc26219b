"""What is wrong in files and forms, in the reader's language."""

from collections.abc import Mapping
from datetime import date

from flask_babel import format_date, gettext
from wtforms import Form

from feedback.services.ground.errors import DomainError, InvalidFile, RowFault


def told(fault: RowFault | DomainError) -> str:
    return gettext(fault.sentence, **_in_words(fault.facts)) if fault.facts else gettext(fault.sentence)


def _in_words(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: format_date(fact, "long") if type(fact) is date else fact for name, fact in facts.items()}


def show_in(form: Form, error: InvalidFile) -> None:
    """Put each fault at its field; what belongs to no field stands above them all."""
    for fault in error.faults:
        if fault.column in form:
            field = form[fault.column]
            field.errors = [*field.errors, told(fault)]
        else:
            form.form_errors.append(told(fault))
