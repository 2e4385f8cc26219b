"""KPI results as scores: each method turns actual and target figures [s] into points [s].

No actual (NaN) is "no actual", never 0; so is a missing target where the method needs one, and a target of 0 or less
where it divides by it. Attainment is kept beside the score, without floor or cap. The methods are those of appraisal
practice (docs/scoring.md). With floor -inf and cap inf a method gives what is clipped elsewhere; reasons tells why a
score is what it is.
"""

from collections.abc import Sequence

import numpy as np

from scoring.instrument import Booleans, Floats, Integers
from scoring.reasons import Reasons, ScoreReason, first
from scoring.weighing import NOISE, reaches, weighted

LEAST_WEIGHT = 0.6


def attainment(actual: Floats, target: Floats, lower: bool = False) -> Floats:
    """Actual as a share of the target, a/t; 2 - a/t where lower is better. NaN for targets of 0 or less."""
    share = actual / np.where(target > 0, target, np.nan)
    return np.asarray(2 - share if lower else share)


def ratio(actual: Floats, target: Floats, floor: float, cap: float) -> Floats:
    """100 actual/target, clipped. Raises ValueError for a floor above the cap."""
    return _clipped(100 * attainment(actual, target), floor, cap)


def lower_is_better(actual: Floats, target: Floats, floor: float, cap: float) -> Floats:
    """100 (2 - actual/target), clipped: linear, where target/actual would explode towards 0.

    Raises ValueError for a floor above the cap.
    """
    return _clipped(100 * attainment(actual, target, lower=True), floor, cap)


def increment(
    actual: Floats, target: Floats, base: float, rate: float, full: float, floor: float = 0.0
) -> Floats:
    """base + rate (actual - target), between floor and full; rate: points per unit of the figure.

    Raises ValueError for a full score under the floor.
    """
    return _clipped(base + rate * (actual - target), floor, full)


def proportional(
    actual: Floats,
    target: Floats,
    base: float,
    below: float | None,
    above: float,
    floor: float,
    cap: float,
    lower: bool = False,
) -> Floats:
    """base at the target, less `below` points per per cent missing, plus `above` per per cent over; clipped.

    below None: base/100, so that nothing reached is 0 points. lower: the per cent of attainment downwards. Raises
    ValueError for negative rates, or a floor above the cap.
    """
    loss = base / 100 if below is None else below
    if loss < 0 or above < 0:
        raise ValueError("points per per cent must not be negative")
    beyond = 100 * attainment(actual, target, lower) - 100
    return _clipped(base + np.where(beyond < 0, loss, above) * beyond, floor, cap)


def _clipped(score: Floats, floor: float, cap: float) -> Floats:
    if not floor <= cap:
        raise ValueError("the lowest score lies above the highest")
    return np.clip(score, floor, cap)


def place(actual: Floats, starts: Sequence[float]) -> Integers:
    """Index [s] of the last of some ascending figures that the actual reaches; -1 below the first, and for NaN.

    Raises ValueError unless the figures ascend.
    """
    figures = np.array(starts, dtype=float)
    if len(figures) == 0 or not np.all(np.diff(figures) > 0):
        raise ValueError("steps and points are in ascending order")
    return np.asarray(reaches(actual[..., None], figures).sum(axis=-1) - 1)


def tier(actual: Floats, steps: Sequence[tuple[float, float]]) -> Floats:
    """Score of the last (from, score) step that the actual reaches, half-open; 0 below the first.

    Raises ValueError unless the steps ascend.
    """
    scores = np.array([*(score for _, score in steps), 0.0])
    return np.where(np.isnan(actual), np.nan, scores[place(actual, [start for start, _ in steps])])


def curve(actual: Floats, points: Sequence[tuple[float, float]]) -> Floats:
    """Straight lines through points (figure, score), flat before the first and after the last.

    `place` tells which lines were used. Raises ValueError unless the figures ascend.
    """
    figures, scores = zip(*points, strict=True) if points else ((), ())
    place(actual, figures)
    return np.where(np.isnan(actual), np.nan, np.interp(actual, figures, scores))


def pass_fail(actual: Floats, target: Floats, lower: bool = False) -> Floats:
    """100 from the target up, else 0; lower: 100 up to the target."""
    passed = reaches(-actual, -target) if lower else reaches(actual, target)
    return np.where(np.isnan(actual) | np.isnan(target), np.nan, np.where(passed, 100.0, 0.0))


def interpolate(
    actual: Floats,
    target: Floats,
    threshold: float,
    threshold_score: float,
    stretch: float,
    stretch_score: float,
) -> Floats:
    """Straight lines through (threshold, its score), (1, 100), (stretch, its score) of the attainment.

    Below the threshold 0, above the stretch its score. Raises ValueError unless threshold < 1 < stretch.
    """
    if not threshold < 1 < stretch:
        raise ValueError("the threshold lies below the target and the stretch above")
    share = attainment(actual, target)
    score = np.interp(share, [threshold, 1.0, stretch], [threshold_score, 100.0, stretch_score])
    return np.where(np.isnan(share), np.nan, np.where(reaches(share, threshold), score, 0.0))


def meets(figure: Floats, least: float = -np.inf, most: float = np.inf) -> Booleans:
    """Whether a figure [s] that a KPI requires lies from least to most; an unknown one does not."""
    return reaches(figure, least) & reaches(-figure, -most)


def required(score: Floats, met: Booleans, otherwise: float = 0.0) -> Floats:
    """Scores [s] where what they require is met [s], else `otherwise`; never above the score. NaN stays NaN."""
    return np.where(met, score, np.minimum(score, otherwise))


def reasons(
    unclipped: Floats,
    floor: float,
    cap: float,
    actual: Floats,
    target: Floats | None = None,
    divides: bool = False,
    met: Booleans | None = None,
) -> Reasons:
    """Why scores [s] are not there, or were clipped: ScoreReason [s] from what they were before floor and cap.

    target None: the method needs none. divides: by the target. met [s]: whether what it requires is met.
    """
    wanted = np.zeros(actual.shape) if target is None else target
    unmet = np.zeros(actual.shape, dtype=bool) if met is None else ~met
    return first(
        actual.shape,
        (ScoreReason.NO_ACTUAL, np.isnan(actual)),
        (ScoreReason.NO_TARGET, np.isnan(wanted)),
        (ScoreReason.TARGET_NOT_ABOVE_0, divides & (wanted <= 0)),
        (ScoreReason.REQUIREMENT_NOT_MET, unmet),
        (ScoreReason.CAPPED, unclipped > cap + NOISE),
        (ScoreReason.RAISED_TO_FLOOR, unclipped < floor - NOISE),
    )


def composite(scores: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """K [s] = sum w k / sum w over the KPI scores [s, k] that are there, and their share [s] of the weight.

    weight [k] or [s, k]; 0 counts nothing. Missing KPIs renormalise; K is NaN (to be decided by hand) where less than
    60 % of the weight is there; K and share are NaN where nothing has weight. Raises ValueError for negative weights.
    """
    mean, there = weighted(scores, weight)
    _, whole = weighted(np.zeros(scores.shape), weight)
    share = there / np.where(whole > 0, whole, np.nan)
    return np.where(share >= LEAST_WEIGHT - NOISE, mean, np.nan), share


def where_missing(scores: Floats, weight: Floats, zero: Booleans, hold: Booleans) -> tuple[Floats, Booleans]:
    """Scores [s, k] with 0 where the KPI [k] says so of a missing one; and whether a missing one holds [s].

    hold [k]: without a score of it, if it has weight ([k] or [s, k]), there is to be none of the whole.
    """
    missing = np.isnan(scores)
    held = missing & hold & ~zero & (weight > 0)
    return np.where(missing & zero, 0.0, scores), np.asarray(held.any(axis=-1))


def attainment_of_whole(attainments: Floats, weight: Floats) -> Floats:
    """sum w x / sum w [s] of attainments [s, k], uncapped, over those that are there; NaN without any.

    weight [k] or [s, k]. Shares, not per cent. Methods without a target (tier, curve) are NaN, downward KPIs are
    2 - a/t; an increment of a negative rate is one. Raises ValueError for negative weights.
    """
    return weighted(attainments, weight)[0]
