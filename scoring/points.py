"""What answers are worth in points, means of points, and the range that a mean can lie in.

Any map of values to points; 0 to 100 evenly is percent of maximum possible: Cohen, Cohen, Aiken & West (1999),
Multivariate Behavioral Research 34, 315.
"""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Booleans, Floats, Instrument, Items
from scoring.slices import slices


def answer_points(items: Items) -> Floats:
    """Points of each answer as given, before reversing [j, 1 + v]; unanswered (place 0) gives NaN."""
    points = np.full((items.points.shape[0], items.points.shape[1] + 1), np.nan)
    points[:, 1:] = items.points
    for item in np.flatnonzero(items.reverse):
        size = items.values[item]
        points[item, 1 : size + 1] = items.points[item, :size][::-1]
    return points


def weighted_mean(score: Floats, weight: Floats, axis: int = -1) -> Floats:
    """Mean of the scores that exist along an axis, sum w x / sum w over them; NaN where all weights are 0."""
    known = ~np.isnan(score)
    total = (known * weight).sum(axis=axis)
    products = np.where(known, score, 0.0) * weight
    with np.errstate(invalid="ignore"):
        return np.asarray(products.sum(axis=axis) / total)


def at_least_something(divisor: NDArray[Any]) -> NDArray[Any]:
    """Numbers from 0 on to divide by, 1 in place of 0: the quotient of 0 by it is 0."""
    return np.asarray(divisor + (divisor == 0))


def over_items(values: NDArray[Any], weights: Floats) -> Floats:
    """Values [c, j] summed with weights [j, d], as one matrix product [d, c]."""
    return np.asarray(weights.T @ values.T.astype(float, copy=False))


def point_range(scored: Booleans, instrument: Instrument) -> tuple[Floats, Floats]:
    """Fewest and most points over the scored items of each dimension and, last, of all [d + 1, c].

    scored [c, j]. NaN where none is scored, unless all items have one range: then it is that everywhere.
    """
    items, shape = instrument.items, (instrument.dimensions + 1, len(scored))
    if len(items.ranges) == 1:
        ((least, most),) = items.ranges
        return np.broadcast_to(least, shape), np.broadcast_to(most, shape)
    low, high = np.full((2, *shape), np.nan)
    belongs = np.column_stack([instrument.membership, items.rating])
    for some, (least, most) in product(slices(len(scored)), items.ranges):
        members = belongs * ((items.lowest == least) & (items.highest == most))[:, None]
        found = over_items(scored[some], members) > 0
        low[:, some] = np.fmin(low[:, some], np.where(found, least, np.nan))
        high[:, some] = np.fmax(high[:, some], np.where(found, most, np.nan))
    return low, high


def widest(lowest: Floats, highest: Floats, used: Booleans, axis: int) -> tuple[Floats, Floats]:
    """Fewest and most points over the used places along an axis; NaN where none is used."""
    low = np.where(used, lowest, np.inf).min(axis=axis, initial=np.inf)
    high = np.where(used, highest, -np.inf).max(axis=axis, initial=-np.inf)
    return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)


def to_unit(points: Floats, lowest: Floats, highest: Floats) -> Floats:
    """Points as a share of their range, 0 to 1. What the deviation form lets out of the range is clipped."""
    unit = (points - lowest) / (highest - lowest)
    return np.asarray(np.clip(unit, 0.0, 1.0))


def to_points(interval: Floats, lowest: Floats, highest: Floats) -> Floats:
    """A unit interval [..., 2] back in points."""
    return np.asarray(lowest[..., None] + interval * (highest - lowest)[..., None])
