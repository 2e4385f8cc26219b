import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring.reliability import (
    between_variance,
    cronbach_alpha,
    feldt_interval,
    intraclass,
    intraclass_intervals,
    ratings_needed,
    shrink,
    spearman_brown,
)
from tests.scoring.published import ATTITUDE, DYESTUFF, SHROUT_FLEISS, as_counts


def test_alpha_of_the_attitude_data() -> None:
    alpha = cronbach_alpha(ATTITUDE)
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


@pytest.mark.parametrize(("ballots", "items"), [(1, 3), (9, 1)])
def test_an_alpha_of_one_ballot_or_item_has_no_interval(ballots: int, items: int) -> None:
    with pytest.raises(ValueError, match="two ballots and two items"):
        feldt_interval(0.5, ballots, items)


def test_one_way_intraclass_correlations_of_shrout_and_fleiss() -> None:
    icc = intraclass(*as_counts(SHROUT_FLEISS))
    assert float(icc.single) == pytest.approx(0.1657417684, abs=1e-9)
    assert float(icc.average) == pytest.approx(0.4427971337, abs=1e-9)


def test_their_intervals_are_those_of_shrout_and_fleiss() -> None:
    single, average = intraclass_intervals(intraclass(*as_counts(SHROUT_FLEISS)))
    assert single == pytest.approx([-0.13, 0.72], abs=5e-3)
    assert average == pytest.approx([-0.88, 0.91], abs=5e-3)


def test_raters_who_agree_perfectly_leave_no_interval_but_1() -> None:
    single, average = intraclass_intervals(intraclass(*as_counts([[1, 1], [3, 3], [5, 5]])))
    assert single.tolist() == average.tolist() == [1.0, 1.0]


def test_the_interval_of_no_intraclass_correlation_is_none() -> None:
    single, average = intraclass_intervals(intraclass(*as_counts([[3, 3], [3, 3]])))
    assert np.isnan(single).all() and np.isnan(average).all()


def test_with_unequal_numbers_of_raters_the_interval_still_holds_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(1)
    truth, held = 0.37, 0
    for _ in range(200):
        raters = rng.integers(2, 13, 30)
        person = np.repeat(np.arange(30), raters)
        rating = np.sqrt(truth) * rng.normal(size=30)[person] + np.sqrt(1 - truth) * rng.normal(
            size=len(person)
        )
        counts = np.zeros((30, 21), dtype=np.int64)
        np.add.at(counts, (person, np.clip(np.round(10 + 3 * rating), 0, 20).astype(int)), 1)
        low, high = intraclass_intervals(intraclass(counts, np.arange(21.0)))[0]
        held += low <= truth <= high
    assert held >= 180


# Conway & Huffcutt (1997), Human Performance 10, 331: reliability of one supervisor, peer and subordinate.
ONE_RATER = np.array([0.50, 0.37, 0.30])


def test_so_many_raters_are_needed_for_a_reliability_of_70_per_cent() -> None:
    assert ratings_needed(ONE_RATER, 0.7) == pytest.approx([2.3333333333, 3.972972973, 5.4444444444])


def test_three_raters_are_more_reliable_than_one() -> None:
    assert spearman_brown(ONE_RATER[1:], np.array(3)) == pytest.approx([0.6379310345, 0.5625])
    assert spearman_brown(ONE_RATER, np.array(1)) == pytest.approx(ONE_RATER)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_ratings_needed_reach_what_is_wanted(single: float, wanted: float) -> None:
    n = np.maximum(ratings_needed(np.array(single), wanted), 1.0)
    assert float(spearman_brown(np.array(single), n)) == pytest.approx(max(single, wanted))


def test_no_number_of_ratings_makes_noise_reliable() -> None:
    assert np.isnan(ratings_needed(np.array([0.0, -0.2, np.nan]), 0.7)).all()
    assert spearman_brown(np.array([0.0, -0.2]), np.array(9)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("wanted", [0.0, 1.0, -0.5, float("nan")])
def test_a_reliability_outside_its_range_is_not_wanted(wanted: float) -> None:
    with pytest.raises(ValueError, match="reliability"):
        ratings_needed(ONE_RATER, wanted)


def test_a_mean_of_less_than_one_rating_is_refused() -> None:
    with pytest.raises(ValueError, match="one rating"):
        spearman_brown(ONE_RATER, np.array(0.5))


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


def test_negative_counts_and_errors_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        intraclass(np.array([[2, -1], [1, 1]]), np.array([20.0, 40.0]))
    with pytest.raises(ValueError, match="negative"):
        between_variance(np.array([70.0, 80.0]), np.array([2.0, -2.0]))


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


def test_a_shrunken_score_is_known_better_than_the_score_it_was() -> None:
    shrunken = shrink(np.array([60.0, 80.0, 100.0]), np.array([10.0, 10.0, 10.0]))
    assert shrunken.between == pytest.approx(300.0)
    assert shrunken.reliability == pytest.approx([0.75] * 3)
    assert shrunken.score == pytest.approx([65.0, 80.0, 95.0])
    assert shrunken.error == pytest.approx([10 * np.sqrt(0.75)] * 3)


def test_a_subject_without_score_takes_no_part_in_shrinkage() -> None:
    shrunken = shrink(np.array([70.0, np.nan, 90.0]), np.array([1.0, np.nan, 1.0]))
    assert np.isnan(shrunken.score[1])
    assert shrunken.mean == pytest.approx(80.0)
    assert 70.0 < shrunken.score[0] < 71.0


def test_one_score_alone_has_no_reliability() -> None:
    assert np.isnan(shrink(np.array([70.0]), np.array([1.0])).reliability).all()
