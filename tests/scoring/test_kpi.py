import numpy as np
import pytest

from scoring import kpi

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


def test_tiers_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascending"):
        kpi.tier(ACTUAL, [(5, 100), (2, 60)])


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
