"""The simulation of benchmarks/coverage.py in small: intervals hold the truth as often as docs/scoring.md says."""

import numpy as np
import pytest

from benchmarks.coverage import SHAPES, campaign_phi, coverage, instrument, t_intervals, wilson_intervals

SUBJECTS = 3000
DESCRIPTION = instrument()
PHI = campaign_phi(np.random.default_rng(1), DESCRIPTION)
CEILING, HIGH, MODERATE, TWO_PEAKED = SHAPES


@pytest.mark.parametrize("shape", [CEILING, HIGH, MODERATE], ids=lambda shape: shape.name)
@pytest.mark.parametrize("raters", [3, 10])
def test_the_interval_holds_the_true_mean_95_times_in_a_hundred_and_more(shape, raters: int) -> None:
    answers = shape.answers(np.random.default_rng(raters), SUBJECTS, raters)
    assert coverage(wilson_intervals(answers, DESCRIPTION, PHI), 20 * shape.truth) > 0.95


def test_near_the_ceiling_t_misses_more_often_than_not() -> None:
    means = CEILING.answers(np.random.default_rng(3), SUBJECTS, 3).mean(axis=2)
    assert coverage(t_intervals(means), CEILING.truth) < 0.5


def test_where_opinion_is_divided_the_interval_is_too_narrow_and_no_worse_than_said() -> None:
    answers = TWO_PEAKED.answers(np.random.default_rng(10), SUBJECTS, 10)
    assert 0.77 < coverage(wilson_intervals(answers, DESCRIPTION, PHI), 20 * TWO_PEAKED.truth) < 0.88


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_truth_of_the_simulation_is_the_mean_of_many_answers(shape) -> None:
    answers = shape.answers(np.random.default_rng(7), 1, 200_000)
    assert answers.mean() == pytest.approx(shape.truth, abs=0.01)
