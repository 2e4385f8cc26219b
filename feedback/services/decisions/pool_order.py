"""People of a pool in the order of their totals, as far as these tell them apart, and managers against the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from feedback.models.calibrations import CalibrationChange, Stance
from feedback.models.people import Person
from feedback.models.rounds import Appraisal
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalStatus, BandLabel
from scoring.appraisal import guideline
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

    @property
    def total_error(self) -> float:
        """That of the feedback, by its weight in the total; what else is in it is taken as it is."""
        figures = self.figures
        return (figures.feedback_error or 0.0) * figures.feedback_weight if figures else 0.0


@dataclass(frozen=True)
class ManagerLine:
    """How a manager's people stand to the others of the pool; severity None for too few."""

    manager: Person
    people: int
    mean: float | None
    severity: ManagerSeverity | None


def ordered(rows: Sequence[PoolRow]) -> list[PoolRow]:
    """A total without an error has nothing that chance could have added, and is compared as it is."""
    scores = np.array([row.total for row in rows], dtype=float)
    drawn = shrink(scores, np.array([row.total_error for row in rows], dtype=float))
    values = np.where(np.isnan(drawn.score), scores, drawn.score)
    spread = np.nan_to_num(np.where(np.isnan(drawn.score), 0.0, drawn.error))
    known = [place for place in np.argsort(-values, kind="stable").tolist() if not np.isnan(values[place])]
    made = [
        replace(
            rows[place],
            place=rank,
            shrunken=float(values[place]),
            error=float(spread[place]),
        )
        for rank, place in enumerate(known, 1)
    ]
    marked = [
        replace(row, tied=not separable(row, later)) for row, later in zip(made, made[1:], strict=False)
    ]
    return [
        *marked,
        *made[len(marked) :],
        *(row for row, value in zip(rows, values, strict=True) if np.isnan(value)),
    ]


def separable(one: PoolRow, other: PoolRow) -> bool:
    """Whether their totals lie further apart than chance may put them."""
    if one.shrunken is None or other.shrunken is None:
        return True
    return abs(one.shrunken - other.shrunken) > Z * float(np.hypot(one.error, other.error))


def with_guideline(rows: Sequence[PoolRow], shares: Sequence[float], bands: Sequence[str]) -> list[PoolRow]:
    """By the order in which they are compared, from 25 people up."""
    if len(shares) != len(bands) or not shares:
        return list(rows)
    scores = np.array([np.nan if row.shrunken is None else row.shrunken for row in rows])
    places = guideline(scores, np.array(shares)).tolist()
    return [
        replace(row, guideline=bands[place]) if place >= 0 else row
        for row, place in zip(rows, places, strict=True)
    ]


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
