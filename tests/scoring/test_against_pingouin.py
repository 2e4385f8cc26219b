"""Reliability against pingouin, apart from the other packages because importing it takes three seconds."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.reliability import cronbach_alpha, feldt_interval, intraclass, intraclass_intervals
from tests.scoring.published import ATTITUDE, DYESTUFF, FIFTEEN_PERSONS, SHROUT_FLEISS, as_counts

# Its anova() calls DataFrame.dropna(inplace=True), which pandas 3.1 speaks against.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.dropna:DeprecationWarning")

complete_ratings = arrays(
    int, st.tuples(st.integers(3, 12), st.integers(2, 8)), elements=st.integers(1, 5)
)  # rows x columns
few = settings(max_examples=25, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def unrounded():
    rounding = pingouin.options["round.column.CI95"]
    pingouin.options["round.column.CI95"] = None
    yield
    pingouin.options["round.column.CI95"] = rounding


def compare_intraclass(ratings: np.ndarray) -> None:
    """Ratings [target, rater]."""
    target, rater = np.indices(ratings.shape).reshape(2, -1)
    long = pd.DataFrame({"target": target, "rater": rater, "rating": ratings.ravel()})
    with np.errstate(divide="ignore", invalid="ignore"):  # in its two-way forms, which we do not compare
        theirs = pingouin.intraclass_corr(long, "target", "rater", "rating").set_index("Type")
    ours = intraclass(*as_counts(ratings))
    intervals = intraclass_intervals(ours)
    for form, value, interval in zip(
        ("ICC(1,1)", "ICC(1,k)"), (ours.single, ours.average), intervals, strict=True
    ):
        assert float(value) == pytest.approx(theirs.at[form, "ICC"], abs=1e-9, nan_ok=True)
        assert interval == pytest.approx(theirs.at[form, "CI95"], rel=1e-9, abs=1e-9)


def compare_alpha(answers: np.ndarray) -> None:
    """Answers [ballot, item]. Its interval comes rounded to three decimals."""
    value, interval = pingouin.cronbach_alpha(pd.DataFrame(answers))
    alpha = cronbach_alpha(answers)
    assert alpha == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert feldt_interval(alpha, *answers.shape) == pytest.approx(interval, abs=5.01e-4)


@pytest.mark.parametrize("ratings", [SHROUT_FLEISS, DYESTUFF, FIFTEEN_PERSONS, ATTITUDE])
def test_intraclass_correlations_of_published_data_are_those_of_pingouin(ratings: np.ndarray) -> None:
    compare_intraclass(ratings)


@few
@given(complete_ratings)
@example(np.array([[4, 1], [1, 4], [1, 1]]))
def test_intraclass_correlations_of_any_complete_ratings_are_those_of_pingouin(ratings: np.ndarray) -> None:
    between, within = ratings.mean(axis=1).var(), ratings.var(axis=1).sum()
    assume(between > 1e-9 and within > 1e-9)  # it divides by both
    compare_intraclass(ratings)


@pytest.mark.parametrize("answers", [ATTITUDE, FIFTEEN_PERSONS, SHROUT_FLEISS, DYESTUFF])
def test_alpha_of_published_data_is_that_of_pingouin(answers: np.ndarray) -> None:
    compare_alpha(answers)


@few
@given(complete_ratings)
def test_alpha_of_any_complete_answers_is_that_of_pingouin(answers: np.ndarray) -> None:
    assume(answers.sum(axis=1).var() > 1e-9)  # it divides by it
    compare_alpha(answers)
