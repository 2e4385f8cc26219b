"""Scores within every cell: items, dimensions, and the mean over dimensions.

In here cells [c] are the last axis, next to each other in memory, and are turned to [s, h, ...] where they are handed
out: numpy is several times as fast along a long last axis. NaN is "no score", as it comes out of 0/0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.counts import DisclosedCounts, by_cell
from scoring.instrument import Counts, Floats, Instrument, Integers
from scoring.intervals import wilson
from scoring.item_means import item_means
from scoring.points import at_least_something, over_items, point_range, to_points, to_unit
from scoring.slices import slices

CELLS_AT_ONCE = 2000  # their numbers stay in the cache of a processor


@dataclass(frozen=True)
class Means:
    """Scores in points, the n behind them (mean ratings per item; 0 for none), 95 % intervals [..., 2]."""

    score: Floats
    n: Floats
    interval: Floats

    def at(self, place: slice | int) -> "Means":
        """Those at some places of the last axis."""
        return Means(self.score[..., place], self.n[..., place], self.interval[..., place, :])


@dataclass(frozen=True)
class CellScores:
    """Scores within every cell, kept for the shown cells [c] and laid out over all cells [s, h] when asked for.

    kept_score, kept_n [d + 1, c + 1]: the dimensions and, last, the mean over them; 0 where nothing is scored, and in
    the last place, which stands for all cells that are not shown. kept_interval [d + 1, c, 2]; least, most [d + 1, c]:
    the range of points over the scored items that each mean rests on. place [h, s]: which of the c + 1 places is a
    cell's.
    """

    kept_score: Floats
    kept_n: Floats
    kept_interval: Floats
    least: Floats
    most: Floats
    place: Integers
    disclosed: DisclosedCounts
    instrument: Instrument

    @cached_property
    def weight(self) -> Floats:
        """Weight of each shown cell [h, s]; 0 of those not shown."""
        return self.disclosed.decision.weight(self.instrument.groups).T

    @cached_property
    def weighed(self) -> Integers:
        """The output cells that have weight for some subject [w]."""
        return np.flatnonzero(self.weight.any(axis=1))

    def of_subjects(self, some: slice) -> tuple[Floats, Floats, Floats]:
        """Scores, n and weights [d + 1, w, s] of the weighed cells of some subjects, 0 where nothing is scored."""
        place = self.place[self.weighed, some]
        score, n = (kept.take(place, axis=1, mode="clip") for kept in (self.kept_score, self.kept_n))
        return score, n, (n > 0) * self.weight[self.weighed, some]

    @cached_property
    def item_mean(self) -> Floats:
        """Mean points of each item [s, h, j]; NaN where it is not scored."""
        sums = self.disclosed.sums
        mean = item_means(sums.points, sums.kept, self.instrument.items.exact[1])
        return np.where(sums.ratings > 0, mean, np.nan)

    @property
    def ratings(self) -> Counts:
        """Ratings per item [s, h, j]."""
        return self.disclosed.ratings

    @cached_property
    def means(self) -> Means:
        """The dimensions and, last, the mean over them [s, h, d + 1]."""
        n = self.kept_n.take(self.place, axis=1).T
        score = self.kept_score.take(self.place, axis=1).T
        interval = self._everywhere(np.moveaxis(self.kept_interval, -1, 0))
        return Means(np.where(n > 0, score, np.nan), n, np.where(n[..., None] > 0, interval, np.nan))

    @property
    def dimensions(self) -> Means:
        return self.means.at(slice(-1))

    @property
    def total(self) -> Means:
        return self.means.at(-1)

    @cached_property
    def low(self) -> Floats:
        """Fewest points of the scored items that each mean rests on [s, h, d + 1]."""
        return self._everywhere(self.least)

    @cached_property
    def high(self) -> Floats:
        """Most points of the scored items that each mean rests on [s, h, d + 1]."""
        return self._everywhere(self.most)

    @property
    def lowest(self) -> Floats:
        """Fewest points of the scored items of each dimension [s, h, d]."""
        return self.low[..., :-1]

    @property
    def highest(self) -> Floats:
        """Most points of the scored items of each dimension [s, h, d]."""
        return self.high[..., :-1]

    def _everywhere(self, values: Floats) -> Floats:
        """Values of shown cells [..., c] over all cells, turned round [s, h, ...]; NaN in those not shown."""
        padded = np.concatenate([values, np.full((*values.shape[:-1], 1), np.nan)], axis=-1)
        return padded.take(self.place, axis=-1).T


def score_cells(disclosed: DisclosedCounts, instrument: Instrument, phi: Floats) -> CellScores:
    """Scores within every cell: D_sgd = sum_j a_j M_j / sum_j a_j, S_sg = sum_d q_d D_sgd / sum_d q_d."""
    shown = np.flatnonzero(disclosed.decision.shown.T)
    sums = disclosed.sums
    ratings, kept, points = (
        by_cell(values).take(shown, axis=0) for values in (sums.ratings, sums.kept, sums.points)
    )
    parts = instrument.items.exact[1]
    low, high = point_range(ratings > 0, instrument)
    interval = room_for_intervals(low.shape)
    score, n = np.zeros((2, len(low), len(shown) + 1))
    for some in slices(len(shown), CELLS_AT_ONCE):
        mean = item_means(points[some], kept[some], parts)
        of_means = _over_dimensions(mean, ratings[some], instrument)
        score[:, some], n[:, some] = of_means
        limits = low[:, some], high[:, some]
        interval[:, some] = to_points(
            wilson(to_unit(of_means[0], *limits), of_means[1] / phi[:, None]), *limits
        )
    place = np.full(disclosed.n.T.shape, len(shown))
    place.ravel()[shown] = np.arange(len(shown))
    return CellScores(score, n, interval, low, high, place, disclosed, instrument)


def room_for_intervals(shape: tuple[int, ...]) -> Floats:
    """Room for intervals [..., 2], all lower ends before all upper ones."""
    return np.moveaxis(np.empty((2, *shape)), 0, -1)


def _over_dimensions(mean: Floats, ratings: Counts, instrument: Instrument) -> tuple[Floats, Floats]:
    """Scores and n [d + 1, c] of dimensions and, last, over them, from means and ratings of items [c, j]."""
    weights, importance = instrument.item_weights, instrument.dimension_weight
    total, points, rated = (over_items(values, weights) for values in (ratings > 0, mean, ratings))
    score, n = np.empty((2, len(total) + 1, len(ratings)))
    divisor = at_least_something(total)
    np.divide(points, divisor, out=score[:-1])
    np.divide(rated, divisor, out=n[:-1])
    known_weight = at_least_something(importance @ (total > 0))
    score[-1] = importance @ score[:-1] / known_weight
    n[-1] = importance @ n[:-1] / known_weight
    return score, n
