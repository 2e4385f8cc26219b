"""One KPI of a scheme in the browser."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import FieldList, Form, FormField, SelectChoice, SelectField

from forms.appraisals.choices import (
    Combine,
    Direction,
    FigureRule,
    GrowthOver,
    Method,
    MissingActual,
    PeriodKind,
)
from forms.appraisals.kpis import DIMENSION_SOURCE
from forms.drafting import DraftForm, LongWords, NumberField, PairsField, Table, TextField, Words
from forms.questionnaire import in_language
from forms.words import N_

FIGURES = [
    SelectChoice(FigureRule.VALUE, N_("The figure as it is entered")),
    SelectChoice(FigureRule.SHARE, N_("A share: part of a whole, in per cent")),
    SelectChoice(FigureRule.GROWTH, N_("Growth, in per cent")),
]
GROWTHS = [
    SelectChoice(GrowthOver.PERIOD, N_("over the period before")),
    SelectChoice(GrowthOver.YEAR, N_("over the same period a year ago")),
]
COMBINATIONS = [
    SelectChoice(Combine.SUM, N_("Sum")),
    SelectChoice(Combine.MEAN, N_("Mean")),
    SelectChoice(Combine.WEIGHTED, N_("Mean, weighted by the number of cases")),
    SelectChoice(Combine.LAST, N_("The last one")),
    SelectChoice(Combine.SHARE, N_("Parts and wholes added up, then divided")),
]
METHODS = [
    SelectChoice(Method.RATIO, N_("Actual in per cent of the target")),
    SelectChoice(Method.LOWER_IS_BETTER, N_("Lower is better")),
    SelectChoice(Method.INCREMENT, N_("Points per unit above or below the target")),
    SelectChoice(Method.TIER, N_("In steps")),
    SelectChoice(Method.PASS_FAIL, N_("Reached or not")),
    SelectChoice(Method.INTERPOLATE, N_("Straight lines between threshold, target and stretch")),
    SelectChoice(Method.CURVE, N_("Straight lines between points of one's own")),
    SelectChoice(Method.PROPORTIONAL, N_("Base points, and points per per cent above or below the target")),
]
DIRECTIONS = [
    SelectChoice(Direction.HIGHER, N_("Higher is better")),
    SelectChoice(Direction.LOWER, N_("Lower is better")),
]
MISSING = [
    SelectChoice(MissingActual.LEAVE, N_("The other KPIs take its weight")),
    SelectChoice(MissingActual.HOLD, N_("The appraisal waits for it")),
    SelectChoice(MissingActual.ZERO, N_("It counts as 0 points")),
]
SOURCES = [
    SelectChoice("", N_("Entered, whatever from")),
    SelectChoice("crm", N_("Entered from the CRM")),
    SelectChoice("finance", N_("Entered from finance")),
    SelectChoice("survey", N_("Entered from a survey")),
    SelectChoice("register", N_("Entered from a register")),
    SelectChoice("leader", N_("Entered by the leader")),
    SelectChoice("manual", N_("Entered by hand")),
    SelectChoice("feedback.top2box", N_("Satisfaction rate of the released campaign")),
    SelectChoice("feedback.nps", N_("Net promoter score of the released campaign")),
    SelectChoice("feedback.score", N_("Feedback score of the released campaign")),
    SelectChoice("register.in-time", N_("Complaints settled in time, from the register")),
    SelectChoice("register.resolved", N_("Complaints settled, from the register")),
    SelectChoice("register.satisfied", N_("Satisfied with a complaint's end, from the register")),
    SelectChoice(
        "register.in-time-satisfied", N_("Complaints settled in time, client satisfied, from the register")
    ),
    SelectChoice("register.visits", N_("Number of return visits, from the register")),
    SelectChoice("register.visits-satisfied", N_("Satisfied on return visits, from the register")),
]
# Which parameters belong to which methods, each once.
PARAMETERS: Sequence[tuple[tuple[Method, ...], tuple[str, ...]]] = (
    ((Method.INCREMENT, Method.PROPORTIONAL), ("base",)),
    ((Method.PROPORTIONAL,), ("below", "above")),
    ((Method.RATIO, Method.LOWER_IS_BETTER, Method.PROPORTIONAL), ("floor", "cap")),
    ((Method.PASS_FAIL, Method.PROPORTIONAL), ("direction",)),
    ((Method.INCREMENT,), ("rate", "full")),
    ((Method.TIER,), ("steps",)),
    ((Method.CURVE,), ("points",)),
    ((Method.INTERPOLATE,), ("threshold", "threshold_score", "stretch", "stretch_score")),
)


class RequirementRow(Form):  # type: ignore[misc]
    kpi = SelectField(N_("KPI"), choices=[])
    from_ = NumberField(N_("From"))
    to = NumberField(N_("To"))


class KpiForm(DraftForm):
    id = TextField(N_("Identifier"))
    decimals = NumberField(N_("Decimals shown"), description=N_("Left empty: 2"))
    title = FormField(Words, N_("Title"))
    unit = FormField(Words, N_("Unit"))
    definition = FormField(LongWords, N_("Definition: what counts, and what does not"))
    figure = SelectField(N_("Figure"), choices=FIGURES)
    growth_over = SelectField(N_("Growth"), choices=GROWTHS)
    combine = SelectField(N_("Months to quarter, quarters to year"), choices=COMBINATIONS)
    least_parts = NumberField(
        N_("Least share of the months or quarters (0 to 1)"), description=N_("Left empty: 0.6")
    )
    source = SelectField(N_("Source"), choices=SOURCES)
    missing = SelectField(N_("Without a figure"), choices=MISSING)
    method = SelectField(N_("Method"), choices=METHODS)
    base = NumberField(N_("Score at the target"), description=N_("Left empty: 100"))
    rate = NumberField(N_("Points per unit"))
    full = NumberField(N_("Highest score"), description=N_("Left empty: 120"))
    below = NumberField(N_("Points off per per cent missing"), description=N_("Left empty: a hundredth"))
    above = NumberField(N_("Points more per per cent over"), description=N_("Left empty: 0"))
    floor = NumberField(N_("Least score"), description=N_("Left empty: 0"))
    cap = NumberField(N_("Highest score"), description=N_("Left empty: 120"))
    direction = SelectField(N_("Direction"), choices=DIRECTIONS)
    steps = PairsField(
        N_("Steps of the score"),
        ("from", "score"),
        description=N_("One in each line, lowest first: from which figure on, and the score"),
    )
    points = PairsField(
        N_("Points"),
        ("figure", "score"),
        description=N_("One in each line, lowest figure first: the figure, and the score"),
    )
    threshold = NumberField(N_("Threshold, as a share of the target"), description=N_("Left empty: 0.8"))
    threshold_score = NumberField(N_("Score at the threshold"), description=N_("Left empty: 60"))
    stretch = NumberField(N_("Stretch, as a share of the target"), description=N_("Left empty: 1.2"))
    stretch_score = NumberField(N_("Score at the stretch"), description=N_("Left empty: 120"))
    requires = FieldList(FormField(RequirementRow), N_("Figures of other KPIs that it requires"))
    otherwise = NumberField(N_("Score where they are not reached"), description=N_("Left empty: 0"))

    @classmethod
    def shown(cls, table: Table) -> dict[str, Any]:
        return {"method": Method.RATIO, "figure": FigureRule.VALUE} | super().shown(table)

    def written(self) -> dict[str, Any]:
        """Without the parameters of other methods, and without what only shares or growth have."""
        table = super().written()
        own = {name for methods, names in PARAMETERS if self.method.data in methods for name in names}
        foreign = {name for _, names in PARAMETERS for name in names} - own
        if self.figure.data != FigureRule.GROWTH:
            foreign.add("growth_over")
        if self.figure.data == FigureRule.SHARE:
            table["combine"] = Combine.SHARE.value
        elif self.combine.data == Combine.SHARE:
            foreign.add("combine")
        return {key: value for key, value in table.items() if key not in foreign}

    def ask(self, dimensions: Mapping[str, str]) -> None:
        """The dimensions of the library's questionnaires, with titles, as sources."""
        of_one = [SelectChoice(f"{DIMENSION_SOURCE}{name}", title) for name, title in dimensions.items()]
        self.source.choices = [*SOURCES, *of_one]

    def offer(self, table: Table, language: str) -> None:
        choices = [SelectChoice(""), *kpi_choices(table, language)]
        for row in self.requires:
            row.form.kpi.choices = choices


def kpi_choices(table: Table, language: str) -> list[SelectChoice]:
    return [SelectChoice(name, title) for name, title in kpi_titles(table, language).items()]


def kpi_titles(table: Table, language: str) -> dict[str, str]:
    """As far as a draft has them."""
    rows = [row for row in table.get("kpi", ()) if row.get("id")]
    return {str(row["id"]): in_language(row.get("title", {}), language) or str(row["id"]) for row in rows}


def renamed(table: Table, old: str, new: str) -> dict[str, Any]:
    """The scheme after a KPI got another identifier: weights, gates and requirements follow it."""

    def follow(name: Any) -> Any:
        return {old: new, f"kpi:{old}.attainment": f"kpi:{new}.attainment"}.get(name, name)

    def bands(rows: list[Any]) -> list[Any]:
        return [
            _changed(row, gate=lambda gates: [_changed(gate, figure=follow) for gate in gates])
            for row in rows
        ]

    def weights(of: Table) -> dict[str, Any]:
        return {follow(kpi): weight for kpi, weight in of.items()}

    def profiles(rows: list[Any]) -> list[Any]:
        kinds = dict.fromkeys(PeriodKind, weights)
        return [
            _changed(row, required=lambda kpis: [*map(follow, kpis)], band=bands, **kinds) for row in rows
        ]

    def kpis(rows: list[Any]) -> list[Any]:
        return [
            _changed(row, requires=lambda all: [_changed(each, kpi=follow) for each in all]) for row in rows
        ]

    return _changed(table, band=bands, profile=profiles, kpi=kpis)


def _changed(table: Table, **changes: Callable[[Any], Any]) -> dict[str, Any]:
    return {key: changes[key](value) if key in changes else value for key, value in table.items()}
