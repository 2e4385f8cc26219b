"""Every estimator against scipy and statsmodels; they import slowly, so all of it is in this one module."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from scoring.distributions import f_quantile, incomplete_beta, two_sided_p
from scoring.intervals import wilson
from scoring.reliability import between_variance, cronbach_alpha, feldt_interval, intraclass, shrink
from scoring.trend import adjusted

SEEDS = range(5)


def random_answers(seed: int, ballots: int, items: int) -> np.ndarray:
    """Correlated answers on five points."""
    rng = np.random.default_rng(seed)
    return np.clip(np.round(3.5 + rng.normal(size=(ballots, 1)) + rng.normal(size=(ballots, items))), 1, 5)


def as_counts(ratings: np.ndarray) -> np.ndarray:
    """Ratings [s, b] of values 1..5 as counts [s, 5]."""
    return (ratings[:, :, None] == np.arange(1, 6)).sum(axis=1)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 30, 263, 10_000])
def test_wilsons_interval_is_that_of_statsmodels(n: int) -> None:
    successes = np.unique(np.linspace(0, n, 12).astype(int))
    low, high = proportion_confint(successes, n, method="wilson")
    expected = np.clip(np.stack([low, high], axis=-1), 0, 1)
    np.testing.assert_allclose(wilson(successes / n, np.array(n)), expected, rtol=0, atol=1e-12)


def analysis_of_variance(ratings: np.ndarray, formula: str) -> pd.Series:
    """Mean squares of ratings [row, column] by statsmodels."""
    row, column = np.indices(ratings.shape).reshape(2, -1)
    long = pd.DataFrame({"row": row, "column": column, "rating": ratings.ravel()})
    return anova_lm(ols(formula, long).fit())["mean_sq"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("items", [2, 5])
def test_alpha_is_hoyts_coefficient_from_the_analysis_of_variance_of_statsmodels(
    seed: int, items: int
) -> None:
    # Hoyt (1941), Psychometrika 6, 153: alpha = 1 - residual / between ballots.
    answers = random_answers(seed, ballots=12 + 10 * seed, items=items)
    squares = analysis_of_variance(answers, "rating ~ C(row) + C(column)")
    assert cronbach_alpha(answers) == pytest.approx(1 - squares["Residual"] / squares["C(row)"], abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_intraclass_correlations_are_those_of_the_analysis_of_variance_of_statsmodels(seed: int) -> None:
    raters = 3 + seed
    ratings = random_answers(seed, ballots=10 + seed, items=raters)
    icc = intraclass(as_counts(ratings), np.arange(1.0, 6.0))
    squares = analysis_of_variance(ratings, "rating ~ C(row)")
    between, within = squares["C(row)"], squares["Residual"]
    single = (between - within) / (between + (raters - 1) * within)
    assert float(icc.single) == pytest.approx(single, abs=1e-9)
    assert float(icc.average) == pytest.approx((between - within) / between, abs=1e-9)


@pytest.mark.parametrize("alpha", [-0.5, 0.0, 0.6, 0.97])
@pytest.mark.parametrize(("ballots", "items"), [(10, 2), (30, 7), (2000, 5)])
def test_feldts_interval_uses_the_f_quantiles_of_scipy(alpha: float, ballots: int, items: int) -> None:
    low, high = stats.f.ppf([0.975, 0.025], ballots - 1, (ballots - 1) * (items - 1))
    expected = (1 - (1 - alpha) * low, 1 - (1 - alpha) * high)
    assert feldt_interval(alpha, ballots, items) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_adjusted_p_values_are_those_of_statsmodels(seed: int) -> None:
    p = np.random.default_rng(seed).beta(0.5, 2, size=3 + 10 * seed)
    np.testing.assert_allclose(adjusted(p), multipletests(p, method="fdr_bh")[1], rtol=1e-12)


@pytest.mark.parametrize("spread", [0.0, 1.0, 5.0, 20.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_variance_between_subjects_is_that_of_statsmodels(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    error = rng.uniform(1, 8, size=4 + 8 * seed)
    score = rng.normal(75, spread, size=len(error)) + rng.normal(0, error)
    with np.errstate(invalid="ignore"):  # it takes the root of a negative tau^2
        combined = combine_effects(score, error**2, method_re="dl")
    assert between_variance(score, error) == pytest.approx(max(combined.tau2, 0.0), rel=1e-9, abs=1e-9)
    if combined.tau2 > 0:
        assert shrink(score, error).mean == pytest.approx(combined.mean_effect_re, rel=1e-12)


@pytest.mark.parametrize("df1", [1, 2, 9, 29, 500])
@pytest.mark.parametrize("df2", [2, 9, 36, 126, 5000])
@pytest.mark.parametrize("p", [0.001, 0.025, 0.5, 0.975, 0.999])
def test_f_quantiles_are_those_of_scipy(p: float, df1: int, df2: int) -> None:
    assert f_quantile(p, df1, df2) == pytest.approx(stats.f.ppf(p, df1, df2), rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 3), (14.5, 2), (250, 2500), (0.5, 63)])
def test_the_beta_distribution_is_that_of_scipy(a: float, b: float) -> None:
    for x in np.linspace(0, 1, 21):
        assert incomplete_beta(a, b, float(x)) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-12)


@pytest.mark.parametrize("z", [-6.0, -1.96, -0.1, 0.0, 0.1, 1.96, 3.0, 8.0, 30.0])
def test_normal_tails_are_those_of_scipy(z: float) -> None:
    assert two_sided_p(z) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9)
