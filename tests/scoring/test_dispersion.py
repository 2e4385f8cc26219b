"""phi: how much of the largest possible variance the ratings of a campaign show."""

import numpy as np
import pytest

from scoring.instrument import Instrument
from tests.scoring.campaigns import (
    CLIENT,
    SELF,
    SUPERVISOR,
    Campaign,
    counted,
    groups,
    instrument,
    of_ballots,
)

FIXED = [0.25, 0.25, 0.15]
PEOPLE = [(1, 2, 5), (4, 4, 5), (3, 5, 5)]  # ratings by three clients, the same for all items


def subjects(number: int, raters: int = 3, group: int = CLIENT) -> Campaign:
    """So many subjects, each rated by the first raters of one of three lists, all four items alike."""
    return of_ballots(
        *((s, group, (rating,) * 4) for s in range(number) for rating in PEOPLE[s % len(PEOPLE)][:raters])
    )


def phi_of(campaign: Campaign, description: Instrument | None = None) -> list[float]:
    return counted(campaign, description or instrument())[1].tolist()


def by_hand(number: int) -> float:
    """sum (n-1) s^2 / sum (n-1) m(1-m)."""
    cells = [(np.array(PEOPLE[s % len(PEOPLE)]) - 1) / 4 for s in range(number)]
    within = sum((len(cell) - 1) * cell.var(ddof=1) for cell in cells)
    return float(within / sum((len(cell) - 1) * cell.mean() * (1 - cell.mean()) for cell in cells))


def test_from_thirty_cells_on_phi_is_estimated() -> None:
    assert phi_of(subjects(29)) == FIXED
    assert phi_of(subjects(30)) == pytest.approx([by_hand(30)] * 3)


def test_a_cell_in_which_no_item_of_a_dimension_is_scored_does_not_count_there() -> None:
    campaign = subjects(31)
    campaign.answers[0, :2] = 0  # leaves two ratings, which are withheld
    without_first = (by_hand(31) * weight(31) - by_hand(1) * weight(1)) / (weight(31) - weight(1))
    assert phi_of(campaign) == pytest.approx([without_first, by_hand(31), by_hand(31)])


def weight(number: int) -> float:
    """The denominator of phi."""
    means = [(np.mean(PEOPLE[s % len(PEOPLE)]) - 1) / 4 for s in range(number)]
    return float(sum(2 * mean * (1 - mean) for mean in means))


@pytest.mark.parametrize("group", [SUPERVISOR, SELF])
def test_attributed_groups_do_not_count(group: int) -> None:
    assert phi_of(subjects(40, group=group)) == FIXED


def test_an_attributed_group_of_clients_does_not_count_either() -> None:
    open_clients = groups(attributed=[True, True, False, False, True], minimum=[1, 1, 3, 3, 1])
    assert phi_of(subjects(40), instrument(groups=open_clients)) == FIXED


def test_phi_is_neither_0_nor_above_1() -> None:
    agreed = of_ballots(*((s, CLIENT, (3 + (s + r) // 90,) * 4) for s in range(40) for r in range(3)))
    assert phi_of(agreed) == [0.02] * 3
    divided = of_ballots(*((s, CLIENT, (1 + 4 * (r % 2),) * 4) for s in range(40) for r in range(4)))
    assert phi_of(divided) == [1.0] * 3  # with ddof 1 the ratio is 4/3
