"""The overall appraisal: feedback score, KPI results, goals and veto, joined by the campaign's frozen scheme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import GoalScore, Veto, VetoState
from feedback.models.campaigns import Subject
from feedback.services.appraisals import kpi_scores
from feedback.services.appraisals.appraisal_document import (
    AppraisalResult,
    AppraisalStatus,
    BandLabel,
    Component,
    ComponentId,
    KpiLine,
    Outcome,
)
from feedback.services.appraisals.kpi_scores import known
from feedback.services.ground.bilingual import Bilingual
from feedback.services.scores.scorecards import Estimate, NoEstimate, Scorecard
from forms.appraisals.rules import AppraisalRules, Band, Profile
from forms.scheme import Scheme
from scoring.appraisal import MOST_KPI, bonus_share, displayed, overall, step, vetoed

Interval = tuple[float, float]


def appraise(
    session: Session,
    period: str,
    scheme: Scheme,
    subjects: Sequence[Subject],
    cards: Sequence[Scorecard],
    shrunken: Sequence[Estimate | None],
) -> Mapping[int, AppraisalResult]:
    """By person id, of those for whom the scheme has a profile, from three statements.

    shrunken: the feedback scores as they are compared with one another, None where there is nothing to compare.
    """
    rules = scheme.appraisal
    if not rules.appraises:
        return {}
    fitting = {subject.person_id: rules.profile_of(None, subject.person.level) for subject in subjects}
    profiles = {person: profile for person, profile in fitting.items() if profile}
    kpis = kpi_scores.score(session, period, rules, profiles)
    goals = _goals(session, period)
    vetoes = {veto.person_id: veto for veto in session.scalars(select(Veto).where(Veto.period == period))}
    return {
        subject.person_id: _Case(
            rules=rules,
            profile=profiles[subject.person_id],
            kpi=float(np.minimum(kpis[subject.person_id].composite, MOST_KPI)),
            kpi_coverage=known(kpis[subject.person_id].coverage),
            kpi_lines=kpis[subject.person_id].lines,
            feedback=cards[place].total,
            shrunken=shrunken[place],
            goals=goals.get(subject.person_id, np.nan),
            veto=vetoes.get(subject.person_id),
        ).result()
        for place, subject in enumerate(subjects)
        if subject.person_id in profiles
    }


def _goals(session: Session, period: str) -> dict[int, float]:
    goals = session.scalars(select(GoalScore).where(GoalScore.period == period))
    return {goal.person_id: goal.score for goal in goals}


@dataclass(frozen=True)
class _Case:
    """Everything that one person's appraisal depends on. NaN is "not there"."""

    rules: AppraisalRules
    profile: Profile
    kpi: float
    kpi_coverage: float | None
    kpi_lines: tuple[KpiLine, ...]
    feedback: Estimate | NoEstimate
    shrunken: Estimate | None
    goals: float
    veto: Veto | None

    def result(self) -> AppraisalResult:
        components = self._components()
        missing = tuple(part.id for part in components if part.value is None)
        computed = None if missing else self._computed()
        return AppraisalResult(
            status=self._status(bool(missing)),
            components=components,
            bands=tuple(_label(band) for band in self.profile.bands),
            missing=missing,
            computed=computed,
            official=self._official(computed),
            evidence=self.veto.evidence if self.veto else None,
            kpis=self.kpi_lines,
            kpi_coverage=self.kpi_coverage,
        )

    def _components(self) -> tuple[Component, ...]:
        """The components that have weight at this person's level."""
        own = self.profile.components
        weights = (own.kpi, own.feedback, own.goals)
        values = (self.kpi, self._feedback().value, self.goals)
        return tuple(
            Component(part, weight, known(value), known(weight * value / 100))
            for part, weight, value in zip(ComponentId, weights, values, strict=True)
            if weight
        )

    def _feedback(self) -> Estimate:
        nothing = Estimate(np.nan, np.nan, np.nan, 0.0)
        return self.feedback if isinstance(self.feedback, Estimate) else nothing

    def _computed(self) -> Outcome:
        """The interval is that of the feedback score; the other components are taken as they are."""
        feedback = self._feedback()
        compared = self.shrunken or feedback
        return self._outcome(
            self._overall(feedback.value),
            (self._overall(feedback.low), self._overall(feedback.high)),
            (self._overall(compared.low), self._overall(compared.high)),
        )

    def _overall(self, feedback: float) -> float:
        own = self.profile.components
        weights = np.array([own.kpi, own.feedback, own.goals])
        kpi, feedbacks, goals = np.array([self.kpi]), np.array([feedback]), np.array([self.goals])
        return float(overall(kpi, feedbacks, goals, weights)[0])

    def _status(self, is_missing_a_part: bool) -> AppraisalStatus:
        if self.veto:
            is_confirmed = self.veto.state == VetoState.CONFIRMED
            return AppraisalStatus.NOT_QUALIFIED if is_confirmed else AppraisalStatus.HELD
        return AppraisalStatus.INSUFFICIENT if is_missing_a_part else AppraisalStatus.OK

    def _official(self, computed: Outcome | None) -> Outcome | None:
        if self.veto is None:
            return computed
        if self.veto.state != VetoState.CONFIRMED:
            return None
        before = computed.score if computed else np.nan
        score = vetoed(np.array([before]), np.array([True]), self.rules.incidents.critical.score or 0.0)[0]
        return self._outcome(score, (score, score), (score, score))

    def _outcome(self, score: float, interval: Interval, compared: Interval) -> Outcome:
        """compared: the interval of the score as it is compared, which decides what bands are within reach."""
        value, low, high = displayed(score), *map(displayed, interval)
        lowest, highest = displayed(min(score, *compared)), displayed(max(score, *compared))
        bands = self.profile.bands
        return Outcome(
            score=float(value),
            low=float(low),
            high=float(high),
            band=_label(bands[self._place(value)]) if bands else None,
            bonus=self._bonus(value),
            reached_bands=tuple(
                _label(band) for band in bands[self._place(highest) : self._place(lowest) + 1]
            ),
        )

    def _place(self, value: Decimal) -> int:
        return step(value, [band.start for band in self.profile.bands]) if self.profile.bands else 0

    def _bonus(self, value: Decimal) -> float | None:
        rows = [(row.start, row.share, row.linear) for row in self.profile.bonuses]
        return float(bonus_share(value, rows)) if rows else None


def _label(band: Band) -> BandLabel:
    return BandLabel(band.id, Bilingual.of(band.title, band.id), band.start)
