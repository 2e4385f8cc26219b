from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.disclosure import NOWHERE, Status, decide, from_status
from tests.scoring.campaigns import CLIENT, PEER, SELF, SUBORDINATE, SUPERVISOR, groups

OTHER_CLIENTS, OTHER_COLLEAGUES = 5, 6
numbers_of_ballots = st.lists(st.integers(0, 8), min_size=5, max_size=5)


def status_of(*ballots: int) -> list[Status]:
    return [Status(value) for value in decide(np.array([ballots]), groups()).status[0].tolist()]


def test_a_group_is_shown_from_its_minimum_on() -> None:
    assert status_of(3, 1, 3, 3, 1)[:5] == [Status.SHOWN] * 5


def test_a_group_without_answers_is_absent_and_forms_no_pool() -> None:
    assert status_of(0, 0, 0, 0, 0) == [Status.ABSENT] * 7


def test_small_groups_of_one_family_are_pooled() -> None:
    status = status_of(3, 0, 2, 1, 0)
    assert (status[PEER], status[SUBORDINATE]) == (Status.MERGED, Status.MERGED)
    assert status[OTHER_COLLEAGUES] == Status.SHOWN


def test_a_pool_that_is_still_too_small_takes_in_the_smallest_shown_group() -> None:
    status = status_of(0, 0, 5, 2, 0)
    assert (status[PEER], status[SUBORDINATE]) == (Status.MERGED, Status.MERGED)
    assert status[OTHER_COLLEAGUES] == Status.SHOWN


def test_a_lone_small_group_is_withheld() -> None:
    status = status_of(2, 1, 3, 0, 1)
    assert status[CLIENT] == Status.WITHHELD
    assert status[OTHER_CLIENTS] == Status.ABSENT


def test_supervisor_and_self_are_never_pooled() -> None:
    assert status_of(2, 1, 2, 0, 1)[SUPERVISOR] == Status.SHOWN
    assert status_of(2, 1, 2, 0, 1)[SELF] == Status.SHOWN


def test_an_attributed_group_takes_no_part_in_a_pool_of_its_family() -> None:
    open_peers = groups(attributed=[False, True, True, False, True], minimum=[3, 1, 1, 3, 1])
    decision = decide(np.array([[0, 0, 1, 2, 0], [0, 0, 5, 2, 0]]), open_peers)
    for status in decision.status:
        assert (status[PEER], status[SUBORDINATE]) == (Status.SHOWN, Status.WITHHELD)
    assert (decision.status[:, OTHER_COLLEAGUES] == Status.ABSENT).all()


def test_a_pool_needs_the_largest_minimum_of_its_members() -> None:
    strict = groups(minimum=[3, 1, 3, 6, 1])
    together = decide(np.array([[0, 0, 2, 3, 0]]), strict)
    assert together.status[0, OTHER_COLLEAGUES] == Status.ABSENT
    enough = decide(np.array([[0, 0, 2, 4, 0]]), strict)
    assert enough.minimum[0, OTHER_COLLEAGUES] == 6


def test_among_equally_small_shown_groups_the_first_of_the_scheme_joins() -> None:
    three = groups(
        family=[0, 2, 1, 1, 1], attributed=[False, True, False, False, False], minimum=[3, 1, 3, 3, 3]
    )
    decision = decide(np.array([[0, 0, 4, 4, 1]]), three)
    assert decision.merged[0].tolist() == [False, False, True, False, True]


def test_a_pool_weighs_what_its_members_weigh() -> None:
    decision = decide(np.array([[3, 0, 2, 2, 0]]), groups())
    assert decision.weight(groups())[0].tolist() == [40, 0, 0, 0, 0, 0, 30]


@given(numbers_of_ballots)
def test_nothing_is_shown_below_its_minimum_and_every_ballot_is_counted_at_most_once(
    ballots: list[int],
) -> None:
    decision = decide(np.array([ballots]), groups())
    for cell in range(7):
        members = np.flatnonzero(decision.cell[0] == cell)
        counted = sum(ballots[group] for group in members)
        assert decision.shown[0, cell] == (counted > 0)
        assert counted == 0 or counted >= decision.minimum[0, cell] >= max(groups().minimum[members])


@given(numbers_of_ballots, st.integers(0, 4))
def test_one_more_ballot_never_hides_a_group_that_counted(ballots: list[int], group: int) -> None:
    before = decide(np.array([ballots]), groups()).contributes[0]
    more = [count + (place == group) for place, count in enumerate(ballots)]
    after = decide(np.array([more]), groups()).contributes[0]
    others = [place for place in range(5) if place != group]
    assert all(after[place] or not before[place] for place in [group, *others])


ALL_NUMBERS = np.array(list(product([0], [0], range(9), range(9), range(9))))


def hidden_by_one_more(group: int, minimum: list[int]) -> np.ndarray:
    """Groups [s, g] of a family of three that count with ALL_NUMBERS, but not with one more ballot of a group."""
    family = groups(
        family=[0, 2, 1, 1, 1], attributed=[False, True, False, False, False], minimum=[3, 1, *minimum]
    )
    more = ALL_NUMBERS + (np.arange(5) == group)
    return decide(ALL_NUMBERS, family).contributes & ~decide(more, family).contributes


@pytest.mark.parametrize("group", [2, 3, 4])
def test_one_more_ballot_hides_no_group_of_a_family_with_one_minimum(group: int) -> None:
    assert not hidden_by_one_more(group, [3, 3, 3]).any()
    assert not hidden_by_one_more(group, [4, 4, 4]).any()


@pytest.mark.parametrize("group", [2, 3, 4])
@pytest.mark.parametrize("minimum", [[3, 4, 5], [3, 3, 6], [6, 3, 4]])
def test_one_more_ballot_never_hides_its_own_group_whatever_the_minima(
    group: int, minimum: list[int]
) -> None:
    assert not hidden_by_one_more(group, minimum)[:, group].any()


def test_with_different_minima_one_more_ballot_may_leave_another_group_without_a_pool() -> None:
    # Groups of 2, 4 and 1 are pooled; a third ballot shows the first, and 3 + 1 are too few for the last one's 5.
    place = ALL_NUMBERS[:, 2:].tolist().index([2, 4, 1])
    assert hidden_by_one_more(2, [3, 4, 5])[place].tolist() == [False, False, False, False, True]


@given(numbers_of_ballots)
def test_the_status_alone_restores_the_decision(ballots: list[int]) -> None:
    decision = decide(np.array([ballots]), groups())
    restored = from_status(decision.status, groups())
    assert (restored.cell == decision.cell).all()
    assert (restored.minimum == decision.minimum).all()


def test_a_status_that_contradicts_itself_is_refused() -> None:
    status = decide(np.array([[3, 1, 2, 1, 1]]), groups()).status.copy()
    status[0, OTHER_COLLEAGUES] = Status.ABSENT
    with pytest.raises(ValueError, match="pool"):
        from_status(status, groups())


@pytest.mark.parametrize("ballots", [[[1, 2]], [1, 2, 3, 4, 5], [[-1, 0, 0, 0, 0]]])
def test_numbers_of_ballots_that_make_no_sense_are_refused(ballots: list[object]) -> None:
    with pytest.raises(ValueError, match="ballots"):
        decide(np.array(ballots), groups())


def test_withheld_and_absent_groups_are_counted_nowhere() -> None:
    decision = decide(np.array([[2, 0, 0, 0, 0]]), groups())
    assert (decision.cell == NOWHERE).all()
