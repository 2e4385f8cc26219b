"""What the ratings of an item in a cell add up to: all that means need, and all that outlives a small cell.

The counts per value of three ratings are the three ratings. Their number and the sum of their points are what the
mean shows anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Booleans, Counts, Instrument, Integers
from scoring.slices import slices
from scoring.thresholds import LEAST_RATINGS_OF_TOP2BOX

LEAST_RATINGS_TO_TRIM = 5
TOP_VALUES = 2
NOT_COUNTED = -1
NOTHING = (0, 0, 0, NOT_COUNTED)


@dataclass(frozen=True)
class Sums:
    """Sums of the ratings of items in cells, all of one shape [..., j]; 0 for items not scored there.

    ratings: their number. kept: how many of them are in the points, all but those trimmed. points: their points
    together, in parts of a point (Items.exact). top: how many are one of the two highest values; NOT_COUNTED where
    that may not be told or is asked by nobody.
    """

    ratings: Counts
    kept: Counts
    points: Counts
    top: Counts

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> "Sums":
        return cls(*(np.full(shape, nothing, dtype=np.int64) for nothing in NOTHING))

    @property
    def arrays(self) -> tuple[Counts, ...]:
        return self.ratings, self.kept, self.points, self.top

    def each(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> "Sums":
        """All of them changed alike."""
        return Sums(*map(change, self.arrays))

    def at(self, place: tuple[int, ...]) -> "Sums":
        """Those of a cell."""
        return self.each(lambda values: values[place])

    def only(self, places: Booleans) -> "Sums":
        """These at some places, nothing elsewhere."""
        pairs = zip(self.arrays, NOTHING, strict=True)
        return Sums(*(np.where(places, sums, nothing) for sums, nothing in pairs))

    def where(self, places: Booleans, others: "Sums") -> "Sums":
        """These at some places, others elsewhere."""
        pairs = zip(self.arrays, others.arrays, strict=True)
        return Sums(*(np.where(places, own, other) for own, other in pairs))


def kept_ratings(ratings: Counts, minimum: Integers, instrument: Instrument) -> Counts:
    """How many ratings of items [c, j] enter the mean: two fewer where trimming leaves a cell's minimum [c]."""
    if not instrument.trim:
        return ratings
    left = ratings.astype(np.int64) - 2
    trimmable = (ratings >= LEAST_RATINGS_TO_TRIM) & (left >= minimum[:, None]) & instrument.items.rating
    return ratings - (2 * trimmable).astype(ratings.dtype)


def add_up(counts: Counts, minimum: Integers, heard: Integers, instrument: Instrument) -> Sums:
    """Sums [c, j] of counts [v, c, j], trimmed where the instrument says so.

    minimum [c]: what trimming has to leave. heard [c]: answers that hide nobody, and make no crowd for the others.
    """
    ratings = np.asarray(counts.sum(axis=0, dtype=counts.dtype))
    kept = kept_ratings(ratings, minimum, instrument)
    worth = _worth(instrument, int(ratings.max(initial=0)))
    points = np.zeros(ratings.shape, dtype=worth.dtype)
    for some in slices(len(ratings)):
        here = counts[:, some]
        for count, each in zip(here, worth, strict=True):
            points[some] += count.astype(worth.dtype) * each
        if instrument.trim:
            points[some] -= (kept[some] < ratings[some]) * _extremes(here, worth)
    return Sums(ratings, kept, points, _top(counts, ratings, heard, instrument))


def _worth(instrument: Instrument, ratings: int) -> NDArray[Any]:
    """Points of each value [v, 1, j] in parts, in numbers in which those of so many ratings add up.

    Whole points rarely need more than two bytes, which takes half as long as eight.
    """
    worth = instrument.items.exact[0].T[:, None]
    if np.all(worth == worth[..., :1]):
        worth = worth[..., :1]  # all items on one scale: one number per value, three times as fast
    if np.any(worth < 0):
        return worth
    return worth.astype(np.min_scalar_type(int(worth.max()) * max(ratings, 1)))


def _extremes(counts: Counts, worth: NDArray[Any]) -> NDArray[Any]:
    """Points of one highest and one lowest rating together [c, j], of counts [v, c, j]."""
    given, low, high = counts > 0, worth.min(axis=0), worth.max(axis=0)
    most = low + (given * (worth - low)).max(axis=0)
    least = high - (given * (high - worth)).max(axis=0)
    return np.asarray(most + least)


def _top(counts: Counts, ratings: Counts, heard: Integers, instrument: Instrument) -> Counts:
    """How many of the ratings counted [v, c, j] are one of the two highest values, where the satisfaction rate asks."""
    top = np.full(ratings.shape, NOT_COUNTED, dtype=np.int32)
    items, groups = instrument.items, instrument.groups
    value = np.arange(len(counts))[:, None]
    is_top = (value >= items.values - TOP_VALUES) & (value < items.values) & items.satisfaction
    subjects = len(ratings) // groups.cells
    for some in (slice(h * subjects, (h + 1) * subjects) for h in np.flatnonzero(groups.satisfaction_cells)):
        enough = ratings[some] >= LEAST_RATINGS_OF_TOP2BOX + heard[some, None]
        best = sum(counts[v, some] * is_top[v] for v in np.flatnonzero(is_top.any(axis=1)))
        np.copyto(top[some], best, where=enough & items.satisfaction)
    return top
