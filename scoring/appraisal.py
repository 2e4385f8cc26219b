"""The overall score of an appraisal, and what follows from its displayed value: band and bonus, in decimals.

Where no source is named, the rule is one of appraisal practice, as docs/scoring.md describes it ("The steps").
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from scoring.instrument import Booleans, Floats, Integers

MOST_KPI = 120.0
LARGEST = 1e12
HUNDREDTH = Decimal("0.01")
NOISE = Decimal("0.000000001")  # what binary fractions may be off
LEAST_POOL = 25


def overall(kpi: Floats, feedback: Floats, goals: Floats, weight: Floats) -> Floats:
    """Sum of component weights [3] or [s, 3], per cent, times the components [s], 0-100; the KPI part up
    to 120.

    NaN where a component with weight is missing. Raises ValueError for negative weights, or unless they total
    100.
    """
    weight = np.asarray(weight, dtype=float)
    if np.any(weight < 0) or not np.allclose(weight.sum(axis=-1), 100.0):
        raise ValueError("the weights of the components are not negative and add up to 100")
    components = np.stack([np.minimum(kpi, MOST_KPI), feedback, goals], axis=-1)
    return np.asarray(np.where(weight > 0, weight / 100 * components, 0.0).sum(axis=-1))


def vetoed(score: Floats, veto: Booleans, veto_score: float) -> Floats:
    """Scores [s] after the veto [s]: at most veto_score where it is confirmed, also where there was no score."""
    return np.where(veto, np.fmin(score, veto_score), score)


def displayed(score: float) -> Decimal:
    """The value that is shown and judged: two decimals, halves away from 0, and no -0.00.

    Raises ValueError for NaN and what is too large for any score.
    """
    if not abs(score) < LARGEST:
        raise ValueError(f"there is no score to display: {score}")
    return Decimal(repr(float(score))).quantize(NOISE).quantize(HUNDREDTH, ROUND_HALF_UP) + 0


def step(value: Decimal, starts: Sequence[float]) -> int:
    """Index of the band or bonus row, best first, that holds a value; a start belongs to its row.

    Raises ValueError for a value below the last start.
    """
    for place, start in enumerate(starts):
        if value >= Decimal(repr(float(start))):
            return place
    raise ValueError(f"no row begins at or below {value}")


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
