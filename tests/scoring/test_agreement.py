import numpy as np
import pytest

from scoring.agreement import (
    average_deviation,
    divided_opinion,
    multi_item_agreement,
    within_group_agreement,
)

# Company 2 of Bliese, Halverson & Schriesheim (2002): counts of 24 soldiers on the eleven leadership items.
COMPANY = [
    [3, 6, 4, 11, 0],
    [4, 3, 5, 10, 2],
    [6, 9, 3, 6, 0],
    [7, 2, 3, 10, 2],
    [4, 8, 8, 4, 0],
    [2, 6, 3, 12, 1],
    [5, 3, 9, 5, 2],
    [4, 4, 3, 11, 2],
    [5, 6, 4, 8, 1],
    [3, 4, 3, 12, 2],
    [4, 6, 7, 7, 0],
]
FIVE = np.array(5)


def counts(*ratings: int) -> np.ndarray:
    return np.bincount(np.array(ratings), minlength=6)[1:]


@pytest.mark.parametrize(
    ("ratings", "agreement", "deviation"),
    [
        ((4, 4, 4), 1.0, 0.0),
        ((1, 5, 1, 5), 0.0, 2.0),
        ((3, 4), 0.75, 0.5),
        ((5, 5, 5, 1), 0.0, 1.5),
    ],
)
def test_agreement_of_small_cells(ratings: tuple[int, ...], agreement: float, deviation: float) -> None:
    assert within_group_agreement(counts(*ratings), FIVE) == pytest.approx(agreement)
    assert average_deviation(counts(*ratings)) == pytest.approx(deviation)


@pytest.mark.parametrize("cell", [counts(4), np.zeros(5, dtype=int)])
def test_fewer_than_two_ratings_agree_with_nobody(cell: np.ndarray) -> None:
    assert np.isnan(within_group_agreement(cell, FIVE))
    assert np.isnan(average_deviation(cell))
    assert not divided_opinion(cell, FIVE)


def test_agreement_over_many_items_is_that_of_the_published_data() -> None:
    assert multi_item_agreement(np.array(COMPANY), 5) == pytest.approx(0.8075272584, abs=1e-9)


@pytest.mark.parametrize("cell", [[3, 0, 8, 0, 1], [2, 7, 0, 3, 0], [1, 0, 8, 0, 3]])
def test_opinion_is_not_divided_at_a_sixth_of_the_scale_exactly(cell: list[int]) -> None:
    assert average_deviation(np.array(cell)) == pytest.approx(5 / 6, abs=1e-15)  # more, by a rounding error
    assert not divided_opinion(np.array(cell), FIVE)


def test_opinion_is_divided_a_little_above_a_sixth_of_the_scale() -> None:
    cell = counts(2, 2, 2, 2, 4, 4, 4, 4, 3, 3)
    assert average_deviation(cell) == 0.8
    assert not divided_opinion(cell, FIVE)
    assert divided_opinion(counts(2, 2, 2, 2, 4, 4, 4, 4, 4, 3), FIVE)  # 0.88


def test_agreement_over_no_items_or_on_no_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="needs an item"):
        multi_item_agreement(np.zeros((0, 5), dtype=int), 5)
    with pytest.raises(ValueError, match="two values"):
        within_group_agreement(counts(3, 4), np.array(1))


def test_over_items_one_without_two_ratings_leaves_no_agreement() -> None:
    assert np.isnan(multi_item_agreement(np.array([counts(4, 4, 4), counts(4)]), 5))


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        average_deviation(np.array([1, -1, 3, 0, 0]))


def test_opinion_is_divided_above_a_sixth_of_the_scale() -> None:
    assert divided_opinion(counts(1, 1, 1, 5, 5, 5), FIVE)
    assert not divided_opinion(counts(3, 3, 3, 4, 4, 4), FIVE)
