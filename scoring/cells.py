"""Scores within every cell: items, dimensions, and the mean over dimensions.

In here cells [c] are the last axis, next to each other in memory, and are turned to [s, h, ...] where they are handed
out: numpy is several times as fast along a long last axis. NaN is "no score", as it comes out of 0/0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.counts import DisclosedCounts
from scoring.instrument import Counts, Floats, Instrument, Integers
from scoring.intervals import TINY, wilson
from scoring.item_means import item_means, points_of_values
from scoring.points import over_items, point_range, to_points, to_unit
from scoring.slices import slices

CELLS_AT_ONCE = 4000


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

    of_items [c, j]: mean points. of_means [d + 1, c]: the dimensions and, last, the mean over them. least, most
    [d + 1, c]: the range of points over the scored items that each mean rests on. place [h, s]: which of the shown
    cells a cell is; len(shown cells) if it is not shown. ratings [s, h, j].
    """

    of_items: Floats
    of_means: Means
    least: Floats
    most: Floats
    place: Integers
    ratings: Counts

    @cached_property
    def item_mean(self) -> Floats:
        """Mean points of each item [s, h, j]; NaN where it is not scored."""
        return self._everywhere(self.of_items.T, np.nan)

    @cached_property
    def score(self) -> Floats:
        return self._everywhere(self.of_means.score, np.nan)

    @cached_property
    def n(self) -> Floats:
        return self._everywhere(self.of_means.n, 0.0)

    @cached_property
    def means(self) -> Means:
        """The dimensions and, last, the mean over them [s, h, d + 1]."""
        interval = self._everywhere(np.moveaxis(self.of_means.interval, -1, 0), np.nan)
        return Means(self.score, self.n, interval)

    @property
    def dimensions(self) -> Means:
        return self.means.at(slice(-1))

    @property
    def total(self) -> Means:
        return self.means.at(-1)

    @cached_property
    def low(self) -> Floats:
        """Fewest points of the scored items that each mean rests on [s, h, d + 1]."""
        return self._everywhere(self.least, np.nan)

    @cached_property
    def high(self) -> Floats:
        """Most points of the scored items that each mean rests on [s, h, d + 1]."""
        return self._everywhere(self.most, np.nan)

    @property
    def lowest(self) -> Floats:
        """Fewest points of the scored items of each dimension [s, h, d]."""
        return self.low[..., :-1]

    @property
    def highest(self) -> Floats:
        """Most points of the scored items of each dimension [s, h, d]."""
        return self.high[..., :-1]

    def _everywhere(self, values: Floats, elsewhere: float) -> Floats:
        """Values of shown cells [..., c] over all cells, turned round [s, h, ...]."""
        padded = np.concatenate([values, np.full((*values.shape[:-1], 1), elsewhere)], axis=-1)
        return padded.take(self.place, axis=-1).T


@np.errstate(invalid="ignore")
def score_cells(disclosed: DisclosedCounts, instrument: Instrument, phi: Floats) -> CellScores:
    """Scores within every cell: D_sgd = sum_j a_j M_j / sum_j a_j, S_sg = sum_d q_d D_sgd / sum_d q_d."""
    counts, shown = disclosed.by_cell, np.flatnonzero(disclosed.decision.shown.T)
    ratings = disclosed.ratings_by_cell.take(shown, axis=0)
    minimum = disclosed.decision.minimum.T.ravel()
    points = points_of_values(instrument, int(ratings.max(initial=0)))
    low, high = point_range(ratings > 0, instrument)
    item_mean, interval = np.empty(ratings.shape), room_for_intervals(low.shape)
    score, n = np.empty((2, *low.shape))
    for some in slices(len(shown), CELLS_AT_ONCE):
        here = counts.take(shown[some], axis=1)
        mean = item_means(here, ratings[some], minimum[shown[some]], points, instrument)
        item_mean[some] = mean
        score[:, some], n[:, some] = _over_dimensions(mean, ratings[some], instrument)
        limits = low[:, some], high[:, some]
        unit = to_unit(score[:, some], *limits)
        interval[:, some] = to_points(wilson(unit, n[:, some] / phi[:, None]), *limits)
    place = np.full(disclosed.n.T.shape, len(shown))
    place.ravel()[shown] = np.arange(len(shown))
    return CellScores(item_mean, Means(score, n, interval), low, high, place, disclosed.ratings)


def room_for_intervals(shape: tuple[int, ...]) -> Floats:
    """Room for intervals [..., 2], all lower ends before all upper ones."""
    return np.moveaxis(np.empty((2, *shape)), 0, -1)


def _over_dimensions(mean: Floats, ratings: Counts, instrument: Instrument) -> tuple[Floats, Floats]:
    """Scores and n [d + 1, c] of dimensions and, last, over them, from means and ratings of items [c, j]."""
    weights, importance = instrument.item_weights, instrument.dimension_weight
    scored = ratings > 0
    mean = np.where(scored, mean, 0.0)
    total, points, rated = (over_items(values, weights) for values in (scored, mean, ratings))
    score, n = np.empty((2, len(total) + 1, len(ratings)))
    known = total > 0
    total = np.maximum(total, TINY)
    known_weight = importance @ known
    np.divide(points, total, out=score[:-1])
    np.divide(rated, total, out=n[:-1])
    score[-1] = importance @ score[:-1] / known_weight
    n[-1] = importance @ n[:-1] / np.maximum(known_weight, TINY)
    score[:-1] /= known
    return score, n
