"""Sums of points tell the sum, to the last bit, whatever the points are."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from forms import scales
from scoring import exact_points
from scoring.exact_points import FINEST, in_parts


@pytest.mark.parametrize(
    ("points", "parts"),
    [
        ([20, 40, 60, 80, 100], 1),
        ([-2, -1, 0, 1, 2], 1),
        ([0, 10.5, 60, 100], 2),
        ([0.1, 20.7, 33.3, 61.9, 99.7], 10),
        ([100 * value / 7 for value in range(1, 8)], 7),
        ([100 * value / 3 for value in range(4)], 3),
        ([33.33, 66.67, 100.0], 100),
        ([0.123456, 1.0], FINEST),
        ([0.0, np.pi, 1e6], FINEST),
    ],
)
def test_points_are_whole_numbers_of_as_few_parts_as_it_takes(points: list[float], parts: int) -> None:
    worth, found = in_parts(np.array([points]))
    assert found.tolist() == [parts]
    assert worth[0] / found[0] == pytest.approx(points, abs=1e-6)


def test_beyond_an_items_own_values_there_are_no_points() -> None:
    worth, parts = in_parts(np.array([[0.5, 1.0, np.nan], [1.0, 2.0, 3.0]]))
    assert (worth.tolist(), parts.tolist()) == ([[1, 2, 0], [1, 2, 3]], [2, 1])


def test_points_too_large_to_be_added_up_exactly_are_refused() -> None:
    with pytest.raises(ValueError, match="points lie between"):
        in_parts(np.array([[0.0, 2e6]]))
    assert scales.MOST_POINTS == exact_points.MOST_POINTS


@pytest.mark.parametrize("values", [5, 7, 11])
def test_answers_of_one_sum_have_one_sum_of_points_which_floating_point_numbers_have_not(values: int) -> None:
    points = np.array([100 * value / values for value in range(1, values + 1)])
    worth, _ = in_parts(points[None])
    exactly, loosely = {}, {}
    for answers in combinations_with_replacement(range(values), 4):
        exactly.setdefault(sum(answers), set()).add(int(worth[0, list(answers)].sum()))
        loosely.setdefault(sum(answers), set()).add(float(sum(points[list(answers)])))
    assert {len(sums) for sums in exactly.values()} == {1}
    assert (max(len(sums) for sums in loosely.values()) > 1) == (values in (7, 11))
