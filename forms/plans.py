"""Plans to improve or to learn: their text, what is found on the way, and how they end."""

from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from forms.fields import DayField
from forms.reviews import UP_TO_500, UP_TO_5000
from forms.text_lengths import LONGEST_LINE, LONGEST_REVIEW
from forms.texts import one_line, stripped
from forms.words import N_

KINDS = {"improvement": N_("Improvement plan"), "training": N_("Training plan")}
STATUSES = {"on track": N_("on track"), "at risk": N_("at risk"), "missed": N_("missed")}
ENDS = {"met": N_("met"), "not met": N_("not met"), "dropped": N_("dropped")}
CHOOSE = N_("Please choose one.")
WHICH_DAY = N_("Say on which day.")
FOLLOW_UPS = ("look_1", "look_2", "look_3", "look_4")


def line(label: str, help: str = "", limit: int = LONGEST_LINE) -> StringField:
    return StringField(label, [Length(max=limit, message=UP_TO_500)], filters=[one_line], description=help)


class PlanForm(Form):  # type: ignore[misc]
    kind = RadioField(
        N_("Kind"), [InputRequired(CHOOSE)], choices=[SelectChoice(*kind) for kind in KINDS.items()]
    )
    reason = StringField(
        N_("Reason"),
        [DataRequired(N_("Say why.")), Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
        description=N_("What should become better, or what is to be learnt. The person reads it."),
    )
    ends = DayField(N_("Ends on"), [InputRequired(WHICH_DAY)])
    look_1 = DayField(N_("First look at it"), [Optional()])
    look_2 = DayField(N_("Second look"), [Optional()])
    look_3 = DayField(N_("Third look"), [Optional()])
    look_4 = DayField(N_("Fourth look"), [Optional()])


class PlanItemForm(Form):  # type: ignore[misc]
    """One thing to do; an empty one is none."""

    text = line(N_("What is to be done"))
    measure = line(N_("Measured by"))
    owner = line(N_("Who does it"), limit=200)
    due = DayField(N_("Done by"), [Optional()])
    resources = line(N_("With what help"))
    mentor = line(N_("Mentor"), limit=200)


class FollowUpForm(Form):  # type: ignore[misc]
    due = DayField(N_("Day"), [InputRequired(WHICH_DAY)])
    status = RadioField(
        N_("How it stands"),
        [InputRequired(CHOOSE)],
        choices=[SelectChoice(*status) for status in STATUSES.items()],
    )
    note = TextAreaField(
        N_("What was found"),
        [
            DataRequired(N_("Please write something.")),
            Length(max=LONGEST_REVIEW, message=UP_TO_5000),
        ],
        filters=[stripped],
    )


class PlanReasonForm(Form):  # type: ignore[misc]
    reason = StringField(
        N_("Reason"),
        [DataRequired(N_("Say why.")), Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
    )


class ExtensionForm(PlanReasonForm):
    ends = DayField(N_("Ends on"), [InputRequired(WHICH_DAY)])


class PlanEndForm(Form):  # type: ignore[misc]
    after = RadioField(
        N_("Outcome"), [InputRequired(CHOOSE)], choices=[SelectChoice(*end) for end in ENDS.items()]
    )
    outcome = TextAreaField(
        N_("What came of it"),
        [
            DataRequired(N_("Please write something.")),
            Length(max=LONGEST_REVIEW, message=UP_TO_5000),
        ],
        filters=[stripped],
    )
