"""Who is counted with whom is fixed by the people asked; what follows on answers is about units of enough of them."""

from collections.abc import Iterator
from itertools import product
from random import Random

import numpy as np
import pytest

from forms.scheme import Family, Group
from forms.units import form_units as units_by_name
from scoring.disclosure import NOWHERE, Decision, Status, decide
from scoring.instrument import Groups, Integers
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SELF,
    SUBORDINATE,
    SUPERVISOR,
    form_units,
    groups,
)
from tests.scoring.naive_survey import Ballot, Survey, disclose

OTHER_CLIENTS, OTHER_COLLEAGUES = 5, 6
OWN = [CLIENT, SUPERVISOR, PEER, SUBORDINATE, SELF]

# A family of three beside a lone client group and a supervisor.
FAMILY = {"family": [0, 2, 1, 1, 1], "attributed": [False, True, False, False, False]}
FAMILIES = {0: Family.CLIENTS, 1: Family.COLLEAGUES, 2: Family.SUPERVISOR}
MINIMA = ([3, 1, 3, 3, 3], [3, 1, 3, 4, 6], [4, 1, 6, 3, 3])


def units_of(*asked: int) -> list[int]:
    return form_units(np.array([asked]), groups())[0].tolist()


def lots(
    asked: list[int], ballots: list[int], left: list[int] | None = None, of: Groups | None = None
) -> list[Status]:
    of = of or groups()
    units = form_units(np.array([asked]), of)
    decision = decide(np.array([ballots]), of, asked=np.array([left or asked]), units=units)
    return [Status(value) for value in decision.status[0].tolist()]


def test_groups_of_enough_people_are_units_by_themselves() -> None:
    assert units_of(3, 1, 3, 4, 1) == OWN


def test_a_group_of_which_nobody_is_asked_stands_by_itself() -> None:
    assert units_of(0, 0, 0, 0, 0) == OWN


def test_small_groups_are_counted_together_and_with_a_larger_one_where_they_need_it() -> None:
    assert units_of(3, 1, 2, 2, 1)[PEER : SUBORDINATE + 1] == [OTHER_COLLEAGUES] * 2
    assert units_of(3, 1, 5, 1, 1)[PEER : SUBORDINATE + 1] == [OTHER_COLLEAGUES] * 2


def test_a_small_group_with_no_other_is_counted_nowhere() -> None:
    assert units_of(2, 1, 2, 0, 1) == [NOWHERE, SUPERVISOR, NOWHERE, SUBORDINATE, SELF]
    assert units_of(3, 1, 1, 1, 1)[PEER : SUBORDINATE + 1] == [NOWHERE] * 2


@pytest.mark.parametrize("peers", [0, 1, 2])
@pytest.mark.parametrize("subordinates", [0, 1, 2])
def test_two_groups_of_two_share_their_lot_whoever_answers(peers: int, subordinates: int) -> None:
    status = lots([3, 1, 2, 2, 1], [3, 1, peers, subordinates, 1])
    lot = Status.MERGED if peers + subordinates >= 3 else Status.WITHHELD
    assert status[PEER] == status[SUBORDINATE] == lot
    assert status[OTHER_COLLEAGUES] == (Status.SHOWN if peers + subordinates >= 3 else Status.ABSENT)


@pytest.mark.parametrize("answered", [0, 1, 2, 3])
def test_who_is_withheld_from_the_start_stays_it_also_if_more_are_asked(answered: int) -> None:
    status = lots([2, 1, 3, 3, 1], [answered, 1, 3, 3, 1], [3, 1, 3, 3, 1])
    assert (status[CLIENT], status[OTHER_CLIENTS]) == (Status.WITHHELD, Status.ABSENT)


def test_a_pool_weighs_what_all_of_its_groups_weigh_whether_they_answered_or_not() -> None:
    units = form_units(np.array([[3, 1, 4, 1, 1]]), groups())
    asked = np.array([[3, 1, 4, 1, 1]])
    for ballots in ([3, 1, 4, 0, 1], [3, 1, 3, 1, 1], [3, 1, 3, 0, 1]):
        decision = decide(np.array([ballots]), groups(), asked=asked, units=units)
        assert decision.weight(groups())[0].tolist() == [40, 30, 0, 0, 0, 0, 30]


@pytest.mark.parametrize("answered", [0, 1])
def test_of_a_group_of_which_one_is_left_nothing_tells_whether_he_answered(answered: int) -> None:
    """Three were asked and two of them declined; or nobody was, and one was added later."""
    for asked in ([3, 1, 3, 5, 1], [3, 1, 0, 5, 1]):
        status = lots(asked, [3, 1, answered, 5, 1], [3, 1, 1, 5, 1])
        assert (status[PEER], status[SUBORDINATE]) == (Status.MERGED, Status.MERGED)
        alone = lots(asked, [3, 1, answered, 0, 1], [3, 1, 1, 5, 1])
        assert (alone[PEER], alone[SUBORDINATE]) == (Status.WITHHELD, Status.ABSENT)


def test_a_unit_with_few_answers_joins_the_pool_that_there_is() -> None:
    three = groups(**FAMILY, minimum=[3, 1, 3, 3, 3])
    status = lots([3, 1, 2, 1, 5], [3, 1, 2, 1, 2], of=three)
    assert status[2:5] == [Status.MERGED] * 3
    status = lots([3, 1, 2, 1, 5], [3, 1, 2, 1, 0], of=three)
    assert status[2:5] == [Status.MERGED, Status.MERGED, Status.ABSENT]


def test_a_group_whose_ballots_do_not_count_is_withheld_and_not_without_answers() -> None:
    ballots, cast = np.array([[0, 1, 3, 3, 1]]), np.array([[4, 1, 3, 3, 1]])
    decision = decide(ballots, groups(), asked=np.array([[5, 1, 3, 3, 1]]), cast=cast)
    assert decision.status[0, CLIENT] == Status.WITHHELD


@pytest.mark.parametrize("units", [[[6, 1, 2, 3, 4]], [[0, 1, 3, 3, 4]], [[0, 5, 2, 3, 4]]])
def test_a_unit_that_cannot_count_a_group_is_refused(units: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="by itself, in the pool of its family, or nowhere"):
        decide(np.array([[3, 1, 3, 3, 1]]), groups(), units=np.array(units))


# -- laws over all small numbers ------------------------------------------------------------------------

SIZES = np.array(list(product([4], [1], range(5), range(5), range(5))))


def answers_to(asked: np.ndarray) -> np.ndarray:
    """All numbers of answers of the family's groups, of one subject's people asked."""
    return np.array(list(product([4], [1], *(range(number + 1) for number in asked[2:]))))


def decided(asked: np.ndarray, ballots: np.ndarray, of: Groups) -> tuple[Decision, Integers]:
    many = np.repeat(asked[None], len(ballots), axis=0)
    units = form_units(many, of)
    return decide(ballots, of, asked=many, units=units), units


@pytest.mark.parametrize("minimum", MINIMA)
def test_whatever_is_shown_of_a_subject_follows_from_the_answers_of_its_units(minimum: list[int]) -> None:
    of = groups(**FAMILY, minimum=minimum)
    for asked in SIZES:
        ballots = answers_to(asked)
        decision, units = decided(asked, ballots, of)
        totals = np.array(
            [[(row * (unit == h)).sum() for h in range(7)] for row, unit in zip(ballots, units, strict=True)]
        )
        told = np.concatenate([decision.status, decision.cell, decision.weight(of)], axis=1)
        assert len(np.unique(np.concatenate([totals, told], axis=1), axis=0)) == len(
            np.unique(totals, axis=0)
        )


@pytest.mark.parametrize("minimum", MINIMA)
def test_every_unit_has_as_many_people_as_its_minimum_or_is_withheld_whatever_comes(
    minimum: list[int],
) -> None:
    of = groups(**FAMILY, minimum=minimum)
    for asked in SIZES:
        decision, units = decided(asked, answers_to(asked), of)
        for unit in set(units[0].tolist()):
            members = units[0] == unit
            if unit == NOWHERE:
                assert (decision.status[:, :5][:, members] == Status.WITHHELD).all()
            elif asked[members].sum():
                assert asked[members].sum() >= of.minimum[members & (asked > 0)].max()


@pytest.mark.parametrize("minimum", MINIMA)
def test_no_cell_is_shown_below_its_minimum_and_no_ballot_counts_twice(minimum: list[int]) -> None:
    of = groups(**FAMILY, minimum=minimum)
    for asked in SIZES:
        ballots = answers_to(asked)
        decision, _ = decided(asked, ballots, of)
        for cell in range(7):
            counted = (ballots * (decision.cell == cell)).sum(axis=1)
            assert (decision.shown[:, cell] == (counted > 0)).all()
            assert (counted[counted > 0] >= decision.minimum[:, cell][counted > 0]).all()


@pytest.mark.parametrize("minimum", MINIMA)
@pytest.mark.parametrize("fewer", [0, 1, 2])
def test_the_independent_computation_decides_the_same(minimum: list[int], fewer: int) -> None:
    """Also where some declined, and where some were added to groups of which nobody was asked."""
    of = groups(**FAMILY, minimum=minimum)
    survey = survey_of(of)
    dice = Random(fewer)
    for asked in SIZES:
        left = np.array([dice.randint(0, 3) if n == 0 else max(0, n - dice.randint(0, fewer)) for n in asked])
        ballots = np.array([[dice.randint(0, number) for number in left] for _ in range(8)])
        many = np.repeat(asked[None], len(ballots), axis=0)
        decision = decide(ballots, of, asked=np.repeat(left[None], 8, axis=0), units=form_units(many, of))
        for row, status in zip(ballots.tolist(), decision.status, strict=True):
            assert naively(row, asked.tolist(), left.tolist(), survey) == [
                Status(value) for value in status[:5]
            ]


@pytest.mark.parametrize("minimum", MINIMA)
def test_what_opens_a_campaign_forms_the_same_units(minimum: list[int]) -> None:
    """In plain numbers, where closing and files of answers have arrays."""
    of = groups(**FAMILY, minimum=minimum)
    described = [Group(f"g{g}", *parts) for g, parts in enumerate(descriptions(of))]
    names = [*(group.id for group in described), "clients-other", "colleagues-other"]
    for asked, units in zip(SIZES.tolist(), form_units(SIZES, of).tolist(), strict=True):
        formed = units_by_name(described, {f"g{g}": number for g, number in enumerate(asked)})
        assert list(formed.values()) == [None if unit == NOWHERE else names[unit] for unit in units]


def descriptions(of: Groups) -> Iterator[tuple[Family, dict[str, str], float, bool, int, bool]]:
    for family, minimum, attributed in zip(of.family, of.minimum, of.attributed, strict=True):
        yield FAMILIES[family], {}, 20.0, bool(attributed), int(minimum), False


def survey_of(of: Groups) -> Survey:
    parts = zip(of.family, of.minimum, of.attributed, strict=True)
    scheme = [
        {
            "id": f"g{g}",
            "family": str(FAMILIES[family]),
            "weight": 20,
            "minimum": int(minimum),
            "attributed": bool(attributed),
        }
        for g, (family, minimum, attributed) in enumerate(parts)
    ]
    return Survey({"scale": {}, "dimension": [], "item": []}, {"group": scheme})


def naively(ballots: list[int], asked: list[int], left: list[int], survey: Survey) -> list[Status]:
    cast = [Ballot("S", f"g{g}", {}) for g, number in enumerate(ballots) for _ in range(number)]
    people = ({f"g{g}": number for g, number in enumerate(numbers)} for numbers in (asked, left))
    _, reasons = disclose(cast, survey, *people)
    words = {
        "no answers": Status.ABSENT,
        "too few answers": Status.WITHHELD,
        "merged": Status.MERGED,
        None: Status.SHOWN,
    }
    return [words[reasons.get(f"g{g}")] for g in range(len(ballots))]
