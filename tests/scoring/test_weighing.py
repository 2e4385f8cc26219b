import numpy as np
import pytest

from scoring.weighing import in_order, reaches, weighted

NAN = float("nan")


def test_parts_are_added_from_left_to_right_as_a_reader_does_however_they_lie_in_memory() -> None:
    parts = np.random.default_rng(1).random((50, 40)) * 10.0 ** np.arange(-20, 20)
    by_hand = []
    for row in parts.tolist():
        total = 0.0
        for part in row:
            total += part
        by_hand.append(total)
    for laid_out in (parts, np.asfortranarray(parts), np.repeat(parts, 2, axis=0)[::2]):
        assert in_order(laid_out).tolist() == by_hand
    assert in_order(parts[7]) == by_hand[7]


def test_nothing_adds_up_to_0() -> None:
    assert in_order(np.empty((2, 0))).tolist() == [0, 0]


def test_what_is_not_there_or_has_no_weight_does_not_count() -> None:
    mean, there = weighted(np.array([[1.0, NAN, 4.0], [NAN, NAN, 9.0]]), np.array([2.0, 3.0, 0.0]))
    assert mean == pytest.approx([1.0, NAN], nan_ok=True)
    assert there.tolist() == [2, 0]


def test_a_figure_reaches_a_threshold_of_its_own_size_and_not_one_a_little_above() -> None:
    figures = np.array([1e9, 0.1 + 0.2, 5.0, NAN, -0.0])
    assert reaches(figures, np.array([1e9, 0.3, 5.000001, 0.0, 0.0])).tolist() == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert not reaches(np.array([1e9 - 0.01]), 1e9).any()
