from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.disclosure import Status
from scoring.scores import score
from scoring.trend import adjusted, changes, common_cells, compared, restrict
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SELF,
    SUBORDINATE,
    counted,
    groups,
    instrument,
    of_ballots,
    random_campaign,
)

NAN = float("nan")
PHI = np.array([0.2, 0.2, 0.15])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_p_values_are_adjusted_as_scipy_does(values: list[float]) -> None:
    np.testing.assert_allclose(adjusted(np.array(values)), stats.false_discovery_control(values))


def test_missing_p_values_take_no_part() -> None:
    assert adjusted(np.array([[0.01, NAN], [0.04, NAN]])) == pytest.approx(
        np.array([[0.02, NAN], [0.04, NAN]]), nan_ok=True
    )
    assert np.isnan(adjusted(np.array([NAN]))).all()


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_a_p_value_outside_its_range_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="p value"):
        adjusted(np.array([p]))


def test_negative_errors_are_refused() -> None:
    one, error = np.array([70.0]), np.array([-1.0])
    for errors in ((error, -error), (-error, error)):
        with pytest.raises(ValueError, match="negative"):
            changes(one, errors[0], one, errors[1])


def test_a_change_is_large_and_unlikely_by_chance() -> None:
    earlier, error = np.full(4, 70.0), np.full(4, 1.0)
    found = changes(earlier, error, np.array([80.0, 74.0, 76.0, NAN]), np.array([1.0, 0.1, 9.0, 1.0]))
    assert found.detected.tolist() == [True, False, False, False]
    assert found.delta == pytest.approx([10, 4, 6, NAN], nan_ok=True)


def test_a_change_of_five_points_is_one_and_of_less_is_none() -> None:
    earlier, error = np.full(2, 70.0), np.full(2, 0.1)
    assert changes(earlier, error, np.array([75.0, 74.99]), error).detected.tolist() == [True, False]


def test_the_errors_of_both_cycles_add_up_by_their_squares() -> None:
    found = changes(np.array([70.0]), np.array([3.0]), np.array([80.0]), np.array([4.0]))
    assert found.error.tolist() == [5.0]
    assert found.p == pytest.approx([2 * stats.norm.sf(10 / 5)])


def test_changes_are_adjusted_together_over_dimensions_and_subjects() -> None:
    earlier, error = np.full((10, 2), 70.0), np.full((10, 2), 3.0)
    later = earlier.copy()
    later[0, 0] = 80.0  # p = 0.018 alone
    assert changes(earlier[:1, :1], error[:1, :1], later[:1, :1], error[:1, :1]).detected.all()
    assert not changes(earlier, error, later, error).detected.any()


def test_only_cells_shown_in_both_cycles_are_compared() -> None:
    row = (4, 4, 4, 4)
    first, _ = counted(of_ballots(*[(0, CLIENT, row)] * 3, *[(0, PEER, row)] * 3), instrument())
    second, _ = counted(of_ballots(*[(0, CLIENT, row)] * 3, *[(0, PEER, row)] * 2), instrument())
    common = common_cells(first, second)
    assert np.flatnonzero(common[0]).tolist() == [CLIENT]
    assert restrict(first, common, groups()).n[0].tolist() == [3, 0, 0, 0, 0, 0, 0]


def test_pools_are_compared_only_with_the_same_members() -> None:
    row = (4, 4, 4, 4)
    first, _ = counted(of_ballots(*[(0, PEER, row)] * 2, *[(0, SUBORDINATE, row)] * 1), instrument())
    second, _ = counted(of_ballots(*[(0, PEER, row)] * 2, *[(0, SUBORDINATE, row)] * 2), instrument())
    assert common_cells(first, second)[0, 6]
    three = groups(
        family=[0, 2, 1, 1, 1], attributed=[False, True, False, False, False], minimum=[3, 1, 3, 3, 3]
    )
    description = instrument(groups=three)
    others = [
        counted(of_ballots(*[(0, group, row)] * 2, *[(0, SUBORDINATE, row)] * 2), description)[0]
        for group in (PEER, SELF)
    ]
    assert all(cycle.decision.shown[0, 6] for cycle in others)
    assert not common_cells(*others)[0, 6]
    nothing = restrict(first, np.zeros((1, 7), dtype=bool), groups())
    assert nothing.decision.status[0].tolist()[PEER] == Status.WITHHELD
    assert nothing.counts.sum() == 0


def test_items_scored_in_one_cycle_only_are_not_compared() -> None:
    first, _ = counted(of_ballots(*[(0, CLIENT, (4, 1, 4, 4))] * 3), instrument())
    second, _ = counted(of_ballots(*[(0, CLIENT, (4, 0, 4, 4))] * 3), instrument())
    both = compared(first, second, groups())
    assert [cycle.scored[0, CLIENT].tolist() for cycle in both] == [[True, False, True, True]] * 2


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_equal_answers_in_both_cycles_are_no_change_whoever_else_was_shown(one: int, other: int) -> None:
    cycles = [random_campaign(seed, instrument()) for seed in (one, other)]
    same = [replace(cycle, answers=np.full_like(cycle.answers, 4)) for cycle in cycles]
    disclosed = compared(*(counted(cycle, instrument())[0] for cycle in same), groups())
    before, after = (score(cycle, instrument(), PHI) for cycle in disclosed)
    delta = after.dimensions.score - before.dimensions.score
    assert np.all(np.isnan(delta) | (np.abs(delta) < 1e-9))
    assert np.array_equal(np.isnan(before.dimensions.score), np.isnan(after.dimensions.score))


def test_cycles_of_different_shape_are_not_comparable() -> None:
    row = (4, 4, 4, 4)
    one, _ = counted(of_ballots(*[(0, CLIENT, row)] * 3), instrument())
    two, _ = counted(of_ballots(*[(0, CLIENT, row)] * 3, (1, CLIENT, row)), instrument())
    with pytest.raises(ValueError, match="not comparable"):
        common_cells(one, two)
