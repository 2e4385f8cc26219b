import numpy as np
import pytest

from scoring.counts import open_ballots, tally
from scoring.disclosure import decide
from tests.scoring.campaigns import CLIENT, PEER, SELF, instrument, items, of_ballots

NUMBERS = np.array([[3, 0, 0, 0, 0]])


def test_counts_are_ratings_per_value_after_reversing() -> None:
    description = instrument(items=items(reverse=[True, False, False, False]))
    campaign = of_ballots(*[(0, CLIENT, (1, 1, 2, 0))] * 3)
    decision = decide(NUMBERS, description.groups)
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, decision, description.items)
    disclosed = tally(ballots, NUMBERS, decision, description)
    assert disclosed.counts[0, CLIENT].tolist() == [
        [0, 0, 0, 0, 3],
        [3, 0, 0, 0, 0],
        [0, 3, 0, 0, 0],
        [0] * 5,
    ]
    assert disclosed.n[0].tolist() == [3, 0, 0, 0, 0, 0, 0]


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
