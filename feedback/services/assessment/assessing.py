"""The appraisals of many people from their inputs alone: no database, the same inputs give the same bytes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from feedback.services.assessment import derivation
from feedback.services.assessment.appraisal_document import (
    FORMULA,
    AppraisalBasis,
    AppraisalDocument,
    AppraisedPerson,
    Component,
    ComponentId,
    KpiLine,
    SegmentResult,
    Track,
)
from feedback.services.assessment.inputs import Inputs
from feedback.services.assessment.kpi_scores import KpiColumn
from feedback.services.assessment.outcomes import Judged
from feedback.services.assessment.totals import Rules, totals
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import written
from forms.appraisals.choices import PeriodKind
from forms.scheme import Scheme
from scoring import appraisal as scoring
from scoring.reasons import ScoreReason

REASONS = {reason.value: reason.name.lower().replace("_", "-") for reason in ScoreReason}


@dataclass(frozen=True)
class Assessable:
    person: AppraisedPerson
    inputs: Inputs

    def digest(self, scheme: Scheme) -> str:
        """By which versions are told apart: of the formula, the scheme and everything that went in."""
        text = f"{FORMULA}\n{scheme.digest}\n{written(self.inputs)}"
        return hashlib.sha256(text.encode()).hexdigest()


def assess(scheme: Scheme, period: str, people: Sequence[Assessable]) -> Iterator[AppraisalDocument]:
    """In the order of the people, each of whom has a segment; without derivations, which are several times as much."""
    rules = Rules(scheme, period)
    found = totals(rules, [each.inputs for each in people], scheme.satisfaction_goal)
    for place, each in enumerate(people):
        yield _document(each, Judged(rules, found, each.inputs, place))


def explained(scheme: Scheme, document: AppraisalDocument) -> AppraisalDocument:
    """With how it came about: computed again from its inputs, which give the same by the same formula and scheme.

    A document of another formula or scheme stays without.
    """
    basis = document.basis
    if (basis.formula, basis.scheme_digest) != (FORMULA, scheme.digest):
        return document
    inputs = document.inputs
    rules = Rules(scheme, inputs.period)
    found = totals(rules, [inputs], scheme.satisfaction_goal)
    lines = derivation.lines(document, Judged(rules, found, inputs, 0))
    return replace(document, derivation=lines)


def _document(each: Assessable, judged: Judged) -> AppraisalDocument:
    scheme, inputs = judged.rules.scheme, judged.inputs
    segments = tuple(_Segment(judged, row).result() for row in judged.rows)
    goals = float(judged.totals.goals[judged.place])
    return AppraisalDocument(
        subject=each.person,
        period=inputs.period,
        basis=AppraisalBasis(FORMULA, scheme.id, scheme.version, scheme.digest, each.digest(scheme)),
        inputs=inputs,
        status=judged.status,
        held=judged.held,
        segments=segments,
        feedback=judged.totals.feedback[judged.place].figures,
        goals=known(goals),
        missing=judged.missing,
        bands=tuple(judged.label(band) for band in judged.bands),
        gates=judged.gates,
        incidents=judged.incidents(),
        computed=judged.computed(),
        official=judged.official(),
        derivation=(),
    )


def known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True)
class _Segment:
    judged: Judged
    row: int

    def result(self) -> SegmentResult:
        totals, segment = self.judged.totals, self.judged.totals.cases[self.row].segment
        profile = totals.profiles[self.row]
        rules = self.judged.rules.appraisal
        return SegmentResult(
            profile=profile.id,
            title=Bilingual.of(profile.title, profile.id),
            post=_title(segment.post, {post.id: post.title for post in rules.posts}),
            level=_title(segment.level, {level.id: level.title for level in rules.levels}),
            starts=segment.starts,
            ends=segment.ends,
            days=segment.days,
            kpis=tuple(map(self._kpi, self._columns())),
            kpi=known(totals.kpis.composite[self.row]),
            kpi_coverage=known(totals.kpis.coverage[self.row]),
            kpi_attainment=known(totals.kpis.attainment[self.row]),
            components=self._components(),
            overall=known(totals.overall[self.row]),
        )

    def _columns(self) -> list[KpiColumn]:
        own = self.judged.rules.weights(self.judged.totals.profiles[self.row])
        return [column for column in self.judged.totals.kpis.columns if column.kpi.id in own]

    def _kpi(self, column: KpiColumn) -> KpiLine:
        kpi, figures, row = column.kpi, column.figures, self.row
        weights = self.judged.rules.weights(self.judged.totals.profiles[row])
        has_parts = bool(figures.names) and int(figures.of[row]) > 0
        return KpiLine(
            id=kpi.id,
            title=column.title,
            unit=column.unit,
            decimals=kpi.decimals,
            weight=weights[kpi.id],
            lower_is_better=kpi.lower_is_better,
            actual=known(figures.actual[row]),
            target=known(figures.target[row]),
            attainment=known(column.attainment[row]),
            score=known(column.score[row]),
            track=self._track(float(column.attainment[row])),
            reason=None if column.reasons[row] == ScoreReason.NONE else REASONS[int(column.reasons[row])],
            parts=int(figures.parts[row]) if has_parts else None,
            of=int(figures.of[row]) if has_parts else None,
            differs=bool(figures.differs[row]),
        )

    def _track(self, attainment: float) -> Track | None:
        if self.judged.rules.kind is not PeriodKind.MONTH or np.isnan(attainment):
            return None
        start = self.judged.rules.appraisal.month.on_track_from
        reached = scoring.gates_reached(np.array([[100 * attainment]]), np.array([100 * start]))
        return Track.ON_TRACK if reached[0, 0] else Track.BEHIND

    def _components(self) -> tuple[Component, ...]:
        totals, row = self.judged.totals, self.row
        if not self.judged.rules.has_total(totals.profiles[row]):
            return ()
        parts = scoring.parts(totals.values[row][None, :], totals.used[row][None, :])[0]
        return tuple(
            Component(
                id=part,
                weight=float(totals.weights[row, place]),
                used=known(totals.used[row, place]),
                value=known(totals.values[row, place]),
                contribution=known(parts[place]),
            )
            for place, part in enumerate(ComponentId)
            if totals.weights[row, place]
        )


def _title(id: str | None, titles: Mapping[str, Mapping[str, str]]) -> Bilingual | None:
    return Bilingual.of(titles.get(id, {}), id) if id else None
