"""KPI results as scores: each method turns actual and target figures [s] into points [s].

No actual (NaN) is "no actual", never 0; so is a missing target where the method needs one. Attainment is
kept beside the score, without floor or cap. The methods are those of appraisal practice (docs/scoring.md).
"""

from collections.abc import Sequence

import numpy as np

from scoring.instrument import Floats

LEAST_WEIGHT = 0.6


def attainment(actual: Floats, target: Floats) -> Floats:
    """Actual as a share of the target. Raises ValueError for targets of 0 or less."""
    if np.any(target <= 0):
        raise ValueError("an attainment needs a target above 0")
    return np.asarray(actual / target)


def ratio(actual: Floats, target: Floats, floor: float, cap: float) -> Floats:
    """100 actual/target, clipped. Raises ValueError for targets of 0 or less, or a floor above the cap."""
    return _clipped(100 * attainment(actual, target), floor, cap)


def lower_is_better(actual: Floats, target: Floats, floor: float, cap: float) -> Floats:
    """100 (2 - actual/target), clipped: linear, where target/actual would explode towards 0.

    Raises ValueError for targets of 0 or less, or a floor above the cap.
    """
    return _clipped(100 * (2 - attainment(actual, target)), floor, cap)


def increment(actual: Floats, target: Floats, base: float, rate: float, full: float) -> Floats:
    """base + rate (actual - target), between 0 and full. Raises ValueError for a full score under 0."""
    return _clipped(base + rate * (actual - target), 0.0, full)


def _clipped(score: Floats, floor: float, cap: float) -> Floats:
    if not floor <= cap:
        raise ValueError("the lowest score lies above the highest")
    return np.clip(score, floor, cap)


def tier(actual: Floats, steps: Sequence[tuple[float, float]]) -> Floats:
    """Score of the last (from, score) step that the actual reaches, half-open; 0 below the first.

    Raises ValueError unless the steps ascend.
    """
    starts = np.array([start for start, _ in steps], dtype=float)
    if len(starts) == 0 or np.any(np.diff(starts) <= 0):
        raise ValueError("tiers need steps in ascending order")
    scores = np.array([0.0, *(score for _, score in steps)])
    reached = scores[np.searchsorted(starts, actual, side="right")]
    return np.where(np.isnan(actual), np.nan, reached)


def pass_fail(actual: Floats, target: Floats) -> Floats:
    """100 from the target up, else 0."""
    return np.where(np.isnan(actual) | np.isnan(target), np.nan, np.where(actual >= target, 100.0, 0.0))


def interpolate(
    actual: Floats,
    target: Floats,
    threshold: float,
    threshold_score: float,
    stretch: float,
    stretch_score: float,
) -> Floats:
    """Straight lines through (threshold, its score), (1, 100), (stretch, its score) of the attainment.

    Below the threshold 0, above the stretch its score. Raises ValueError for targets of 0 or less, or unless
    threshold < 1 < stretch.
    """
    if not threshold < 1 < stretch:
        raise ValueError("the threshold lies below the target and the stretch above")
    share = attainment(actual, target)
    score = np.interp(share, [threshold, 1.0, stretch], [threshold_score, 100.0, stretch_score])
    return np.where(np.isnan(share), np.nan, np.where(share < threshold, 0.0, score))


def composite(scores: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Weighted mean K [s] of KPI scores [s, k], and the share [s] of the weight [k] that has a score.

    Missing KPIs renormalise; K is NaN (to be decided by hand) where less than 60 % of the weight is there.
    Raises ValueError for negative weights or a total of 0.
    """
    if np.any(weight < 0) or not weight.sum() > 0:
        raise ValueError("KPI weights must not be negative, and their total is above 0")
    there = ~np.isnan(scores) @ weight
    share = there / weight.sum()
    total = np.nan_to_num(scores) @ weight / np.where(there > 0, there, np.nan)
    return np.where(share >= LEAST_WEIGHT - 1e-9, total, np.nan), share
