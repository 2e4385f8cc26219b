"""Mean points of single items in single cells, plain or trimmed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Counts, Floats, Instrument, Integers
from scoring.points import at_least_something

LEAST_RATINGS_TO_TRIM = 5


def item_means(
    counts: Counts, ratings: Counts, minimum: Integers, points: NDArray[Any], instrument: Instrument
) -> Floats:
    """Mean points M of each item [c, j] from counts [v, c, j], trimmed where the instrument says so; 0 without
    ratings. points as from points_of_values."""
    total = np.zeros(ratings.shape, dtype=points.dtype)
    for count, worth in zip(counts, points, strict=True):
        total += count.astype(points.dtype) * worth
    mean: Floats = total.astype(float, copy=False) / at_least_something(ratings).astype(float)
    if not instrument.trim:
        return np.asarray(mean)
    left = ratings.astype(float) - 2
    trimmable = (ratings >= LEAST_RATINGS_TO_TRIM) & (left >= minimum[:, None]) & instrument.items.rating
    given, low, high = counts > 0, points.min(axis=0), points.max(axis=0)
    most = low + (given * (points - low)).max(axis=0)
    least = high - (given * (high - points)).max(axis=0)
    return np.where(trimmable, (total - most - least) / np.where(trimmable, left, np.nan), mean)


def points_of_values(instrument: Instrument, ratings: int) -> NDArray[Any]:
    """Points of each value [v, 1, j], to be added up for at most so many ratings of an item."""
    points = np.nan_to_num(instrument.items.points).T[:, None]
    if np.all(points == points[..., :1]):
        points = points[..., :1]  # all items on one scale: one number per value, three times as fast
    return points.astype(_narrowest(points, ratings))


def _narrowest(points: Floats, ratings: int) -> np.dtype[Any]:
    """Numbers in which the points of so many ratings add up exactly.

    Whole points rarely need more than two bytes, which takes half as long as eight.
    """
    if np.any(points < 0) or np.any(points % 1):
        return np.dtype(np.float64)
    return np.min_scalar_type(int(points.max()) * ratings)
