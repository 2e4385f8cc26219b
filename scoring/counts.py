"""From opened ballots to counts per subject, output cell, item and value: what outlives a closed campaign."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.counting import NOBODY_GIVES, count
from scoring.disclosure import Decision
from scoring.instrument import Answers, Booleans, Counts, Instrument, Integers, Items

ALL_BITS = np.uint8(255)


@dataclass(frozen=True)
class Ballots:
    """Opened ballots of shown cells only.

    answers [b, j]: 0 unanswered, else the place 1..V of the value on its scale, before reversing.
    cell [b]: output cell * s + subject, so that the cells of a group lie next to each other.
    """

    answers: Answers
    cell: Integers


@dataclass(frozen=True)
class DisclosedCounts:
    """The sufficient statistic of a campaign, free of anything that may not be shown.

    counts [s, h, j, v]: ratings per value after reversing; n [s, h]: ballots; both 0 outside shown cells,
    and counts 0 for items withheld in a cell. invited [s, g]: people asked. Counts may be as narrow as
    their numbers allow: to add two arrays of them, widen one first.
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
        if np.any(self.n.T.ravel()[hidden]) or self.ratings_by_cell[hidden].max(initial=0):
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
    if answers.dtype != np.uint8 or answers.ndim != 2 or answers.shape[1] != len(items.values):
        raise ValueError(f"answers must be uint8, ballots x {len(items.values)} items")
    if not len(answers) == len(subject) == len(group):
        raise ValueError("answers, subject and group must have one row per ballot")
    cell = _cells(subject, group, decision)
    if (answers > items.values.astype(np.uint8)).any():
        raise ValueError("an answer lies off its item's scale")
    if not (answers & ALL_BITS * items.rating.astype(np.uint8)).any(axis=1).all():
        raise ValueError("a ballot has no rating at all")
    counted = np.flatnonzero(cell >= 0)
    return Ballots(answers[counted], cell[counted])


def _cells(subject: Integers, group: Integers, decision: Decision) -> Integers:
    """The cell that counts each ballot, as in Ballots; negative for those of no cell."""
    subjects, groups = decision.cell.shape
    if len(subject) and (
        min(subject.min(), group.min()) < 0 or subject.max() >= subjects or group.max() >= groups
    ):
        raise ValueError("a ballot names a subject or group that does not exist")
    cell = decision.cell.T * subjects + np.arange(subjects)
    return np.asarray(cell.ravel().take(group * subjects + subject))


def tally(ballots: Ballots, invited: Integers, decision: Decision, instrument: Instrument) -> DisclosedCounts:
    """Count ballots and withhold, in each cell, the items with fewer ratings than its minimum.

    In a pool also those of which its ratings would tell how many of fewer people than that have answered.
    """
    invited = np.asarray(invited, dtype=np.int64)
    subjects, cells = decision.status.shape
    size, minimum = np.bincount(ballots.cell, minlength=subjects * cells), decision.minimum.T.ravel()
    most = int(max(size.max(initial=0), minimum.max(initial=0)))
    counts = count(ballots.answers, ballots.cell, _sought(instrument.items), minimum, most)
    by_subject = np.moveaxis(counts.reshape(len(counts), cells, subjects, -1), (0, 1), (3, 1))
    by_subject[_telling(invited, decision, instrument)] = 0
    n = size.reshape(cells, subjects).T
    return DisclosedCounts(by_subject, n, invited, decision)


def _telling(invited: Integers, decision: Decision, instrument: Instrument) -> tuple[Integers, ...]:
    """Subjects, cells and items of pools in which fewer people than the minimum, but some, are not asked the item.

    The ballots less the ratings of such an item would be the answers of these few.
    """
    groups, asked = instrument.groups, instrument.items.asked
    found = np.zeros((*decision.status.shape, asked.shape[1]), dtype=bool)
    for pool in range(groups.count, groups.cells):
        if asked[groups.pool_of == pool].all():
            continue
        others = (invited * (decision.cell == pool)) @ ~asked
        found[:, pool] = (others > 0) & (others < decision.minimum[:, [pool]])
    return np.nonzero(found)


def _sought(items: Items) -> Answers:
    """The answer that counts as a value after reversing [v, j]; one that nobody gives beyond an item's own."""
    value = np.arange(1, items.points.shape[1] + 1)[:, None]
    answer = np.where(items.reverse, items.values + 1 - value, value)
    return np.where(value <= items.values, answer, NOBODY_GIVES).astype(np.uint8)


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
