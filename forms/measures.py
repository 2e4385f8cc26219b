"""What is asked about a measure."""

from wtforms import DateField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from forms.texts import stripped
from forms.words import N_

LONGEST_MEASURE = 500


class MeasureForm(Form):  # type: ignore[misc]
    dimension = SelectField(N_("Dimension"), [DataRequired(N_("Please choose one."))])
    text = TextAreaField(
        N_("What is done"),
        [
            DataRequired(N_("Say what is done.")),
            Length(max=LONGEST_MEASURE, message=N_("Please keep it under 500 characters.")),
        ],
        filters=[stripped],
    )
    owner = StringField(
        N_("Who sees to it"),
        [
            DataRequired(N_("Name somebody by the personnel number.")),
            Length(max=64, message=N_("This is too long.")),
        ],
        filters=[stripped],
    )
    due = DateField(N_("By when"), [InputRequired(N_("Please give a day."))])
