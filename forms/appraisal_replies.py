"""What the person says to an appraisal: a remark to the interview, or an objection to figures of it."""

from wtforms import Form, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from forms.text_lengths import LONGEST_LINE, LONGEST_REPLY, LONGEST_REVIEW
from forms.texts import one_line, stripped
from forms.words import N_


class ObjectionForm(Form):  # type: ignore[misc]
    """The choices of figures are those of the appraisal; boxes stand beside each of them."""

    figures = SelectMultipleField(
        N_("What you object to"),
        [DataRequired(N_("Please tick the figures or decisions that you object to."))],
        validate_choice=False,
    )
    text = TextAreaField(
        N_("In your own words"),
        [
            DataRequired(N_("Please say what should be looked at again.")),
            Length(max=LONGEST_REPLY, message=N_("Please keep it under 2,000 characters.")),
        ],
        filters=[stripped],
        description=N_("What is wrong with it, and what it should be. HR and your reviewer read it."),
    )
    evidence = StringField(
        N_("Evidence"),
        [Length(max=LONGEST_LINE, message=N_("Please keep it under 500 characters."))],
        filters=[one_line],
        description=N_("A reference, such as a contract number or where a file is kept."),
    )


class InterviewConfirmationForm(Form):  # type: ignore[misc]
    remark = TextAreaField(
        N_("Your remark"),
        [Length(max=LONGEST_REVIEW, message=N_("Please keep it under 5,000 characters."))],
        filters=[stripped],
        description=N_("What you would add to the record, or see otherwise."),
    )
