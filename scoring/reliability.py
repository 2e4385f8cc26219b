"""Reliability: Cronbach's alpha of dimensions, intraclass correlations of raters, shrinkage of scores."""

from dataclasses import dataclass

import numpy as np

from scoring.counts import Ballots, DisclosedCounts
from scoring.distributions import f_quantile
from scoring.instrument import Booleans, Counts, Floats, Instrument, Integers
from scoring.points import answer_points
from scoring.thresholds import LEAST_BALLOTS_OF_STATISTICS

LEAST_TARGETS = 10
ROUNDING = 1e-9  # a standard deviation no larger, relative to the values, is rounding error
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Coefficients:
    """Coefficients with 95 % intervals [..., 2] and the number of units they rest on; NaN if undefined."""

    value: Floats
    interval: Floats
    n: Floats


def cronbach_alpha(values: Floats) -> float:
    """Cronbach's alpha of complete answers [b, j]: k/(k-1) (1 - sum of item variances / variance of sums).

    NaN for fewer than two items or ballots, or without any variance of the sums; negative values are reported.
    Cronbach (1951), Psychometrika 16, 297.
    """
    ballots, items = values.shape
    if items < 2 or ballots < 2:
        return float("nan")
    whole = values.sum(axis=1).var(ddof=1)
    if not whole > (ROUNDING * np.abs(values).max()) ** 2:
        return float("nan")
    return float(items / (items - 1) * (1 - values.var(axis=0, ddof=1).sum() / whole))


def feldt_interval(alpha: float, ballots: int, items: int) -> tuple[float, float]:
    """95 % interval of Cronbach's alpha of so many ballots and items. Feldt (1965), Psychometrika 30, 357.

    1 - (1 - alpha) F with F's quantiles for n-1 and (n-1)(k-1) degrees of freedom. NaN for an undefined
    alpha. Raises ValueError for an alpha of fewer than two ballots or items.
    """
    if np.isnan(alpha):
        return float("nan"), float("nan")
    if ballots < 2 or items < 2:
        raise ValueError("an alpha rests on two ballots and two items or more")
    df1, df2 = ballots - 1, (ballots - 1) * (items - 1)
    tail = (1 - CONFIDENCE) / 2
    low, high = (1 - (1 - alpha) * f_quantile(p, df1, df2) for p in (1 - tail, tail))
    return low, high


def alpha(ballots: Ballots, instrument: Instrument) -> Coefficients:
    """Cronbach's alpha (1951) of every dimension [d], in points, with Feldt's interval, over scored ballots.

    A ballot of a shown cell counts where all items of the dimension are answered and none is withheld in its
    cell. NaN on fewer than 10 such ballots (n is given nevertheless).
    """
    answers, points = ballots.answers, answer_points(instrument.items)
    rows = []
    for dimension in range(instrument.dimensions):
        own = np.flatnonzero(instrument.items.dimension == dimension)
        complete = answers[(answers[:, own] > 0).all(axis=1)][:, own]
        enough = len(complete) >= LEAST_BALLOTS_OF_STATISTICS
        value = cronbach_alpha(points[own, complete]) if enough else float("nan")
        rows.append((value, *feldt_interval(value, len(complete), len(own)), len(complete)))
    table = np.array(rows, dtype=float)
    return Coefficients(table[:, 0], table[:, 1:3], table[:, 3])


@dataclass(frozen=True)
class Intraclass:
    """One-way intraclass correlations: of a single rating and of the mean of a typical number of them.

    All of one shape [...]; ratings is their number over all targets.
    """

    single: Floats
    average: Floats
    targets: Floats
    ratings: Floats
    ratings_per_target: Floats


def intraclass(counts: Integers | Floats, points: Floats) -> Intraclass:
    """ICC(1) and ICC(k) [...] of ratings counted per target and value, counts [s, ..., v], points [..., v].

    One-way random effects: (MSB - MSW)/(MSB + (n0 - 1) MSW) and (MSB - MSW)/MSB, where n0 is Searle's typical
    number of ratings (N - sum n^2/N)/(a - 1). Targets without ratings do not count; negative estimates are
    reported. NaN with fewer than two targets, without repeated ratings or without any variance; ICC(k) also where
    all means are equal, as it has no lower end. Raises ValueError for negative counts. Shrout & Fleiss (1979),
    Psychological Bulletin 86, 420; Searle (1971), Linear Models.
    """
    if np.any(counts < 0):
        raise ValueError("a number of ratings must not be negative")
    worth = np.nan_to_num(points)
    n = counts.sum(axis=-1).astype(float)
    total = n.sum(axis=0)
    targets = (n > 0).sum(axis=0).astype(float)
    sums = (counts * worth).sum(axis=-1)
    mean = sums / np.where(n > 0, n, np.nan)
    grand = sums.sum(axis=0) / np.where(total > 0, total, np.nan)
    between = np.nan_to_num(n * (mean - grand) ** 2).sum(axis=0)
    within = np.nan_to_num(counts * (worth - mean[..., None]) ** 2).sum(axis=(0, -1))
    typical = (total - (n**2).sum(axis=0) / _positive(total)) / _positive(targets - 1)
    msb, msw = between / _positive(targets - 1), within / _positive(total - targets)
    noise = (ROUNDING * np.abs(worth).max(axis=-1)) ** 2
    single = (msb - msw) / _above(msb + (typical - 1) * msw, noise)
    return Intraclass(single, (msb - msw) / _above(msb, noise), targets, total, typical)


def intraclass_of_subjects(counts: Counts, disclosed: DisclosedCounts, instrument: Instrument) -> Intraclass:
    """ICC(1) and ICC(k) of every item [j] over subjects, from all counts [v, c, j] of what is disclosed.

    Attributed groups are left out, and cells without a distribution of the item unless there are ten of them: their
    means are shown, and of a single one the coefficient would give the spread away.
    """
    anonymous = ~instrument.groups.cell_attributed
    small = (disclosed.scored & ~disclosed.spread)[:, anonymous]
    counted = ~small | (small.sum(axis=(0, 1)) >= LEAST_TARGETS)
    by_group = counts.reshape(len(counts), disclosed.n.shape[1], len(disclosed.n), -1)[:, anonymous]
    found = [
        intraclass(_of_subjects(by_group[..., item], counted[..., item]), points)
        for item, points in enumerate(instrument.items.points)
    ]
    return Intraclass(*(np.array([getattr(each, name) for each in found]) for name in vars(found[0])))


def _of_subjects(counts: Counts, counted: Booleans) -> Integers:
    """Counts [v, g, s] of an item in cells, added up over groups that count [s, g]: per subject and value [s, v]."""
    return np.asarray((counts * counted.T).sum(axis=1, dtype=np.int64).T)


def intraclass_intervals(icc: Intraclass) -> tuple[Floats, Floats]:
    """95 % intervals [..., 2] of ICC(1) and ICC(k); NaN where ICC(k) is.

    With r = MSW/MSB at either end of its F interval: (1 - r)/(1 + (n0 - 1) r) and 1 - r. Exact for equal
    numbers of ratings, an approximation by n0 otherwise. Shrout & Fleiss (1979), Psychological Bulletin 86, 420.
    """
    ends = np.vectorize(_noise_ratios, signature="(),(),()->(n)")
    noise = ends(1 - icc.average, icc.targets - 1, icc.ratings - icc.targets)
    typical = np.asarray(icc.ratings_per_target)[..., None]
    return np.asarray((1 - noise) / (1 + (typical - 1) * noise)), np.asarray(1 - noise)


def _noise_ratios(ratio: float, df1: float, df2: float) -> Floats:
    """MSW/MSB of the population where it is largest and smallest."""
    if np.isnan(ratio):
        return np.full(2, np.nan)
    tail = (1 - CONFIDENCE) / 2
    return ratio * np.array([f_quantile(p, df1, df2) for p in (1 - tail, tail)])


def spearman_brown(single: Floats, n: Floats) -> Floats:
    """Reliability [...] of the mean of n ratings, from that of a single one [...]: n r / (1 + (n - 1) r).

    Negative estimates count as 0. Raises ValueError for n under 1. Spearman (1910) and Brown (1910), British
    Journal of Psychology 3, 271 and 296.
    """
    if np.any(np.asarray(n) < 1):
        raise ValueError("a mean needs one rating or more")
    single = np.maximum(single, 0.0)
    return np.asarray(n * single / (1 + (n - 1) * single))


def ratings_needed(single: Floats, wanted: float) -> Floats:
    """Ratings [...], not rounded, whose mean has the wanted reliability: n = w/(1 - w) (1 - r)/r.

    Spearman's and Brown's (1910) formula, solved for n. NaN where a single rating has none, or a negative one: then
    no number is enough. Raises ValueError for a wanted reliability outside (0, 1).
    """
    if not 0 < wanted < 1:
        raise ValueError(f"a reliability lies between 0 and 1, not at {wanted}")
    single = np.where(single > 0, single, np.nan)
    return np.asarray(wanted / (1 - wanted) * (1 - single) / single)


def _above(value: Floats, least: Floats) -> Floats:
    return np.where(value > least, value, np.nan)


def _positive(value: Floats) -> Floats:
    return np.where(value > 0, value, np.nan)


def between_variance(score: Floats, error: Floats) -> float:
    """Variance tau^2 of true scores between subjects, from scores [s] and standard errors [s]; floor 0.

    max(0, (Q - (a - 1)) / (sum w - sum w^2 / sum w)) of a scores with weights w = 1/SE^2 and their Q = sum w
    (score - weighted mean)^2. NaN (no score) and an error of 0 take no part; NaN with fewer than two scores. Raises
    ValueError for negative errors. DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177.
    """
    if np.any(error < 0):
        raise ValueError("a standard error must not be negative")
    known = ~np.isnan(score) & (error > 0)
    score, weight = score[known], 1 / error[known] ** 2
    if len(score) < 2:
        return float("nan")
    mean = (weight * score).sum() / weight.sum()
    heterogeneity = (weight * (score - mean) ** 2).sum()
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return float(max(0.0, (heterogeneity - (len(score) - 1)) / scale))


@dataclass(frozen=True)
class Shrinkage:
    """Shrunken scores [s] with their standard errors [s], the reliability B [s] of the scores as they were, the
    mean mu they are drawn to, and tau^2, the variance between subjects."""

    score: Floats
    error: Floats
    reliability: Floats
    mean: float
    between: float


def shrink(score: Floats, error: Floats) -> Shrinkage:
    """Draw scores [s] towards their mean by B = tau^2 / (tau^2 + SE^2), for ranking only.

    mu is the mean weighted by 1/(tau^2 + SE^2); a shrunken score has the error sqrt(B) SE, mu and tau^2 taken
    as known. With tau^2 = 0 all scores are mu. All is NaN with fewer than two scores. Raises ValueError for
    negative errors. Efron & Morris (1975), JASA 70, 311; DerSimonian & Laird
    (1986).
    """
    between = between_variance(score, error)
    known = ~np.isnan(score) & (error > 0)
    spread = np.where(known, between + error**2, np.nan)
    weight = np.nan_to_num(1 / spread)
    mean = float((weight * np.nan_to_num(score)).sum() / weight.sum()) if weight.any() else float("nan")
    reliability = between / spread
    return Shrinkage(
        mean + reliability * (score - mean), np.sqrt(reliability) * error, reliability, mean, between
    )
