"""The linear-algebra audit of statistical disclosure control, of what is released beside what it could give away.

Every released score is a linear function of the groups' answers. A set of hidden groups of fewer than three people is
exposed if some combination of released scores depends on it and on no other hidden group: if the columns of the
hidden groups have a lower rank without it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.disclosure import Status, decide
from tests.scoring.campaigns import Campaign, groups, instrument, scored

LEAST = 3


def exposed(released: np.ndarray, hidden: Sequence[int], people: Sequence[int]) -> list[list[int]]:
    """The smallest exposed sets of hidden groups; released [score, group]."""
    found: list[list[int]] = []
    rank = _rank(released[:, list(hidden)])
    for some in _sets(hidden):
        rest = [group for group in hidden if group not in some]
        few = sum(people[group] for group in some) < LEAST
        if few and _rank(released[:, rest]) < rank and not any(set(known) <= set(some) for known in found):
            found.append(list(some))
    return found


def _sets(hidden: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for size in range(1, len(hidden) + 1):
        yield from combinations(hidden, size)


def _rank(columns: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(columns, tol=1e-9)) if columns.size else 0


CLIENTS, BOSS = (1, 0, 0, 0), (0, 1, 0, 0)
ALL_PEERS = (0, 0, 1 / 3, 2 / 3)  # two peers and four direct reports counted together


@pytest.mark.parametrize(
    ("released", "hidden", "people", "expected"),
    [
        ([CLIENTS, BOSS, (0, 0, 0, 1), (0.4, 0.3, 0.2, 0.1)], [2], (6, 1, 2, 4), [[2]]),
        ([CLIENTS, BOSS, (0, 0, 0, 1), (0.5, 0.375, 0, 0.125)], [2], (6, 1, 2, 4), []),
        ([CLIENTS, BOSS, ALL_PEERS, (0.4, 0.3, 0.1, 0.2)], [2, 3], (6, 1, 2, 4), []),
        ([CLIENTS, BOSS, (0.4, 0.3, 0.2, 0.1)], [2, 3], (6, 1, 2, 2), []),
        ([CLIENTS, BOSS, (0.4, 0.3, 0.2, 0.1)], [2, 3], (6, 1, 1, 1), [[2, 3]]),
        ([(0.4, 0.3, 0.2, 0.1), (0.4, 0.3, 0.1, 0.2)], [2, 3], (6, 1, 2, 2), [[2], [3]]),
    ],
    ids=[
        "a total that counts a hidden group",
        "a total without it",
        "a pool",
        "two hidden groups of two in a total",
        "two hidden groups of one in a total",
        "two hidden groups in two totals with different weights",
    ],
)
def test_the_audit_finds_what_is_known_to_be_exposed(
    released: list[tuple[float, ...]], hidden: list[int], people: tuple[int, ...], expected: list[list[int]]
) -> None:
    assert exposed(np.array(released), hidden, people) == expected


def everybody_says(ballots: Sequence[int], ratings: Sequence[int]) -> Campaign:
    """So many ballots of each group with the same rating for everything."""
    group = np.repeat(np.arange(5), ballots)
    answers = np.repeat(np.array(ratings, dtype=np.uint8)[group][:, None], 4, axis=1)
    return Campaign(answers, np.zeros(len(group), dtype=int), group, 1)


def scores_of(ballots: Sequence[int], ratings: Sequence[int]) -> np.ndarray:
    scores = scored(everybody_says(ballots, ratings), replace(instrument(), minimum_coverage=0.0))
    cells = scores.cells
    released = (cells.item_mean, cells.dimensions.score, cells.total.score, scores.dimensions.score)
    single = (scores.total.score, scores.top2box.score, scores.nps.score)
    return np.nan_to_num(np.concatenate([part.ravel() for part in (*released, *single)]))


@settings(max_examples=60)
@given(
    st.tuples(st.integers(0, 6), st.integers(0, 1), st.integers(0, 6), st.integers(0, 6), st.integers(0, 1))
)
def test_what_a_subjects_report_releases_exposes_nobody(ballots: tuple[int, ...]) -> None:
    if sum(ballots) == 0:
        return
    base = scores_of(ballots, [2] * 5)
    columns = [
        scores_of(ballots, [2 + (group == changed) for group in range(5)]) - base for changed in range(5)
    ]
    status = decide(np.array([ballots]), groups()).status[0]
    hidden = [group for group in range(5) if status[group] in (Status.WITHHELD, Status.MERGED)]
    assert exposed(np.column_stack(columns), hidden, ballots) == []
