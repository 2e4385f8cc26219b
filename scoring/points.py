"""What answers are worth in points, means of points, and the range that a mean can lie in."""

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
    shape = (*scored.shape[:2], instrument.dimensions)
    lowest, highest = np.empty(shape), np.empty(shape)
    items = instrument.items
    for dimension in range(instrument.dimensions):
        own = items.dimension == dimension
        here = scored[:, :, own]
        lowest[..., dimension] = np.where(here, items.lowest[own], np.inf).min(axis=2, initial=np.inf)
        highest[..., dimension] = np.where(here, items.highest[own], -np.inf).max(axis=2, initial=-np.inf)
    unknown = lowest > highest
    lowest[unknown] = highest[unknown] = np.nan
    return lowest, highest


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
