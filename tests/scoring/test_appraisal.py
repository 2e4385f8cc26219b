from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.appraisal import (
    adjusted,
    band_with_gates,
    bonus_share,
    components,
    deducted,
    displayed,
    gates_reached,
    guideline,
    of_segments,
    overall,
    parts,
    step,
    vetoed,
    weights_used,
)

NAN = float("nan")
WEIGHTS = np.array([60.0, 30.0, 10.0])
BONUS = [(80.0, 1.0, False), (60.0, 0.6, True), (0.0, 0.0, False)]


def arrays(*values: float) -> list[np.ndarray]:
    return [np.array([value]) for value in values]


def test_the_overall_score_weighs_kpi_feedback_and_goals() -> None:
    assert overall(*arrays(90, 80, 70), WEIGHTS) == pytest.approx([60 * 0.9 + 30 * 0.8 + 10 * 0.7])


def test_the_kpi_part_counts_up_to_120() -> None:
    for kpi in (120, 150):
        assert overall(*arrays(kpi, 80, 70), WEIGHTS) == pytest.approx([60 * 1.2 + 30 * 0.8 + 10 * 0.7])


def test_a_missing_component_matters_only_if_it_has_weight() -> None:
    assert np.isnan(overall(*arrays(90, NAN, 70), WEIGHTS))
    assert overall(*arrays(90, 80, NAN), np.array([60.0, 40.0, 0.0])) == pytest.approx([86.0])


def test_levels_may_weigh_differently() -> None:
    weights = np.array([[60.0, 30, 10], [50, 40, 10]])
    both = overall(np.array([100.0, 100]), np.array([50.0, 50]), np.array([0.0, 0]), weights)
    assert both == pytest.approx([75.0, 70.0])


def test_component_weights_must_total_100() -> None:
    with pytest.raises(ValueError, match="100"):
        overall(*arrays(90, 80, 70), np.array([60.0, 30.0, 5.0]))


def test_a_component_with_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        overall(*arrays(90, 80, 70), np.array([110.0, -20.0, 10.0]))


def test_a_missing_component_is_renormalised_where_the_scheme_says_that_it_may_be_lacking() -> None:
    goals = np.array([False, False, True])
    assert overall(*arrays(90, 80, NAN), WEIGHTS, goals) == pytest.approx([(60 * 90 + 30 * 80) / 90])
    assert np.isnan(overall(*arrays(90, NAN, 70), WEIGHTS, goals))
    by_person = overall(
        np.array([90.0, 90.0]),
        np.array([NAN, NAN]),
        np.array([70.0, 70.0]),
        WEIGHTS,
        np.array([[False] * 3, [True] * 3]),
    )
    assert by_person == pytest.approx([NAN, (60 * 90 + 10 * 70) / 70], nan_ok=True)


def test_nothing_is_renormalised_below_60_per_cent_of_the_weight() -> None:
    assert np.isnan(overall(*arrays(NAN, 80, 70), WEIGHTS, True))
    assert overall(*arrays(90, NAN, NAN), WEIGHTS, True) == pytest.approx([90.0])


def test_the_weights_before_and_after_add_up_and_the_points_of_the_parts_make_the_score() -> None:
    values = components(np.array([130.0, 90.0, NAN]), np.array([80.0, NAN, 80.0]), np.array([70.0] * 3))
    used = weights_used(values, WEIGHTS, np.array([False, True, True]))
    assert used == pytest.approx(np.array([WEIGHTS, [600 / 7, 0, 100 / 7], [NAN] * 3]), nan_ok=True)
    points = parts(values, used)
    assert points[0] == pytest.approx([72, 24, 7])
    total = overall(*values.T, WEIGHTS, np.array([False, True, True]))
    assert points.sum(axis=-1) == pytest.approx(total, nan_ok=True)


def test_segments_weigh_by_their_days_and_one_without_a_score_leaves_none() -> None:
    scores = np.array([[90.0, 60.0], [90.0, NAN], [90.0, NAN], [NAN, NAN]])
    days = np.array([[61, 31], [61, 31], [92, 0], [0, 0]])
    expected = [(61 * 90 + 31 * 60) / 92, NAN, 90, NAN]
    assert of_segments(scores, days) == pytest.approx(expected, nan_ok=True)


def test_segments_do_not_have_negative_days() -> None:
    with pytest.raises(ValueError, match="negative"):
        of_segments(np.array([[90.0]]), np.array([[-1]]))


def test_an_adjustment_stays_within_its_limit() -> None:
    assert adjusted(np.array([90.0, 1.0, NAN]), np.array([2.0, -3.0, 0.0]), 3) == pytest.approx(
        [92, 0, NAN], nan_ok=True
    )
    for points in (3.01, -3.01):
        with pytest.raises(ValueError, match="at most 3"):
            adjusted(np.array([90.0]), np.array([points]), 3)


def test_deductions_add_up_to_the_most_and_not_below_0() -> None:
    scores = deducted(np.array([90.0, 90.0, 4.0, -2.0, NAN]), np.array([5.0, 25.0, 5.0, 5.0, 5.0]), 20)
    assert scores == pytest.approx([85, 70, 0, -2, NAN], nan_ok=True)
    with pytest.raises(ValueError, match="negative"):
        deducted(np.array([90.0]), np.array([-5.0]), 20)


def test_a_gate_holds_from_its_figure_on_as_it_is_displayed_and_not_of_what_is_unknown() -> None:
    figures = np.array([[120.0, 89.995], [119.994, 90.0], [NAN, 89.994], [1.2 / 0.01, -17.0]])
    expected = [[True, True], [False, True], [False, False], [True, False]]
    assert gates_reached(figures, np.array([120.0, 90.0])).tolist() == expected
    assert 1.005 * 100 < 100.5  # in binary fractions
    assert gates_reached(np.array([[1.005]]), np.array([1.01])).all()


@given(st.floats(-300, 300), st.sampled_from([-50, 0, 60, 89.99, 90, 120]))
def test_gates_judge_what_is_displayed(figure: float, start: float) -> None:
    shown = displayed(figure) >= Decimal(str(start))
    assert gates_reached(np.array([[figure]]), np.array([start]))[0, 0] == shown


@pytest.mark.parametrize(
    ("value", "gates", "cap", "band"),
    [
        ("95.00", [True, True, True], 0, 0),
        ("95.00", [False, True, True], 0, 1),
        ("95.00", [False, False, False], 0, 2),
        ("89.99", [True, True, True], 0, 1),
        ("95.00", [True, True, True], 1, 1),
        ("70.00", [True, True, True], 1, 2),
        ("95.00", [True, False, True], 1, 1),
    ],
)
def test_the_best_band_that_is_reached_and_whose_gates_hold_and_none_better_than_the_cap(
    value: str, gates: list[bool], cap: int, band: int
) -> None:
    assert band_with_gates(Decimal(value), [90, 75, 0], gates, cap) == band


def test_a_value_below_all_bands_is_in_none() -> None:
    with pytest.raises(ValueError, match="no row"):
        band_with_gates(Decimal("59.99"), [90, 60], [True, True])


def test_a_veto_lowers_a_score_and_never_raises_one() -> None:
    scores = vetoed(np.array([90.0, 40.0, 90.0, NAN]), np.array([True, True, False, True]), 59.0)
    assert scores == pytest.approx([59.0, 40.0, 90.0, 59.0])


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (79.995, "80.00"),
        (79.985, "79.99"),
        (79.994999, "79.99"),
        (0.1 + 0.2 + 79.695, "80.00"),
        (2.675, "2.68"),
        (2.665, "2.67"),
        (80, "80.00"),
    ],
)
def test_halves_are_rounded_up_as_people_do(score: float, shown: str) -> None:
    assert str(displayed(score)) == shown


def test_nothing_is_displayed_as_less_than_nothing_by_rounding() -> None:
    assert str(displayed(-0.001)) == "0.00"
    assert str(displayed(-0.005)) == "-0.01"


@pytest.mark.parametrize("score", [NAN, float("inf"), -1e300])
def test_no_score_is_not_displayed(score: float) -> None:
    with pytest.raises(ValueError, match="no score"):
        displayed(score)


@pytest.mark.parametrize(("value", "row"), [("90.00", 0), ("89.99", 1), ("75.00", 1), ("0.00", 2)])
def test_a_band_begins_with_its_start(value: str, row: int) -> None:
    assert step(Decimal(value), [90, 75, 0]) == row


def test_a_value_below_all_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="no row"):
        step(Decimal("-1"), [90, 0])


@pytest.mark.parametrize(
    ("value", "share"), [("95", "1.0"), ("80", "1.0"), ("70", "0.80"), ("60", "0.6"), ("59.99", "0")]
)
def test_the_bonus_grows_between_the_steps_where_the_scheme_says_so(value: str, share: str) -> None:
    assert bonus_share(Decimal(value), BONUS) == Decimal(share)


def test_without_rows_there_is_no_bonus() -> None:
    with pytest.raises(ValueError, match="no row"):
        bonus_share(Decimal("85"), [])


def test_the_best_bonus_row_cannot_grow() -> None:
    with pytest.raises(ValueError, match="best row"):
        bonus_share(Decimal("85"), [(80.0, 1.0, True), (0.0, 0.0, False)])


def test_the_guideline_gives_places_by_largest_remainder() -> None:
    bands = guideline(np.arange(27, 0, -1.0), np.array([0.2, 0.7, 0.1]))
    assert np.bincount(bands).tolist() == [5, 19, 3]
    assert bands.tolist() == sorted(bands.tolist())


def test_equal_scores_get_the_better_band() -> None:
    scores = np.concatenate([np.full(8, 90.0), np.arange(20.0)])
    assert np.bincount(guideline(scores, np.array([0.2, 0.8]))).tolist() == [8, 20]


def test_there_is_no_guideline_for_small_pools() -> None:
    assert (guideline(np.append(np.arange(24.0), NAN), np.array([0.5, 0.5])) == -1).all()


@given(st.integers(25, 200), st.integers(0, 100))
def test_the_guideline_leaves_nobody_out(people: int, better: int) -> None:
    bands = guideline(np.arange(float(people)), np.array([better / 100, 1 - better / 100]))
    assert ((bands == 0) | (bands == 1)).all()
    assert abs((bands == 0).sum() - people * better / 100) < 1


def test_shares_must_total_one() -> None:
    with pytest.raises(ValueError, match="shares"):
        guideline(np.arange(30.0), np.array([0.2, 0.2]))
