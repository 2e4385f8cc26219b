"""A scheme that has every method and every way to combine, and people who are computed by it, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from feedback.services.assessment.appraisal_document import AppraisedPerson
from feedback.services.assessment.assessing import Assessable
from feedback.services.assessment.inputs import (
    DaysPresent,
    FigureInput,
    GoalInput,
    IncidentInput,
    Inputs,
    MonthInput,
    SegmentInput,
)
from feedback.services.ground.bilingual import Bilingual
from feedback.services.releases.feedback_inputs import (
    CampaignInput,
    CellScore,
    FeedbackCell,
    FeedbackDimension,
)
from feedback.services.scores.scorecards import Estimate
from forms import scheme as schemes
from forms.scheme import Scheme

PERIOD = "2026Q3"
MONTHS = {"2026-07": 31, "2026-08": 31, "2026-09": 30}
TOML = """
id = "all-methods"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 60
[[group]]
id = "supervisor"
family = "supervisor"
weight = 40
attributed = true
minimum = 1
[level.junior]
title = {en = "Junior"}
[level.senior]
title = {en = "Senior"}

[[kpi]]
id = "sales"
method = "ratio"
[[kpi]]
id = "cycle"
method = "lower_is_better"
combine = "mean"
[[kpi]]
id = "projects"
method = "increment"
rate = 5
requires = [{kpi = "size", from = 50}]
otherwise = 10
[[kpi]]
id = "size"
method = "curve"
points = [{figure = 0, score = 0}, {figure = 100, score = 80}, {figure = 200, score = 120}]
combine = "weighted"
[[kpi]]
id = "retention"
method = "interpolate"
figure = "share"
[[kpi]]
id = "growth"
method = "proportional"
figure = "growth"
base = 80
below = 2
above = 1
[[kpi]]
id = "stock"
method = "tier"
combine = "last"
steps = [{from = 5, score = 60}, {from = 10, score = 110}]
[[kpi]]
id = "churn"
method = "pass_fail"
direction = "lower"
combine = "mean"
missing = "zero"

[[profile]]
id = "senior"
levels = ["senior"]
components = {kpi = 50, feedback = 30, goals = 20}
quarter = {sales = 30, cycle = 10, projects = 10, size = 10, retention = 15, growth = 10, stock = 10, churn = 5}
[[profile]]
id = "junior"
components = {kpi = 65, feedback = 30, goals = 5}
quarter = {sales = 60, cycle = 40, stock = 0}

[[band]]
id = "A"
from = 90
gate = [{figure = "kpi.attainment", from = 100}, {figure = "feedback.top2box", from = 80}]
[[band]]
id = "B"
from = 75
[[band]]
id = "C"
from = 0
[[bonus]]
from = 80
share = 1.0
[[bonus]]
from = 60
share = 0.6
linear = true
[[bonus]]
from = 0
share = 0
[absent]
component = "level"
goals = "renormalise"
[process]
adjustment_limit = 3
"""


@cache
def scheme() -> Scheme:
    return schemes.load(TOML)


def figure(
    kpi: str, period: str, value: float | None = None, kind: str = "actual", **more: object
) -> FigureInput:
    empty = FigureInput(
        kpi, period, kind, value, None, None, None, "crm", 1, None, "june.xlsx", 3, "2026-10-02T08:00:00", "hr", None
    )  # fmt: skip
    state = "agreed" if kind == "target" else None
    return replace(empty, state=state, **more)  # type: ignore[arg-type]


def segment(profile: str, starts: str, ends: str, days: int, *months: str) -> SegmentInput:
    return SegmentInput(profile, "manager", profile, starts, ends, days, months)


def whole(profile: str = "senior") -> SegmentInput:
    return segment(profile, "2026-07-01", "2026-09-30", 92, *MONTHS)


def figures(times: float = 1.0) -> tuple[FigureInput, ...]:
    """Everything there is to know of a senior, by month."""
    found = []
    for month in MONTHS:
        found += [figure("sales", month, 100.0 * times), figure("sales", month, 90.0, "target")]
        found += [figure("cycle", month, 42.0), figure("cycle", month, 40.0, "target")]
        found += [figure("projects", month, 1.0 * times), figure("projects", month, 1.0, "target")]
        found += [figure("size", month, 60.0 * times, base=2.0)]
        found += [figure("retention", month, part=9.0, whole=10.0)]
        found += [figure("stock", month, 8.0 * times), figure("churn", month, 4.0)]
        found += [figure("growth", month, 11.0 * times)]
    found += [figure("growth", month, 10.0) for month in ("2026-04", "2026-05", "2026-06")]
    found += [figure("retention", PERIOD, 88.0, "target"), figure("growth", PERIOD, 5.0, "target")]
    found += [figure("churn", PERIOD, 5.0, "target")]
    return tuple(found)


def campaign(value: float | None = 82.5, satisfied: float | None = 0.85) -> CampaignInput:
    """client and supervisor on two dimensions, so that the score is `value`."""
    score = Estimate(value, value - 10, value + 8, 5.0) if value is not None else None
    points = 80.0 if value is None else value
    each = Estimate(points, points - 12, points + 10, 5.0)
    cells = tuple(
        FeedbackCell(
            id, Bilingual(id, id), (), weight, 5, each, None, (CellScore("one", each), CellScore("two", each))
        )
        for id, weight in (("client", 60.0), ("supervisor", 40.0))
    )
    dimensions = tuple(FeedbackDimension(id, Bilingual(id, id), 1.0, each) for id in ("one", "two"))
    rate = (
        Estimate(satisfied, satisfied - 0.2, min(satisfied + 0.1, 1.0), 5.0)
        if satisfied is not None
        else None
    )
    return CampaignInput(
        "2026Q3", Bilingual("三季度", "Q3"), PERIOD, "both", "0" * 64, "q:1", "s:1", score, 4.0, None, 1.0, 0.6, False,
        dimensions, cells, rate, None,
    )  # fmt: skip


def goal(rating: float | None = 85.0, weight: float = 100.0, **more: object) -> GoalInput:
    made = GoalInput(1, "Negotiate", weight, "rating", False, 1, rating, (), None, None, "", None)
    return replace(made, **more)  # type: ignore[arg-type]


def incident(severity: str, pending: bool = False) -> IncidentInput:
    points = 5.0 if severity == "minor" else 0.0
    cap, score = {"major": ("C", None), "critical": (None, 0.0)}.get(severity, (None, None))
    if pending:
        points, cap, score = 0.0, None, None
    return IncidentInput(1, severity, pending, PERIOD, "CASE-1", points, 20.0, cap, score, None)


def inputs(
    segments: Sequence[SegmentInput] | None = None,
    days: Mapping[str, int] | None = None,
    **more: object,
) -> Inputs:
    """Of somebody who was there all the time, unless his days are given by month."""
    present = MONTHS if days is None else days
    given = {
        "figures": figures(),
        "campaigns": (campaign(),),
        "goals": (goal(),),
        "incidents": (),
        "quarters": (),
        "register": (),
        "joined": None,
        "adjustment": None,
    }
    return Inputs(
        period=PERIOD,
        presence=DaysPresent(sum(present.values()), 92),
        months=tuple(MonthInput(month, present.get(month, 0), of) for month, of in MONTHS.items()),
        segments=tuple(segments or (whole(),)),
        **(given | more),  # type: ignore[arg-type]
    )


def assessable(own: Inputs, code: str = "A01") -> Assessable:
    return Assessable(AppraisedPerson(code, Bilingual(code, code), None), own)
