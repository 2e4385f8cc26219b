"""People of a pool in the order of their totals, as far as these tell them apart, and managers against the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from feedback.models.calibrations import CalibrationChange, Stance
from feedback.models.people import Person
from feedback.models.rounds import Appraisal
from feedback.services.appraisals import standing
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalStatus, BandLabel
from forms.appraisals.rules import AppraisalRules
from scoring.intervals import Z
from scoring.reliability import shrink
from scoring.severity import ManagerSeverity, severity


@dataclass(frozen=True)
class PoolRow:
    """One person of the pool. place: in the order, from 1; None without a total. tied: not separable from the next one.

    band: as computed; change: the newest of this session; past: the last two final bands, newest first; guideline: the
    band that the distribution would give, from 25 people up. undecided: the interval of the total reaches other bands.
    """

    appraisal: Appraisal
    reviewer: Person | None
    figures: AppraisalSummary | None
    place: int | None
    shrunken: float | None
    error: float
    tied: bool
    change: CalibrationChange | None
    opinions: Mapping[Stance, int]
    own_opinion: Stance | None
    past: tuple[str | None, ...]
    guideline: str | None

    @property
    def band(self) -> BandLabel | None:
        return self.figures.band if self.figures else None

    @property
    def band_now(self) -> str | None:
        """With the change of this session, which counts when it closes."""
        return self.change.after if self.change else (self.band.id if self.band else None)

    @property
    def undecided(self) -> bool:
        return self.figures is not None and len(self.figures.reached_bands) > 1

    @property
    def total(self) -> float:
        """NaN for who has none, or is not qualified: nobody is compared with a veto."""
        figures = self.figures
        if figures is None or figures.total is None or figures.status is AppraisalStatus.NOT_QUALIFIED:
            return float("nan")
        return figures.total


@dataclass(frozen=True)
class ManagerLine:
    """How a manager's people stand to the others of the pool; severity None for too few."""

    manager: Person
    people: int
    mean: float | None
    severity: ManagerSeverity | None


def ordered(rows: Sequence[PoolRow], rules: AppraisalRules, bands: Sequence[str]) -> list[PoolRow]:
    """By totals with shrunken feedback; who has none comes last, by code."""
    by_id = {row.appraisal.id: row for row in rows}
    compared = {id: row.figures for id, row in by_id.items() if row.figures and not np.isnan(row.total)}
    errors = _errors(compared)
    made = [
        replace(
            by_id[each.appraisal_id],
            place=each.place,
            shrunken=each.total,
            error=errors[each.appraisal_id],
            guideline=None if each.suggested is None else bands[each.suggested],
        )
        for each in standing.order(compared, rules)
    ]
    marked = [replace(row, tied=not separable(row, later)) for row, later in pairwise(made)]
    placed = {row.appraisal.id for row in made}
    return [*marked, *made[len(marked) :], *(row for row in rows if row.appraisal.id not in placed)]


def _errors(summaries: Mapping[int, AppraisalSummary]) -> dict[int, float]:
    """Standard errors of the totals: those of the shrunken feedback by its weight; the rest is taken as it is."""
    found = list(summaries.values())
    score = np.array([each.feedback.value if each.feedback else np.nan for each in found], dtype=float)
    error = np.array([each.feedback_error or np.nan for each in found], dtype=float)
    drawn = shrink(score, np.nan_to_num(error)).error
    used = np.where(np.isnan(drawn), np.nan_to_num(error), drawn)
    return {
        id: float(own * each.feedback_weight) for (id, each), own in zip(summaries.items(), used, strict=True)
    }


def separable(one: PoolRow, other: PoolRow) -> bool:
    """Whether their totals lie further apart than chance may put them."""
    if one.shrunken is None or other.shrunken is None:
        return True
    return abs(one.shrunken - other.shrunken) > Z * float(np.hypot(one.error, other.error))


def managers(rows: Sequence[PoolRow]) -> list[ManagerLine]:
    people = {row.reviewer.id: row.reviewer for row in rows if row.reviewer}
    scores = np.array([row.total for row in rows], dtype=float)
    made = []
    for manager in sorted(people.values(), key=lambda person: person.code):
        own = np.array([row.reviewer is not None and row.reviewer.id == manager.id for row in rows])
        known = scores[own & ~np.isnan(scores)]
        mean = float(known.mean()) if len(known) else None
        made.append(ManagerLine(manager, int(own.sum()), mean, severity(scores[own], scores[~own])))
    return made
