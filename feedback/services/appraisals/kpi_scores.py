"""KPI results of a period as scores, by the methods of a scheme, for many people at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import KpiResult
from feedback.services.appraisals.appraisal_document import KpiLine
from feedback.services.ground.bilingual import Bilingual
from forms.appraisals.choices import Method, PeriodKind
from forms.appraisals.rules import AppraisalRules, Kpi, Profile
from scoring import kpi as scoring
from scoring.instrument import Floats

METHODS: Mapping[Method, Callable[[Kpi, Floats, Floats], Floats]] = {
    Method.RATIO: lambda kpi, actual, target: scoring.ratio(actual, _positive(target), **kpi.parameters),
    Method.LOWER_IS_BETTER: lambda kpi, actual, target: scoring.lower_is_better(
        actual, _positive(target), **kpi.parameters
    ),
    Method.INCREMENT: lambda kpi, actual, target: scoring.increment(actual, target, **kpi.parameters),
    Method.TIER: lambda kpi, actual, target: scoring.tier(actual, kpi.steps),
    Method.PASS_FAIL: lambda kpi, actual, target: scoring.pass_fail(actual, target),
    Method.INTERPOLATE: lambda kpi, actual, target: scoring.interpolate(
        actual, _positive(target), **kpi.parameters
    ),
}


def _positive(target: Floats) -> Floats:
    """A target of zero cannot be divided by: the KPI has no score then."""
    return np.where(target > 0, target, np.nan)


@dataclass(frozen=True)
class KpiScores:
    """One person's. composite: NaN where too little of the weight is there; coverage: the share that is."""

    composite: float
    coverage: float
    lines: tuple[KpiLine, ...]


def score(
    session: Session, period: str, rules: AppraisalRules, profiles: Mapping[int, Profile]
) -> dict[int, KpiScores]:
    """The KPI scores of people in a period, by person id, each by his profile; from one statement."""
    people, kpis = list(profiles), rules.kpis
    if not kpis:
        return dict.fromkeys(people, KpiScores(np.nan, np.nan, ()))
    actual, target = _recorded(session, period, kpis, people)
    columns = [METHODS[kpi.method](kpi, actual[:, k], target[:, k]) for k, kpi in enumerate(kpis)]
    scores = np.stack(columns, axis=-1)
    figures = np.stack([actual, target, scoring.attainment(actual, _positive(target)), scores], axis=-1)
    return {
        person: _of_one(kpis, profiles[person].weights.get(PeriodKind.QUARTER, {}), rows)
        for person, rows in zip(people, figures, strict=True)
    }


def _of_one(kpis: Sequence[Kpi], weights: Mapping[str, float], figures: Floats) -> KpiScores:
    weight = np.array([weights.get(kpi.id, 0.0) for kpi in kpis])
    lines = tuple(_lines(kpis, weights, figures.tolist()))
    if not weight.any():
        return KpiScores(np.nan, np.nan, lines)
    composite, coverage = scoring.composite(figures[np.newaxis, :, -1], weight)
    return KpiScores(float(composite[0]), float(coverage[0]), lines)


def _lines(
    kpis: Sequence[Kpi], weights: Mapping[str, float], rows: Sequence[Sequence[float]]
) -> Iterator[KpiLine]:
    """Of the KPIs that the profile has."""
    for kpi, row in zip(kpis, rows, strict=True):
        if kpi.id in weights:
            yield _line(kpi, weights[kpi.id], *row)


def _recorded(
    session: Session, period: str, kpis: Sequence[Kpi], people: Sequence[int]
) -> tuple[Floats, Floats]:
    """Actual and target [p, k]; NaN is "not recorded"."""
    rows = {person: place for place, person in enumerate(people)}
    columns = {kpi.id: place for place, kpi in enumerate(kpis)}
    figures = np.full((2, len(people), len(kpis)), np.nan)
    for result in session.scalars(select(KpiResult).where(KpiResult.period == period)):
        if result.person_id in rows and result.kpi in columns:
            place = rows[result.person_id], columns[result.kpi]
            figures[:, *place] = [
                np.nan if value is None else value for value in (result.actual, result.target)
            ]
    return figures[0], figures[1]


def _line(kpi: Kpi, weight: float, actual: float, target: float, attainment: float, score: float) -> KpiLine:
    return KpiLine(
        id=kpi.id,
        title=Bilingual.of(kpi.title, kpi.id),
        weight=weight,
        lower_is_better=kpi.lower_is_better,
        actual=known(actual),
        target=known(target),
        attainment=known(attainment),
        score=known(score),
    )


def known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
