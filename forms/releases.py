"""What releasing, correcting and moderating ask."""

from wtforms import Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from forms.text_lengths import LONGEST_REASON_TO_HIDE, LONGEST_REPLY
from forms.texts import stripped
from forms.words import N_


class CorrectionForm(Form):  # type: ignore[misc]
    reason = TextAreaField(
        N_("Why the reports are released anew"),
        [
            DataRequired(N_("Say why: the readers of these reports see it.")),
            Length(max=500, message=N_("This is too long.")),
        ],
        filters=[stripped],
        description=N_("Shown at the top of each corrected report."),
    )


class HidingForm(Form):  # type: ignore[misc]
    reason = TextAreaField(
        N_("Reason"),
        [
            DataRequired(N_("A comment is hidden for a reason: say which.")),
            Length(max=LONGEST_REASON_TO_HIDE, message=N_("Please keep it under 200 characters.")),
        ],
        filters=[stripped],
        description=N_("Shown in the report in place of the comment, such as “names a third person”."),
    )


class ReplyForm(Form):  # type: ignore[misc]
    kind = RadioField(
        N_("Your reply"),
        [DataRequired(N_("Please choose one."))],
        choices=[
            SelectChoice("acknowledged", N_("I have read the report")),
            SelectChoice("objected", N_("I object: something should be looked at again")),
        ],
    )
    text = TextAreaField(
        N_("In your own words"),
        [Length(max=LONGEST_REPLY, message=N_("Please keep it under 2,000 characters."))],
        filters=[stripped],
        description=N_(
            "Needed for an objection: which figure or statement, and why. Your manager and HR read it."
        ),
    )

    def validate_text(self, field: TextAreaField) -> None:
        if self.kind.data == "objected" and not field.data:
            raise ValidationError(N_("Please say what should be looked at again."))


class AnswerForm(Form):  # type: ignore[misc]
    words = TextAreaField(
        N_("Your answer"),
        [
            DataRequired(N_("Please say what you found: the person reads it.")),
            Length(max=LONGEST_REPLY, message=N_("Please keep it under 2,000 characters.")),
        ],
        filters=[stripped],
        description=N_("What you looked at again, and what becomes of it. It cannot be changed later."),
    )
