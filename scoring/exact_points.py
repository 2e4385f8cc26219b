"""Points as whole numbers of parts of a point, so that a sum of them tells the sum and nothing else.

Added up as floating-point numbers, a seventh and three sevenths differ in their last bits from twice two sevenths: the
sum of three answers would say which they were.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_PARTS = 1000
FINEST = 1_000_000  # parts of points that are no fractions with a small denominator
ROUNDING = 1e-7
MOST_POINTS = 1e6


def in_parts(points: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points [j, v] as numbers of parts [j, v], 0 for NaN, and how many parts a point has [j].

    The fewest parts, up to 1000, of which all points of an item are whole numbers, but for rounding errors; otherwise
    a million. Raises ValueError for points beyond a million.
    """
    known = np.nan_to_num(points)
    if (np.abs(known) > MOST_POINTS).any():
        raise ValueError(f"points lie between -{MOST_POINTS:.0f} and {MOST_POINTS:.0f}")
    parts = np.array([_parts(row) for row in known], dtype=np.int64)
    return np.rint(known * parts[:, None]).astype(np.int64), parts


def _parts(points: NDArray[np.float64]) -> int:
    if _are_whole(points):
        return 1
    candidates: NDArray[Any] = np.arange(2, MOST_PARTS + 1)
    fitting = _are_whole(points * candidates[:, None])
    return int(candidates[fitting.argmax()]) if fitting.any() else FINEST


def _are_whole(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(numbers - np.rint(numbers)) < ROUNDING).all(axis=-1))
