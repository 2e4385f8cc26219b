"""What would have changed it: the cheapest single change that would have led to the next better band.

Computed from the frozen version, by the same steps, after it is final only: it is for plans, not for haggling.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.assessment.appraisal_document import (
    AppraisalDocument,
    BandLabel,
    ComponentId,
    GateLine,
    KpiLine,
)
from feedback.services.assessment.inputs import FigureInput, GoalInput, Inputs
from feedback.services.assessment.outcomes import Judged
from feedback.services.assessment.totals import Rules, totals
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.bilingual import Bilingual
from feedback.services.releases.feedback_inputs import JoinedCell
from feedback.services.scores.scorecards import Estimate
from forms.scheme import Scheme

HALVINGS = 24
FURTHEST = 3.0  # times its target, or times what it was
HIGHEST = 100.0
TENTH = 0.1

Changed = Callable[[float], Inputs]


class LeverKind(StrEnum):
    KPI = "kpi"
    FEEDBACK = "feedback"
    GOALS = "goals"


@dataclass(frozen=True)
class Lever:
    """One number that could have been another: what it was, and what it would have had to be.

    effort: the change as a share of the target of a KPI, or of the 100 points of feedback and goals. By it levers are
    compared; it says nothing about how hard the change would be.
    """

    kind: LeverKind
    id: str
    title: Bilingual | None
    unit: Bilingual | None
    decimals: int
    was: float
    needed: float
    effort: float

    @property
    def change(self) -> float:
        return self.needed - self.was


@dataclass(frozen=True)
class WhatIf:
    """band: the next better one. levers: cheapest first; none where no single change reaches it.

    gates: those of that band which did not hold.
    """

    band: BandLabel
    levers: tuple[Lever, ...]
    gates: tuple[GateLine, ...]


@dataclass(frozen=True)
class _Trial:
    """A lever before its end is known: inputs by how far it is moved, in steps that it has, up to the furthest."""

    kind: LeverKind
    line: KpiLine | None
    furthest: float
    step: float
    changed: Changed


def of_appraisal(appraisal: Appraisal, document: AppraisalDocument) -> WhatIf | None:
    """Nothing before it is final."""
    if appraisal.state != AppraisalState.FINAL:
        return None
    return of(read_scheme(appraisal.round.scheme), document)


def of(scheme: Scheme, document: AppraisalDocument) -> WhatIf | None:
    """None for the best band, for who is not qualified, and where an incident caps the band."""
    official = document.official
    places = [band.id for band in document.bands]
    place = places.index(official.band.id) if official and official.band else 0
    capped = max((places.index(one.cap) for one in document.incidents if one.cap in places), default=0)
    if place == 0 or capped >= place:
        return None
    search = _Search(Rules(scheme, document.period), document, place - 1)
    levers = sorted(search.levers(), key=lambda lever: (lever.effort, lever.id))
    band = document.bands[place - 1]
    lacking = tuple(gate for gate in document.gates if gate.band == band.id and not gate.reached)
    return WhatIf(band, tuple(levers), lacking)


@dataclass(frozen=True)
class _Search:
    rules: Rules
    document: AppraisalDocument
    wanted: int

    def levers(self) -> list[Lever]:
        """Those that reach the band at their furthest, each moved back as far as it goes; all at once.

        Raising a figure never lowers a total, so that halving finds the end.
        """
        trials = [*self._kpis(), *self._feedback(), *self._goals()]
        reached = self._reached(trials, [trial.furthest for trial in trials])
        trials = [trial for trial, is_reached in zip(trials, reached, strict=True) if is_reached]
        low, high = [0.0] * len(trials), [trial.furthest for trial in trials]
        for _ in range(HALVINGS):
            middle = [(start + end) / 2 for start, end in zip(low, high, strict=True)]
            reached = self._reached(trials, middle)
            low = [start if hit else half for start, half, hit in zip(low, middle, reached, strict=True)]
            high = [half if hit else end for end, half, hit in zip(high, middle, reached, strict=True)]
        ends = [_rounded_up(end, trial.step) for end, trial in zip(high, trials, strict=True)]
        return [self._lever(trial, end) for trial, end in zip(trials, ends, strict=True)]

    def _judged(self, trials: Sequence[Inputs]) -> list[Judged]:
        found = totals(self.rules, trials, self.rules.scheme.satisfaction_goal)
        return [Judged(self.rules, found, inputs, place) for place, inputs in enumerate(trials)]

    def _reached(self, trials: Sequence[_Trial], amounts: Sequence[float]) -> list[bool]:
        if not trials:
            return []
        made = [trial.changed(amount) for trial, amount in zip(trials, amounts, strict=True)]
        return [self._place(judged) <= self.wanted for judged in self._judged(made)]

    def _place(self, judged: Judged) -> int:
        official, places = judged.official(), [band.id for band in self.document.bands]
        return places.index(official.band.id) if official and official.band else len(places)

    def _lever(self, trial: _Trial, amount: float) -> Lever:
        line = trial.line
        (judged,) = self._judged([trial.changed(amount)])
        if line is None:
            was, needed = self._points(trial.kind), self._points_of(judged, trial.kind)
            effort = abs(needed - was) / HIGHEST
            return Lever(trial.kind, trial.kind, None, None, 1, was, needed, effort)
        column = next(one for one in judged.totals.kpis.columns if one.kpi.id == line.id)
        was, needed = line.actual or 0.0, float(column.figures.actual[judged.rows[-1]])
        scale = abs(line.target or 0.0) or max(abs(was), 1.0)
        effort = abs(needed - was) / scale
        return Lever(trial.kind, line.id, line.title, line.unit, line.decimals, was, needed, effort)

    def _points(self, kind: LeverKind) -> float:
        score = self.document.feedback.score
        if kind is LeverKind.FEEDBACK:
            return score.value if score else 0.0
        return self.document.goals or 0.0

    @staticmethod
    def _points_of(judged: Judged, kind: LeverKind) -> float:
        if kind is LeverKind.GOALS:
            return float(judged.totals.goals[judged.place])
        score = judged.totals.feedback[judged.place].figures.score
        return score.value if score else 0.0

    # -- what could have been otherwise

    def _kpis(self) -> list[_Trial]:
        """Figures that were entered, of the last segment: one entry of each is moved, the latest."""
        found = []
        for line in self.document.segments[-1].kpis:
            entry = self._entry(line.id)
            if entry is not None and line.weight and line.score is not None:
                step = 10.0**-line.decimals if entry.value is not None else 1.0
                furthest = _furthest(entry, line)
                found.append(_Trial(LeverKind.KPI, line, furthest, step, self._moved(entry, line)))
        return found

    def _entry(self, kpi: str) -> FigureInput | None:
        inputs = self.document.inputs
        entered = {
            each.period: each
            for each in inputs.figures
            if each.kpi == kpi and each.kind == "actual" and (each.value is not None or each.whole)
        }
        if inputs.period in entered:
            return entered[inputs.period]
        months = [month for month in inputs.segments[-1].months if month in entered]
        return entered[months[-1]] if months else None

    def _moved(self, entry: FigureInput, line: KpiLine) -> Changed:
        sign = -1.0 if line.lower_is_better else 1.0

        def changed(amount: float) -> Inputs:
            inputs = self.document.inputs
            if entry.value is not None:
                moved = replace(entry, value=entry.value + sign * amount)
            else:
                moved = replace(entry, part=(entry.part or 0.0) + sign * amount)
            figures = tuple(moved if each is entry else each for each in inputs.figures)
            return replace(inputs, figures=figures)

        return changed

    def _feedback(self) -> list[_Trial]:
        score = self.document.feedback.score
        if score is None or ComponentId.FEEDBACK not in self._weighed():
            return []
        furthest = HIGHEST - score.value
        return [_Trial(LeverKind.FEEDBACK, None, furthest, TENTH, self._with_feedback)]

    def _with_feedback(self, amount: float) -> Inputs:
        inputs = self.document.inputs
        campaigns = tuple(
            replace(each, score=_raised(each.score, amount)) if each.score else each
            for each in inputs.campaigns
        )
        joined = inputs.joined
        if joined is not None:
            joined = replace(joined, cells=tuple(_raised_cell(cell, amount) for cell in joined.cells))
        return replace(inputs, campaigns=campaigns, joined=joined)

    def _goals(self) -> list[_Trial]:
        if self.document.goals is None or ComponentId.GOALS not in self._weighed():
            return []
        if not any(goal.rating is not None for goal in self.document.inputs.goals):
            return []
        return [_Trial(LeverKind.GOALS, None, HIGHEST, TENTH, self._with_goals)]

    def _with_goals(self, amount: float) -> Inputs:
        inputs = self.document.inputs
        return replace(inputs, goals=tuple(_better(goal, amount) for goal in inputs.goals))

    def _weighed(self) -> set[ComponentId]:
        return {part.id for segment in self.document.segments for part in segment.components}


def _furthest(entry: FigureInput, line: KpiLine) -> float:
    """A figure does not go below zero, nor a part above its whole."""
    if entry.value is None:
        part, whole = entry.part or 0.0, entry.whole or 0.0
        return part if line.lower_is_better else whole - part
    if line.lower_is_better:
        return max(entry.value, 0.0)
    return FURTHEST * max(abs(line.target or 0.0), abs(line.actual or 0.0), 1.0)


def _rounded_up(amount: float, step: float) -> float:
    """In whole steps, which are enough."""
    return math.ceil(amount / step - 1e-6) * step


def _raised(score: Estimate, amount: float) -> Estimate:
    points = (min(each + amount, HIGHEST) for each in (score.value, score.low, score.high))
    value, low, high = points
    return replace(score, value=value, low=low, high=high)


def _raised_cell(cell: JoinedCell, amount: float) -> JoinedCell:
    raised = tuple(replace(each, points=min(each.points + amount, HIGHEST)) for each in cell.dimensions)
    return replace(cell, dimensions=raised)


def _better(goal: GoalInput, amount: float) -> GoalInput:
    return goal if goal.rating is None else replace(goal, rating=min(goal.rating + amount, HIGHEST))
