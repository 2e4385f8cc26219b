"""What a reviewer writes: the review, the record of an interview, what he says to an objection, and who stands in."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from forms.fields import DayField
from forms.goals import FiniteField
from forms.text_lengths import LONGEST_LINE, LONGEST_REPLY, LONGEST_REVIEW
from forms.texts import one_line, stripped
from forms.words import N_

UP_TO_5000 = N_("Please keep it under 5,000 characters.")
UP_TO_2000 = N_("Please keep it under 2,000 characters.")
UP_TO_500 = N_("Please keep it under 500 characters.")
MOST_ROWS = 8
SPARE_ROWS = 2


def words(label: str, help: str = "", *, required: str = "") -> TextAreaField:
    checks = [DataRequired(required)] if required else []
    limit = Length(max=LONGEST_REVIEW, message=UP_TO_5000)
    return TextAreaField(label, [*checks, limit], filters=[stripped], description=help)


class ReviewForm(Form):  # type: ignore[misc]
    strengths = words(N_("Strengths"), N_("What was done well, with an example."))
    to_improve = words(N_("To improve"), N_("What should become better, and how."))
    comment = words(N_("Remarks"), N_("The person reads all of this once the result is told."))
    adjustment = FiniteField(N_("Adjustment in points"), [Optional()], render_kw={"inputmode": "decimal"})
    award = BooleanField(N_("I recommend an award"))
    promotion = BooleanField(N_("I recommend a promotion"))
    training = BooleanField(N_("I recommend a training"))


class ContributionForm(Form):  # type: ignore[misc]
    text = words(
        N_("What you know of your time with the person"),
        N_("Words and no score. The reviewer reads it before he writes his review."),
        required=N_("Please write something."),
    )


class StatementForm(Form):  # type: ignore[misc]
    text = TextAreaField(
        N_("What you say to the objection"),
        [
            DataRequired(N_("Please write something.")),
            Length(max=LONGEST_REPLY, message=UP_TO_2000),
        ],
        filters=[stripped],
        description=N_(
            "Who answers it reads this, and so does the person afterwards. You do not answer it yourself."
        ),
    )


class InterviewForm(Form):  # type: ignore[misc]
    day = DayField(N_("Held on"), [InputRequired(N_("Say on which day."))])
    present = StringField(
        N_("Who was present"),
        [DataRequired(N_("Say who was present.")), Length(max=LONGEST_LINE, message=UP_TO_500)],
        filters=[one_line],
    )
    topics = words(N_("What was talked about"), required=N_("Say what was talked about."))


class AgreementForm(Form):  # type: ignore[misc]
    """One line of the record; an empty one is none."""

    text = StringField(
        N_("What was agreed"), [Length(max=LONGEST_LINE, message=UP_TO_500)], filters=[one_line]
    )
    owner = StringField(N_("Who does it"), [Length(max=200, message=UP_TO_500)], filters=[one_line])
    due = DayField(N_("Done by"), [Optional()])


def rows(form: type[Form], name: str, given: Any, known: Sequence[dict[str, Any]] = ()) -> list[Form]:
    """Forms of several lines under one name; of what is known, some more for new ones."""
    if given:
        return [form(given, prefix=f"{name}{place}-") for place in range(MOST_ROWS)]
    spare: list[dict[str, Any]] = [{}] * SPARE_ROWS
    return [
        form(prefix=f"{name}{place}-", data=line) for place, line in enumerate([*known, *spare][:MOST_ROWS])
    ]


def is_blank(form: Form) -> bool:
    return not any(field.data or field.errors for field in form)


def code(label: str, empty: str) -> StringField:
    return StringField(
        label,
        [DataRequired(empty), Length(max=64, message=N_("This is too long."))],
        filters=[one_line],
        render_kw={"autocomplete": "off"},
    )


class DeputyForm(Form):  # type: ignore[misc]
    """manager: asked of HR alone; a manager names his own."""

    manager = code(N_("Code of the manager"), N_("Say for whom."))
    deputy = code(N_("Code of the deputy"), N_("Say who stands in."))
    starts = DayField(N_("First day"), [InputRequired(N_("Say on which day."))])
    ends = DayField(N_("Last day"), [InputRequired(N_("Say on which day."))])
