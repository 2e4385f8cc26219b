"""Return visits and complaints as they are entered one by one. What a cell may hold the services check, as in files."""

from datetime import date

from wtforms import Form, RadioField, SelectChoice
from wtforms.validators import DataRequired, Optional

from forms.fields import DayField
from forms.people import REQUIRED, line
from forms.words import N_

SATISFIED = [
    SelectChoice("yes", N_("satisfied")),
    SelectChoice("no", N_("not satisfied")),
    SelectChoice("unknown", N_("not known")),
]


class RegisterForm(Form):  # type: ignore[misc]
    @property
    def cells(self) -> dict[str, str]:
        """By the columns of a file."""
        found = {field.name: field.data for field in self if field.data is not None}
        return {name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in found.items()}


def satisfied() -> RadioField:
    return RadioField(N_("Was the client satisfied?"), choices=SATISFIED, default="unknown")


class NewEntryForm(RegisterForm):
    client = line(N_("Client"), 64, required=True, help=N_("The code of the client."), suggest="clients")
    subject = line(
        N_("Person"),
        64,
        required=True,
        help=N_("The code of the person who visited, or whose client complained."),
        suggest="people",
    )


class VisitForm(NewEntryForm):
    date = DayField(N_("Day of the visit"), [DataRequired(REQUIRED)])
    kind = line(N_("How"), 64, help=N_("By phone, on site and the like."))
    outcome = line(N_("Outcome"), 500)
    satisfied = satisfied()


class ComplaintForm(NewEntryForm):
    opened = DayField(N_("Opened"), [DataRequired(REQUIRED)])
    due = DayField(N_("Due"), [Optional()])


class CloseComplaintForm(RegisterForm):
    done = DayField(N_("Dealt with on"), [DataRequired(REQUIRED)])
    outcome = line(N_("Outcome"), 500)
    satisfied = satisfied()
