"""From opened ballots to counts per subject, output cell, item and value: what outlives a closed campaign."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.disclosure import Decision
from scoring.instrument import Booleans, Instrument, Integers, Items

Answers = NDArray[np.uint8]
Counts = NDArray[np.integer[Any]]

UNANSWERED = 0
CELLS_AT_ONCE = 4000  # their counts stay in the cache of a processor
MOST_IN_BYTE = 255


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
    and counts 0 for items withheld in a cell. invited [s, g]. Counts may be as narrow as their numbers allow:
    to add two arrays of them, widen one first.
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
        if self.n.max(initial=0) > np.iinfo(self.counts.dtype).max:
            raise ValueError(f"{self.counts.dtype} cannot hold the counts of {self.n.max()} ballots")
        hidden = ~self.decision.shown.ravel()
        ratings = self.ratings.reshape(len(hidden), -1)
        if np.any(self.n.ravel()[hidden]) or np.any(ratings.compress(hidden, axis=0)):
            raise ValueError("a cell that is not shown must not have counts")

    @cached_property
    def ratings(self) -> Counts:
        """Ratings per item [s, h, j]."""
        return np.asarray(self.counts.sum(axis=3, dtype=self.counts.dtype))

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
    cell = decision.cell.ravel().take(subject * groups + group)
    kept = np.flatnonzero(cell >= 0)
    cell = subject.take(kept) * decision.status.shape[1] + cell.take(kept)
    return Ballots(answers.take(kept, axis=0), cell)


def _check_answers(answers: Answers, items: Items) -> None:
    if answers.dtype != np.uint8 or answers.ndim != 2 or answers.shape[1] != len(items.values):
        raise ValueError(f"answers must be uint8, ballots x {len(items.values)} items")
    if answers.max(initial=0) > items.values.min() and np.any(answers.max(axis=0) > items.values):
        raise ValueError("an answer lies off its item's scale")
    unrated = np.arange(len(answers))
    for item in np.flatnonzero(items.rating):
        unrated = unrated[answers[unrated, item] == UNANSWERED]
    if unrated.size:
        raise ValueError("a ballot has no rating at all")


def tally(ballots: Ballots, invited: Integers, decision: Decision, instrument: Instrument) -> DisclosedCounts:
    """Count ballots and withhold, in each cell, the items with fewer ratings than its minimum."""
    shape, items = decision.status.shape, instrument.items
    size = np.bincount(ballots.cell, minlength=decision.status.size)
    queue = Queue(ballots.answers, np.argsort(ballots.cell, kind="stable"), np.cumsum(size) - size, size)
    # In the narrowest numbers that hold them, a byte almost always: 4 times as fast as 4 bytes each.
    narrow = np.min_scalar_type(max(size.max(initial=0), decision.minimum.max(initial=0)))
    minimum = decision.minimum.astype(narrow).reshape(-1, 1)
    counts = np.empty((items.points.shape[1], len(minimum), len(items.values)), dtype=narrow)
    for start in range(0, len(minimum), CELLS_AT_ONCE):
        some = slice(start, start + CELLS_AT_ONCE)
        found = _count(queue.of(some), len(counts))
        turn_reversed(np.moveaxis(found, 0, -1), items)
        enough = found.sum(axis=0, dtype=narrow) >= minimum[some]
        np.multiply(found, enough.view(np.uint8), out=counts[:, some])
    by_value_last = np.moveaxis(counts.reshape(-1, *shape, len(items.values)), 0, -1)
    return DisclosedCounts(by_value_last, size.reshape(shape), np.asarray(invited, dtype=np.int64), decision)


@dataclass(frozen=True)
class Queue:
    """Ballots in the order of their cells: size[c] of them each, at order[first[c]] and after."""

    answers: Answers
    order: Integers
    first: Integers
    size: Integers

    def of(self, some: slice) -> "Queue":
        return replace(self, first=self.first[some], size=self.size[some])


def _count(queue: Queue, values: int) -> NDArray[Any]:
    """Ratings [v, c, j] of the cells [c] of a queue.

    Large cells are counted in pieces of as many ballots as a byte can count.
    """
    size = queue.size
    if size.max(initial=0) <= MOST_IN_BYTE:
        return _count_pieces(queue, values)
    pieces = np.maximum(-(-size // MOST_IN_BYTE), 1)
    piece = np.cumsum(pieces) - pieces
    earlier = (np.arange(pieces.sum()) - np.repeat(piece, pieces)) * MOST_IN_BYTE
    length = np.minimum(np.repeat(size, pieces) - earlier, MOST_IN_BYTE)
    counts = _count_pieces(
        replace(queue, first=np.repeat(queue.first, pieces) + earlier, size=length), values
    )
    return np.add.reduceat(counts, piece, axis=1, dtype=np.min_scalar_type(size.max()))


def _count_pieces(queue: Queue, values: int) -> NDArray[np.uint8]:
    """Ratings [v, p, j] of pieces of at most 255 ballots.

    All pieces advance together, ballot by ballot; the longest come first, so that those not yet at their
    end are one block of memory.
    """
    length = queue.size.astype(np.uint8)
    by_length = np.argsort(MOST_IN_BYTE - length, kind="stable")
    first = queue.first[by_length]
    place = np.empty_like(by_length)
    place[by_length] = np.arange(len(length))
    counts = np.zeros((values, len(length), queue.answers.shape[1]), dtype=np.uint8)
    for ballot in range(length.max(initial=0)):
        unfinished = np.count_nonzero(length > ballot)
        ballots = queue.answers.take(queue.order[first[:unfinished] + ballot], axis=0)
        for value, count in enumerate(counts[:, :unfinished], start=1):
            count += (ballots == value).view(np.uint8)
    return counts.take(place, axis=1)


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
