"""One feedback score from several campaigns: each rater group from its own, joined at the dimension level.

As scores.score does it for one campaign, in its `level` form; the campaigns share their dimensions and group weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.cells import Means
from scoring.instrument import Booleans, Floats, Integers
from scoring.intervals import weighted_interval, weighted_squared_error
from scoring.points import to_points, to_unit, widest
from scoring.scores import COVERAGE_TOLERANCE, Scores
from scoring.weighing import in_order, weighted


@dataclass(frozen=True)
class JoinableCells:
    """Cells of subjects as numbers, of any campaigns.

    score [s, h, d]: points of the dimensions in each cell, NaN where there are none; n [s, h, d]: ratings per item
    behind them; low, high [s, h, d]: fewest and most points of their items. weight [s, h]: 0 where the cell is not
    shown. phi [h, d + 1]: of the campaign that a cell is from, last that of the mean over dimensions. invited [s]:
    weight of all groups that were asked. lacks_required [s]: whether a required group is not shown.
    """

    score: Floats
    n: Floats
    low: Floats
    high: Floats
    weight: Floats
    phi: Floats
    invited: Floats
    lacks_required: Booleans


@dataclass(frozen=True)
class JoinedScores:
    """dimensions [s, d] and total [s] with error [s, d] and total_error [s] in points; coverage [s].

    total is NaN unless sufficient [s], as in scores.Scores.
    """

    dimensions: Means
    error: Floats
    total: Means
    total_error: Floats
    coverage: Floats
    sufficient: Booleans


def of_campaign(scores: Scores, phi: Floats, groups: Booleans, rows: Integers) -> JoinableCells:
    """The cells of some rater groups [g] of a scored campaign, for subjects by their rows [s]; -1: not in it.

    phi [d + 1] is the campaign's. A pool goes with its groups. Raises ValueError where only some of them are taken.
    """
    cells, family = scores.cells, scores.cells.instrument.groups
    taken = np.concatenate(
        [groups, [_all_or_none(groups[family.pool_of == pool]) for pool in _pools(scores)]]
    )
    there = (rows >= 0)[:, None] & taken
    asked = (cells.disclosed.invited[rows] > 0) & there[:, : family.count]
    lacks = (scores.missing_required[rows] & there[:, : family.count]).any(axis=1)
    means = cells.dimensions
    return JoinableCells(
        score=np.where(there[..., None], means.score[rows], np.nan),
        n=np.where(there[..., None], means.n[rows], 0.0),
        low=cells.lowest[rows],
        high=cells.highest[rows],
        weight=np.where(there, cells.weight.T[rows], 0.0),
        phi=np.broadcast_to(phi, (len(taken), len(phi))),
        invited=in_order(asked * family.weight),
        lacks_required=lacks,
    )


def _pools(scores: Scores) -> range:
    groups = scores.cells.instrument.groups
    return range(groups.count, groups.cells)


def _all_or_none(taken: Booleans) -> bool:
    if taken.any() and not taken.all():
        raise ValueError("groups that may be counted together come from one campaign")
    return bool(taken.any())


def together(campaigns: Sequence[JoinableCells]) -> JoinableCells:
    """The cells of several campaigns side by side; the same subjects in the same order.

    Raises ValueError for none, or different numbers of subjects or dimensions.
    """
    if len({(len(each.score), each.score.shape[-1]) for each in campaigns}) != 1:
        raise ValueError("campaigns are joined over the same subjects and dimensions")
    score, n, low, high, weight = (
        np.concatenate([getattr(each, name) for each in campaigns], axis=1)
        for name in ("score", "n", "low", "high", "weight")
    )
    phi = np.concatenate([each.phi for each in campaigns])
    invited = np.sum([each.invited for each in campaigns], axis=0)
    lacks_required = np.any([each.lacks_required for each in campaigns], axis=0)
    return JoinableCells(score, n, low, high, weight, phi, invited, lacks_required)


def joined(cells: JoinableCells, dimension_weight: Floats, minimum_coverage: float = 0.6) -> JoinedScores:
    """D_sd = sum v_g D_sgd / sum v_g over the cells shown, F_s = sum q_d D_sd / sum q_d; Wilson's intervals.

    coverage: weight shown / weight invited, NaN where nobody with weight was. Standard errors as in
    intervals.weighted_squared_error, each cell with the phi of its campaign. Raises ValueError for negative weights.
    """
    dimension = weighted(_last(cells.score), cells.weight[:, None, :])[0]
    total = weighted(dimension, dimension_weight)[0]
    coverage = in_order(cells.weight) / np.where(cells.invited > 0, cells.invited, np.nan)
    sufficient = (
        (coverage >= minimum_coverage - COVERAGE_TOLERANCE) & ~cells.lacks_required & ~np.isnan(total)
    )
    official = np.where(sufficient, total, np.nan)
    means, error = _estimates(np.column_stack([dimension, official]), cells, dimension_weight)
    return JoinedScores(
        dimensions=means.at(slice(-1)),
        error=error[:, :-1],
        total=means.at(-1),
        total_error=error[:, -1],
        coverage=coverage,
        sufficient=sufficient,
    )


def _estimates(score: Floats, cells: JoinableCells, dimension_weight: Floats) -> tuple[Means, Floats]:
    """Scores [s, d + 1] with n, interval and standard error, from the cells that each rests on."""
    of_cell, n, low, high = _with_mean(cells, dimension_weight)
    weight = np.where(np.isnan(of_cell), 0.0, cells.weight[..., None])
    limits = widest(low, high, weight > 0, axis=1)
    unit = to_unit(np.nan_to_num(of_cell), *(limit[:, None] for limit in limits))
    squared = weighted_squared_error(_last(unit), _last(n), _last(weight), cells.phi.T)
    there, rating = ~np.isnan(score), in_order(_last(n * (weight > 0)))
    interval = to_points(weighted_interval(to_unit(score, *limits), rating, squared), *limits)
    error = np.sqrt(squared) * (limits[1] - limits[0])
    return Means(score, rating * there, interval), np.where(there, error, np.nan)


def _with_mean(cells: JoinableCells, dimension_weight: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Points, n, fewest and most points of the dimensions and, last, of their mean in every cell [s, h, d + 1]."""
    known = ~np.isnan(cells.score)
    rated = np.where(known, cells.n, np.nan)
    least, most = widest(cells.low, cells.high, known, axis=-1)
    means = (weighted(values, dimension_weight)[0] for values in (cells.score, rated))
    of_cell, n, low, high = (
        np.concatenate([values, mean[..., None]], axis=-1)
        for values, mean in zip(
            (cells.score, rated, cells.low, cells.high), (*means, least, most), strict=True
        )
    )
    return of_cell, np.nan_to_num(n), low, high


def _last(cells: Floats) -> Floats:
    """Cells to the last axis: [s, h, d] to [s, d, h]."""
    return np.moveaxis(cells, 1, -1)
