import numpy as np
import pytest

from scoring.careless import longstring, response_variability, straightlined
from scoring.counts import Ballots
from tests.scoring.campaigns import instrument

NAN = float("nan")


@pytest.mark.parametrize("length", [10, 20, 50, 90])
def test_longstring_is_the_longest_run(length: int) -> None:
    answers = np.array([[2] * length + [1, 2] * ((100 - length) // 2)], dtype=np.uint8)
    assert longstring(answers).tolist() == [length]


def test_a_skipped_item_ends_a_run() -> None:
    assert longstring(np.array([[3, 3, 0, 3, 3, 3], [0, 0, 0, 0, 0, 0]], dtype=np.uint8)).tolist() == [3, 0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 2, 3, 4, 5], 1.5811388301), ([3, 3, 3, 3, NAN], 0.0), ([5, 5, 5, 4, NAN], 0.5)],
)
def test_response_variability_is_a_standard_deviation(values: list[float], expected: float) -> None:
    assert response_variability(np.array([values])) == pytest.approx([expected])


def test_one_answer_or_none_has_no_variability() -> None:
    assert np.isnan(response_variability(np.array([[4, NAN], [NAN, NAN]]))).all()


def test_straight_lines_are_counted_among_ballots_with_two_ratings() -> None:
    lines = [[4, 4, 4, 4]] * 3 + [[2, 0, 2, 0]] * 2 + [[1, 2, 3, 4]] * 5 + [[5, 0, 0, 0]] * 7
    ballots = Ballots(np.array(lines, dtype=np.uint8), np.zeros(len(lines), dtype=np.int64))
    assert straightlined(ballots, instrument()) == (0.5, 10)


def test_nothing_is_said_of_fewer_than_ten_ballots() -> None:
    ballots = Ballots(np.full((9, 4), 3, dtype=np.uint8), np.zeros(9, dtype=np.int64))
    share, looked_at = straightlined(ballots, instrument())
    assert np.isnan(share)
    assert looked_at == 9
