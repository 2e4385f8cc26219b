import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring.reliability import between_variance, cronbach_alpha, feldt_interval, intraclass, shrink

# Chatterjee & Price (1977), attitudes of employees in 30 departments, seven items (R datasets::attitude).
ATTITUDE = """
43 51 30 39 61 92 45  63 64 51 54 63 73 47  71 70 68 69 76 86 48  61 63 45 47 54 84 35  81 78 56 66 71 83 47
43 55 49 44 54 49 34  58 67 42 56 66 68 35  71 75 50 55 70 66 41  72 82 72 67 71 83 31  67 61 45 47 62 80 41
64 53 53 58 58 67 34  67 60 47 39 59 74 41  69 62 57 42 55 63 25  68 83 83 45 59 77 35  77 77 54 72 79 77 46
81 90 50 72 60 54 36  74 85 64 69 79 79 63  65 60 65 75 55 80 60  65 70 46 57 75 85 46  50 58 68 54 64 78 52
50 40 33 34 43 64 33  64 61 52 62 66 80 41  53 66 52 50 63 80 37  40 37 42 58 50 57 49  63 54 42 48 66 75 33
66 77 66 63 88 76 72  78 75 58 74 80 78 49  48 57 44 45 51 83 38  85 85 71 71 77 74 55  82 82 39 59 64 78 39
"""
# Shrout & Fleiss (1979), Psychological Bulletin 86, 420, table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Davies & Goldsmith (1972): yield of dyestuff, six batches of five. Variances 1764.05 between, 2451.25 within.
DYESTUFF = [
    [1545, 1440, 1440, 1520, 1580],
    [1540, 1555, 1490, 1560, 1495],
    [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545],
    [1595, 1630, 1515, 1635, 1625],
    [1520, 1455, 1450, 1480, 1445],
]


def as_counts(ratings: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Ratings per target as counts [s, v] of the values that occur, and those values as points."""
    values = np.unique(np.concatenate([np.array(row) for row in ratings]))
    return np.array([[row.count(value) for value in values] for row in ratings]), values.astype(float)


def test_alpha_of_the_attitude_data() -> None:
    values = np.array(ATTITUDE.split(), dtype=float).reshape(30, 7)
    alpha = cronbach_alpha(values)
    assert alpha == pytest.approx(0.8431427696, abs=1e-9)
    assert feldt_interval(alpha, 30, 7) == pytest.approx((0.739, 0.916), abs=5e-4)


def test_feldts_interval_uses_f() -> None:
    low, high = feldt_interval(0.6, 15, 10)
    assert low == pytest.approx(1 - 0.4 * stats.f.ppf(0.975, 14, 126))
    assert high == pytest.approx(1 - 0.4 * stats.f.ppf(0.025, 14, 126))


@pytest.mark.parametrize("values", [np.ones((9, 1)), np.ones((1, 3)), np.full((9, 3), 33.3)])
def test_alpha_needs_two_items_two_ballots_and_some_variance(values: np.ndarray) -> None:
    assert np.isnan(cronbach_alpha(values))
    assert np.isnan(feldt_interval(float("nan"), 10, 3)).all()


def test_one_way_intraclass_correlations_of_shrout_and_fleiss() -> None:
    icc = intraclass(*as_counts(SHROUT_FLEISS))
    assert float(icc.single) == pytest.approx(0.1657417684, abs=1e-9)
    assert float(icc.average) == pytest.approx(0.4427971337, abs=1e-9)


def test_the_dyestuff_batches() -> None:
    icc = intraclass(*as_counts(DYESTUFF))
    assert float(icc.single) == pytest.approx(1764.05 / (1764.05 + 2451.25), abs=1e-9)


def test_targets_of_unequal_size_use_searles_typical_size() -> None:
    icc = intraclass(*as_counts([[1, 2], [2, 3, 3, 4], [5, 5, 4]]))
    assert float(icc.ratings_per_target) == pytest.approx((9 - (4 + 16 + 9) / 9) / 2)


def test_a_negative_intraclass_correlation_is_reported() -> None:
    assert float(intraclass(*as_counts([[1, 5], [5, 1], [1, 5]])).single) == pytest.approx(-1.0)


@pytest.mark.parametrize("ratings", [[[3, 3], [3, 3]], [[1, 2, 3]], [[1], [2], [3]], [[], []]])
def test_without_variance_targets_or_repeats_there_is_no_intraclass_correlation(
    ratings: list[list[int]],
) -> None:
    values = np.array([33.3, 66.6, 99.9])
    counts = np.array([[row.count(value) for value in (1, 2, 3)] for row in ratings])
    assert np.isnan(intraclass(counts, values).single)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=6), min_size=3, max_size=8))
def test_the_intraclass_correlation_is_that_of_an_analysis_of_variance(ratings: list[list[int]]) -> None:
    if len(set(map(tuple, map(set, ratings)))) == 1:
        return
    icc = intraclass(*as_counts(ratings))
    within = sum(np.var(row) * len(row) for row in ratings)
    if within < 1e-9:
        return
    f = stats.f_oneway(*map(np.array, ratings)).statistic
    n0 = float(icc.ratings_per_target)
    assert float(icc.single) == pytest.approx((f - 1) / (f + n0 - 1), abs=1e-9)


def test_the_variance_between_subjects_is_der_simonian_and_lairds() -> None:
    # Two subjects, equal errors: Q = d^2 / (2 e^2), so tau^2 = d^2/2 - e^2.
    assert between_variance(np.array([70.0, 80.0]), np.array([2.0, 2.0])) == pytest.approx(46.0)


def test_subjects_who_differ_by_chance_only_shrink_to_their_mean() -> None:
    shrunken = shrink(np.array([70.0, 71.0, 69.0]), np.array([5.0, 5.0, 5.0]))
    assert shrunken.score == pytest.approx([70.0, 70.0, 70.0])
    assert shrunken.reliability == pytest.approx([0.0, 0.0, 0.0])


def test_a_subject_without_score_takes_no_part_in_shrinkage() -> None:
    shrunken = shrink(np.array([70.0, np.nan, 90.0]), np.array([1.0, np.nan, 1.0]))
    assert np.isnan(shrunken.score[1])
    assert shrunken.mean == pytest.approx(80.0)
    assert 70.0 < shrunken.score[0] < 71.0


def test_one_score_alone_has_no_reliability() -> None:
    assert np.isnan(shrink(np.array([70.0]), np.array([1.0])).reliability).all()
