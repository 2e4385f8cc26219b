"""People of a pool in the order of their totals, as far as these tell them apart, and managers against the pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from feedback.models.decisions import CalibrationChange, Opinion
from feedback.models.people import Person
from feedback.models.rounds import Appraisal
from feedback.services.assessment.appraisal_document import (
    AppraisalStatus,
    BandLabel,
    FeedbackFigures,
    Outcome,
    SegmentResult,
)
from scoring.appraisal import guideline
from scoring.intervals import Z
from scoring.reliability import shrink
from scoring.severity import Severity, severity


@dataclass(frozen=True)
class PoolFigures:
    """The part of a version that a pool is compared by."""

    status: AppraisalStatus
    segments: tuple[SegmentResult, ...]
    feedback: FeedbackFigures
    bands: tuple[BandLabel, ...]
    computed: Outcome | None
    official: Outcome | None

    @property
    def score(self) -> float:
        """NaN for who has none, or is not qualified: nobody is compared with a veto."""
        is_compared = self.official is not None and self.status is not AppraisalStatus.NOT_QUALIFIED
        return self.official.score if is_compared and self.official else float("nan")

    @property
    def error(self) -> float:
        """Standard error of the total: that of its feedback, weighed."""
        return (self.official.high - self.official.low) / (2 * Z) if self.official else float("nan")

    def of_kpis(self, name: str) -> float | None:
        """The last segment's, which has the bands."""
        found: float | None = getattr(self.segments[-1], name) if self.segments else None
        return found


@dataclass(frozen=True)
class PoolRow:
    """One person of the pool. place: in the order, from 1; None without a total. tied: not separable from the next one.

    band: as computed; change: the newest of this session; past: the last two final bands, newest first; guideline: the
    band that the distribution would give, from 25 people up. undecided: the interval of the total reaches other bands.
    """

    appraisal: Appraisal
    reviewer: Person | None
    figures: PoolFigures | None
    place: int | None
    shrunken: float | None
    error: float
    tied: bool
    change: CalibrationChange | None
    opinions: Mapping[Opinion, int]
    own_opinion: Opinion | None
    past: tuple[str | None, ...]
    guideline: str | None

    @property
    def band(self) -> BandLabel | None:
        return self.figures.official.band if self.figures and self.figures.official else None

    @property
    def band_now(self) -> str | None:
        """With the change of this session, which counts when it closes."""
        return self.change.after if self.change else (self.band.id if self.band else None)

    @property
    def undecided(self) -> bool:
        official = self.figures.official if self.figures else None
        return official is not None and not official.separable

    def rank(self, band: str | None) -> int | None:
        """0 for the best band."""
        places = [label.id for label in self.figures.bands] if self.figures else []
        return places.index(band) if band in places else None


@dataclass(frozen=True)
class ManagerLine:
    """How a manager's people stand to the others of the pool; severity None for too few."""

    manager: Person
    people: int
    mean: float | None
    severity: Severity | None


def ordered(rows: Sequence[PoolRow]) -> list[PoolRow]:
    """A total without an error has nothing that chance could have added, and is compared as it is."""
    scores = np.array([row.figures.score if row.figures else np.nan for row in rows], dtype=float)
    errors = np.array([row.figures.error if row.figures else np.nan for row in rows], dtype=float)
    drawn = shrink(scores, np.nan_to_num(errors))
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


def with_guideline(rows: Sequence[PoolRow], shares: Sequence[float]) -> list[PoolRow]:
    """By the order in which they are compared."""
    if not shares:
        return list(rows)
    scores = np.array([np.nan if row.shrunken is None else row.shrunken for row in rows])
    places = guideline(scores, np.array(shares))
    return [
        replace(row, guideline=row.figures.bands[place].id)
        if row.figures and 0 <= place < len(row.figures.bands)
        else row
        for row, place in zip(rows, places.tolist(), strict=True)
    ]


def managers(rows: Sequence[PoolRow]) -> list[ManagerLine]:
    people = {row.reviewer.id: row.reviewer for row in rows if row.reviewer}
    scores = np.array([row.figures.score if row.figures else np.nan for row in rows], dtype=float)
    made = []
    for manager in sorted(people.values(), key=lambda person: person.code):
        own = np.array([row.reviewer is not None and row.reviewer.id == manager.id for row in rows])
        known = scores[own & ~np.isnan(scores)]
        mean = float(known.mean()) if len(known) else None
        made.append(ManagerLine(manager, int(own.sum()), mean, severity(scores[own], scores[~own])))
    return made
