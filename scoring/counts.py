"""From opened ballots to counts per subject, output cell, item and value: what outlives a closed campaign."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.disclosure import Decision
from scoring.instrument import Booleans, Instrument, Integers, Items

Answers = NDArray[np.uint8]
Counts = NDArray[np.int32]

UNANSWERED = 0


@dataclass(frozen=True)
class Ballots:
    """Opened ballots of shown cells only, in any order.

    answers [b, j]: 0 unanswered, else the place 1..V of the value on its scale, before reversing.
    cell [b]: subject * h + output cell.
    """

    answers: Answers
    cell: Integers


@dataclass(frozen=True)
class DisclosedCounts:
    """The sufficient statistic of a campaign, free of anything that may not be shown.

    counts [s, h, j, v]: ratings per value after reversing; n [s, h]: ballots; both 0 outside shown cells,
    and counts 0 for items withheld in a cell. invited [s, g].
    """

    counts: Counts
    n: Integers
    invited: Integers
    decision: Decision

    def __post_init__(self) -> None:
        if self.counts.ndim != 4 or self.counts.shape[:2] != self.n.shape:
            raise ValueError("counts must be subjects x cells x items x values, n subjects x cells")
        if self.n.shape != self.decision.status.shape or self.invited.shape != self.decision.cell.shape:
            raise ValueError("counts, invited and decision describe different subjects or cells")
        hidden = ~self.decision.shown
        if np.any(self.n[hidden]) or np.any(self.counts[hidden]):
            raise ValueError("a cell that is not shown must not have counts")

    @cached_property
    def ratings(self) -> Integers:
        """Ratings per item [s, h, j]."""
        return np.asarray(self.counts.sum(axis=3, dtype=np.int64))

    @property
    def scored(self) -> Booleans:
        """Items that count in a cell [s, h, j]: asked, answered and not withheld there."""
        return self.ratings > 0


def open_ballots(
    answers: Answers, subject: Integers, group: Integers, decision: Decision, items: Items
) -> Ballots:
    """Check ballots and keep those of shown cells, each sent to the output cell that counts it.

    answers [b, j] as in Ballots; subject, group [b]: indices into decision.cell. Raises ValueError for
    answers off their scale, for ballots without a single rating, and for indices out of range.
    """
    answers = np.asarray(answers)
    _check_answers(answers, items)
    if not len(answers) == len(subject) == len(group):
        raise ValueError("answers, subject and group must have one row per ballot")
    subjects, groups = decision.cell.shape
    if len(answers) and (
        min(subject.min(), group.min()) < 0 or subject.max() >= subjects or group.max() >= groups
    ):
        raise ValueError("a ballot names a subject or group that does not exist")
    cell = decision.cell[subject, group]
    kept = cell >= 0
    return Ballots(answers[kept], subject[kept] * decision.status.shape[1] + cell[kept])


def _check_answers(answers: Answers, items: Items) -> None:
    if answers.dtype != np.uint8 or answers.ndim != 2 or answers.shape[1] != len(items.values):
        raise ValueError(f"answers must be uint8, ballots x {len(items.values)} items")
    if len(answers) and np.any(answers.max(axis=0) > items.values):
        raise ValueError("an answer lies off its item's scale")
    if not answers[:, items.rating].any(axis=1).all():
        raise ValueError("a ballot has no rating at all")


def tally(ballots: Ballots, invited: Integers, decision: Decision, instrument: Instrument) -> DisclosedCounts:
    """Count ballots and withhold, in each cell, the items with fewer ratings than its minimum."""
    items = instrument.items
    shape = decision.status.shape
    counts = np.empty((shape[0] * shape[1], *items.points.shape), dtype=np.int32)
    for item in range(len(items.values)):
        counts[:, item] = _count(ballots.answers[:, item], ballots.cell, *counts.shape[::2])
    counts = turn_reversed(counts.reshape(*shape, *items.points.shape), items)
    withheld = counts.sum(axis=3) < decision.minimum[:, :, None]
    counts[withheld] = 0
    n = np.bincount(ballots.cell, minlength=shape[0] * shape[1]).reshape(shape)
    return DisclosedCounts(counts, n, np.asarray(invited, dtype=np.int64), decision)


def _count(answers: Answers, cell: Integers, cells: int, values: int) -> Integers:
    """Ratings of one item per cell and value [cells, v]; unanswered ones are counted first and dropped."""
    joint = np.bincount(cell * (values + 1) + answers, minlength=cells * (values + 1))
    return np.asarray(joint.reshape(cells, values + 1)[:, 1:])


def turn_reversed(counts: Counts, items: Items) -> Counts:
    """Counts [..., j, v] from values as answered to values after reversing, or back; changes the array."""
    for item in np.flatnonzero(items.reverse):
        size = items.values[item]
        counts[..., item, :size] = counts[..., item, :size][..., ::-1].copy()
    return counts


def scored_ballots(ballots: Ballots, disclosed: DisclosedCounts) -> Ballots:
    """The ballots that statistics may use: answers to withheld items blanked, sorted by cell and answers.

    Sums over them are then the same to the last bit in whatever order ballots were cast, and whatever was
    answered to withheld items.
    """
    scored = disclosed.scored.reshape(-1, ballots.answers.shape[1])
    answers = ballots.answers * scored[ballots.cell]
    cell = ballots.cell.astype(">i8")[:, None].view(np.uint8)
    keys = np.concatenate([cell, answers], axis=1)
    order = keys.view(f"S{keys.shape[1]}").ravel().argsort()
    return Ballots(answers[order], ballots.cell[order])
