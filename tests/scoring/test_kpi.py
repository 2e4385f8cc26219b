import numpy as np
import pytest

from scoring import kpi
from scoring.reasons import ScoreReason

NAN = float("nan")
ACTUAL = np.array([0.0, 2.5, 5.0, 7.5, 10.0, 12.0, NAN])
FIVE = np.full(7, 5.0)


def test_ratio_is_attainment_within_floor_and_cap() -> None:
    assert kpi.ratio(ACTUAL, FIVE, 20, 120) == pytest.approx([20, 50, 100, 120, 120, 120, NAN], nan_ok=True)


def test_lower_is_better_falls_in_a_straight_line_and_never_explodes_at_0() -> None:
    expected = [200, 150, 100, 50, 0, 0, NAN]
    assert kpi.lower_is_better(ACTUAL, FIVE, 0, 200) == pytest.approx(expected, nan_ok=True)


def test_increment_adds_points_per_unit_above_the_target() -> None:
    expected = [75, 87.5, 100, 112.5, 120, 120, NAN]
    assert kpi.increment(ACTUAL, FIVE, base=100, rate=5, full=120) == pytest.approx(expected, nan_ok=True)


def test_a_tier_begins_with_its_first_value() -> None:
    steps = [(2.5, 60.0), (10.0, 100.0)]
    assert kpi.tier(ACTUAL, steps) == pytest.approx([0, 60, 60, 60, 100, 100, NAN], nan_ok=True)


def test_pass_or_fail() -> None:
    assert kpi.pass_fail(ACTUAL, FIVE) == pytest.approx([0, 0, 100, 100, 100, 100, NAN], nan_ok=True)


def test_interpolation_runs_through_threshold_target_and_stretch() -> None:
    actual = np.array([3.9, 4.0, 4.5, 5.0, 5.5, 6.0, 9.0])
    expected = [0, 60, 80, 100, 110, 120, 120]
    assert kpi.interpolate(actual, FIVE, 0.8, 60, 1.2, 120) == pytest.approx(expected)


def test_passing_downwards_begins_at_the_target_too() -> None:
    assert kpi.pass_fail(ACTUAL, FIVE, lower=True) == pytest.approx([100] * 3 + [0] * 3 + [NAN], nan_ok=True)


def test_a_curve_is_flat_outside_of_its_points_and_may_fall() -> None:
    points = [(2.5, 100.0), (5.0, 60.0), (10.0, 0.0)]
    assert kpi.curve(ACTUAL, points) == pytest.approx([100, 100, 60, 30, 0, 0, NAN], nan_ok=True)
    assert kpi.place(ACTUAL, [figure for figure, _ in points]).tolist() == [-1, 0, 1, 1, 2, 2, -1]


def test_proportional_loses_and_gains_points_per_per_cent_of_the_target() -> None:
    base = {"base": 80, "floor": 0, "cap": 120}
    actual, target = np.array([0.0, 45.0, 49.0, 50.0, 51.0, 60.0, 90.0]), np.full(7, 50.0)
    expected = [0, 60, 76, 80, 83, 110, 120]
    assert kpi.proportional(actual, target, below=2, above=1.5, **base) == pytest.approx(expected)
    by_itself = kpi.proportional(actual, target, below=None, above=0, **base)
    assert by_itself == pytest.approx([0, 72, 78.4, 80, 80, 80, 80])


def test_proportional_downwards_gains_where_there_is_less() -> None:
    actual, target = np.array([4.5, 5.0, 5.5, 12.0]), np.full(4, 5.0)
    found = kpi.proportional(actual, target, 100, None, 1, 0, 120, lower=True)
    assert found == pytest.approx([110, 100, 90, 0])


def test_points_are_not_gained_for_missing_a_target() -> None:
    for below, above in ((-1, 0), (1, -1)):
        with pytest.raises(ValueError, match="negative"):
            kpi.proportional(ACTUAL, FIVE, 100, below, above, 0, 120)


def test_what_is_exactly_at_a_threshold_reaches_it_whatever_binary_fractions_make_of_it() -> None:
    actual, target = np.array([4.8]), np.array([6.0])
    assert actual[0] / target[0] < 0.8
    assert kpi.interpolate(actual, target, 0.8, 60, 1.2, 120).tolist() == [60]
    growth = np.array([100 * (1.2 - 1)])
    assert growth[0] < 20
    assert kpi.tier(growth, [(20.0, 100.0)]).tolist() == [100]
    assert kpi.pass_fail(growth, np.array([20.0])).tolist() == [100]
    assert kpi.pass_fail(np.array([0.1 + 0.2]), np.array([0.3]), lower=True).tolist() == [100]
    assert kpi.meets(growth, least=20).all() and kpi.meets(np.array([0.1 + 0.2]), most=0.3).all()


def test_attainment_downwards_is_over_1_where_there_is_less_than_the_target() -> None:
    found = kpi.attainment(np.array([4.0, 5.0, 15.0, 1.0]), np.array([5.0, 5.0, 5.0, 0.0]), lower=True)
    assert found == pytest.approx([1.2, 1.0, -1.0, NAN], nan_ok=True)


def test_attainment_of_the_whole_is_weighted_and_not_capped() -> None:
    attainments = np.array([[1.5, 1.0, NAN], [NAN, NAN, NAN], [-0.5, 1.0, 1.0]])
    found = kpi.attainment_of_whole(attainments, np.array([30.0, 20.0, 50.0]))
    assert found == pytest.approx([1.3, NAN, 0.55], nan_ok=True)
    by_person = kpi.attainment_of_whole(attainments, np.array([[0.0, 20, 80], [1, 1, 1], [50, 50, 0]]))
    assert by_person == pytest.approx([1.0, NAN, 0.25], nan_ok=True)


def test_a_score_counts_only_where_what_it_requires_is_met() -> None:
    score, average = np.array([120.0, 120.0, 120.0, NAN, 40.0]), np.array([5e4, 4e4, NAN, 4e4, 4e4])
    met = kpi.meets(average, least=50_000)
    assert kpi.required(score, met) == pytest.approx([120, 0, 0, NAN, 0], nan_ok=True)
    assert kpi.required(score, met, otherwise=60) == pytest.approx([120, 60, 60, NAN, 40], nan_ok=True)


def test_the_reason_of_a_score_names_what_comes_first() -> None:
    actual = np.array([NAN, NAN, 5.0, 5.0, 5.0, 5.0, -5.0])
    target = np.array([NAN, 5.0, NAN, 0.0, 5.0, 2.0, 5.0])
    met = np.array([True, True, True, False, False, True, True])
    unclipped = kpi.ratio(actual, target, -np.inf, np.inf)
    expected = [
        ScoreReason.NO_ACTUAL,
        ScoreReason.NO_ACTUAL,
        ScoreReason.NO_TARGET,
        ScoreReason.TARGET_NOT_ABOVE_0,
        ScoreReason.REQUIREMENT_NOT_MET,
        ScoreReason.CAPPED,
        ScoreReason.RAISED_TO_FLOOR,
    ]
    assert kpi.reasons(unclipped, 0, 120, actual, target, divides=True, met=met).tolist() == expected
    assert kpi.reasons(np.array([120 + 2e-14, -1e-14]), 0, 120, np.ones(2)).tolist() == [0, 0]
    steps = kpi.tier(actual, [(1.0, 50.0)])
    assert kpi.reasons(steps, -np.inf, np.inf, actual).tolist() == [1, 1, 0, 0, 0, 0, 0]


def test_a_kpi_that_is_missing_is_left_out_or_0_or_holds_as_the_scheme_says() -> None:
    scores = np.array([[NAN, 80.0, NAN], [90.0, NAN, 70.0]])
    zero, hold = np.array([False, True, False]), np.array([False, False, True])
    filled, held = kpi.where_missing(scores, np.array([40.0, 30.0, 30.0]), zero, hold)
    assert filled == pytest.approx(np.array([[NAN, 80, NAN], [90, 0, 70]]), nan_ok=True)
    assert held.tolist() == [True, False]
    _, weightless = kpi.where_missing(scores, np.array([[40.0, 30, 0], [40, 30, 30]]), zero, hold)
    assert weightless.tolist() == [False, False]


@pytest.mark.parametrize("target", [0.0, -1.0])
def test_there_is_no_score_where_a_method_would_divide_by_a_target_of_0_or_less(target: float) -> None:
    one, targets = np.array([1.0]), np.array([target])
    scores = [
        kpi.ratio(one, targets, 0, 120),
        kpi.lower_is_better(one, targets, 0, 120),
        kpi.proportional(one, targets, 80, None, 1, 0, 120),
        kpi.interpolate(one, targets, 0.8, 60, 1.2, 120),
    ]
    assert np.isnan(scores).all()
    assert not np.isnan([kpi.increment(one, targets, 100, 5, 120), kpi.pass_fail(one, targets)]).any()


def test_a_lowest_score_above_the_highest_is_refused() -> None:
    for method in (kpi.ratio, kpi.lower_is_better):
        with pytest.raises(ValueError, match="lowest"):
            method(ACTUAL, FIVE, 120, 0)
    with pytest.raises(ValueError, match="lowest"):
        kpi.increment(ACTUAL, FIVE, base=100, rate=5, full=-1)


@pytest.mark.parametrize("rows", [[(5.0, 100.0), (2.0, 60.0)], [(5.0, 100.0), (5.0, 60.0)], []])
def test_steps_and_points_must_ascend(rows: list[tuple[float, float]]) -> None:
    for method in (kpi.tier, kpi.curve):
        with pytest.raises(ValueError, match="ascending"):
            method(ACTUAL, rows)


def test_the_threshold_must_lie_below_the_target() -> None:
    with pytest.raises(ValueError, match="threshold"):
        kpi.interpolate(ACTUAL, FIVE, 1.0, 60, 1.2, 120)


def test_the_composite_of_the_usual_six() -> None:
    scores = np.array([[105.0, 92, 88, 100, 70, 95]])
    composite, share = kpi.composite(scores, np.array([30.0, 20, 15, 10, 10, 15]))
    assert composite == pytest.approx([94.35])
    assert share == pytest.approx([1.0])


def test_missing_kpis_renormalise_down_to_60_per_cent_of_the_weight() -> None:
    scores = np.array([[100.0, 80.0, NAN], [NAN, 80.0, 100.0], [NAN, NAN, NAN]])
    composite, share = kpi.composite(scores, np.array([40.0, 20, 40]))
    assert composite == pytest.approx(
        [(40 * 100 + 20 * 80) / 60, (20 * 80 + 40 * 100) / 60, NAN], nan_ok=True
    )
    assert share == pytest.approx([0.6, 0.6, 0.0])
    too_little, _ = kpi.composite(np.array([[100.0, NAN, NAN]]), np.array([59.0, 21, 20]))
    assert np.isnan(too_little[0])


def test_kpis_without_any_weight_have_no_composite() -> None:
    composite, share = kpi.composite(np.array([[1.0], [2.0]]), np.array([[0.0], [10.0]]))
    assert composite == pytest.approx([NAN, 2.0], nan_ok=True)
    assert share == pytest.approx([NAN, 1.0], nan_ok=True)


def test_people_may_have_different_weights_and_a_weight_of_0_counts_nothing() -> None:
    scores = np.array([[100.0, 80.0, NAN], [100.0, 80.0, NAN]])
    composite, share = kpi.composite(scores, np.array([[50.0, 50.0, 0.0], [0.0, 60.0, 40.0]]))
    assert composite == pytest.approx([90, 80])
    assert share == pytest.approx([1.0, 0.6])


def test_without_any_kpi_there_is_no_composite() -> None:
    composite, share = kpi.composite(np.empty((2, 0)), np.empty(0))
    assert np.isnan(composite).all() and np.isnan(share).all()


def test_a_kpi_with_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        kpi.composite(np.array([[1.0, 2.0]]), np.array([110.0, -10.0]))
