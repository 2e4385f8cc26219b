"""phi: how much of the largest possible variance a campaign's ratings show, from ballots of shown cells."""

import numpy as np

from scoring.counts import Ballots, DisclosedCounts, by_cell
from scoring.instrument import Answers, Booleans, Floats, Instrument, Integers
from scoring.points import answer_points, point_range

LEAST_PHI, MOST_PHI = 0.02, 1.0
LEAST_BALLOTS_OF_CELL = 3
LEAST_CELLS = 30
PHI_OF_OVERALL = 0.15
ROUNDING = 1e-9  # a variance no larger is rounding error


def phi(ballots: Ballots, disclosed: DisclosedCounts, instrument: Instrument) -> Floats:
    """Variance ratio per dimension and, last, of the mean over dimensions [d + 1], from scored ballots.

    sum (n-1) s^2 / sum (n-1) m(1-m) over shown, not attributed cells of 3 or more ballots (30 such cells,
    else the fixed value of phi_when_unknown), of each ballot's unit mean over its answered scored items;
    in [0.02, 1]. A design effect: Kish (1965), Survey Sampling.
    """
    units = ballot_units(ballots, disclosed, instrument)
    attributed = np.repeat(instrument.groups.cell_attributed, len(disclosed.n))
    estimates = np.array([_variance_ratio(unit, ballots.cell, attributed) for unit in units.T])
    return np.clip(
        np.where(np.isnan(estimates), phi_when_unknown(instrument), estimates), LEAST_PHI, MOST_PHI
    )


def phi_when_unknown(instrument: Instrument) -> Floats:
    """phi [d + 1] by the number of items of each dimension, for campaigns too small to estimate it."""
    items = instrument.membership.sum(axis=0)
    return np.append(np.select([items <= 1, items <= 3], [0.35, 0.25], 0.18), PHI_OF_OVERALL)


def ballot_units(ballots: Ballots, disclosed: DisclosedCounts, instrument: Instrument) -> Floats:
    """Each ballot's unit mean per dimension and, last, weighted over those [b, d + 1]; NaN for none."""
    lowest, highest = point_range(by_cell(disclosed.scored), instrument)
    units = np.empty((len(ballots.answers), instrument.dimensions + 1))
    for dimension in range(instrument.dimensions):
        low = lowest[dimension][ballots.cell]
        high = highest[dimension][ballots.cell]
        units[:, dimension] = (_mean_points(ballots.answers, dimension, instrument) - low) / (high - low)
    weight = np.where(np.isnan(units[:, :-1]), 0.0, instrument.dimension_weight)
    total = weight.sum(axis=1)
    units[:, -1] = (np.nan_to_num(units[:, :-1]) * weight).sum(axis=1) / np.where(total > 0, total, np.nan)
    return units


def _mean_points(answers: Answers, dimension: int, instrument: Instrument) -> Floats:
    """Plain mean of the points of a dimension's answered items per ballot [b]; NaN where none is answered."""
    table = answer_points(instrument.items)
    total, answered = np.zeros(len(answers)), np.zeros(len(answers))
    for item in np.flatnonzero(instrument.items.dimension == dimension):
        total += np.nan_to_num(table[item]).take(answers[:, item])
        answered += answers[:, item] > 0
    return np.asarray(total / np.where(answered > 0, answered, np.nan))


def _variance_ratio(unit: Floats, cell: Integers, attributed: Booleans) -> float:
    """phi of one mean from ballots' values and cells [b]; NaN with too few cells or no variance possible."""
    known = ~np.isnan(unit) & ~attributed[cell]
    cell, unit = cell[known], unit[known]
    n = np.bincount(cell, minlength=len(attributed))
    large = n >= LEAST_BALLOTS_OF_CELL
    if large.sum() < LEAST_CELLS:
        return float("nan")
    mean = np.bincount(cell, unit, minlength=len(n)) / np.maximum(n, 1)
    squares = np.bincount(cell, (unit - mean[cell]) ** 2, minlength=len(n))
    possible = ((n - 1) * mean * (1 - mean))[large].sum()
    return float(squares[large].sum() / possible) if possible > ROUNDING else float("nan")
