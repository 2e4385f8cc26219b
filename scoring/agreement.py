"""How far the raters of one cell agree, from counts [..., v] of values 1..V. NaN with fewer than two ratings; raters
who all agree have variance and AD_M 0, r_wg 1.

None of it may be shown for a cell with fewer than ``LEAST_BALLOTS_OF_DISTRIBUTION`` ballots: next to
the mean of a small group it gives every single rating away. Negative counts raise ValueError.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.instrument import Booleans, Floats, Integers

Counts = NDArray[np.integer[Any]]

ROUNDING = 1e-9  # a deviation that is V/6 but for rounding error is V/6


def variance(counts: Counts) -> Floats:
    """Variance [...] of the ratings counted: sum c (v - mean)^2 / (n - 1)."""
    n, mean = _mean(counts)
    values = np.arange(1, counts.shape[-1] + 1)
    squares = (counts * (values - mean[..., None]) ** 2).sum(axis=-1)
    return np.asarray(squares / np.where(n > 1, n - 1, np.nan))


def within_group_agreement(counts: Counts, size: Integers) -> Floats:
    """r_wg [...] = 1 - s^2 / ((V^2 - 1)/12), floored at 0, on scales of size V [...].

    James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85.
    """
    return np.maximum(1 - variance(counts) / uniform_variance(size), 0.0)


def multi_item_agreement(counts: Counts, size: int) -> Floats:
    """r_wg(j) [...] of counts [..., j, v] of J items on one scale of size V, floored at 0.

    J (1 - q) / (J (1 - q) + q) with q = mean item variance / ((V^2 - 1)/12). NaN where an item has fewer than two
    ratings. Raises ValueError for no items. James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85.
    """
    items = counts.shape[-2]
    if items == 0:
        raise ValueError("agreement over items needs an item")
    share = variance(counts).mean(axis=-1) / uniform_variance(np.array(size))
    left = items * np.maximum(1 - share, 0.0)
    return np.asarray(left / (left + share))


def average_deviation(counts: Counts) -> Floats:
    """AD_M [...]: mean absolute deviation from the mean, in values of the scale.

    Burke, Finkelstein & Dusig (1999), Organizational Research Methods 2, 49.
    """
    n, mean = _mean(counts)
    values = np.arange(1, counts.shape[-1] + 1)
    distance = (counts * np.abs(values - mean[..., None])).sum(axis=-1)
    return np.asarray(distance / np.where(n > 1, n, np.nan))


def divided_opinion(counts: Counts, size: Integers) -> Booleans:
    """Whether AD_M exceeds V/6; False without two ratings.

    Burke & Dunlap (2002), Organizational Research Methods 5, 159.
    """
    return np.asarray(average_deviation(counts) > np.asarray(size) / 6 + ROUNDING)


def uniform_variance(size: Integers) -> Floats:
    """Variance [...] of answers spread evenly over scales of V values [...]: (V^2 - 1)/12.

    The null of James, Demaree & Wolf (1984). Raises ValueError for scales of fewer than two values.
    """
    if np.any(np.asarray(size) < 2):
        raise ValueError("a scale has two values or more")
    return np.asarray((np.asarray(size) ** 2 - 1) / 12)


def _mean(counts: Counts) -> tuple[Integers, Floats]:
    if np.any(counts < 0):
        raise ValueError("a number of ratings must not be negative")
    n = counts.sum(axis=-1)
    values = np.arange(1, counts.shape[-1] + 1)
    return n, (counts * values).sum(axis=-1) / np.where(n > 0, n, np.nan)
