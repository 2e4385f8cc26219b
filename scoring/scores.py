"""Scores from disclosed counts: items, dimensions and groups in every cell, then over a subject's cells.

NaN is "no score": nothing was asked, answered or shown there, or all of it has weight 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.absence import over_groups
from scoring.counts import Counts, DisclosedCounts
from scoring.instrument import Booleans, Family, Floats, Instrument, Integers
from scoring.intervals import weighted_interval, weighted_squared_error, wilson
from scoring.points import point_range, to_points, to_unit, weighted_mean, widest

LEAST_RATINGS_TO_TRIM = 5
TOP_VALUES = 2
MOST_DETRACTOR, LEAST_PROMOTER = 6, 9
COVERAGE_TOLERANCE = 1e-9
SUBJECTS_AT_ONCE = 1000  # their numbers stay in the cache of a processor


@dataclass(frozen=True)
class Means:
    """Scores in points, the n behind them (mean ratings per item; 0 for none), 95 % intervals [..., 2]."""

    score: Floats
    n: Floats
    interval: Floats


@dataclass(frozen=True)
class CellScores:
    """Scores within every cell: item_mean, ratings [s, h, j]; dimensions [s, h, d]; total [s, h].

    lowest, highest [s, h, d]: the range of points over the scored items of the dimension.
    """

    item_mean: Floats
    ratings: Counts
    dimensions: Means
    total: Means
    lowest: Floats
    highest: Floats


@dataclass(frozen=True)
class Scores:
    """All scores of a campaign.

    dimensions [s, d] with error [s, d], their standard errors in points; total [s]: the feedback score,
    likewise total_error. It is NaN unless sufficient [s]. coverage [s]: NaN where nobody with weight was
    invited. missing_required [s, g]. top2box (a share) and nps (-100 to 100) [s].
    """

    cells: CellScores
    dimensions: Means
    error: Floats
    total: Means
    total_error: Floats
    coverage: Floats
    missing_required: Booleans
    sufficient: Booleans
    top2box: Means
    nps: Means


def score(disclosed: DisclosedCounts, instrument: Instrument, phi: Floats) -> Scores:
    """Score a campaign. phi [d + 1] as from dispersion.phi. Raises ValueError for another shape or range."""
    if phi.shape != (instrument.dimensions + 1,) or not np.all((phi > 0) & (phi <= 1)):
        raise ValueError("phi needs one value in (0, 1] per dimension and one for the mean over dimensions")
    cells = score_cells(disclosed, instrument, phi)
    weight = np.asfortranarray(disclosed.decision.weight(instrument.groups))
    dimension = over_groups(cells.dimensions.score, disclosed, instrument)
    dimensions, error = _combine(dimension, cells.dimensions, weight, cells.lowest, cells.highest, phi[:-1])
    total = weighted_mean(dimension, instrument.dimension_weight)
    coverage, missing_required = cover(disclosed, instrument)
    enough = coverage >= instrument.minimum_coverage - COVERAGE_TOLERANCE
    sufficient = enough & ~missing_required.any(axis=1) & ~np.isnan(total)
    official, total_error = _total(np.where(sufficient, total, np.nan), cells, weight, phi[-1])
    return Scores(
        cells=cells,
        dimensions=dimensions,
        error=error,
        total=official,
        total_error=total_error,
        coverage=coverage,
        missing_required=missing_required,
        sufficient=sufficient,
        top2box=top2box(disclosed, instrument),
        nps=net_promoter(disclosed, instrument),
    )


def score_cells(disclosed: DisclosedCounts, instrument: Instrument, phi: Floats) -> CellScores:
    """Scores within every cell: D_sgd = sum_j a_j M_j / sum_j a_j, S_sg = sum_d q_d D_sgd / sum_d q_d."""
    subjects = len(disclosed.n)
    starts = range(0, max(subjects, 1), SUBJECTS_AT_ONCE)
    parts = [_score_some(disclosed, slice(at, at + SUBJECTS_AT_ONCE), instrument, phi) for at in starts]
    return CellScores(
        item_mean=np.concatenate([part.item_mean for part in parts]),
        ratings=disclosed.ratings,
        dimensions=_joined([part.dimensions for part in parts]),
        total=_joined([part.total for part in parts]),
        lowest=np.concatenate([part.lowest for part in parts]),
        highest=np.concatenate([part.highest for part in parts]),
    )


def _joined(parts: Sequence[Means]) -> Means:
    score, n, interval = zip(*((part.score, part.n, part.interval) for part in parts), strict=True)
    return Means(np.concatenate(score), np.concatenate(n), np.concatenate(interval))


def _score_some(disclosed: DisclosedCounts, some: slice, instrument: Instrument, phi: Floats) -> CellScores:
    ratings = disclosed.ratings[some]
    scored = ratings > 0
    mean = _item_means(disclosed.counts[some], ratings, disclosed.decision.minimum[some], instrument)
    weights = instrument.items.weight[:, None] * instrument.membership
    total = _over_items(scored, weights)
    with np.errstate(invalid="ignore"):
        dimension, n = (
            _over_items(mean, weights) / total,
            np.nan_to_num(_over_items(ratings, weights) / total),
        )
    lowest, highest = point_range(scored, instrument)
    whole = weighted_mean(dimension, instrument.dimension_weight)
    whole_n = np.nan_to_num(weighted_mean(np.where(n > 0, n, np.nan), instrument.dimension_weight))
    low, high = widest(lowest, highest, ~np.isnan(lowest), axis=2)
    return CellScores(
        np.where(scored, mean, np.nan),
        ratings,
        _means(dimension, n, lowest, highest, phi[:-1]),
        _means(whole, whole_n, low, high, phi[-1:]),
        lowest,
        highest,
    )


def _over_items(values: NDArray[Any], weights: Floats) -> Floats:
    """Values [s, h, j] summed with weights [j, d], subjects next to each other in memory: one matrix product,
    and fast sums over cells and dimensions later."""
    sums = values.reshape(-1, len(weights)) @ weights
    return np.asfortranarray(sums.reshape(*values.shape[:2], -1))


def _item_means(counts: Counts, ratings: Counts, minimum: Integers, instrument: Instrument) -> Floats:
    """Mean points M of each item in each cell [s, h, j], trimmed where the instrument says so; 0 without
    ratings."""
    points = np.nan_to_num(instrument.items.points)
    total = np.einsum("shjv,jv->shj", counts.astype(float), points)
    mean = total / np.maximum(ratings, 1)
    if not instrument.trim:
        return np.asarray(mean)
    given = counts > 0
    most = np.where(given, points, points.min()).max(axis=3)
    least = np.where(given, points, points.max()).min(axis=3)
    trimmable = (ratings >= LEAST_RATINGS_TO_TRIM) & (ratings - 2 >= minimum[:, :, None])
    trimmable &= instrument.items.rating
    trimmed = (total - most - least) / np.where(trimmable, ratings - 2, np.nan)
    return np.asarray(np.where(trimmable, trimmed, mean))


def cover(disclosed: DisclosedCounts, instrument: Instrument) -> tuple[Floats, Booleans]:
    """Weight of groups shown, alone or pooled, among those invited [s]; required groups missing [s, g]."""
    invited = disclosed.invited > 0
    shown = disclosed.decision.contributes & invited
    weight = invited @ instrument.groups.weight
    coverage = shown @ instrument.groups.weight / np.where(weight > 0, weight, np.nan)
    return coverage, np.asarray(instrument.groups.required & invited & ~shown)


def top2box(disclosed: DisclosedCounts, instrument: Instrument) -> Means:
    """Share of client ratings in the two highest values of headline items, else of all rating items [s]."""
    items = instrument.items
    chosen = items.headline & items.rating
    chosen = chosen if chosen.any() else items.rating
    place = np.arange(items.points.shape[1])
    top = (place >= items.values[:, None] - TOP_VALUES) & (place < items.values[:, None])
    return _client_mean(disclosed, instrument, chosen, top.astype(float), 0.0, 1.0)


def net_promoter(disclosed: DisclosedCounts, instrument: Instrument) -> Means:
    """Net promoter score [s] of the client answers to 0-10 items: 100 (share of 9-10 - share of 0-6).

    Reichheld (2003), Harvard Business Review 81(12), 46.
    """
    place = np.arange(instrument.items.points.shape[1])
    sign = (place >= LEAST_PROMOTER).astype(float) - (place <= MOST_DETRACTOR)
    worth = np.broadcast_to(100 * sign, instrument.items.points.shape)
    return _client_mean(disclosed, instrument, ~instrument.items.rating, worth, -100.0, 100.0)


def _client_mean(
    disclosed: DisclosedCounts,
    instrument: Instrument,
    chosen: Booleans,
    worth: Floats,
    low: float,
    high: float,
) -> Means:
    """Mean worth [s], low to high per value [j, v], of client ratings on chosen items; each independent."""
    clients = _client_cells(instrument)
    ratings = disclosed.ratings[:, clients].sum(axis=1)[:, chosen]
    n = ratings.sum(axis=1)
    worth = np.where(chosen[:, None], worth, 0.0)
    total = np.zeros(len(n))
    for cell, value in product(clients, np.flatnonzero(worth.any(axis=0))):
        total += disclosed.counts[:, cell, :, value] @ worth[:, value]
    mean = total / np.where(n > 0, n, np.nan)
    per_item = n / np.maximum((ratings > 0).sum(axis=1), 1)
    return Means(mean, per_item, low + wilson((mean - low) / (high - low), per_item) * (high - low))


def _client_cells(instrument: Instrument) -> Integers:
    """Output cells of clients, or of all but self in a scheme without client groups."""
    family = instrument.groups.cell_family
    if np.any(instrument.groups.family == Family.CLIENTS):
        return np.flatnonzero(family == Family.CLIENTS)
    return np.flatnonzero(family != Family.SELF)


def _means(score: Floats, n: Floats, lowest: Floats, highest: Floats, phi: Floats) -> Means:
    unit = to_unit(score, lowest, highest)
    n = np.where(np.isnan(score), 0.0, n)
    return Means(score, n, to_points(wilson(unit, n / phi), lowest, highest))


def _combine(
    score: Floats, cells: Means, weight: Floats, lowest: Floats, highest: Floats, phi: Floats
) -> tuple[Means, Floats]:
    """Scores over cells [s, d] with n, interval and standard error, from what the cells [s, h, d] rest on."""
    used = (weight > 0)[:, :, None] & ~np.isnan(cells.score) & ~np.isnan(score)[:, None, :]
    low, high = widest(lowest, highest, used, axis=1)
    n = np.where(used, cells.n, 0.0)
    unit = to_unit(cells.score, low[:, None], high[:, None])
    share = np.where(used, weight[:, :, None], 0.0)
    squared = weighted_squared_error(_last(unit), _last(n), _last(share), phi[:, None])
    interval = weighted_interval(to_unit(score, low, high), n.sum(axis=1), squared)
    return Means(score, n.sum(axis=1), to_points(interval, low, high)), np.sqrt(squared) * (high - low)


def _last(cells: Floats) -> Floats:
    """Cells to the last axis: [s, h, d] to [s, d, h]."""
    return np.moveaxis(cells, 1, -1)


def _total(score: Floats, cells: CellScores, weight: Floats, phi: np.float64) -> tuple[Means, Floats]:
    """The feedback score with n, interval and standard error from the totals of the cells."""
    low, high = widest(cells.lowest, cells.highest, ~np.isnan(cells.lowest), axis=2)
    whole = Means(*(part[:, :, None] for part in (cells.total.score, cells.total.n, cells.total.interval)))
    means, error = _combine(score[:, None], whole, weight, low[:, :, None], high[:, :, None], np.array([phi]))
    return Means(means.score[:, 0], means.n[:, 0], means.interval[:, 0]), error[:, 0]
