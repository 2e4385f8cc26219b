"""Scores from disclosed counts: items, dimensions and groups in every cell, then over a subject's cells.

NaN is "no score": nothing was asked, answered or shown there, or all of it has weight 0.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from scoring.absence import over_groups
from scoring.counts import Counts, DisclosedCounts
from scoring.instrument import Booleans, Family, Floats, Instrument, Integers
from scoring.intervals import weighted_interval, weighted_squared_error, wilson
from scoring.item_means import item_means
from scoring.points import over_items, point_range, to_points, to_unit, weighted_mean, widest
from scoring.slices import slices

TOP_VALUES = 2
MOST_DETRACTOR, LEAST_PROMOTER = 6, 9
COVERAGE_TOLERANCE = 1e-9
SUBJECTS_AT_ONCE = 1000


@dataclass(frozen=True)
class Means:
    """Scores in points, the n behind them (mean ratings per item; 0 for none), 95 % intervals [..., 2]."""

    score: Floats
    n: Floats
    interval: Floats

    def at(self, place: slice | int) -> "Means":
        """Those at some places of the last axis."""
        return Means(self.score[..., place], self.n[..., place], self.interval[..., place, :])


@dataclass(frozen=True)
class CellScores:
    """Scores within every cell: item_mean, ratings [s, h, j]; means [s, h, d + 1] of the dimensions and, last, of
    the mean over them.

    low, high [s, h, d + 1]: the range of points over the scored items that each mean rests on.
    """

    item_mean: Floats
    ratings: Counts
    means: Means
    low: Floats
    high: Floats

    @property
    def dimensions(self) -> Means:
        return self.means.at(slice(-1))

    @property
    def total(self) -> Means:
        return self.means.at(-1)

    @property
    def lowest(self) -> Floats:
        """Fewest points of the scored items of each dimension [s, h, d]."""
        return self.low[..., :-1]

    @property
    def highest(self) -> Floats:
        """Most points of the scored items of each dimension [s, h, d]."""
        return self.high[..., :-1]


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
    dimension = over_groups(cells.dimensions.score, disclosed, instrument)
    total = weighted_mean(dimension, instrument.dimension_weight)
    coverage, missing_required = cover(disclosed, instrument)
    enough = coverage >= instrument.minimum_coverage - COVERAGE_TOLERANCE
    sufficient = enough & ~missing_required.any(axis=1) & ~np.isnan(total)
    official = np.where(sufficient, total, np.nan)
    means, error = _over_cells(np.column_stack([dimension, official]), cells, disclosed, instrument, phi)
    return Scores(
        cells=cells,
        dimensions=means.at(slice(-1)),
        error=error[:, :-1],
        total=means.at(-1),
        total_error=error[:, -1],
        coverage=coverage,
        missing_required=missing_required,
        sufficient=sufficient,
        top2box=top2box(disclosed, instrument),
        nps=net_promoter(disclosed, instrument),
    )


def score_cells(disclosed: DisclosedCounts, instrument: Instrument, phi: Floats) -> CellScores:
    """Scores within every cell: D_sgd = sum_j a_j M_j / sum_j a_j, S_sg = sum_d q_d D_sgd / sum_d q_d."""
    cells = _unscored(disclosed, instrument)
    for some in slices(len(disclosed.n)):
        _score_some(disclosed, some, instrument, phi, cells)
    return cells


def _unscored(disclosed: DisclosedCounts, instrument: Instrument) -> CellScores:
    """Subjects next to each other in memory, except for items: sums over cells and dimensions are fast then."""
    shape = (*disclosed.n.shape, instrument.dimensions + 1)
    score, low, high = (np.full(shape, np.nan, order="F") for _ in range(3))
    means = Means(score, np.zeros(shape, order="F"), np.full((*shape, 2), np.nan, order="F"))
    return CellScores(np.full(disclosed.ratings.shape, np.nan), disclosed.ratings, means, low, high)


def _score_some(
    disclosed: DisclosedCounts, some: slice, instrument: Instrument, phi: Floats, cells: CellScores
) -> None:
    """Score the shown cells [c] of some subjects, into their places in cells."""
    shown = disclosed.decision.shown[some]
    group, subject = np.nonzero(shown.T)
    by_value = np.moveaxis(disclosed.counts[some], -1, 0).reshape(
        -1, shown.size, len(instrument.items.values)
    )
    counts = by_value.take(subject * shown.shape[1] + group, axis=1)
    ratings = counts.sum(axis=0, dtype=counts.dtype)
    scored = ratings > 0
    mean = item_means(counts, ratings, disclosed.decision.minimum[some][subject, group], instrument)
    score, n = _over_dimensions(mean, ratings, scored, instrument)
    low, high = _range(scored, instrument)
    interval = to_points(wilson(to_unit(score, low, high), n / phi), low, high)
    means = cells.means
    everywhere = (cells.item_mean, means.score, means.n, means.interval, cells.low, cells.high)
    here = (np.where(scored, mean, np.nan), score, n, interval, low, high)
    for whole, part in zip(everywhere, here, strict=True):
        whole[some][subject, group] = part


def _over_dimensions(
    mean: Floats, ratings: Counts, scored: Booleans, instrument: Instrument
) -> tuple[Floats, Floats]:
    """Scores and n [c, d + 1] of dimensions and, last, over them, from means and ratings of items [c, j]."""
    weights = instrument.items.weight[:, None] * instrument.membership
    with np.errstate(invalid="ignore"):
        total = over_items(scored, weights)
        score, n = over_items(mean, weights) / total, over_items(ratings, weights) / total
    whole, whole_n = (weighted_mean(values, instrument.dimension_weight) for values in (score, n))
    score, n = np.column_stack([score, whole]), np.column_stack([n, whole_n])
    return score, np.where(np.isnan(score), 0.0, n)


def _range(scored: Booleans, instrument: Instrument) -> tuple[Floats, Floats]:
    """Fewest and most points of the scored items of each dimension and, last, of all [c, d + 1]."""
    lowest, highest = point_range(scored, instrument)
    low, high = widest(lowest, highest, ~np.isnan(lowest), axis=1)
    return np.column_stack([lowest, low]), np.column_stack([highest, high])


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
    clients = clients[disclosed.n[:, clients].any(axis=0)]
    worth = np.where(chosen[:, None], worth, 0.0)
    n, rated, total = (np.zeros(len(disclosed.n)) for _ in range(3))
    for some in slices(len(n)):
        ratings = disclosed.ratings[some].take(clients, axis=1).compress(chosen, axis=2).sum(axis=1)
        n[some], rated[some] = ratings.sum(axis=1), np.count_nonzero(ratings, axis=1)
        for cell, value in product(clients, np.flatnonzero(worth.any(axis=0))):
            total[some] += disclosed.counts[some, cell, :, value] @ worth[:, value]
    mean = total / np.where(n > 0, n, np.nan)
    per_item = n / np.maximum(rated, 1)
    return Means(mean, per_item, low + wilson((mean - low) / (high - low), per_item) * (high - low))


def _client_cells(instrument: Instrument) -> Integers:
    """Output cells of clients, or of all but self in a scheme without client groups."""
    family = instrument.groups.cell_family
    if np.any(instrument.groups.family == Family.CLIENTS):
        return np.flatnonzero(family == Family.CLIENTS)
    return np.flatnonzero(family != Family.SELF)


def _over_cells(
    score: Floats, cells: CellScores, disclosed: DisclosedCounts, instrument: Instrument, phi: Floats
) -> tuple[Means, Floats]:
    """Scores over cells [s, d + 1] with n, interval and standard error, from what the cells rest on."""
    n, error, interval = np.empty_like(score), np.empty_like(score), np.empty((*score.shape, 2))
    weight = disclosed.decision.weight(instrument.groups)
    weighed = np.flatnonzero(weight.any(axis=0))
    of_cells = cells.means.score, cells.means.n, cells.low, cells.high, weight
    for some in slices(len(score)):
        of_weighed = (values[some][:, weighed] for values in of_cells)
        n[some], error[some], interval[some] = _combine(score[some], phi, *of_weighed)
    return Means(score, n, interval), error


def _combine(
    score: Floats, phi: Floats, of_cell: Floats, n: Floats, lowest: Floats, highest: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """n, standard error and interval of scores [s, k] over cells [s, h, k] with weights [s, h]."""
    weights = np.where(np.isnan(of_cell), 0.0, weight[:, :, None])
    used = weights > 0
    low, high = widest(lowest, highest, used, axis=1)
    unit = to_unit(of_cell, low[:, None], high[:, None])
    squared = weighted_squared_error(_last(unit), _last(n), _last(weights), phi[:, None])
    there = ~np.isnan(score)
    whole_n = np.where(used & there[:, None], n, 0.0).sum(axis=1)
    interval = to_points(weighted_interval(to_unit(score, low, high), whole_n, squared), low, high)
    return whole_n, np.where(there, np.sqrt(squared) * (high - low), np.nan), interval


def _last(cells: Floats) -> Floats:
    """Cells to the last axis: [s, h, k] to [s, k, h]."""
    return np.moveaxis(cells, 1, -1)
