"""KPI figures as scores: which function of `scoring` each method is, and why a score is not there or was clipped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from feedback.services.assessment.kpi_entries import Case, Parts
from feedback.services.assessment.kpi_figures import KpiFigures, figures
from feedback.services.ground.bilingual import Bilingual
from forms.appraisals.choices import Method, MissingActual
from forms.appraisals.rules import Kpi, Profile
from scoring import kpi as scoring
from scoring.instrument import Booleans, Floats
from scoring.reasons import Reasons, ScoreReason

Scored = Callable[[Kpi, Floats, Floats], Floats]
OPEN = {"floor": -np.inf, "cap": np.inf}

METHODS: Mapping[Method, Scored] = {
    Method.RATIO: lambda kpi, actual, target: scoring.ratio(actual, target, **kpi.parameters),
    Method.LOWER_IS_BETTER: lambda kpi, actual, target: scoring.lower_is_better(
        actual, target, **kpi.parameters
    ),
    Method.INCREMENT: lambda kpi, actual, target: scoring.increment(actual, target, **kpi.parameters),
    Method.TIER: lambda kpi, actual, target: scoring.tier(actual, kpi.steps),
    Method.PASS_FAIL: lambda kpi, actual, target: scoring.pass_fail(actual, target, kpi.lower_is_better),
    Method.INTERPOLATE: lambda kpi, actual, target: scoring.interpolate(actual, target, **kpi.parameters),
    Method.CURVE: lambda kpi, actual, target: scoring.curve(actual, kpi.points),
    Method.PROPORTIONAL: lambda kpi, actual, target: scoring.proportional(
        actual, target, lower=kpi.lower_is_better, **kpi.parameters
    ),
}
# What the methods that clip give without floor and cap.
UNCLIPPED: Mapping[Method, Scored] = {
    Method.RATIO: lambda kpi, actual, target: scoring.ratio(actual, target, **OPEN),
    Method.LOWER_IS_BETTER: lambda kpi, actual, target: scoring.lower_is_better(actual, target, **OPEN),
    Method.INCREMENT: lambda kpi, actual, target: scoring.increment(
        actual, target, kpi.parameters["base"], kpi.parameters["rate"], np.inf, -np.inf
    ),
    Method.PROPORTIONAL: lambda kpi, actual, target: scoring.proportional(
        actual, target, lower=kpi.lower_is_better, **{**kpi.parameters, **OPEN}
    ),
}
WITHOUT_TARGET = (Method.TIER, Method.CURVE)
DIVIDED_BY_TARGET = (Method.RATIO, Method.LOWER_IS_BETTER, Method.INTERPOLATE, Method.PROPORTIONAL)


@dataclass(frozen=True)
class KpiColumn:
    """One KPI of all cases [c]. unclipped: what the method gives before floor and cap, and before what it requires."""

    kpi: Kpi
    figures: KpiFigures
    attainment: Floats
    unclipped: Floats
    score: Floats
    met: Booleans
    reasons: Reasons

    @cached_property
    def title(self) -> Bilingual:
        return Bilingual.of(self.kpi.title, self.kpi.id)

    @cached_property
    def unit(self) -> Bilingual:
        return Bilingual.of(self.kpi.unit, "")


@dataclass(frozen=True)
class KpiScores:
    """K, its share of the weight and the attainment of the whole [c]; weights [c, k]; held [c]: a KPI that has to be
    there is not."""

    columns: tuple[KpiColumn, ...]
    weights: Floats
    composite: Floats
    coverage: Floats
    attainment: Floats
    held: Booleans


def score(
    kpis: Sequence[Kpi],
    profiles: Sequence[Profile],
    weights: Sequence[Mapping[str, float]],
    cases: Sequence[Case],
    period: str,
) -> KpiScores:
    """profiles, weights: of each case; a KPI that a case does not have has no weight there."""
    parts = Parts(cases, period)
    found = {kpi.id: figures(kpi, parts) for kpi in kpis}
    columns = tuple(_column(kpi, found) for kpi in kpis)
    table = np.array([[own.get(kpi.id, 0.0) for kpi in kpis] for own in weights], dtype=float)
    table = table.reshape(len(cases), len(kpis))
    scores = _stacked([column.score for column in columns], len(cases))
    attainment = _stacked([column.attainment for column in columns], len(cases))
    required = np.array([[kpi.id in profile.required for kpi in kpis] for profile in profiles], dtype=bool)
    required = required.reshape(len(cases), len(kpis)) & np.isnan(scores)
    hold = np.array([kpi.missing is MissingActual.HOLD for kpi in kpis], dtype=bool)
    zero = np.array([kpi.missing is MissingActual.ZERO for kpi in kpis], dtype=bool)
    filled, held = scoring.where_missing(scores, table, zero, hold)
    composite, coverage = scoring.composite(filled, table)
    return KpiScores(
        columns=tuple(replace(column, score=filled[:, k]) for k, column in enumerate(columns)),
        weights=table,
        composite=composite,
        coverage=coverage,
        attainment=scoring.attainment_of_whole(attainment, table),
        held=held | required.any(axis=1),
    )


def _stacked(columns: Sequence[Floats], cases: int) -> Floats:
    return np.stack(columns, axis=-1) if columns else np.zeros((cases, 0))


def _column(kpi: Kpi, found: Mapping[str, KpiFigures]) -> KpiColumn:
    own = found[kpi.id]
    score = METHODS[kpi.method](kpi, own.actual, own.target)
    unclipped = UNCLIPPED.get(kpi.method, METHODS[kpi.method])(kpi, own.actual, own.target)
    met = _met(kpi, found)
    return KpiColumn(
        kpi=kpi,
        figures=own,
        attainment=_attainment(kpi, own),
        unclipped=unclipped,
        score=scoring.required(score, met, kpi.otherwise),
        met=met,
        reasons=_reasons(kpi, own, unclipped, met),
    )


def _attainment(kpi: Kpi, own: KpiFigures) -> Floats:
    if kpi.method in WITHOUT_TARGET:
        return np.full(len(own.actual), np.nan)
    return scoring.attainment(own.actual, own.target, kpi.lower_is_better)


def _met(kpi: Kpi, found: Mapping[str, KpiFigures]) -> Booleans:
    """Whether the figures of other KPIs are as this one requires; an unknown one is not."""
    met = np.ones(len(found[kpi.id].actual), dtype=bool)
    for required in kpi.requires:
        least = -np.inf if required.start is None else required.start
        most = np.inf if required.end is None else required.end
        met &= scoring.meets(found[required.kpi].actual, least, most)
    return met


def _reasons(kpi: Kpi, own: KpiFigures, unclipped: Floats, met: Booleans) -> Reasons:
    floor = kpi.parameters.get("floor", 0.0 if kpi.method is Method.INCREMENT else -np.inf)
    cap = kpi.parameters.get("cap", kpi.parameters.get("full", np.inf))
    target = None if kpi.method in WITHOUT_TARGET else own.target
    divides = kpi.method in DIVIDED_BY_TARGET
    reasons = scoring.reasons(unclipped, floor, cap, own.actual, target, divides, met)
    has_its_own = (reasons == ScoreReason.NO_ACTUAL) & (own.reasons != ScoreReason.NONE)
    return np.where(has_its_own, own.reasons, reasons)
