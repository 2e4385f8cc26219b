"""Descriptions that contradict themselves are refused before anything is scored with them."""

import numpy as np
import pytest

from scoring.instrument import NO_DIMENSION
from tests.scoring.campaigns import CLIENT, groups, instrument, items, of_ballots, scored


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"weight": [40, 30, 20, 9, 1]}, "self has weight 0"),
        ({"weight": [-10, 60, 40, 10, 0]}, "must not be negative"),
        ({"minimum": [2, 1, 3, 3, 1]}, "at least 3"),
        ({"minimum": [3, 0, 3, 3, 1]}, "attributed groups 1"),
    ],
)
def test_groups_that_no_scheme_may_have_are_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        groups(**changes)


def test_a_minimum_of_1_is_for_attributed_groups() -> None:
    assert groups(minimum=[1, 1, 3, 3, 1], attributed=[True, True, False, False, True]).minimum[0] == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"asked": [[True] * 3] * 5}, "expected groups x 4 items"),
        ({"values": [5, 5, 5, 1]}, "between 2 values"),
        ({"values": [5, 5, 5, 6]}, "between 2 values"),
        ({"values": [5, 5, 5, 4]}, "NaN exactly beyond"),
        ({"points": [(20, 40, np.nan, 80, 100)] * 4}, "NaN exactly beyond"),
        ({"weight": [1, 1, 1, -1]}, "must not be negative"),
    ],
)
def test_items_that_no_questionnaire_may_have_are_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        items(**changes)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dimension_weight": np.array([-1.0, 2.0])}, "must not be negative"),
        ({"dimension_weight": np.array([1.0])}, "dimension that does not exist"),
        ({"items": items(asked=[[True] * 4] * 4)}, "one row per rater group"),
    ],
)
def test_an_instrument_whose_parts_do_not_fit_is_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        instrument(**changes)


def test_what_an_instrument_is_made_of_stays_as_it_was_checked() -> None:
    with pytest.raises(ValueError, match="read-only"):
        instrument().groups.minimum[0] = 1


def test_recommendations_belong_to_no_dimension_and_widen_no_range() -> None:
    eleven = [[20, 40, 60, 80, 100] + [np.nan] * 6, list(range(11))]
    mixed = instrument(
        items=items((0, NO_DIMENSION), values=[5, 11], points=eleven), dimension_weight=np.ones(1)
    )
    assert mixed.items.rating.tolist() == [True, False]
    assert mixed.items.ranges == {(20.0, 100.0)}
    assert mixed.membership.tolist() == [[1.0], [0.0]]


def test_a_recommendation_lends_its_range_to_no_score() -> None:
    five, ten = [20, 40, 60, 80, 100] + [np.nan] * 6, list(range(11))
    mixed = items((0, 1, NO_DIMENSION), values=[5, 11, 11], points=[five, ten, ten])
    lowest = scored(of_ballots(*[(0, CLIENT, (1, 0, 5))] * 3), instrument(items=mixed)).total
    assert lowest.score[0] == lowest.interval[0, 0] == 20.0  # of 20 to 100, though 0 to 10 is a range as well
