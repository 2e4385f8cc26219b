"""The overall score of an appraisal, and what follows from its displayed value: band and bonus, in decimals.

Where no source is named, the rule is one of appraisal practice, as docs/scoring.md describes it ("The steps").
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from scoring.instrument import Booleans, Floats, Integers
from scoring.weighing import NOISE, in_order, weighted

MOST_KPI = 120.0
LEAST_COMPONENTS = 60.0
LARGEST = 1e12
HUNDREDTH = Decimal("0.01")
SMALLEST = Decimal(repr(NOISE))
LEAST_POOL = 25


def overall(
    kpi: Floats, feedback: Floats, goals: Floats, weight: Floats, may_lack: Booleans | bool = False
) -> Floats:
    """Sum [s] of component weights [3] or [s, 3], per cent, times the components [s], 0-100; the KPI part up
    to 120.

    NaN where a component with weight is missing, unless it may be lacking ([3] or [s, 3]) and 60 % of the weight is
    there: then the others are renormalised. Raises ValueError for negative weights, or unless they total 100.
    """
    values = components(kpi, feedback, goals)
    return weighted(values, weights_used(values, weight, may_lack))[0]


def components(kpi: Floats, feedback: Floats, goals: Floats) -> Floats:
    """The components [s, 3] as they count: the KPI score up to 120."""
    return np.stack(np.broadcast_arrays(np.minimum(kpi, MOST_KPI), feedback, goals), axis=-1)


def weights_used(values: Floats, weight: Floats, may_lack: Booleans | bool = False) -> Floats:
    """Weights [s, 3], per cent, that components [s, 3] count with; NaN where there is no overall score.

    As they are where all are there; of those there in proportion where the others may be lacking. Raises ValueError as
    in overall.
    """
    weight = np.asarray(weight, dtype=float)
    if np.any(weight < 0) or not np.allclose(weight.sum(axis=-1), 100.0):
        raise ValueError("the weights of the components are not negative and add up to 100")
    lacking = np.isnan(values) & (weight > 0)
    left = np.where(lacking, 0.0, weight)
    total = in_order(left)[:, None]
    known = ~np.any(lacking & ~np.asarray(may_lack), axis=-1, keepdims=True)
    known &= total >= LEAST_COMPONENTS - NOISE
    used = np.where(np.any(lacking, axis=-1, keepdims=True), 100 * left / total.clip(min=NOISE), weight)
    return np.where(known, used, np.nan)


def parts(values: Floats, used: Floats) -> Floats:
    """Points [s, 3] that components [s, 3] bring to the overall score, w x / 100, with the weights used [s, 3]."""
    return np.where(used > 0, values, 0.0) * used / 100


def of_segments(score: Floats, days: Floats) -> Floats:
    """sum days O / sum days [s] of the overall scores [s, g] of segments with so many days [s, g].

    NaN without days, or where a segment with days has no score. Raises ValueError for negative days.
    """
    lacking = ((days > 0) & np.isnan(score)).any(axis=-1)
    return np.where(lacking, np.nan, weighted(score, np.asarray(days, dtype=float))[0])


def adjusted(score: Floats, points: Floats, limit: float) -> Floats:
    """Scores [s] with the points [s] that a reviewer adds or takes, at most `limit` either way; not below 0.

    Raises ValueError for more points than that.
    """
    if not np.all(np.abs(points) <= limit):
        raise ValueError(f"an adjustment is at most {limit:g} points")
    return _less(score, -np.asarray(points, dtype=float))


def deducted(score: Floats, points: Floats, most: Floats | float) -> Floats:
    """Scores [s] less the points [s] of all minor incidents together, at most `most`; not below 0.

    Raises ValueError for negative points.
    """
    if np.any(points < 0):
        raise ValueError("a deduction must not be negative")
    return _less(score, np.minimum(points, most))


def _less(score: Floats, points: Floats) -> Floats:
    return np.maximum(score - points, np.minimum(score, 0.0))


def vetoed(score: Floats, veto: Booleans, veto_score: float | Floats) -> Floats:
    """Scores [s] after the veto [s]: at most veto_score, of all or [s], where it is confirmed, also where there was no
    score."""
    return np.where(veto, np.fmin(score, veto_score), score)


def displayed(score: float) -> Decimal:
    """The value that is shown and judged: two decimals, halves away from 0, and no -0.00.

    Raises ValueError for NaN and what is too large for any score.
    """
    if not abs(score) < LARGEST:
        raise ValueError(f"there is no score to display: {score}")
    return Decimal(repr(float(score))).quantize(SMALLEST).quantize(HUNDREDTH, ROUND_HALF_UP) + 0


def step(value: Decimal, starts: Sequence[float]) -> int:
    """Index of the band or bonus row, best first, that holds a value; a start belongs to its row.

    Raises ValueError for a value below the last start.
    """
    for place, start in enumerate(starts):
        if value >= Decimal(repr(float(start))):
            return place
    raise ValueError(f"no row begins at or below {value}")


def gates_reached(figures: Floats, starts: Floats) -> Booleans:
    """Whether figures [s, q] reach what gates [q] ask, as they are displayed; an unknown figure does not.

    In points or per cent, so that two decimals tell enough.
    """
    hundredths = np.floor(np.abs(figures) * 100 + 0.5 + 50 * NOISE)
    return np.asarray(np.copysign(hundredths / 100, figures) >= np.asarray(starts) - NOISE)


def band_with_gates(value: Decimal, starts: Sequence[float], gates: Sequence[bool], cap: int = 0) -> int:
    """Index of the best band, best first, whose start a displayed value reaches and whose gates all hold [bands].

    The last band takes who passes the gates of no better one. cap: index of the band that a major incident allows at
    best. Raises ValueError for a value below the last start.
    """
    last = len(starts) - 1
    best = next((band for band in range(step(value, starts), last) if gates[band]), last)
    return max(best, cap)


def bonus_share(value: Decimal, rows: Sequence[tuple[float, float, bool]]) -> Decimal:
    """Share of the bonus for a displayed value, from rows (from, share, linear), best first.

    A linear row grows from its own share to that of the row above. Raises ValueError for a value below all
    rows, and for a linear first row.
    """
    place = step(value, [start for start, _, _ in rows])
    if rows[0][2]:
        raise ValueError("the best row has no row above to grow to")
    start, share, linear = (rows[place][0], Decimal(repr(float(rows[place][1]))), rows[place][2])
    if not linear:
        return share
    upper, upper_share = (Decimal(repr(float(part))) for part in rows[place - 1][:2])
    lower = Decimal(repr(float(start)))
    return share + (upper_share - share) * (value - lower) / (upper - lower)


def guideline(scores: Floats, shares: Floats) -> Integers:
    """Forced distribution as a guideline: a band index [s] for scores [s], best band first, by shares
    [bands].

    Places per band by largest remainder (ties to the better band), Balinski & Young (1982), Fair Representation;
    equal scores get the better band. -1 for NaN scores, and for everybody in pools of fewer than 25 scores. Raises
    ValueError unless the shares total 1.
    """
    if np.any(shares < 0) or not np.isclose(shares.sum(), 1.0):
        raise ValueError("the shares of the bands are not negative and add up to 1")
    bands = np.full(len(scores), -1)
    known = np.flatnonzero(~np.isnan(scores))
    if len(known) < LEAST_POOL:
        return bands
    order = known[np.argsort(-scores[known], kind="stable")]
    bands[order] = np.repeat(np.arange(len(shares)), _places(len(known), shares))
    _, same = np.unique(scores[known], return_inverse=True)
    best = np.full(same.max() + 1, len(shares))
    np.minimum.at(best, same, bands[known])
    bands[known] = best[same]
    return bands


def _places(count: int, shares: Floats) -> Integers:
    """Whole places that add up to count, by largest remainder (Hamilton's method)."""
    exact = count * shares
    places = np.floor(exact + 1e-9).astype(np.int64)
    remainder = exact - places
    places[np.argsort(-remainder, kind="stable")[: count - places.sum()]] += 1
    return places
