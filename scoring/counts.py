"""From opened ballots to counts per subject, output cell, item and value: what outlives a closed campaign."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.disclosure import Decision
from scoring.instrument import Booleans, Instrument, Integers, Items

Answers = NDArray[np.uint8]
Counts = NDArray[np.int32]

UNANSWERED = 0
CELLS_AT_ONCE = 8000  # their counts stay in the cache of a processor
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
        hidden = ~self.decision.shown.ravel()
        ratings = self.ratings.reshape(len(hidden), -1)
        if np.any(self.n.ravel()[hidden]) or np.any(ratings.compress(hidden, axis=0)):
            raise ValueError("a cell that is not shown must not have counts")

    @cached_property
    def ratings(self) -> Counts:
        """Ratings per item [s, h, j]."""
        return np.asarray(self.counts.sum(axis=3, dtype=np.int32))

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
    return Ballots(answers.compress(kept, axis=0), subject[kept] * decision.status.shape[1] + cell[kept])


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
    shape = decision.status.shape
    minimum = decision.minimum.ravel()
    order = np.argsort(ballots.cell, kind="stable")
    size = np.bincount(ballots.cell, minlength=len(minimum))
    first = np.cumsum(size) - size
    items = instrument.items
    counts = np.empty((items.points.shape[1], len(minimum), len(items.values)), dtype=np.int32)
    for start in range(0, len(minimum), CELLS_AT_ONCE):
        some = slice(start, start + CELLS_AT_ONCE)
        found = _count(ballots.answers, order, first[some], size[some], len(counts))
        turn_reversed(np.moveaxis(found, 0, -1), items)
        found *= found.sum(axis=0, dtype=found.dtype) >= minimum[some, None]
        counts[:, some] = found
    by_value_last = np.moveaxis(counts.reshape(-1, *shape, len(items.values)), 0, -1)
    return DisclosedCounts(by_value_last, size.reshape(shape), np.asarray(invited, dtype=np.int64), decision)


def _count(answers: Answers, order: Integers, first: Integers, size: Integers, values: int) -> NDArray[Any]:
    """Ratings [v, c, j] of some cells [c]: size[c] ballots each, found from order[first[c]] on.

    Large cells are counted in pieces of as many ballots as a byte can count.
    """
    pieces = np.maximum(-(-size // MOST_IN_BYTE), 1)
    piece = np.cumsum(pieces) - pieces
    earlier = (np.arange(pieces.sum()) - np.repeat(piece, pieces)) * MOST_IN_BYTE
    length = np.minimum(np.repeat(size, pieces) - earlier, MOST_IN_BYTE)
    counts = _count_pieces(answers, order, np.repeat(first, pieces) + earlier, length, values)
    return counts if len(length) == len(size) else np.add.reduceat(counts, piece, axis=1, dtype=np.int32)


def _count_pieces(
    answers: Answers, order: Integers, first: Integers, length: Integers, values: int
) -> NDArray[np.uint8]:
    """Ratings [v, p, j] of pieces of at most 255 ballots.

    All pieces advance together, ballot by ballot; the longest come first, so that those not yet at their
    end are one block of memory.
    """
    by_length = np.argsort((MOST_IN_BYTE - length).astype(np.uint8), kind="stable")
    place = np.empty_like(by_length)
    place[by_length] = np.arange(len(length))
    first = first[by_length]
    value = np.arange(1, values + 1, dtype=np.uint8)[:, None, None]
    counts = np.zeros((values, len(length), answers.shape[1]), dtype=np.uint8)
    for ballot in range(length.max(initial=0)):
        unfinished = np.count_nonzero(length > ballot)
        ballots = answers.take(order[first[:unfinished] + ballot], axis=0)
        counts[:, :unfinished] += (ballots == value).view(np.uint8)
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
