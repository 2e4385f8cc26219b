"""Who is to phone which clients."""

from wtforms import Form, SelectField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from forms.words import N_, NO_CHOICE


def pair(value: str) -> tuple[int, int]:
    """A contact and a cell, written as 12-34."""
    contact, _, cell = value.partition("-")
    return int(contact), int(cell)


class AssignmentForm(Form):  # type: ignore[misc]
    clients = SelectMultipleField(
        N_("Clients"),
        [DataRequired(N_("Please choose at least one client."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=NO_CHOICE,
    )
    interviewer = SelectField(N_("Interviewer"), [DataRequired(N_("Please choose who is to phone them."))])
