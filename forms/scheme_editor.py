"""A scheme in the browser: rater groups, rules of rating, what the appraisal is made of, bands; KPIs one at a time."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, SelectChoice, SelectField, TextAreaField

from forms.appraisals.choices import Combine, Method
from forms.drafting import (
    BETWEEN,
    DraftForm,
    NumberField,
    Table,
    TextField,
    Words,
    number,
    readable,
    written_number,
)
from forms.scheme import AbsentGroup, Family
from forms.words import N_

FAMILIES = [
    SelectChoice(Family.CLIENTS, N_("Clients")),
    SelectChoice(Family.COLLEAGUES, N_("Colleagues")),
    SelectChoice(Family.SUPERVISOR, N_("Supervisor")),
    SelectChoice(Family.OBSERVER, N_("Observer, such as a mystery shopper")),
    SelectChoice(Family.SELF, N_("Self")),
]
ABSENT_GROUPS = [
    SelectChoice(AbsentGroup.LEVEL, N_("Weigh the other groups up")),
    SelectChoice(AbsentGroup.DEVIATION, N_("Take the group's mean over all subjects (from 30 subjects)")),
]
METHODS = [
    SelectChoice(Method.RATIO, N_("Actual in per cent of the target")),
    SelectChoice(Method.LOWER_IS_BETTER, N_("Lower is better")),
    SelectChoice(Method.INCREMENT, N_("Points per unit above or below the target")),
    SelectChoice(Method.TIER, N_("Steps")),
    SelectChoice(Method.PASS_FAIL, N_("Reached or not")),
    SelectChoice(Method.INTERPOLATE, N_("Straight lines between threshold, target and stretch")),
    SelectChoice(Method.CURVE, N_("Straight lines between points")),
    SelectChoice(Method.PROPORTIONAL, N_("Points per per cent above or below the target")),
]
COMBINATIONS = [
    SelectChoice(Combine.SUM, N_("Sum")),
    SelectChoice(Combine.MEAN, N_("Mean")),
    SelectChoice(Combine.WEIGHTED, N_("Mean, weighted by the base")),
    SelectChoice(Combine.LAST, N_("The last one")),
    SelectChoice(Combine.SHARE, N_("Parts and wholes added up, then divided")),
]
# Which parameters belong to which methods.
PARAMETERS: Sequence[tuple[tuple[Method, ...], tuple[str, ...]]] = (
    ((Method.RATIO, Method.LOWER_IS_BETTER), ("floor", "cap")),
    ((Method.INCREMENT,), ("base", "rate", "full")),
    ((Method.TIER,), ("steps",)),
    ((Method.INTERPOLATE,), ("threshold", "threshold_score", "stretch", "stretch_score")),
)


class GroupRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    family = SelectField(N_("Family"), choices=FAMILIES)
    weight = NumberField(N_("Weight, in per cent"))
    minimum = NumberField(
        N_("Least answers to be shown"), description=N_("3 or more; 1 for attributed groups")
    )
    title = FormField(Words, N_("Title"))
    attributed = BooleanField(N_("Attributed: answers can be told to be this rater's, and he is told so"))
    required = BooleanField(N_("Required: no official score without this group, where it was invited"))


class GroupsForm(DraftForm):
    group = FieldList(FormField(GroupRow), N_("Rater groups"))


class Rating(Form):  # type: ignore[misc]
    minimum_coverage = NumberField(N_("Least weight of the groups shown for an official score (0 to 1)"))
    absent_group = SelectField(N_("When a group is not shown"), choices=ABSENT_GROUPS)
    trim = BooleanField(N_("Leave out the highest and the lowest rating of each item"))
    gap = NumberField(N_("Points between self and others that make a blind spot"))
    strength_from = NumberField(N_("Points from which an agreed view is a strength"))


class RatingForm(DraftForm):
    rating = FormField(Rating, N_("Rules of rating"))


class ComponentWeightsForm(Form):  # type: ignore[misc]
    kpi = NumberField(N_("KPI"))
    feedback = NumberField(N_("Feedback"))
    goals = NumberField(N_("Goals"))


class LevelRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    kpi = NumberField(N_("KPI"))
    feedback = NumberField(N_("Feedback"))
    goals = NumberField(N_("Goals"))
    title = FormField(Words, N_("Title"))


class ComponentsForm(DraftForm):
    components = FormField(ComponentWeightsForm, N_("Components, as percentages"))
    level = FieldList(FormField(LevelRow), N_("Levels with weights of their own"))


class BandRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    from_ = NumberField(N_("From a score of"))
    title = FormField(Words, N_("Title"))


class BonusRow(Form):  # type: ignore[misc]
    from_ = NumberField(N_("From a score of"))
    share = NumberField(N_("Share of the bonus (1 is all of it)"))
    linear = BooleanField(N_("Grows from here to the share of the row above"))


class BandsForm(DraftForm):
    band = FieldList(FormField(BandRow), N_("Bands, best first"))
    bonus = FieldList(FormField(BonusRow), N_("Bonus, best first"))


class StepsField(TextAreaField):  # type: ignore[misc]
    """One step in each line: from which figure on, and the score."""

    def process_formdata(self, values: Sequence[str]) -> None:
        lines = readable(values[0]).split("\n") if values else []
        pairs = [BETWEEN.split(line.strip(), maxsplit=1) for line in lines if line.strip()]
        self.data = [dict(zip(("from", "score"), map(number, pair), strict=False)) for pair in pairs]

    def _value(self) -> str:
        rows = [{key.rstrip("_"): value for key, value in row.items()} for row in self.data or ()]
        return "\n".join(" ".join(written_number(row.get(key)) for key in ("from", "score")) for row in rows)


class KpiForm(DraftForm):
    id = TextField(N_("Identifier"))
    title = FormField(Words, N_("Title"))
    weight = NumberField(N_("Weight, in per cent"))
    method = SelectField(N_("Method"), choices=METHODS)
    combine = SelectField(N_("Months to quarter, quarters to year"), choices=COMBINATIONS)
    floor = NumberField(N_("Least score"), description=N_("Left empty: 0"))
    cap = NumberField(N_("Highest score"), description=N_("Left empty: 120"))
    base = NumberField(N_("Score at the target"), description=N_("Left empty: 100"))
    rate = NumberField(N_("Points per unit"))
    full = NumberField(N_("Highest score"), description=N_("Left empty: 120"))
    steps = StepsField(
        N_("Steps"), description=N_("One in each line, lowest first: from which figure on, and the score")
    )
    threshold = NumberField(N_("Threshold, as a share of the target"), description=N_("Left empty: 0.8"))
    threshold_score = NumberField(N_("Score at the threshold"), description=N_("Left empty: 60"))
    stretch = NumberField(N_("Stretch, as a share of the target"), description=N_("Left empty: 1.2"))
    stretch_score = NumberField(N_("Score at the stretch"), description=N_("Left empty: 120"))

    @classmethod
    def shown(cls, table: Table) -> dict[str, Any]:
        return {"method": Method.RATIO, "combine": Combine.SUM} | dict(table)

    def written(self) -> dict[str, Any]:
        """Without the parameters of other methods."""
        table = super().written()
        foreign = {name for methods, names in PARAMETERS if self.method.data not in methods for name in names}
        return {key: value for key, value in table.items() if key not in foreign}
