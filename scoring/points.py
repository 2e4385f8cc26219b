"""What answers are worth in points, means of points, and the range that a mean can lie in.

Any map of values to points; 0 to 100 evenly is percent of maximum possible: Cohen, Cohen, Aiken & West (1999),
Multivariate Behavioral Research 34, 315.
"""

import numpy as np

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
    weight = np.where(np.isnan(score), 0.0, weight)
    total = weight.sum(axis=axis)
    return np.asarray((np.nan_to_num(score) * weight).sum(axis=axis) / np.where(total > 0, total, np.nan))


def point_range(scored: Booleans, instrument: Instrument) -> tuple[Floats, Floats]:
    """Fewest and most points over the scored items of each dimension in each cell.

    scored [s, h, j]; both results [s, h, d], NaN where no item of the dimension is scored.
    """
    items = instrument.items
    lowest = _extreme(scored, items.lowest, np.sort(np.unique(items.lowest))[::-1], instrument)
    highest = _extreme(scored, items.highest, np.unique(items.highest), instrument)
    return lowest, highest


def _extreme(scored: Booleans, points: Floats, in_order: Floats, instrument: Instrument) -> Floats:
    """The last of some points, in an order, that a scored item of the dimension has [s, h, d]."""
    extreme = np.full((*scored.shape[:2], instrument.dimensions), np.nan, order="F")
    flat = scored.reshape(-1, scored.shape[2]).astype(np.float32)
    for value in in_order:
        having = instrument.membership * (points == value)[:, None]
        found = (flat @ having.astype(np.float32)).reshape(extreme.shape) > 0
        extreme = np.where(np.asfortranarray(found), value, extreme)
    return extreme


def widest(lowest: Floats, highest: Floats, used: Booleans, axis: int) -> tuple[Floats, Floats]:
    """Fewest and most points over the used places along an axis; NaN where none is used."""
    low = np.where(used, lowest, np.inf).min(axis=axis)
    high = np.where(used, highest, -np.inf).max(axis=axis)
    return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)


def to_unit(points: Floats, lowest: Floats, highest: Floats) -> Floats:
    """Points as a share of their range, 0 to 1. What the deviation form lets out of the range is clipped."""
    return np.asarray(np.clip((points - lowest) / (highest - lowest), 0.0, 1.0))


def to_points(interval: Floats, lowest: Floats, highest: Floats) -> Floats:
    """A unit interval [..., 2] back in points."""
    return np.asarray(lowest[..., None] + interval * (highest - lowest)[..., None])
