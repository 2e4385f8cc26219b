"""From opened ballots to counts per subject, output cell, item and value: what outlives a closed campaign."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.disclosure import NOWHERE, Decision
from scoring.instrument import Booleans, Instrument, Integers, Items

Answers = NDArray[np.uint8]
Counts = NDArray[np.integer[Any]]

UNANSWERED = 0
NO_ANSWER = 255  # what no form can give
CELLS_AT_ONCE = 2000  # their counts stay in the cache of a processor
MOST_IN_BYTE = 255


@dataclass(frozen=True)
class Ballots:
    """Opened ballots of shown cells only, in the order of their cells.

    answers [b, j]: 0 unanswered, else the place 1..V of the value on its scale, before reversing.
    cell [b]: output cell * s + subject, so that the cells of a group lie next to each other.
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
        hidden = ~self.decision.shown.T.ravel()
        if np.any(self.n.T.ravel()[hidden]) or np.any(self.ratings_by_cell.compress(hidden, axis=0)):
            raise ValueError("a cell that is not shown must not have counts")

    @property
    def by_cell(self) -> Counts:
        """The counts [v, c, j] of cells in the order of Ballots.cell."""
        subjects, cells, items, values = self.counts.shape
        return np.moveaxis(self.counts, (3, 1), (0, 1)).reshape(values, subjects * cells, items)

    @cached_property
    def ratings_by_cell(self) -> Counts:
        """Ratings per item [c, j]."""
        return np.asarray(self.by_cell.sum(axis=0, dtype=self.counts.dtype))

    @property
    def ratings(self) -> Counts:
        """Ratings per item [s, h, j]."""
        subjects, cells, items, _ = self.counts.shape
        return np.moveaxis(self.ratings_by_cell.reshape(cells, subjects, items), 0, 1)

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
    narrow = np.min_scalar_type(-decision.status.shape[1])  # numbers of a byte are sorted in no time
    cell = decision.cell.T.astype(narrow).ravel().take(group * subjects + subject)
    order = np.lexsort((subject, cell))[np.count_nonzero(cell == NOWHERE) :]
    return Ballots(answers.take(order, axis=0), cell.take(order) * np.int64(subjects) + subject.take(order))


def _check_answers(answers: Answers, items: Items) -> None:
    if answers.dtype != np.uint8 or answers.ndim != 2 or answers.shape[1] != len(items.values):
        raise ValueError(f"answers must be uint8, ballots x {len(items.values)} items")
    if answers.max(initial=0) > items.values.min() and np.any(answers.max(axis=0) > items.values):
        raise ValueError("an answer lies off its item's scale")
    first, *others = np.flatnonzero(items.rating)
    unrated = np.flatnonzero(answers[:, first] == UNANSWERED)
    for item in others:
        unrated = unrated[answers[unrated, item] == UNANSWERED]
    if unrated.size:
        raise ValueError("a ballot has no rating at all")


def tally(ballots: Ballots, invited: Integers, decision: Decision, instrument: Instrument) -> DisclosedCounts:
    """Count ballots and withhold, in each cell, the items with fewer ratings than its minimum."""
    subjects, cells = decision.status.shape
    values, items = instrument.items.points.shape[1], len(instrument.items.values)
    size = np.bincount(ballots.cell, minlength=subjects * cells)
    # In the narrowest numbers that hold them, a byte almost always: 4 times as fast as 4 bytes each.
    narrow = np.min_scalar_type(max(size.max(initial=0), decision.minimum.max(initial=0)))
    minimum = decision.minimum.T.astype(narrow).reshape(-1, 1)
    counts = np.empty((values, len(size), items), dtype=narrow)
    queue = Queue(ballots.answers, np.cumsum(size) - size, size, _sought(instrument.items))
    for start in range(0, len(size), CELLS_AT_ONCE):
        some = slice(start, start + CELLS_AT_ONCE)
        found = _count(queue.of(some))
        enough = found.sum(axis=0, dtype=narrow) >= minimum[some]
        np.multiply(found, enough.view(np.uint8), out=counts[:, some])
    by_subject = np.moveaxis(counts.reshape(values, cells, subjects, items), (0, 1), (3, 1))
    n = size.reshape(cells, subjects).T
    return DisclosedCounts(by_subject, n, np.asarray(invited, dtype=np.int64), decision)


@dataclass(frozen=True)
class Queue:
    """Ballots in the order of their cells: size[c] of them each, from row first[c] on.

    sought [v, c, j]: the answer that counts as each value, the same in every cell.
    """

    answers: Answers
    first: Integers
    size: Integers
    sought: Answers

    def of(self, some: slice) -> "Queue":
        return Queue(self.answers, self.first[some], self.size[some], self.sought)


def _sought(items: Items) -> Answers:
    value = np.arange(1, items.points.shape[1] + 1)[:, None]
    answer = np.where(items.reverse, items.values + 1 - value, value)
    answer = np.where(value <= items.values, answer, NO_ANSWER).astype(np.uint8)
    return np.repeat(answer[:, None], CELLS_AT_ONCE, axis=1)


def _count(queue: Queue) -> NDArray[Any]:
    """Ratings [v, c, j] of the cells [c] of a queue.

    Large cells are counted in pieces of as many ballots as a byte can count.
    """
    size = queue.size
    if size.max(initial=0) <= MOST_IN_BYTE:
        return _count_pieces(queue)
    pieces = np.maximum(-(-size // MOST_IN_BYTE), 1)
    piece = np.cumsum(pieces) - pieces
    earlier = (np.arange(pieces.sum()) - np.repeat(piece, pieces)) * MOST_IN_BYTE
    length = np.minimum(np.repeat(size, pieces) - earlier, MOST_IN_BYTE)
    first = np.repeat(queue.first, pieces) + earlier
    sought = np.repeat(queue.sought[:, :1], len(length), axis=1)
    counts = _count_pieces(Queue(queue.answers, first, length, sought))
    return np.add.reduceat(counts, piece, axis=1, dtype=np.min_scalar_type(size.max()))


def _count_pieces(queue: Queue) -> NDArray[np.uint8]:
    """Ratings [v, p, j] of pieces of at most 255 ballots.

    All pieces advance together, ballot by ballot; the longest come first, so that those not yet at their
    end are one block of memory.
    """
    length = queue.size.astype(np.uint8)
    by_length = np.argsort(MOST_IN_BYTE - length, kind="stable")
    first = queue.first[by_length]
    counts = np.zeros((len(queue.sought), len(length), queue.answers.shape[1]), dtype=np.uint8)
    finished = np.cumsum(np.bincount(length))[:-1]
    for ballot, unfinished in enumerate((len(length) - finished).tolist()):
        ballots = queue.answers.take(first[:unfinished] + ballot, axis=0)
        counts[:, :unfinished] += (ballots == queue.sought[:, :unfinished]).view(np.uint8)
    place = np.empty_like(by_length)
    place[by_length] = np.arange(len(length))
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
    answers = ballots.answers * (disclosed.ratings_by_cell > 0)[ballots.cell]
    cell = ballots.cell.astype(">i8")[:, None].view(np.uint8)
    keys = np.concatenate([cell, answers], axis=1)
    order = keys.view(f"S{keys.shape[1]}").ravel().argsort()
    return Ballots(answers[order], ballots.cell[order])
