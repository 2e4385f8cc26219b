"""Influence factors: how far clients who mark a dimension higher also recommend more, over a whole campaign.

Associations, not causes. Letters beside those of ``scoring.instrument``: k columns, the d dimensions and, last, what
they are to explain; r resamples; q quarters.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scoring.counts import Ballots, DisclosedCounts, heard_by_cell
from scoring.instrument import Booleans, Floats, GroupFamily, Instrument, Integers
from scoring.item_means import item_means
from scoring.points import answer_points, at_least_something, weighted_mean
from scoring.slices import slices
from scoring.thresholds import LEAST_BALLOTS_OF_INFLUENCE, LEAST_BALLOTS_OF_STATISTICS

RESAMPLES = 500
MOST_SKIPPED = RESAMPLES // 20
ENDS = 2.5, 97.5  # percentiles
DIGITS = CORRELATION_DIGITS, WEIGHT_DIGITS, SHARE_DIGITS = 3, 3, 2
ALIKE_DIGITS = 9  # points; beyond them the same marks may differ by how they were added up
ROUNDING = 1e-12  # a variance no larger, of columns with a variance of 1, is rounding error
DRAWN_AT_ONCE = 20, 2**21  # resamples, and ballots in all of them
MOST_DRAWN = 20_000  # more ballots are drawn in blocks of equal size
PIECE = 256  # ballots: so few that no BLAS starts threads for them, which cost more than they save on a busy machine


@dataclass(frozen=True)
class Influence:
    """What is kept of n complete ballots, rounded.

    correlations [k, k], all that weights and shares are computed from. weight_interval, share_interval [d, 2]: 95 %
    percentile intervals. clear [d]: the weight is larger than that of a column of pure chance. resamples: how many of
    them could be used.
    """

    n: int
    correlations: Floats
    weight_interval: Floats
    share_interval: Floats
    clear: Booleans
    resamples: int

    @property
    def weights(self) -> Floats:
        """Relative weights [d]."""
        return relative_weights(self.correlations, least_eigenvalue(self.correlations))

    @property
    def shares(self) -> Floats:
        """Relative weights [d] as shares of their sum."""
        return shares(self.weights)


def correlations(values: Floats) -> Floats:
    """Pearson's correlations [k, k] of columns [b, k]; NaN in those of a constant column.

    Raises ValueError for fewer than two rows or columns, or missing values.
    """
    if values.ndim != 2 or min(values.shape) < 2 or np.isnan(values).any():
        raise ValueError("correlations need two complete rows and columns or more")
    unit = _standardised(values)
    return _from_moments(unit.mean(axis=0), unit.T @ unit / len(unit))


def relative_weights(correlations: Floats, least: float = 1e-9) -> Floats:
    """Johnson's relative weights [..., d] from correlations [..., k, k], the last column that which is explained.

    Lambda = the symmetric square root of the dimensions' correlations, beta = Lambda^-1 r, weight = Lambda^2 beta^2
    (squared one by one); they add up to R^2. None is negative, whatever the sign of a correlation. Eigenvalues up to
    `least` count as none (a pseudo-inverse): dimensions that are the same share their weight. NaN from NaN. Raises
    ValueError for fewer than two dimensions. Johnson (2000), Multivariate Behavioral Research 35, 1.
    """
    if correlations.shape[-1] < 3 or correlations.shape[-1] != correlations.shape[-2]:
        raise ValueError("relative weights need correlations of two dimensions or more and what they explain")
    known = np.asarray(~np.isnan(correlations).any(axis=(-2, -1)))
    safe = np.where(known[..., None, None], correlations, np.eye(correlations.shape[-1]))
    size, turn = np.linalg.eigh(safe[..., :-1, :-1])
    root = np.sqrt(np.where(size > least, size, 0.0))[..., None, :]
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    squared = (turn * root @ turn.swapaxes(-1, -2)) ** 2
    beta = turn * inverse @ turn.swapaxes(-1, -2) @ safe[..., :-1, -1:]
    return np.where(known[..., None], (squared @ beta**2)[..., 0], np.nan)


def least_eigenvalue(correlations: Floats) -> float:
    """How far eigenvalues of the dimensions' correlations [k, k] may be off because these are rounded."""
    return float((len(correlations) - 1) * 10**-CORRELATION_DIGITS / 2)


def pooled(correlations: Floats, n: Integers) -> Floats:
    """Correlations [k, k] of several quarters from theirs [q, k, k], weighted by their ballots n [q].

    Not those of all ballots together: what all dimensions do from quarter to quarter is no part of them. Raises
    ValueError for numbers of ballots that are not positive, or not one per quarter. Hunter & Schmidt (2004), Methods of
    Meta-Analysis.
    """
    if len(n) != len(correlations) or len(n) == 0 or np.any(np.asarray(n) <= 0):
        raise ValueError("every quarter needs its correlations and a number of ballots above 0")
    return np.asarray(np.average(correlations, axis=0, weights=n))


def pooled_interval(pooled: Floats, shares: Floats, intervals: Floats, n: Integers) -> Floats:
    """95 % intervals [d, 2] of pooled shares [d], from those of the quarters [q, d, 2] about their shares [q, d].

    As if the pooled share were the mean of theirs, weighted by n [q], and no answer of one quarter told of another: the
    squared distances to each end add up. Zou & Donner (2008), Statistics in Medicine 27, 1693.
    """
    part = (n / n.sum())[:, None]
    down, up = np.maximum(shares - intervals[..., 0], 0), np.maximum(intervals[..., 1] - shares, 0)
    below, above = (np.sqrt(((part * distance) ** 2).sum(axis=0)) for distance in (down, up))
    return np.stack([pooled - below, pooled + above], axis=-1).clip(0, 1)


def of_ballots(
    ballots: Ballots, disclosed: DisclosedCounts, instrument: Instrument, seed: int
) -> Influence | None:
    """From scored ballots, those of clients that have every dimension which clients are asked and a recommendation.

    None where fewer than 50 of them hide one another, where fewer than ten differ from the most frequent mark of a
    column, or where too many resamples have a constant column.
    """
    dimensions = dimensions_of_clients(instrument)
    if len(dimensions) < 2 or instrument.items.rating.all():
        return None
    of_clients = np.repeat(client_cells(instrument), len(disclosed.n))[ballots.cell]
    marks = _marks(ballots, dimensions, instrument)
    complete = of_clients & ~np.isnan(marks).any(axis=1)
    heard = heard_by_cell(disclosed.decision, instrument.groups)
    marks, cell = marks[complete], ballots.cell[complete]
    return _estimate(marks, seed) if _hides_everybody(marks, cell, heard) else None


def faults(influence: Influence | None, n: Integers, instrument: Instrument) -> Iterator[str]:
    """What of it cannot have come from ballots n [s, h] of shown cells, or is more than may be kept."""
    if influence is None:
        return
    size, shown = len(dimensions_of_clients(instrument)) + 1, int(n[:, client_cells(instrument)].sum())
    if not LEAST_BALLOTS_OF_INFLUENCE <= influence.n <= shown:
        yield f"influence factors rest on {influence.n} ballots of clients, of {shown} that are shown"
    if not RESAMPLES - MOST_SKIPPED <= influence.resamples <= RESAMPLES:
        yield f"influence factors rest on {influence.resamples} resamples"
    if influence.correlations.shape != (size, size) or size < 3:
        yield "influence factors need a correlation of every two dimensions and with the recommendation"
    intervals = influence.weight_interval, influence.share_interval
    if {each.shape for each in intervals} != {(size - 1, 2)} or influence.clear.shape != (size - 1,):
        yield "influence factors need two intervals per dimension"
    elif not all(
        np.all((each[:, 0] >= 0) & (each[:, 0] <= each[:, 1]) & (each[:, 1] <= 1)) for each in intervals
    ):
        yield "the intervals of influence factors lie between 0 and 1"
    if not all(_is_rounded(*pair) for pair in zip((influence.correlations, *intervals), DIGITS, strict=True)):
        yield "influence factors are kept with more digits than they may have"


def _is_rounded(values: Floats, digits: int) -> bool:
    """And, where they are correlations or shares, between -1 and 1."""
    return bool(np.all(np.abs(values) <= 1) and np.all(values == np.round(values, digits)))


def client_cells(instrument: Instrument) -> Booleans:
    """Output cells [h] whose ballots are looked at: of clients who do not answer under their names."""
    groups = instrument.groups
    return np.asarray((groups.cell_family == GroupFamily.CLIENTS) & ~groups.cell_attributed)


def dimensions_of_clients(instrument: Instrument) -> Integers:
    """Dimensions [d] of which such clients are asked an item that weighs something."""
    groups, items = instrument.groups, instrument.items
    clients = (groups.family == GroupFamily.CLIENTS) & ~groups.attributed
    asked = items.asked[clients].any(axis=0) & (items.weight > 0) & items.rating
    return np.unique(items.dimension[asked])


def satisfaction(disclosed: DisclosedCounts, instrument: Instrument) -> Floats:
    """Mean points of every dimension [d of the instrument] over the ratings of such clients; NaN without any."""
    cells, sums = client_cells(instrument), disclosed.sums
    points, kept = (values[:, cells].sum(axis=(0, 1), dtype=np.int64) for values in (sums.points, sums.kept))
    means = item_means(points, kept, instrument.items.exact[1])
    return weighted_mean(np.where(kept > 0, means, np.nan), instrument.item_weights.T)


def _marks(ballots: Ballots, dimensions: Integers, instrument: Instrument) -> Floats:
    """Mean points [b, k] of the answered items of dimensions, by their weights, and of recommendations."""
    items = instrument.items
    weights = np.array([*instrument.item_weights.T[dimensions], ~items.rating], dtype=float)
    marks = np.empty((len(ballots.cell), len(weights)))
    for some in slices(len(marks)):
        points = answer_points(items)[np.arange(len(items.values)), ballots.answers[some]]
        marks[some] = np.column_stack([weighted_mean(points, weight) for weight in weights])
    return marks.round(ALIKE_DIGITS)


def _hides_everybody(marks: Floats, cell: Integers, heard: Integers) -> bool:
    """Whether marks [b, k] of ballots in cells [b], which lie together, are of enough people who are not all alike.

    What all of a cell marked alike its means tell, and what was heard somebody knows: neither hides anybody.
    """
    if len(marks) < LEAST_BALLOTS_OF_INFLUENCE:
        return False
    start = np.flatnonzero(np.diff(cell, prepend=-1))
    differ = np.minimum.reduceat(marks, start) < np.maximum.reduceat(marks, start)
    unheard = np.maximum(np.diff(start, append=len(cell)) - heard[cell[start]], 0)
    unlike = min(len(column) - np.unique(column, return_counts=True)[1].max() for column in marks.T)
    known = int(heard[cell[start]].sum())
    hidden = int(unheard[differ.any(axis=1)].sum())
    return bool(hidden >= LEAST_BALLOTS_OF_INFLUENCE and unlike >= LEAST_BALLOTS_OF_STATISTICS + known)


def _estimate(marks: Floats, seed: int) -> Influence | None:
    """From marks [b, k]; the same seed draws the same resamples."""
    found = np.concatenate([*_resampled(_standardised(marks), np.random.default_rng(seed))])
    found = found[~np.isnan(found).any(axis=(1, 2))].round(CORRELATION_DIGITS)
    if RESAMPLES - len(found) > MOST_SKIPPED:
        return None
    least = least_eigenvalue(found[0, 1:, 1:])
    weights, beside_chance = relative_weights(found[:, 1:, 1:], least), relative_weights(found, least)
    of_sum = shares(weights)
    lead = np.percentile(beside_chance[:, 1:] - beside_chance[:, :1], ENDS[0], axis=0)
    return Influence(
        n=len(marks),
        correlations=_rounded(correlations(marks), CORRELATION_DIGITS),
        weight_interval=_rounded(np.percentile(weights, ENDS, axis=0).T.clip(max=1), WEIGHT_DIGITS),
        share_interval=_rounded(np.percentile(of_sum, ENDS, axis=0).T, SHARE_DIGITS),
        clear=lead > 0,
        resamples=len(found),
    )


def _resampled(unit: Floats, dice: np.random.Generator) -> Iterator[Floats]:
    """Correlations [r, 1 + k, 1 + k] of resamples of standardised rows [b, k], first those of a column of chance."""
    means, products = _blocks(unit, dice)
    rows = len(means)
    at_once = max(1, min(DRAWN_AT_ONCE[0], DRAWN_AT_ONCE[1] // rows))
    for start in range(0, RESAMPLES, at_once):
        number = min(at_once, RESAMPLES - start)
        drawn = dice.integers(rows, size=(number, rows)) + rows * np.arange(number)[:, None]
        times = np.bincount(drawn.ravel(), minlength=number * rows).reshape(number, rows).astype(float)
        yield _beside_chance(times, means, products, dice.standard_normal((number, rows)))


def _blocks(unit: Floats, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """Means [b, k] and means of products [b, k * k] of what is drawn: rows, or blocks of very many rows.

    Blocks of rows that were put together by chance vary as these rows do, a column of chance that is the same within
    each of them as well; those of the last block that is not full take no part.
    """
    size, columns = -(-len(unit) // MOST_DRAWN), unit.shape[1]
    if size > 1:
        unit = unit[dice.permutation(len(unit))[: len(unit) // size * size]]
    blocks = unit.reshape(-1, size, columns)
    return blocks.mean(axis=1), (blocks.swapaxes(1, 2) @ blocks / size).reshape(-1, columns**2)


def _beside_chance(times: Floats, unit: Floats, products: Floats, chance: Floats) -> Floats:
    """Correlations [r, 1 + k, 1 + k], each row taken so many times [r, b], of chance [r, b] and columns [b, k]."""
    rows, columns = unit.shape
    weighted = times * chance
    mean = np.column_stack([weighted.sum(axis=1), _sums(times, unit)])
    square = np.empty((len(times), columns + 1, columns + 1))
    square[:, 0, 0] = (weighted * chance).sum(axis=1)
    square[:, 0, 1:] = square[:, 1:, 0] = _sums(weighted, unit)
    square[:, 1:, 1:] = _sums(times, products).reshape(-1, columns, columns)
    return _from_moments(mean / rows, square / rows)


def _sums(times: Floats, values: Floats) -> Floats:
    """times [r, b] @ values [b, k], piece by piece."""
    total = np.zeros((len(times), values.shape[1]))
    for start in range(0, len(values), PIECE):
        some = slice(start, start + PIECE)
        total += times[:, some] @ values[some]
    return total


def _standardised(values: Floats) -> Floats:
    """Columns [b, k] with mean 0 and variance 1; constant ones with 0."""
    from_mean = values - values.mean(axis=0)
    deviation = from_mean.std(axis=0)
    return np.asarray(from_mean / np.where(np.ptp(values, axis=0) > 0, deviation, 1.0))


def _from_moments(mean: Floats, square: Floats) -> Floats:
    """Correlations [..., k, k] from means [..., k] and means of products [..., k, k]; NaN where nothing varies."""
    covariance = square - mean[..., :, None] * mean[..., None, :]
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    deviation = np.sqrt(np.where(variance > ROUNDING, variance, np.nan))
    found = covariance / (deviation[..., :, None] * deviation[..., None, :])
    return np.asarray(np.clip(found, -1.0, 1.0))


def shares(weights: Floats) -> Floats:
    """Of their sum, along the last axis; 0 where nothing is explained."""
    return np.asarray(weights / at_least_something(weights.sum(axis=-1, keepdims=True)))


def _rounded(values: Floats, digits: int) -> Floats:
    return np.round(values, digits) + 0.0  # zero without a sign
