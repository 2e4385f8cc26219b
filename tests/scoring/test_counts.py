from dataclasses import replace

import numpy as np
import pytest

from scoring.counts import DisclosedCounts, open_ballots, tally
from scoring.disclosure import decide
from tests.scoring.campaigns import CLIENT, PEER, SELF, instrument, items, of_ballots

NUMBERS = np.array([[3, 0, 0, 0, 0]])


def of_clients(n: int, trim: bool = False) -> DisclosedCounts:
    """So many clients who all answer 1, 1, 2 and nothing; the first item is reverse-keyed."""
    numbers = np.array([[n, 0, 0, 0, 0]])
    description = instrument(items=items(reverse=[True, False, False, False]), trim=trim)
    campaign = of_ballots(*[(0, CLIENT, (1, 1, 2, 0))] * n)
    decision = decide(numbers, description.groups)
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, decision, description.items)
    return tally(ballots, numbers, decision, description)


def test_counts_are_ratings_per_value_after_reversing() -> None:
    disclosed = of_clients(10)
    assert disclosed.counts[0, CLIENT].tolist() == [
        [0, 0, 0, 0, 10],
        [10, 0, 0, 0, 0],
        [0, 10, 0, 0, 0],
        [0] * 5,
    ]
    assert disclosed.n[0].tolist() == [10, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(("n", "top"), [(3, [-1, -1, -1, -1]), (5, [5, 0, 0, -1]), (9, [9, 0, 0, -1])])
def test_of_fewer_than_ten_ratings_there_are_sums_alone(n: int, top: list[int]) -> None:
    disclosed = of_clients(n)
    assert not disclosed.counts.any() and not disclosed.spread.any()
    sums = disclosed.sums.each(lambda values: values[0, CLIENT])
    assert sums.ratings.tolist() == sums.kept.tolist() == [n, n, n, 0]
    assert sums.points.tolist() == [100 * n, 20 * n, 40 * n, 0]
    assert sums.top.tolist() == top


@pytest.mark.parametrize(("n", "kept"), [(4, 4), (5, 3), (11, 9)])
def test_points_are_trimmed_before_they_are_kept(n: int, kept: int) -> None:
    sums = of_clients(n, trim=True).sums.each(lambda values: values[0, CLIENT])
    assert (sums.ratings[0], sums.kept[0], sums.points[0]) == (n, kept, kept * 100)


def test_what_somebody_heard_makes_no_crowd_for_the_others() -> None:
    """Twelve answers, of which an interviewer knows three."""
    description, numbers = instrument(), np.array([[12, 0, 0, 0, 0]])
    decision = decide(numbers, description.groups)
    campaign = of_ballots(*[(0, CLIENT, (5, 4, 4, 4))] * 12)
    heard = replace(decision, minimum=decision.minimum + 3 * (np.arange(7) == CLIENT))
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, heard, description.items)
    disclosed = tally(ballots, numbers, heard, description)
    assert (disclosed.spread.any(), disclosed.sums.top[0, CLIENT, 0]) == (False, 12)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (np.array([[6, 1, 1, 1]], dtype=np.uint8), "scale"),
        (np.array([[0, 0, 0, 0]], dtype=np.uint8), "no rating"),
        (np.array([[1, 1, 1, 1]]), "uint8"),
        (np.array([[1, 1]], dtype=np.uint8), "uint8"),
    ],
)
def test_answers_that_no_form_could_give_are_refused(answers: np.ndarray, problem: str) -> None:
    description = instrument()
    decision = decide(NUMBERS, description.groups)
    with pytest.raises(ValueError, match=problem):
        open_ballots(answers, np.array([0]), np.array([0]), decision, description.items)


@pytest.mark.parametrize(("subject", "group"), [([1], [0]), ([0], [5]), ([-1], [0]), ([0, 0], [0, 0])])
def test_ballots_of_unknown_subjects_or_groups_are_refused(subject: list[int], group: list[int]) -> None:
    description = instrument()
    decision = decide(NUMBERS, description.groups)
    answers = np.ones((1, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match="ballot"):
        open_ballots(answers, np.array(subject), np.array(group), decision, description.items)


def test_only_ballots_of_shown_cells_are_opened() -> None:
    description = instrument()
    numbers = np.array([[3, 0, 0, 0, 1], [3, 0, 1, 0, 0]])
    ones = [(subject, CLIENT, (1, 1, 1, 1)) for subject in (1, 0, 1, 0, 1, 0)]
    campaign = of_ballots((0, SELF, (2, 2, 2, 2)), *ones, (1, PEER, (3, 3, 3, 3)))
    decision = decide(numbers, description.groups)
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, decision, description.items)
    assert ballots.cell.tolist() == [2 * SELF] + [2 * CLIENT + 1, 2 * CLIENT] * 3
    assert ballots.answers[:, 0].tolist() == [2] + [1] * 6
