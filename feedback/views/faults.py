"""What is wrong in files and forms, in the reader's language."""

from flask_babel import gettext
from wtforms import Form

from feedback.services.errors import DomainError, InvalidFile, RowFault


def told(fault: RowFault | DomainError) -> str:
    return gettext(fault.sentence, **fault.facts) if fault.facts else gettext(fault.sentence)


def show_in(form: Form, error: InvalidFile) -> None:
    """Put each fault at its field; what belongs to no field stands above them all."""
    for fault in error.faults:
        if fault.column in form:
            field = form[fault.column]
            field.errors = [*field.errors, told(fault)]
        else:
            form.form_errors.append(told(fault))
