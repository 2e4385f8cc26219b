"""Who is counted with whom. Numbers are about crowds, whatever is added to or subtracted from whatever."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.closing.results import cell_names, instrument
from feedback.services.crowds import forming
from feedback.services.crowds.forming import AskedRater
from forms.scheme import POOLED_FAMILIES, Scheme, pool_name, with_minimum
from scoring.disclosure import Status, decide
from tests.factories import shipped_questionnaire, shipped_scheme
from tests.services.crowds.singling_out import rank, singled_out

SCHEME = shipped_scheme()
GROUPS = [group.id for group in SCHEME.groups]
DEPARTMENTS = (1, 1, 2, 2)  # of the subjects
ATTRIBUTED = {group.id for group in SCHEME.groups if group.attributed}

# Few raters for many requests: each rates several people, in several groups, in several departments.
rosters = st.lists(
    st.dictionaries(st.integers(1, 9), st.sampled_from(GROUPS), max_size=9), min_size=1, max_size=4
)


def asked(roster: list[dict[int, str]]) -> list[AskedRater]:
    """Of every subject the group of each rater."""
    return [
        AskedRater(subject, DEPARTMENTS[subject], cell_of(subject, group), group, rater)
        for subject, raters in enumerate(roster)
        for rater, group in raters.items()
    ]


def cell_of(subject: int, group: str) -> int:
    return subject * len(GROUPS) + GROUPS.index(group)


def raters_of(everybody: list[AskedRater]) -> dict[int, set]:
    found: dict[int, set] = {}
    for one in everybody:
        found.setdefault(one.cell, set()).add(one.rater)
    return found


def crowds_of(everybody: list[AskedRater], scheme: Scheme = SCHEME) -> list[dict[int, int]]:
    """What lines may be sums of: each published by itself here, which is more than any page does."""
    return [dict.fromkeys({one.cell for one in crowd}, 1) for crowd in forming.form(everybody, scheme)]


@given(rosters)
def test_no_combination_of_crowds_is_about_fewer_than_three_people(roster: list[dict[int, str]]):
    everybody = asked(roster)
    assert singled_out(crowds_of(everybody), raters_of(everybody)) is None


@given(rosters, st.randoms(use_true_random=False), st.sampled_from((3, 4, 6)))
def test_nor_is_any_beside_all_that_reports_show(roster: list[dict[int, str]], dice, peers: int):
    """Reports are decided by the real rules, from random numbers of answers; groups may have different minima."""
    everybody, scheme = asked(roster), with_minimum(SCHEME, {"peer": peers})
    raters = raters_of(everybody)
    ballots = np.zeros((len(roster), len(GROUPS)), dtype=np.int64)
    for cell, some in raters.items():
        ballots[divmod(cell, len(GROUPS))] = dice.randint(0, len(some))
    status = decide(ballots, instrument(shipped_questionnaire(), scheme).groups).status
    known = told_by_words(status, raters)
    published = [*crowds_of(everybody, scheme), *shown(status)]
    assert singled_out(published, {cell: some for cell, some in raters.items() if cell not in known}) is None


def shown(status: np.ndarray) -> list[dict[int, int]]:
    """Cells and pools of which reports say how many answered."""
    names = cell_names(SCHEME)
    figures = [{cell_of(s, GROUPS[g]): 1} for s, g in np.argwhere(status[:, : len(GROUPS)] == Status.SHOWN)]
    for s, (family, place) in itertools.product(
        range(len(status)), [(family, names.index(pool_name(family))) for family in POOLED_FAMILIES]
    ):
        if status[s, place] == Status.SHOWN:
            members = [group for group in SCHEME.groups if group.family is family and not group.attributed]
            merged = [group.id for group in members if status[s, GROUPS.index(group.id)] == Status.MERGED]
            figures.append({cell_of(s, group): 1 for group in merged})
    return figures


def told_by_words(status: np.ndarray, raters: dict[int, set]) -> set[int]:
    """Raters under their names, and groups of one or two of which "merged" would have told an answer (0014)."""
    known = {cell for cell in raters if GROUPS[cell % len(GROUPS)] in ATTRIBUTED}
    for s in range(len(status)):
        for family in POOLED_FAMILIES:
            mine = [g for g, group in enumerate(SCHEME.groups) if group.family is family]
            if any(status[s, g] == Status.SHOWN for g in mine) or pool_is_shown(status[s], family):
                few = {g for g in mine if len(raters.get(cell_of(s, GROUPS[g]), ())) < 3}
                known |= {cell_of(s, GROUPS[g]) for g in few if status[s, g] == Status.ABSENT}
    return known


def pool_is_shown(status: np.ndarray, family) -> bool:
    return status[cell_names(SCHEME).index(pool_name(family))] == Status.SHOWN


@given(rosters)
def test_every_crowd_has_different_people_and_nobody_more_than_half_of_it(roster: list[dict[int, str]]):
    cells = Counter()
    for crowd in forming.form(asked(roster), SCHEME):
        requests = Counter(one.rater for one in crowd)
        assert len(requests) >= 3 and 2 * max(requests.values()) <= len(crowd)
        cells.update({one.cell for one in crowd})
    assert set(cells.values()) <= {1}


@given(rosters)
def test_a_group_in_which_enough_are_asked_is_counted(roster: list[dict[int, str]]):
    """Whatever else is asked: at least together with the others of its family."""
    everybody = asked(roster)
    counted = {one.cell for crowd in forming.form(everybody, SCHEME) for one in crowd}
    assert {cell for cell, raters in raters_of(everybody).items() if len(raters) >= 3} <= counted


def groups_of(roster: list[dict[int, str]]) -> list[set[str]]:
    return [{one.group for one in crowd} for crowd in forming.form(asked(roster), SCHEME)]


def test_three_people_with_one_supervisor_are_no_crowd_of_supervisors():
    assert groups_of([{1: "supervisor"}] * 3) == []


def test_three_people_with_three_supervisors_are_one():
    assert groups_of([{1: "supervisor"}, {2: "supervisor"}, {3: "supervisor"}]) == [{"supervisor"}]


def test_a_supervisor_of_most_people_would_be_seen_among_two_others_and_is_left_out_where_he_leads_alone():
    others = {2: "supervisor", 3: "supervisor"}
    (all_of_them,) = forming.form(asked([{1: "supervisor"}] * 2 + [others]), SCHEME)
    assert len(all_of_them) == 4
    (one_department,) = forming.form(asked([{1: "supervisor"}] * 3 + [others]), SCHEME)
    assert sorted(one.rater for one in one_department) == [1, 2, 3]
    everywhere = [AskedRater(n, 1, n, "supervisor", max(1, n - 2)) for n in range(6)]
    assert [one.rater for one in everywhere] == [1, 1, 1, 1, 2, 3]
    assert forming.form(everywhere, SCHEME) == []


def test_the_one_client_of_a_person_is_counted_nowhere():
    crowds = forming.form(asked([{1: "client"}, {2: "client", 3: "client", 4: "client"}]), SCHEME)
    assert [{one.subject for one in crowd} for crowd in crowds] == [{1}]


def test_the_single_clients_of_three_people_are_counted_together():
    (crowd,) = forming.form(asked([{1: "client"}, {2: "client"}, {3: "client"}]), SCHEME)
    assert {one.subject for one in crowd} == {0, 1, 2}


def test_a_group_of_one_is_counted_with_its_family_not_beside_it():
    colleagues = {rater: "peer" for rater in range(1, 6)} | {6: "subordinate"}
    assert groups_of([colleagues]) == [{"peer", "subordinate"}]


def test_groups_that_are_pooled_or_not_as_answers_come_are_counted_nowhere():
    """With different minima: of five answers the pool takes six, and the peer is withheld beside four shown reports."""
    roster = [{1: "peer"} | dict.fromkeys(range(2, 8), "subordinate")]
    scheme = with_minimum(SCHEME, {"peer": 6})
    assert forming.form(asked(roster), scheme) == []
    assert len(forming.form(asked(roster), SCHEME)) == 1
    both_large = dict.fromkeys(range(1, 7), "peer") | dict.fromkeys((7, 8, 9), "subordinate")
    assert len(forming.form(asked([both_large]), scheme)) == 2


def test_clients_do_not_hide_supervisors_whose_answers_are_known_in_the_end():
    assert groups_of([{1: "supervisor", 2: "client"}, {3: "client", 4: "self"}]) == []


def test_people_of_one_department_are_counted_together_first():
    roster = [{n: "supervisor"} for n in (1, 2, 3)], [{n: "supervisor"} for n in (4, 5, 6, 7)]
    everybody = [
        AskedRater(10 * department + n, department, 10 * department + n, "supervisor", next(iter(raters)))
        for department, subjects in enumerate(roster)
        for n, raters in enumerate(subjects)
    ]
    assert sorted(len(crowd) for crowd in forming.form(everybody, SCHEME)) == [3, 4]
    one_left = [*everybody, AskedRater(99, 7, 99, "supervisor", 99)]
    assert sorted(len(crowd) for crowd in forming.form(one_left, SCHEME)) == [4, 4]


@pytest.mark.parametrize(("minimum", "crowds"), [(3, 1), (4, 1), (5, 0)])
def test_the_minimum_of_a_group_is_how_many_people_it_takes(minimum: int, crowds: int):
    scheme = with_minimum(SCHEME, {"client": minimum})
    assert len(forming.form(asked([dict.fromkeys((1, 2, 3, 4), "client")]), scheme)) == crowds


def test_the_adversary_of_these_tests_finds_what_there_is_to_find():
    raters = {"a": {1}, "b": {2, 3}, "c": {4, 5, 6}}
    assert singled_out([{"a": 1, "b": 1, "c": 1}], raters) is None
    assert singled_out([{"a": 1, "b": 1, "c": 1}, {"b": 1, "c": 1}], raters) == {1}
    assert singled_out([{"a": 1, "b": 1, "c": 1}, {"a": 1, "c": 1}], raters) == {2, 3}
    assert singled_out([{"a": 1, "b": 1, "c": 1}, {"c": 1}], raters) is None
    assert rank([[1, 1, 0], [0, 1, 1], [1, 2, 1]]) == 2
