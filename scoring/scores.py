"""Scores from disclosed counts: items, dimensions and groups in every cell, then over a subject's cells.

NaN is "no score": nothing was asked, answered or shown there, or all of it has weight 0.
"""

from dataclasses import dataclass

import numpy as np

from scoring.absence import over_groups
from scoring.cells import CellScores, Means, room_for_intervals, score_cells
from scoring.counts import DisclosedCounts
from scoring.instrument import Booleans, Counts, Floats, Instrument
from scoring.intervals import weighted_interval, weighted_squared_error, wilson
from scoring.points import to_points, to_unit, weighted_mean, widest
from scoring.slices import slices
from scoring.sums import NOT_COUNTED
from scoring.thresholds import LEAST_RATINGS_OF_NPS

MOST_DETRACTOR, LEAST_PROMOTER = 6, 9
COVERAGE_TOLERANCE = 1e-9


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
    """Score a campaign. phi [d + 1] as from dispersion.phi. Raises ValueError for another shape or range.

    Cells as in score_cells, dimensions over groups as in over_groups, F_s = sum_d q_d D_sd / sum_d q_d; intervals as in
    intervals. The formulas, and why these, are in docs/scoring.md.
    """
    if phi.shape != (instrument.dimensions + 1,) or not np.all((phi > 0) & (phi <= 1)):
        raise ValueError("phi needs one value in (0, 1] per dimension and one for the mean over dimensions")
    cells = score_cells(disclosed, instrument, phi)
    dimension = over_groups(cells)
    total = weighted_mean(dimension, instrument.dimension_weight[:, None], axis=0)
    coverage, missing_required = cover(disclosed, instrument)
    enough = coverage >= instrument.minimum_coverage - COVERAGE_TOLERANCE
    sufficient = enough & ~missing_required.any(axis=1) & ~np.isnan(total)
    official = np.where(sufficient, total, np.nan)
    means, error = _over_cells(np.vstack([dimension, official]), cells, instrument, phi)
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


def cover(disclosed: DisclosedCounts, instrument: Instrument) -> tuple[Floats, Booleans]:
    """Weight of groups shown, alone or pooled, among those invited [s]; required groups missing [s, g].

    sum v_g over the shown / sum v_g over the invited groups; NaN where nobody with weight was invited.
    """
    invited = disclosed.invited > 0
    shown = disclosed.decision.contributes & invited
    weight = invited @ instrument.groups.weight
    coverage = shown @ instrument.groups.weight / np.where(weight > 0, weight, np.nan)
    return coverage, np.asarray(instrument.groups.required & invited & ~shown)


def top2box(disclosed: DisclosedCounts, instrument: Instrument) -> Means:
    """Share of client ratings in the two highest values of headline items, else of all rating items [s].

    Ratings with one of the two values / all ratings: the top-box score of market research. Of cells with five ratings
    of the item and more, each by itself: the share over all cells less those of some leaves no fewer.
    """
    cells = np.flatnonzero(instrument.groups.satisfaction_cells)
    top, ratings = disclosed.sums.top[:, cells], disclosed.ratings[:, cells]
    known = top != NOT_COUNTED
    return _share(top * known, ratings * known, 0.0, 1.0)


def net_promoter(disclosed: DisclosedCounts, instrument: Instrument) -> Means:
    """Net promoter score [s] of the client answers to 0-10 items: 100 (share of 9-10 - share of 0-6).

    Of cells with ten answers and more, each by itself, as in top2box. Reichheld (2003), Harvard Business Review 81(12),
    46.
    """
    cells = np.flatnonzero(instrument.groups.satisfaction_cells)
    places = np.ix_(np.arange(len(disclosed.n)), cells, np.flatnonzero(~instrument.items.rating))
    counts = disclosed.counts[places]
    value = np.arange(counts.shape[-1])
    sign = (value >= LEAST_PROMOTER).astype(int) - (value <= MOST_DETRACTOR)
    enough = disclosed.spread[places] & (disclosed.ratings[places] >= LEAST_RATINGS_OF_NPS)
    return _share(100 * (counts @ sign) * enough, disclosed.ratings[places] * enough, -100.0, 100.0)


def _share(worth: Counts, ratings: Counts, low: float, high: float) -> Means:
    """Mean worth [s], from low to high, of ratings [s, h, j], each independent."""
    n = ratings.sum(axis=(1, 2), dtype=float)
    mean = worth.sum(axis=(1, 2), dtype=float) / np.where(n > 0, n, np.nan)
    per_item = n / np.maximum(ratings.any(axis=1).sum(axis=1), 1)
    return Means(mean, per_item, low + wilson((mean - low) / (high - low), per_item) * (high - low))


def _over_cells(
    score: Floats, cells: CellScores, instrument: Instrument, phi: Floats
) -> tuple[Means, Floats]:
    """Scores over cells [k, s] with n, interval and standard error, from what the cells rest on; [s, k]."""
    (n, error), interval = np.empty((2, *score.shape)), room_for_intervals(score.shape)
    for some in slices(score.shape[1]):
        of_cell, of_cell_n, weights = cells.of_subjects(some)
        limits = _limits(cells, weights > 0, some, instrument)
        n[:, some], error[:, some], interval[:, some] = _combine(
            score[:, some], phi, of_cell, of_cell_n, weights, limits
        )
    return Means(score.T, n.T, interval.swapaxes(0, 1)), error.T


def _limits(cells: CellScores, used: Booleans, some: slice, instrument: Instrument) -> tuple[Floats, Floats]:
    """Fewest and most points [k, s] over the used ones [k, w, s] of the weighed cells of some subjects."""
    if len(instrument.items.ranges) == 1:
        ((least, most),) = instrument.items.ranges
        shape = len(used), used.shape[-1]
        return np.broadcast_to(least, shape), np.broadcast_to(most, shape)
    return widest(cells.low.T[:, cells.weighed, some], cells.high.T[:, cells.weighed, some], used, axis=1)


def _combine(
    score: Floats, phi: Floats, of_cell: Floats, n: Floats, weights: Floats, limits: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """n, standard error and interval of scores [k, s] over cells [k, w, s] with weights [k, w, s]."""
    low, high = limits
    there = ~np.isnan(score)
    unit = to_unit(of_cell, low[:, None], high[:, None])
    squared = weighted_squared_error(_last(unit), _last(n), _last(weights), phi[:, None, None])
    whole_n = (n * (weights > 0)).sum(axis=1) * there
    interval = to_points(weighted_interval(to_unit(score, low, high), whole_n, squared), low, high)
    return whole_n, np.where(there, np.sqrt(squared) * (high - low), np.nan), interval


def _last(cells: Floats) -> Floats:
    """Cells to the last axis: [k, w, s] to [k, s, w]."""
    return np.moveaxis(cells, 1, -1)
