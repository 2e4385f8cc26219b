"""What the solver says that follows from a figure does, and nothing else."""

from itertools import product

import pytest

from tests.attacks.solver import Question, splits, together, total

FIVE = (0, 25, 50, 75, 100)
TOP = (0, 0, 0, 1, 1)


def test_all_splits_are_there_once():
    assert sorted(splits(3, 3)) == sorted(
        {tuple(answers.count(place) for place in range(3)) for answers in product(range(3), repeat=3)}
    )


@pytest.mark.parametrize(
    ("mean", "split", "answer"),
    [(100, True, True), (0, True, True), (275 / 3, True, False), (50, False, False)],
)
def test_a_mean_of_three_at_an_end_of_the_scale_tells_every_answer(mean: float, split: bool, answer: bool):
    found = Question.of(3, 5).with_sum(FIVE, 3 * mean, 3 * mean)
    assert (found.split_follows, found.answer_follows) == (split, answer)


def test_a_share_over_several_questions_tells_what_the_means_alone_do_not():
    """75, 75, 75 or 50, 75, 100 or 50, 50, ... beside a question that all answered at the top."""
    open_one, known = (Question.of(3, 5).with_sum(FIVE, 3 * mean, 3 * mean) for mean in (75, 100))
    assert not open_one.split_follows
    one, other = together([open_one, known], TOP, 3 + 3)
    assert (one.split_follows, other.split_follows) == (True, True)
    assert {total(split, TOP) for split in together([open_one, known], TOP, 2 + 3)[0].possible} == {2}
