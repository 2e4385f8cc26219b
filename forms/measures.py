"""What is asked about a measure, and what became of it."""

from wtforms import DateField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from forms.text_lengths import LONGEST_LINE
from forms.texts import stripped
from forms.words import N_


def words(label: str, empty: str, help: str = "") -> TextAreaField:
    limit = Length(max=LONGEST_LINE, message=N_("Please keep it under 500 characters."))
    return TextAreaField(label, [DataRequired(empty), limit], filters=[stripped], description=help)


class MeasureForm(Form):  # type: ignore[misc]
    dimension = SelectField(N_("Dimension"), [DataRequired(N_("Please choose one."))])
    text = words(N_("What is done"), N_("Say what is done."))
    owner = StringField(
        N_("Who sees to it"),
        [
            DataRequired(N_("Name somebody by the personnel number.")),
            Length(max=64, message=N_("This is too long.")),
        ],
        filters=[stripped],
    )
    due = DateField(N_("By when"), [InputRequired(N_("Please give a day."))])


class OutcomeForm(Form):  # type: ignore[misc]
    outcome = words(
        N_("What became of it"),
        N_("Say what became of it."),
        N_("HR reads it, and sees it beside the figures of the next campaign."),
    )
