"""What follows from one person's total: status, gates, band, bonus, and the bands that its interval reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from feedback.services.assessment.appraisal_document import (
    AppraisalStatus,
    BandLabel,
    ComponentId,
    GateLine,
    Held,
    IncidentEffect,
    Outcome,
)
from feedback.services.assessment.inputs import IncidentInput, Inputs
from feedback.services.assessment.totals import Rules, Totals
from feedback.services.ground.bilingual import Bilingual
from feedback.services.scores.scorecards import Estimate
from forms.appraisals.choices import AbsentComponent
from forms.appraisals.rules import Band, Profile
from scoring import appraisal as scoring

NAN = float("nan")
FEEDBACK_GATES = ("feedback.score", "feedback.top2box", "feedback.nps")


@dataclass(frozen=True)
class Judged:
    """One person's place in the totals."""

    rules: Rules
    totals: Totals
    inputs: Inputs
    place: int

    @cached_property
    def rows(self) -> list[int]:
        return self.totals.of_person(self.place)

    @property
    def profile(self) -> Profile:
        """That of the last segment, whose bands and bonus rows are used."""
        return self.totals.profiles[self.rows[-1]]

    @property
    def bands(self) -> tuple[Band, ...]:
        return self.profile.bands

    def over_segments(self, values: np.ndarray) -> float:
        """A figure of the segments [c] by their days; NaN where one lacks it."""
        days = np.array([[self.totals.cases[row].segment.days for row in self.rows]], dtype=float)
        return float(scoring.of_segments(values[self.rows][None, :], days)[0])

    # -- status

    @cached_property
    def missing(self) -> tuple[ComponentId, ...]:
        """The parts with weight that some segment lacks."""
        totals = self.totals
        lacking = np.isnan(totals.values[self.rows]) & (totals.weights[self.rows] > 0)
        return tuple(part for place, part in enumerate(ComponentId) if lacking[:, place].any())

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Why it is held, an incident first."""
        found = [Held.INCIDENT] if any(each.pending for each in self.inputs.incidents) else []
        feedback = self.rules.appraisal.feedback
        holds = feedback.absent_component is AbsentComponent.HOLD
        lacks_total = np.isnan(self._through("own"))
        if self.totals.kpis.held[self.rows].any():
            found.append(Held.KPI)
        for part in self.missing:
            if lacks_total and (holds or str(part) in feedback.required_components):
                found.append(Held(part.value))
        shares = self.rules.appraisal.year.from_quarters > 0
        if shares and any(each.total is None for each in self.inputs.quarters):
            found.append(Held.QUARTERS)
        return tuple(dict.fromkeys(found))

    @cached_property
    def status(self) -> AppraisalStatus:
        if not all(self.rules.has_total(self.totals.profiles[row]) for row in self.rows):
            return AppraisalStatus.FIGURES_ONLY
        if any(each.score is not None for each in self.confirmed):
            return AppraisalStatus.NOT_QUALIFIED
        if self.held:
            return AppraisalStatus.HELD
        is_there = not np.isnan(self._through("official"))
        return AppraisalStatus.OK if is_there else AppraisalStatus.INSUFFICIENT

    @cached_property
    def confirmed(self) -> list[IncidentInput]:
        return [each for each in self.inputs.incidents if not each.pending]

    def incidents(self) -> tuple[IncidentEffect, ...]:
        return tuple(
            IncidentEffect(each.id, each.severity, each.evidence, each.points, each.cap, each.score)
            for each in self.confirmed
        )

    def _through(self, stage: str, end: int = 0) -> float:
        return float(getattr(self.totals.through, stage)[end, self.place])

    # -- gates

    def figure(self, name: str) -> float:
        """What a gate asks of; shares and attainments in per cent. NaN for what is not there."""
        kpis, feedback = self.totals.kpis, self.totals.feedback[self.place].figures
        match name:
            case "kpi.score":
                return self.over_segments(kpis.composite)
            case "kpi.attainment":
                return 100 * self.over_segments(kpis.attainment)
            case "kpi.coverage":
                return 100 * self.over_segments(kpis.coverage)
            case "feedback.score":
                return feedback.score.value if feedback.score else NAN
            case "feedback.top2box":
                return 100 * feedback.satisfied.value if feedback.satisfied else NAN
            case "feedback.nps":
                return feedback.nps.value if feedback.nps else NAN
            case "goals":
                return float(self.totals.goals[self.place])
        return 100 * self._attainment(name.removeprefix("kpi:").removesuffix(".attainment"))

    def _attainment(self, kpi_id: str) -> float:
        """Of one KPI over the segments that have it, by their days."""
        rows = [row for row in self.rows if kpi_id in self.rules.weights(self.totals.profiles[row])]
        column = next((each for each in self.totals.kpis.columns if each.kpi.id == kpi_id), None)
        if column is None or not rows:
            return NAN
        days = np.array([[self.totals.cases[row].segment.days for row in rows]], dtype=float)
        return float(scoring.of_segments(column.attainment[rows][None, :], days)[0])

    @cached_property
    def gates(self) -> tuple[GateLine, ...]:
        return tuple(
            GateLine(
                band=band.id,
                figure=gate.figure,
                threshold=gate.start,
                value=None if np.isnan(value) else value,
                reached=bool(scoring.gates_reached(np.array([[value]]), np.array([gate.start]))[0, 0]),
                undecided=self._is_undecided(gate.figure, gate.start),
            )
            for band in self.bands
            for gate in band.gates
            for value in [self.figure(gate.figure)]
        )

    def _is_undecided(self, figure: str, start: float) -> bool:
        """Whether the interval of a feedback figure lies on both sides of the threshold."""
        if figure not in FEEDBACK_GATES:
            return False
        estimate, scale = self._estimate(figure)
        return estimate is not None and scale * estimate.low < start <= scale * estimate.high

    def _estimate(self, figure: str) -> tuple[Estimate | None, float]:
        figures = self.totals.feedback[self.place].figures
        if figure == "feedback.top2box":
            return figures.satisfied, 100.0
        return (figures.nps if figure == "feedback.nps" else figures.score), 1.0

    @property
    def _passed(self) -> list[bool]:
        """Whether all gates of each band hold."""
        return [all(gate.reached for gate in self.gates if gate.band == band.id) for band in self.bands]

    # -- outcomes

    def computed(self) -> Outcome | None:
        """What the parts give, before adjustment and incidents."""
        return self._outcome("year", capped=False)

    def official(self) -> Outcome | None:
        """What counts; of who is not qualified a score outside the bands, without a bonus."""
        if self.status in (AppraisalStatus.HELD, AppraisalStatus.FIGURES_ONLY):
            return None
        if self.status is AppraisalStatus.NOT_QUALIFIED:
            score = self._through("official")
            shown = str(scoring.displayed(score))
            return Outcome(score, shown, float(shown), float(shown), None, 0.0, ())
        return self._outcome("official", capped=True)

    def _outcome(self, stage: str, *, capped: bool) -> Outcome | None:
        score = self._through(stage)
        if np.isnan(score):
            return None
        ends = [self._through(stage, 1), self._through(stage, 2)]
        low, high = (float(scoring.displayed(score if np.isnan(end) else end)) for end in ends)
        shown = scoring.displayed(score)
        cap = self._cap() if capped else 0
        places = [self._band(value, cap) for value in (high, shown, low)] if self.bands else []
        return Outcome(
            score=score,
            shown=str(shown),
            low=low,
            high=high,
            band=self.label(self.bands[places[1]]) if places else None,
            bonus=self._bonus(score, places[1] if places else None),
            reached_bands=self._labels(places),
        )

    def _band(self, value: object, cap: int) -> int:
        shown = scoring.displayed(float(str(value)))
        return scoring.band_with_gates(shown, [band.start for band in self.bands], self._passed, cap)

    def _cap(self) -> int:
        """The best band that major incidents leave."""
        places = {band.id: place for place, band in enumerate(self.bands)}
        return max((places[each.cap] for each in self.confirmed if each.cap in places), default=0)

    def _labels(self, places: Sequence[int]) -> tuple[BandLabel, ...]:
        if not places:
            return ()
        return tuple(self.label(band) for band in self.bands[min(places) : max(places) + 1])

    @staticmethod
    def label(band: Band) -> BandLabel:
        return BandLabel(band.id, Bilingual.of(band.title, band.id), band.start)

    def _bonus(self, score: float, band: int | None) -> float | None:
        rules, shown = self.rules.appraisal, scoring.displayed(score)
        share = self.bands[band].bonus if rules.bonus_by_band and band is not None else None
        if share is None and self.profile.bonuses:
            rows = [(row.start, row.share, row.linear) for row in self.profile.bonuses]
            share = float(scoring.bonus_share(shown, rows))
        presence = self.inputs.presence
        if share is None or not rules.bonus_by_presence:
            return share
        return share * presence.days / presence.of
