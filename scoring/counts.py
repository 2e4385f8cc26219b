"""From opened ballots to what outlives a closed campaign: sums per subject, output cell and item, and where a cell has
ten ratings of an item also the counts per value."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.counting import NOBODY_GIVES, count
from scoring.disclosure import Decision, from_status
from scoring.instrument import Answers, Booleans, Counts, Groups, Instrument, Integers, Items
from scoring.slices import slices
from scoring.sums import Sums, add_up, kept_ratings
from scoring.thresholds import LEAST_BALLOTS_OF_DISTRIBUTION

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

    counts [s, h, j, v]: ratings per value after reversing, of the items that have a distribution in a cell, 0 for all
    others. sums [s, h, j]: of all items scored in a cell. n [s, h]: ballots. invited [s, g]: people asked. All but the
    latter are 0 outside shown cells. Counts may be as narrow as their numbers allow: to add two arrays of them, widen
    one first.
    """

    counts: Counts
    sums: Sums
    n: Integers
    invited: Integers
    decision: Decision

    def __post_init__(self) -> None:
        if self.counts.ndim != 4 or self.counts.shape[:2] != self.n.shape:
            raise ValueError("counts must be subjects x cells x items x values, n subjects x cells")
        if any(sums.shape != self.counts.shape[:3] for sums in self.sums.arrays):
            raise ValueError("sums must be subjects x cells x items, as the counts")
        if self.n.shape != self.decision.status.shape or self.invited.shape != self.decision.cell.shape:
            raise ValueError("counts, invited and decision describe different subjects or cells")
        if self.n.max(initial=0) > np.iinfo(self.counts.dtype).max:
            raise ValueError(f"{self.counts.dtype} cannot hold the counts of {self.n.max()} ballots")
        hidden = ~self.decision.shown.T.ravel()
        if np.any(self.n.T.ravel()[hidden]) or by_cell(self.ratings)[hidden].max(initial=0):
            raise ValueError("a cell that is not shown must not have counts")
        if np.any(self.spread & (self.ratings < LEAST_BALLOTS_OF_DISTRIBUTION)):
            raise ValueError("fewer than ten ratings must not have a distribution")

    @property
    def ratings(self) -> Counts:
        """Ratings per item [s, h, j]."""
        return self.sums.ratings

    @property
    def scored(self) -> Booleans:
        """Items that count in a cell [s, h, j]: asked, answered and not withheld there."""
        return self.ratings > 0

    @cached_property
    def spread(self) -> Booleans:
        """Items of which the distribution is known [s, h, j]."""
        return np.asarray(self.counts.any(axis=-1))

    def only(self, places: Booleans) -> "DisclosedCounts":
        """The same with the items at these places [s, h, j] alone."""
        counts = self.counts * places[..., None]
        return DisclosedCounts(counts, self.sums.only(places), self.n, self.invited, self.decision)


def by_cell(values: NDArray[Any]) -> NDArray[Any]:
    """Values [s, h, ...] of cells in the order of Ballots.cell [c, ...]."""
    return np.swapaxes(values, 0, 1).reshape(-1, *values.shape[2:])


def by_subject(values: NDArray[Any], subjects: int) -> NDArray[Any]:
    """The other way round."""
    return np.swapaxes(values.reshape(-1, subjects, *values.shape[1:]), 0, 1)


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
    """Count ballots, and keep what may be kept."""
    counts = ratings_per_value(ballots, invited, decision, instrument)
    return disclose(counts, ballots, invited, decision, instrument)


def ratings_per_value(
    ballots: Ballots, invited: Integers, decision: Decision, instrument: Instrument
) -> Counts:
    """Counts [v, c, j] after reversing, without the items that have fewer ratings in a cell than its minimum.

    In a pool also without those of which its ratings would tell how many of fewer people than that have answered.
    Those of small cells are not for keeping.
    """
    minimum = by_cell(decision.minimum)
    most = int(max(_ballots(ballots, decision).max(initial=0), minimum.max(initial=0)))
    counts = count(ballots.answers, ballots.cell, _sought(instrument.items), minimum, most)
    subject, cell, item = np.nonzero(telling(invited, decision, instrument))
    counts[:, cell * len(decision.status) + subject, item] = 0
    return counts


def telling(invited: Integers, decision: Decision, instrument: Instrument) -> Booleans:
    """Items of pools [s, h, j] that fewer people than the minimum, but some, are not asked there.

    The ballots less the ratings of such an item would be the answers of these few.
    """
    groups, asked = instrument.groups, instrument.items.asked
    found = np.zeros((*decision.status.shape, asked.shape[1]), dtype=bool)
    for pool in range(groups.count, groups.cells):
        if asked[groups.pool_of == pool].all():
            continue
        others = (invited * (decision.cell == pool)) @ ~asked
        found[:, pool] = (others > 0) & (others < decision.minimum[:, [pool]])
    return found


def _ballots(ballots: Ballots, decision: Decision) -> Integers:
    return np.bincount(ballots.cell, minlength=decision.status.size)


def disclose(
    counts: Counts, ballots: Ballots, invited: Integers, decision: Decision, instrument: Instrument
) -> DisclosedCounts:
    """What may be kept of counts [v, c, j]: sums, and distributions of ten ratings and more.

    Answers beyond its groups' minimum that a cell needs hide nobody (somebody heard them), so that they are no part
    of these ten either.
    """
    subjects = len(decision.status)
    least = by_cell(from_status(decision.status, instrument.groups).minimum)
    heard = heard_by_cell(decision, instrument.groups)
    sums = add_up(counts, least, heard, instrument)
    kept = np.empty_like(counts)
    for some in slices(len(heard)):
        spread = sums.ratings[some] >= LEAST_BALLOTS_OF_DISTRIBUTION + heard[some, None]
        np.multiply(counts[:, some], spread.view(np.uint8), out=kept[:, some])
    return DisclosedCounts(
        by_subject(np.moveaxis(kept, 0, -1), subjects),
        sums.each(lambda values: by_subject(values, subjects)),
        by_subject(_ballots(ballots, decision), subjects),
        np.asarray(invited, dtype=np.int64),
        decision,
    )


def heard_by_cell(decision: Decision, groups: Groups) -> Integers:
    """Answers beyond its groups' minimum that a cell needs [c]: so many are known to somebody who heard them."""
    least = from_status(decision.status, groups).minimum
    return np.asarray(by_cell(decision.minimum - least))


def restored(
    counts: Counts, kept: Sums, n: Integers, invited: Integers, decision: Decision, instrument: Instrument
) -> DisclosedCounts:
    """From what was kept: counts [s, h, j, v] of items with a distribution, sums [s, h, j] of the others.

    How many ratings are in the points follows from their number, here as there.
    """
    subjects, least = len(n), by_cell(decision.minimum)
    per_value = np.moveaxis(by_cell(counts), -1, 0)
    counted = add_up(per_value, least, np.zeros_like(least), instrument)
    trimmed = kept_ratings(by_cell(kept.ratings), least, instrument)
    small = replace(kept, kept=by_subject(trimmed, subjects))
    sums = counted.each(lambda values: by_subject(values, subjects)).where(
        np.asarray(counts.any(axis=-1)), small
    )
    return DisclosedCounts(counts, sums, n, invited, decision)


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
    answers = ballots.answers * by_cell(disclosed.scored)[ballots.cell]
    cell = ballots.cell.astype(">i8")[:, None].view(np.uint8)
    keys = np.concatenate([cell, answers], axis=1)
    order = keys.view(f"S{keys.shape[1]}").ravel().argsort()
    return Ballots(answers[order], ballots.cell[order])
