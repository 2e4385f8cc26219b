"""A year from its quarters: counts added up from what each quarter shows, or else the mean of their scores.
 Quarters that are pooled have the same subjects, questionnaire and scheme; a
subject who was not rated in a quarter has no ballots there.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.cells import Means
from scoring.counts import DisclosedCounts
from scoring.disclosure import NOWHERE, Decision, Status, from_status
from scoring.instrument import Booleans, Counts, Floats, Groups, Integers
from scoring.intervals import weighted_interval
from scoring.points import to_points, to_unit
from scoring.sums import NOT_COUNTED, Sums
from scoring.weighing import in_order, weighted

LEAST_QUARTERS = 2

Place = tuple[NDArray[Any], NDArray[Any]]


def pool_quarters(quarters: Sequence[DisclosedCounts], groups: Groups) -> DisclosedCounts:
    """Counts of the cells that each quarter shows, added up; what a quarter withholds stays out of the year.

    A group that is in its family's pool in any quarter is in the pool for the year, with all of its shown
    counts: shown cells may be merged further, but pools cannot be taken apart. Items under the minimum of the
    cell they end up in are withheld. The year knows of an item what all cells that are added up tell of it: less
    some of its quarters it is others. Trimming is that of the quarters. Raises ValueError for no quarter, or quarters
    of different shapes.
    """
    _check_shapes(quarters)
    decision = _decide(quarters, groups)
    n = np.zeros(quarters[0].n.shape, dtype=np.int64)
    year = _Totals(quarters[0])
    for quarter in quarters:
        into = _destination(quarter.decision, decision, groups)
        subject, cell = np.nonzero(into != NOWHERE)
        there = (subject, into[subject, cell])
        np.add.at(n, there, quarter.n[subject, cell])
        year.add(quarter, (subject, cell), there)
    invited = np.sum([quarter.invited for quarter in quarters], axis=0)
    kept = year.sums.ratings >= decision.minimum[:, :, None]
    return DisclosedCounts(*year.told(n), n, invited, decision).only(kept)


class _Totals:
    """Counts and sums of the quarters added up; of an item, what all of the cells that are added up tell of it."""

    def __init__(self, like: DisclosedCounts) -> None:
        self.counts = np.zeros(like.counts.shape, dtype=np.int64)
        self.sums = Sums(*np.zeros((4, *like.ratings.shape), dtype=np.int64))
        self.lacks_top, self.lacks_spread = np.zeros((2, *like.ratings.shape), dtype=np.int64)

    def add(self, quarter: DisclosedCounts, place: Place, there: Place) -> None:
        np.add.at(self.counts, there, quarter.counts[place])
        sums = replace(quarter.sums, top=np.maximum(quarter.sums.top, 0))
        for total, own in zip(self.sums.arrays, sums.arrays, strict=True):
            np.add.at(total, there, own[place])
        np.add.at(self.lacks_top, there, quarter.scored[place] & (quarter.sums.top[place] == NOT_COUNTED))
        np.add.at(self.lacks_spread, there, quarter.scored[place] & ~quarter.spread[place])

    def told(self, n: Integers) -> tuple[Counts, Sums]:
        counts = self.counts * (self.lacks_spread == 0)[..., None]
        top = np.where((self.sums.ratings > 0) & (self.lacks_top == 0), self.sums.top, NOT_COUNTED)
        return counts.astype(np.min_scalar_type(n.max(initial=0))), replace(self.sums, top=top)


def phi_of_year(phi: Floats, ballots: Integers) -> Floats:
    """phi [d + 1] from those of the quarters [q, d + 1], by the ballots shown in each [q]; plain without any.

    Raises ValueError for negative numbers of ballots.
    """
    if np.any(ballots < 0):
        raise ValueError("a number of ballots must not be negative")
    return np.asarray(np.average(phi, axis=0, weights=ballots if ballots.any() else None))


def mean_of_scores(score: Floats, error: Floats, n: Floats, low: float, high: float) -> tuple[Means, Floats]:
    """The plain mean [s] of official scores [q, s] in points, its standard error [s], its interval.

    For quarters whose counts cannot be pooled; those without a score are left out. SE^2 = sum SE^2 / q^2, q being the
    number of scores; n [q, s] adds up; low, high: fewest and most points. Raises ValueError for negative errors.
    """
    if np.any(error < 0):
        raise ValueError("a standard error must not be negative")
    there = ~np.isnan(score)
    count = np.where(there.any(axis=0), there.sum(axis=0), np.nan)
    mean = in_order(np.where(there, score, 0.0).T) / count
    squared = in_order(np.where(there, error, 0.0).T ** 2) / count**2
    ratings = in_order(np.where(there, n, 0.0).T)
    limits = np.full(mean.shape, low), np.full(mean.shape, high)
    unit_squared = squared / (high - low) ** 2
    interval = to_points(weighted_interval(to_unit(mean, *limits), ratings, unit_squared), *limits)
    return Means(mean, ratings, interval), np.sqrt(squared)


def mean_of_quarters(totals: Floats, least: int = LEAST_QUARTERS) -> Floats:
    """The mean [s] of final quarterly totals [q, s]; NaN where fewer than `least` quarters have one."""
    mean, count = weighted(totals.T, np.ones(len(totals)))
    return np.where(count >= least, mean, np.nan)


def with_quarters(own: Floats, quarters: Floats, share: float) -> Floats:
    """(1 - share) own + share quarters [s]: a year's total with the mean of its quarters; NaN without either.

    A share of 0 leaves the year's own. Raises ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError("the share of the quarters lies between 0 and 1")
    parts = np.stack([own, quarters], axis=-1)
    weight = np.array([1 - share, share])
    lacking = (np.isnan(parts) & (weight > 0)).any(axis=-1)
    return np.where(lacking, np.nan, weighted(parts, weight)[0])


def _check_shapes(quarters: Sequence[DisclosedCounts]) -> None:
    shapes = {(quarter.counts.shape, quarter.invited.shape) for quarter in quarters}
    if len(shapes) != 1:
        raise ValueError("a year needs quarters of the same subjects, groups and items")


def _decide(quarters: Sequence[DisclosedCounts], groups: Groups) -> Decision:
    """A group counts as it did in the quarters, merged before shown before withheld before absent."""
    status: NDArray[np.uint8] = np.zeros(quarters[0].n.shape, dtype=np.uint8)
    each = np.stack([quarter.decision.status[:, : groups.count] for quarter in quarters])
    own = each.max(axis=0)
    own[(each == Status.MERGED).any(axis=0)] = Status.MERGED
    status[:, : groups.count] = own
    for pool in range(groups.count, groups.cells):
        formed = ((own == Status.MERGED) & (groups.pool_of == pool)).any(axis=1)
        status[:, pool] = np.where(formed, Status.SHOWN, Status.ABSENT)
    return from_status(status, groups)


def _destination(quarter: Decision, year: Decision, groups: Groups) -> Integers:
    """Cell of the year [s, h] that takes a quarter's shown cell; NOWHERE for cells not shown."""
    into = np.tile(np.arange(groups.cells), (len(quarter.status), 1))
    into[:, : groups.count] = year.cell
    shown: Booleans = quarter.shown
    return np.where(shown, into, NOWHERE)
