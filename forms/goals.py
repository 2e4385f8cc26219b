"""Goals as people word, agree and rate them."""

import math
from dataclasses import dataclass
from datetime import date

from wtforms import FloatField, Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from forms import periods
from forms.fields import DayField, PeriodField
from forms.text_lengths import LONGEST_EVIDENCE, LONGEST_GOAL_NOTE, LONGEST_GOAL_REASON
from forms.texts import one_line, stripped, without_nul
from forms.words import N_

MEASURES = {
    "rating": N_("a rating from 0 to 100"),
    "milestones": N_("milestones"),
    "figure": N_("a figure against a target"),
}
SAY_WHY = N_("Say why.")
TOO_LONG = N_("This is too long.")
NUMBER = N_("Please write a number such as 40 or 12.5.")
MILESTONE = N_(
    "Please write each milestone as: title; weight; day; owner. All but the title may be left out."
)
LONGEST_TITLE = 200


class FiniteField(FloatField):  # type: ignore[misc]
    """A finite number, or nothing."""

    def process_formdata(self, values: list[str]) -> None:
        self.data: float | None = None
        self.raw_data = [value.strip() for value in values]  # or a required number may be a space
        if not any(self.raw_data):
            return
        try:
            number = float(self.raw_data[0])
        except ValueError:
            raise ValueError(NUMBER) from None
        if not math.isfinite(number):
            raise ValueError(NUMBER)
        self.data = number


@dataclass(frozen=True)
class MilestoneLine:
    title: str
    weight: float
    due: date | None
    owner: str | None

    @classmethod
    def read(cls, line: str) -> "MilestoneLine":
        """Raises ValueError for what is none."""
        title, weight, due, owner, *more = (part.strip() for part in (*line.split(";"), "", "", ""))
        number = float(weight) if weight else 1.0
        if not title or len(title) > LONGEST_TITLE or any(more) or not 0 < number < math.inf:
            raise ValueError(line)
        return cls(title, number, date.fromisoformat(due) if due else None, owner or None)

    def __str__(self) -> str:
        parts = [self.title, f"{self.weight:g}", self.due.isoformat() if self.due else "", self.owner or ""]
        return "; ".join(parts).rstrip("; ")


class MilestonesField(TextAreaField):  # type: ignore[misc]
    """One milestone a line; its data are MilestoneLines."""

    def process_formdata(self, values: list[str]) -> None:
        self.typed = without_nul(values[0] if values else "")
        self.data: tuple[MilestoneLine, ...] = ()
        lines = [line for line in self.typed.splitlines() if line.strip()]
        try:
            self.data = tuple(MilestoneLine.read(line) for line in lines)
        except ValueError:
            raise ValueError(MILESTONE) from None

    def _value(self) -> str:
        return getattr(self, "typed", None) or "\n".join(map(str, self.data or ()))


def last_period(form: Form, field: StringField) -> None:
    if field.data and not periods.is_period(field.data):
        raise ValidationError(N_("Write a year 2026, a quarter 2026Q4 or a month 2026-11."))


class GoalForm(Form):  # type: ignore[misc]
    title = StringField(
        N_("Goal"),
        [DataRequired(N_("Say what is to be reached.")), Length(max=LONGEST_TITLE, message=TOO_LONG)],
        filters=[one_line],
        render_kw={"maxlength": LONGEST_TITLE},
    )
    description = TextAreaField(
        N_("In more words"), [Length(max=LONGEST_GOAL_NOTE, message=TOO_LONG)], filters=[stripped]
    )
    weight = FiniteField(
        N_("Weight"),
        [InputRequired(N_("Say how much the goal weighs."))],
        description=N_("Out of 100 for all goals of the period."),
        render_kw={"inputmode": "decimal"},
    )
    measure = SelectField(N_("Measured by"), choices=[SelectChoice(*measure) for measure in MEASURES.items()])
    target = FiniteField(
        N_("Target"),
        [Optional()],
        description=N_("Only of a figure, and above 0: what is 100 per cent."),
        render_kw={"inputmode": "decimal"},
    )
    milestones = MilestonesField(
        N_("Milestones"),
        description=N_(
            "Only for milestones, one a line: title; weight; day; owner. Such as: Exam passed; 2; 2026-12-15"
        ),
    )
    parent = StringField(
        N_("Goal of the company that it serves"),
        [Length(max=LONGEST_TITLE, message=TOO_LONG)],
        filters=[one_line],
    )
    due = DayField(N_("Due"), [Optional()])


class NewGoalForm(GoalForm):
    period = PeriodField(required=N_("Say in which period the goal is rated."), render_kw={"maxlength": 16})
    last_period = StringField(
        N_("Last period"),
        [last_period],
        filters=[one_line, periods.canonical],
        description=N_("Only of a goal for several periods, such as several years: it is rated in each."),
        render_kw={"maxlength": 16},
    )


class ReasonForm(Form):  # type: ignore[misc]
    reason = TextAreaField(
        N_("Reason"),
        [DataRequired(SAY_WHY), Length(max=LONGEST_GOAL_REASON, message=TOO_LONG)],
        filters=[stripped],
        description=N_("Both sides read it."),
    )


class GoalChangeForm(GoalForm):
    reason = TextAreaField(
        N_("Reason"), [Length(max=LONGEST_GOAL_REASON, message=TOO_LONG)], filters=[stripped]
    )


class GoalNoteForm(Form):  # type: ignore[misc]
    text = TextAreaField(
        N_("What has been done"),
        [DataRequired(N_("Write what has been done.")), Length(max=LONGEST_GOAL_NOTE, message=TOO_LONG)],
        filters=[stripped],
    )
    evidence = StringField(
        N_("Where the evidence is kept"),
        [Length(max=LONGEST_EVIDENCE, message=TOO_LONG)],
        filters=[one_line],
        description=N_("A reference such as a file, a link or a number."),
    )


class SelfRatingForm(Form):  # type: ignore[misc]
    period = SelectField(N_("Period"))
    value = FiniteField(
        N_("How far you came"),
        [InputRequired(NUMBER)],
        description=N_("From 0 to 100. It is shown beside the rating and counts for nothing."),
        render_kw={"inputmode": "decimal"},
    )


class GoalRatingForm(ReasonForm):
    period = SelectField(N_("Period"))
    value = FiniteField(N_("Reached"), [Optional()], render_kw={"inputmode": "decimal"})
