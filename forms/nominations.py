from wtforms import Form, SelectField, StringField
from wtforms.validators import DataRequired, Length

from forms.texts import one_line
from forms.words import N_


class RaterForm(Form):  # type: ignore[misc]
    """A rater for a subject: a colleague's code or a client's e-mail address."""

    rater = StringField(
        N_("Rater"),
        filters=[one_line],
        validators=[
            DataRequired(N_("Please fill this in.")),
            Length(max=254, message=N_("This is too long.")),
        ],
        description=N_("A colleague's code, or a client's e-mail address."),
    )
    group = SelectField(N_("As"), validate_choice=False)
