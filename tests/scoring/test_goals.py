import numpy as np
import pytest

from scoring import goals

NAN = float("nan")


def test_goals_weigh_as_agreed_and_a_cancelled_one_shares_its_weight_out() -> None:
    rating, weight = np.array([[80.0, 60.0, NAN]]), np.array([[30.0, 10.0, 60.0]])
    out = np.array([[False, False, True]])
    assert goals.goal_score(rating, weight, out) == pytest.approx([75.0])
    assert np.isnan(goals.goal_score(rating, weight)).all()


def test_people_may_have_different_numbers_of_goals() -> None:
    rating, weight = np.array([[80.0, NAN], [50.0, 100.0]]), np.array([[100.0, 0.0], [50.0, 50.0]])
    assert goals.goal_score(rating, weight) == pytest.approx([80.0, 75.0])


def test_milestones_count_by_weight_and_none_are_no_rating() -> None:
    done = np.array([[True, False], [False, False], [True, True]])
    weight = np.array([[3.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    assert goals.milestones(done, weight) == pytest.approx([75.0, 0.0, NAN], nan_ok=True)


def test_a_goal_that_is_a_figure_counts_up_to_100() -> None:
    assert goals.of_figure(np.array([120.0, 90.0, NAN])) == pytest.approx([100.0, 90.0, NAN], nan_ok=True)


@pytest.mark.parametrize("rating", [-1.0, 100.5])
def test_a_goal_is_rated_on_0_to_100(rating: float) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        goals.goal_score(np.array([[rating]]), np.array([[100.0]]))


def test_a_goal_with_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        goals.goal_score(np.array([[50.0, 50.0]]), np.array([[110.0, -10.0]]))
