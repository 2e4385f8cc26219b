"""Figures behind KPIs: shares, growth, prorated targets, and months that make a quarter, quarters that make a year.

Parts are [m, s]: m parts of a period (months, quarters) of s subjects, in order of time; NaN is "not there". A part
without an actual is left out with its target. The rules are those of appraisal practice (docs/scoring.md).
"""

from dataclasses import dataclass

import numpy as np

from scoring.instrument import Booleans, Floats, Integers
from scoring.reasons import Reasons, ScoreReason, first
from scoring.weighing import NOISE, in_order, weighted

LEAST_PARTS = 0.6


def share(part: Floats, whole: Floats) -> Floats:
    """100 part/whole, per cent; NaN where there is no whole above 0, or the part is more than all."""
    return np.where(_is_share(part, whole), 100 * part / np.where(whole > 0, whole, np.nan), np.nan)


def _is_share(part: Floats, whole: Floats) -> Booleans:
    return np.asarray((whole > 0) & (part <= whole + NOISE * np.abs(whole)))


def share_reasons(part: Floats, whole: Floats) -> Reasons:
    """Why shares are not there: ScoreReason of each."""
    return first(
        part.shape,
        (ScoreReason.NO_ACTUAL, np.isnan(part) | np.isnan(whole)),
        (ScoreReason.NOTHING_TO_TAKE_A_SHARE_OF, whole <= 0),
        (ScoreReason.MORE_THAN_ALL, ~_is_share(part, whole)),
    )


def growth(now: Floats, before: Floats) -> Floats:
    """100 (now - before)/before, per cent; NaN where before is not there, or 0 or less."""
    return np.asarray(100 * (now - before) / np.where(before > 0, before, np.nan))


def growth_reasons(now: Floats, before: Floats) -> Reasons:
    """Why there is no growth: ScoreReason of each."""
    return first(
        now.shape,
        (ScoreReason.NO_ACTUAL, np.isnan(now)),
        (ScoreReason.NO_EARLIER_FIGURE, np.isnan(before)),
        (ScoreReason.NOTHING_TO_GROW_FROM, before <= 0),
    )


def prorated(target: Floats, present: Floats, days: Floats) -> Floats:
    """Targets that add up, in proportion to the days present of the days of their period; not rounded.

    Raises ValueError for a period of no days, or more or fewer days present than it can have.
    """
    present, days = np.asarray(present, dtype=float), np.asarray(days, dtype=float)
    if np.any(days <= 0) or np.any(present < 0) or np.any(present > days):
        raise ValueError("days present lie between 0 and the days of the period")
    return np.asarray(target * present / days)


@dataclass(frozen=True)
class Combined:
    """actual and target [s] of a period from its parts; parts [s] of them had an actual, of [s] that belong to it.

    NaN actual where too few of them had one, or no share or growth is to be had of them; reasons [s] say which. NaN
    target where one was missing beside an actual.
    """

    actual: Floats
    target: Floats
    parts: Integers
    of: Integers
    reasons: Reasons


def combine_sum(
    actual: Floats, target: Floats, belongs: Booleans | None = None, least_parts: float = LEAST_PARTS
) -> Combined:
    """Sums of actuals and of their targets. belongs [m, s]: parts of the period that are the subject's; all."""
    there = ~np.isnan(actual)
    mine = _mine(there, belongs)
    return _combined(_sum(actual, mine), _sum(target, mine), there, belongs, least_parts)


def combine_mean(
    actual: Floats, target: Floats, belongs: Booleans | None = None, least_parts: float = LEAST_PARTS
) -> Combined:
    """Plain means of actuals and of their targets."""
    return combine_weighted(actual, target, np.ones(actual.shape), belongs, least_parts)


def combine_weighted(
    actual: Floats,
    target: Floats,
    base: Floats,
    belongs: Booleans | None = None,
    least_parts: float = LEAST_PARTS,
) -> Combined:
    """Means of actuals and of their targets, weighted by the base [m, s] (the n) of each part.

    A part without a base, or of 0, is left out like one without an actual. Raises ValueError for negative bases.
    """
    if np.any(base < 0):
        raise ValueError("a base must not be negative")
    there = ~np.isnan(actual) & (base > 0)
    weight = np.where(_mine(there, belongs), base, 0.0)
    return _combined(_mean(actual, weight), _mean(target, weight), there, belongs, least_parts)


def combine_last(
    actual: Floats, target: Floats, belongs: Booleans | None = None, least_parts: float = LEAST_PARTS
) -> Combined:
    """The last actual that is there, with its target: for what is counted on a day, as the clients held."""
    there = ~np.isnan(actual)
    mine = _mine(there, belongs)
    return _combined(_last(actual, mine), _last(target, mine), there, belongs, least_parts)


def combine_share(
    part: Floats,
    whole: Floats,
    target: Floats,
    belongs: Booleans | None = None,
    least_parts: float = LEAST_PARTS,
) -> Combined:
    """100 sum(part)/sum(whole), per cent: months of few cases weigh little. Targets likewise, by the whole."""
    there = ~np.isnan(part) & ~np.isnan(whole)
    mine = _mine(there, belongs)
    sums = _sum(part, mine), _sum(whole, mine)
    of_target = _mean(target, np.where(mine & (whole > 0), whole, 0.0))
    return _combined(share(*sums), of_target, there, belongs, least_parts, share_reasons(*sums))


def combine_growth(
    now: Floats,
    before: Floats,
    target: Floats,
    belongs: Booleans | None = None,
    least_parts: float = LEAST_PARTS,
) -> Combined:
    """Growth of the sum of parts over that of the parts before, of pairs that are both there.

    Targets as the mean by what there was to grow from.
    """
    there = ~np.isnan(now) & ~np.isnan(before)
    mine = _mine(there, belongs)
    sums = _sum(now, mine), _sum(before, mine)
    of_target = _mean(target, np.where(mine & (before > 0), before, 0.0))
    return _combined(growth(*sums), of_target, there, belongs, least_parts, growth_reasons(*sums))


def _mine(there: Booleans, belongs: Booleans | None) -> Booleans:
    return there if belongs is None else there & belongs


def _sum(figures: Floats, mine: Booleans) -> Floats:
    """Sum [s] of the figures of the parts that count; NaN where one of them is not there, or none counts."""
    total = in_order(np.where(mine, figures, 0.0).T)
    return np.where(mine.any(axis=0), total, np.nan)


def _last(figures: Floats, mine: Booleans) -> Floats:
    """The figure [s] of the last part that counts; NaN where none does."""
    place = len(mine) - 1 - np.argmax(mine[::-1], axis=0)
    return np.where(mine.any(axis=0), np.take_along_axis(figures, place[None], axis=0)[0], np.nan)


def _mean(figures: Floats, weight: Floats) -> Floats:
    """Weighted mean [s] over the parts with weight; NaN where one of them is not there, or none has weight."""
    mean, _ = weighted(np.where(weight > 0, figures, 0.0).T, weight.T)
    return np.where(((weight > 0) & np.isnan(figures)).any(axis=0), np.nan, mean)


def _combined(
    actual: Floats,
    target: Floats,
    there: Booleans,
    belongs: Booleans | None,
    least_parts: float,
    of_figure: Reasons | None = None,
) -> Combined:
    """of_figure [s]: why there is none even of enough parts."""
    parts = _mine(there, belongs).sum(axis=0)
    of = np.full(parts.shape, len(there)) if belongs is None else belongs.sum(axis=0)
    enough = (parts > 0) & (parts >= least_parts * of - NOISE)
    few = first(parts.shape, (ScoreReason.NO_ACTUAL, parts == 0), (ScoreReason.TOO_FEW_PARTS, ~enough))
    reasons = few if of_figure is None else np.where(enough, of_figure, few)
    return Combined(np.where(enough, actual, np.nan), np.where(enough, target, np.nan), parts, of, reasons)
