import numpy as np
import pytest

from scoring import figures
from scoring.reasons import ScoreReason

NAN = float("nan")


def parts(*values: float) -> np.ndarray:
    """Parts of one subject [m, 1]."""
    return np.array(values)[:, None]


def test_a_share_needs_a_whole_that_is_not_less_than_its_part() -> None:
    part, whole = np.array([3.0, 0.0, 2.0, 5.0, NAN, 1.0]), np.array([4.0, 4.0, 0.0, 4.0, 4.0, NAN])
    assert figures.share(part, whole) == pytest.approx([75, 0, NAN, NAN, NAN, NAN], nan_ok=True)
    assert figures.share_reasons(part, whole).tolist() == [
        ScoreReason.NONE,
        ScoreReason.NONE,
        ScoreReason.NOTHING_TO_TAKE_A_SHARE_OF,
        ScoreReason.MORE_THAN_ALL,
        ScoreReason.NO_ACTUAL,
        ScoreReason.NO_ACTUAL,
    ]


def test_all_of_it_is_a_share_whatever_order_it_was_added_up_in() -> None:
    part = np.array([0.1 + 0.2])
    assert figures.share(part, np.array([0.3])) == pytest.approx([100.0])


def test_there_is_growth_only_from_something() -> None:
    now, before = np.array([NAN, 5.0, 5.0]), np.array([4.0, -1.0, NAN])
    assert np.isnan(figures.growth(now, before)).all()
    assert figures.growth_reasons(now, before).tolist() == [
        ScoreReason.NO_ACTUAL,
        ScoreReason.NOTHING_TO_GROW_FROM,
        ScoreReason.NO_EARLIER_FIGURE,
    ]


def test_targets_of_several_people_are_prorated_each_by_their_own_days() -> None:
    targets = figures.prorated(np.array([92.0, 92.0, NAN]), np.array([92, 46, 46]), np.array([92, 92, 92]))
    assert targets == pytest.approx([92.0, 46.0, NAN], nan_ok=True)


@pytest.mark.parametrize(("present", "days"), [(93.0, 92.0), (-1.0, 92.0), (0.0, 0.0)])
def test_nobody_is_there_for_more_days_than_there_are(present: float, days: float) -> None:
    with pytest.raises(ValueError, match="days"):
        figures.prorated(np.array([1.0]), np.array([present]), np.array([days]))


def test_parts_are_summed_and_one_without_an_actual_is_left_out_with_its_target() -> None:
    found = figures.combine_sum(parts(10, NAN, 20), parts(15, 99, 25))
    assert (found.actual[0], found.target[0], found.parts[0], found.of[0]) == (30, 40, 2, 3)
    assert found.reasons.tolist() == [ScoreReason.NONE]


def test_a_target_that_is_missing_beside_an_actual_makes_that_of_the_whole_missing() -> None:
    for combine in (figures.combine_sum, figures.combine_mean):
        found = combine(parts(10, 20), parts(NAN, 25))
        assert not np.isnan(found.actual[0])
        assert np.isnan(found.target[0])


def test_a_mean_leaves_out_the_targets_of_missing_parts_too() -> None:
    found = figures.combine_mean(parts(10, NAN, 20), parts(15, 99, 25))
    assert (found.actual[0], found.target[0]) == (15, 20)


def test_a_large_month_weighs_more_where_the_base_is_known() -> None:
    found = figures.combine_weighted(parts(40, 44, 36), parts(40, 40, 30), parts(5, 10, 25))
    assert found.actual[0] == pytest.approx(38.5)
    assert found.target[0] == pytest.approx((15 * 40 + 25 * 30) / 40)


def test_a_part_without_a_base_is_left_out_and_parts_of_no_base_are_no_figure() -> None:
    nothing = parts(NAN, NAN, NAN)
    found = figures.combine_weighted(parts(40, 44, 36), nothing, parts(5, 5, NAN))
    assert (found.actual[0], found.parts[0]) == (42, 2)
    none = figures.combine_weighted(parts(40, 44, 36), nothing, parts(0, 0, 0))
    assert np.isnan(none.actual[0]) and none.reasons.tolist() == [ScoreReason.NO_ACTUAL]


def test_a_base_is_not_negative() -> None:
    with pytest.raises(ValueError, match="base"):
        figures.combine_weighted(parts(40, 44), parts(40, 40), parts(5, -5))


def test_the_reason_says_that_there_is_no_share_or_growth_of_enough_parts() -> None:
    nothing, some = parts(0, 0, 0), parts(1, 1, 1)
    of_share = figures.combine_share(nothing, nothing, some)
    assert of_share.reasons.tolist() == [ScoreReason.NOTHING_TO_TAKE_A_SHARE_OF]
    assert figures.combine_share(parts(2, 1, 1), some, some).reasons.tolist() == [ScoreReason.MORE_THAN_ALL]
    of_growth = figures.combine_growth(some, nothing, some)
    assert of_growth.reasons.tolist() == [ScoreReason.NOTHING_TO_GROW_FROM]
    unknown = figures.combine_growth(some, parts(NAN, NAN, 1), some)
    assert unknown.reasons.tolist() == [ScoreReason.TOO_FEW_PARTS]


def test_the_last_part_that_is_there_is_that_of_the_period() -> None:
    found = figures.combine_last(parts(10, 12, NAN), parts(1, 2, 3))
    assert (found.actual[0], found.target[0]) == (12, 2)


def test_shares_are_pooled_and_not_averaged() -> None:
    found = figures.combine_share(parts(1, 9), parts(1, 19), parts(90, 50))
    assert found.actual[0] == pytest.approx(50)
    assert found.target[0] == pytest.approx((90 + 19 * 50) / 20)


def test_growth_compares_the_same_parts_of_both_periods() -> None:
    found = figures.combine_growth(parts(12, 36, 30), parts(10, 30, NAN), parts(10, 20, 99))
    assert (found.actual[0], found.target[0]) == pytest.approx((20, (10 * 10 + 30 * 20) / 40))
    assert found.parts[0] == 2


def test_too_few_parts_make_no_figure_and_the_reason_says_so() -> None:
    actual = np.array([[1.0, 1.0, NAN], [NAN, 1.0, NAN], [NAN, 1.0, NAN], [1.0, NAN, NAN], [1.0, NAN, NAN]])
    found = figures.combine_sum(actual, np.ones(actual.shape))
    assert found.actual == pytest.approx([3, 3, NAN], nan_ok=True)
    assert found.reasons.tolist() == [ScoreReason.NONE, ScoreReason.NONE, ScoreReason.NO_ACTUAL]
    strict = figures.combine_sum(actual, np.ones(actual.shape), least_parts=0.8)
    assert np.isnan(strict.actual).all()
    assert strict.reasons.tolist() == [
        ScoreReason.TOO_FEW_PARTS,
        ScoreReason.TOO_FEW_PARTS,
        ScoreReason.NO_ACTUAL,
    ]


def test_months_before_somebody_came_are_not_missing() -> None:
    actual = np.array([[NAN, 5.0], [4.0, 5.0], [NAN, 5.0]])
    belongs = np.array([[False, True], [True, True], [False, False]])
    found = figures.combine_sum(actual, np.full((3, 2), 10.0), belongs)
    assert found.actual.tolist() == [4, 10]
    assert found.target.tolist() == [10, 20]
    assert (found.parts.tolist(), found.of.tolist()) == ([1, 2], [1, 2])
