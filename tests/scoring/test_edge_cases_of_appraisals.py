"""Edge cases of figures, goals and what becomes of them: the last part of the table in docs/scoring.md."""

from decimal import Decimal

import numpy as np
import pytest

from scoring import appraisal, figures, goals, kpi, year
from scoring.presence import segment_of_parts
from scoring.reasons import ScoreReason

NAN = float("nan")
WEIGHTS = np.array([60.0, 30.0, 10.0])


def one(value: float) -> np.ndarray:
    return np.array([value])


def test_a_negative_actual():
    assert kpi.ratio(one(-50.0), one(1000.0), 0, 120).tolist() == [0]
    assert kpi.attainment(one(-50.0), one(1000.0)).tolist() == [-0.05]


def test_a_figure_exactly_at_a_threshold():
    assert kpi.interpolate(one(4.8), one(6.0), 0.8, 60, 1.2, 120).tolist() == [60]
    assert kpi.tier(one(100 * (1.2 - 1)), [(20.0, 100.0)]).tolist() == [100]


def test_a_required_figure_that_is_not_known():
    assert kpi.required(one(100.0), kpi.meets(one(NAN), least=50_000)).tolist() == [0]


def test_a_share_of_nothing_or_of_more_than_all():
    part, whole = np.array([0.0, 5.0]), np.array([0.0, 4.0])
    assert np.isnan(figures.share(part, whole)).all()
    found = figures.share_reasons(part, whole).tolist()
    assert found == [ScoreReason.NOTHING_TO_TAKE_A_SHARE_OF, ScoreReason.MORE_THAN_ALL]


def test_growth_from_nothing():
    before = np.array([0.0, -5.0, NAN])
    assert np.isnan(figures.growth(np.full(3, 7.0), before)).all()
    found = figures.growth_reasons(np.full(3, 7.0), before).tolist()
    assert found == [
        ScoreReason.NOTHING_TO_GROW_FROM,
        ScoreReason.NOTHING_TO_GROW_FROM,
        ScoreReason.NO_EARLIER_FIGURE,
    ]


def test_too_few_months_have_an_actual():
    actual = np.array([[5.0], [NAN], [NAN]])
    found = figures.combine_sum(actual, np.full((3, 1), 5.0))
    assert np.isnan([found.actual[0], found.target[0]]).all()
    assert found.reasons.tolist() == [ScoreReason.TOO_FEW_PARTS]


def test_a_month_without_a_target():
    found = figures.combine_sum(np.array([[5.0], [5.0]]), np.array([[5.0], [NAN]]))
    assert found.actual.tolist() == [10] and np.isnan(found.target[0])


def test_a_month_shared_by_two_posts():
    halves = np.array([[0] * 15 + [1] * 15])
    assert segment_of_parts(halves, np.zeros(30, dtype=int), 2, 1).tolist() == [[1]]


def test_no_goal_is_agreed():
    for cancelled in (None, np.array([[True]])):
        weight = np.array([[0.0 if cancelled is None else 100.0]])
        assert np.isnan(goals.goal_score(np.array([[80.0]]), weight, cancelled)[0])


def test_an_agreed_goal_is_not_rated():
    rating, weight = np.array([[80.0, NAN]]), np.array([[90.0, 10.0]])
    assert np.isnan(goals.goal_score(rating, weight)[0])


def test_components_that_may_be_lacking_have_more_than_40_per_cent():
    assert np.isnan(appraisal.overall(one(NAN), one(80.0), one(70.0), WEIGHTS, may_lack=True))[0]
    assert appraisal.overall(one(90.0), one(NAN), one(NAN), WEIGHTS, may_lack=True)[0] == pytest.approx(90)


def test_a_segment_without_a_score():
    assert np.isnan(appraisal.of_segments(np.array([[90.0, NAN]]), np.array([[91, 1]])))[0]


def test_deductions_of_more_points_than_there_are():
    assert appraisal.deducted(one(4.0), one(5.0), 20).tolist() == [0]


def test_a_gate_on_a_figure_that_is_not_known():
    assert not appraisal.gates_reached(np.array([[NAN]]), one(90.0)).any()


def test_the_gates_of_all_bands_are_missed():
    assert appraisal.band_with_gates(Decimal("95"), [90, 75, 0], [False] * 3) == 2


def test_fewer_than_two_quarters_of_a_year_have_a_total():
    quarters = year.mean_of_quarters(np.array([[80.0], [NAN], [NAN], [NAN]]))
    assert np.isnan(quarters[0])
    assert np.isnan(year.with_quarters(one(90.0), quarters, 0.5)[0])
    assert year.with_quarters(one(90.0), quarters, 0.0).tolist() == [90]
