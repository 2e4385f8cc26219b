"""A target as one side proposes it to the other."""

from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.goals import NUMBER, FiniteField
from forms.text_lengths import LONGEST_LINE
from forms.texts import one_line
from forms.words import N_


class TargetForm(Form):  # type: ignore[misc]
    """The choices are those of the person's profile and of the parts of the period."""

    kpi = SelectField(N_("KPI"))
    period = SelectField(N_("Period"))
    value = FiniteField(N_("Target"), [InputRequired(NUMBER)])
    reason = StringField(
        N_("Reason"),
        [Length(max=LONGEST_LINE, message=N_("Please keep it under 500 characters."))],
        filters=[one_line],
        description=N_("Needed where an agreed target changes; both values stay readable."),
    )
