"""KPI results of a period as scores, by the methods of a scheme, for many people at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import KpiResult
from feedback.services.appraisals.appraisal_document import KpiLine
from feedback.services.ground.bilingual import Bilingual
from forms.appraisal import Kpi, Method
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
    """composite [p]: NaN where too little of the weight is there; coverage [p]; lines by person."""

    composite: Floats
    coverage: Floats
    lines: tuple[tuple[KpiLine, ...], ...]


def score(session: Session, period: str, kpis: Sequence[Kpi], people: Sequence[int]) -> KpiScores:
    """The people's KPI scores of a period, in their order, from one statement."""
    if not kpis:
        nothing = np.full(len(people), np.nan)
        return KpiScores(nothing, nothing, ((),) * len(people))
    actual, target = _recorded(session, period, kpis, people)
    columns = [METHODS[kpi.method](kpi, actual[:, k], target[:, k]) for k, kpi in enumerate(kpis)]
    scores = np.stack(columns, axis=-1)
    composite, coverage = scoring.composite(scores, np.array([kpi.weight for kpi in kpis]))
    figures = np.stack([actual, target, scoring.attainment(actual, _positive(target)), scores], axis=-1)
    lines = tuple(
        tuple(_line(kpi, *row) for kpi, row in zip(kpis, rows, strict=True)) for rows in figures.tolist()
    )
    return KpiScores(composite, coverage, lines)


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


def _line(kpi: Kpi, actual: float, target: float, attainment: float, score: float) -> KpiLine:
    return KpiLine(
        id=kpi.id,
        title=Bilingual.of(kpi.title, kpi.id),
        weight=kpi.weight,
        lower_is_better=kpi.method is Method.LOWER_IS_BETTER,
        actual=known(actual),
        target=known(target),
        attainment=known(attainment),
        score=known(score),
    )


def known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
