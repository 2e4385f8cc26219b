"""What answers are worth in points, means of points, and the range that a mean can lie in.

Any map of values to points; 0 to 100 evenly is percent of maximum possible: Cohen, Cohen, Aiken & West (1999),
Multivariate Behavioral Research 34, 315.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Booleans, Floats, Instrument, Items


def answer_points(items: Items) -> Floats:
    """Points of each answer as given, before reversing [j, 1 + v]; unanswered (place 0) gives NaN."""
    points = np.full((items.points.shape[0], items.points.shape[1] + 1), np.nan)
    points[:, 1:] = items.points
    for item in np.flatnonzero(items.reverse):
        size = items.values[item]
        points[item, 1 : size + 1] = items.points[item, :size][::-1]
    return points


def weighted_mean(score: Floats, weight: Floats, axis: int = -1) -> Floats:
    """Mean of the scores that exist along an axis, weights renormalised; NaN where all weights are 0."""
    known = ~np.isnan(score)
    total = np.where(known, weight, 0.0).sum(axis=axis)
    products = np.where(known, score * weight, 0.0)
    return np.asarray(products.sum(axis=axis) / np.where(total > 0, total, np.nan))


def over_items(values: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """Values [..., j] summed with weights [j, d], as one matrix product.

    The result [..., d] has cells next to each other in memory: sums over dimensions are fast.
    """
    sums = weights.T @ values.astype(weights.dtype).reshape(-1, len(weights)).T
    return np.moveaxis(sums.reshape(len(sums), *values.shape[:-1]), 0, -1)


def point_range(scored: Booleans, instrument: Instrument) -> tuple[Floats, Floats]:
    """Fewest and most points over the scored items of each dimension in each cell.

    scored [..., j]; both results [..., d], NaN where no item of the dimension is scored.
    """
    lowest, highest = instrument.items.lowest, instrument.items.highest
    having = scored.astype(np.float32)
    low, high = (np.full((*scored.shape[:-1], instrument.dimensions), np.nan, order="F") for _ in range(2))
    for least, most in set(zip(lowest.tolist(), highest.tolist(), strict=True)):
        members = instrument.membership * ((lowest == least) & (highest == most))[:, None]
        found = over_items(having, members.astype(np.float32)) > 0
        low = np.fmin(low, np.where(found, least, np.nan))
        high = np.fmax(high, np.where(found, most, np.nan))
    return low, high


def widest(lowest: Floats, highest: Floats, used: Booleans, axis: int) -> tuple[Floats, Floats]:
    """Fewest and most points over the used places along an axis; NaN where none is used."""
    low = np.where(used, lowest, np.inf).min(axis=axis, initial=np.inf)
    high = np.where(used, highest, -np.inf).max(axis=axis, initial=-np.inf)
    return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)


def to_unit(points: Floats, lowest: Floats, highest: Floats) -> Floats:
    """Points as a share of their range, 0 to 1. What the deviation form lets out of the range is clipped."""
    unit = (points - lowest) / (highest - lowest)
    return np.asarray(np.minimum(np.maximum(unit, 0.0), 1.0))


def to_points(interval: Floats, lowest: Floats, highest: Floats) -> Floats:
    """A unit interval [..., 2] back in points."""
    return np.asarray(lowest[..., None] + interval * (highest - lowest)[..., None])
