import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.intervals import weighted_interval, weighted_squared_error, wilson

# Newcombe (1998), Statistics in Medicine 17, 857, table I, method 3; the last four computed with statsmodels.
NEWCOMBE = [
    (81, 263, 0.2552885199, 0.366209577),
    (15, 148, 0.0623863995, 0.1604872417),
    (0, 20, 0.0, 0.1611251581),
    (1, 29, 0.0061132143, 0.1717552188),
    (3, 3, 0.4385029682, 1.0),
    (10, 10, 0.7224672001, 1.0),
    (0, 1, 0.0, 0.7934506856),
    (1, 1, 0.2065493144, 1.0),
]
# mean, n, phi -> interval; computed independently.
WITH_PHI = [
    (1.0, 3, 0.18, 0.8126860096, 1.0),
    (0.75, 1, 0.18, 0.3526844815, 0.9429176818),
    (0.8, 5, 0.18, 0.6194450394, 0.907660244),
    (0.775, 10, 0.35, 0.5950019618, 0.8898140166),
    (0.5, 2, 0.35, 0.1829806071, 0.8170193929),
    (0.9, 2.7931034483, 0.18, 0.6651924153, 0.9760589588),
    (0.0, 4, 0.18, 0.0, 0.1473874245),
]


@pytest.mark.parametrize(("successes", "n", "low", "high"), NEWCOMBE)
def test_wilson_gives_newcombes_intervals(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(np.array(successes / n), np.array(n)) == pytest.approx([low, high], abs=1e-9)


@pytest.mark.parametrize(("mean", "n", "phi", "low", "high"), WITH_PHI)
def test_a_mean_is_a_share_of_n_over_phi_answers(
    mean: float, n: float, phi: float, low: float, high: float
) -> None:
    assert wilson(np.array(mean), np.array(n / phi)) == pytest.approx([low, high], abs=1e-9)


@pytest.mark.parametrize(("unsatisfied", "n"), [(0, 35), (1, 53), (2, 69)])
def test_the_lower_bound_reaches_90_per_cent_only_with_enough_answers(unsatisfied: int, n: int) -> None:
    def low(answers: int) -> float:
        return float(wilson(np.array(1 - unsatisfied / answers), np.array(answers))[0])

    assert low(n) >= 0.9 > low(n - 1)


def test_of_no_answers_nothing_is_known() -> None:
    assert wilson(np.array(0.5), np.array(0)).tolist() == [0.0, 1.0]


def test_no_share_has_no_interval() -> None:
    assert np.isnan(wilson(np.array(np.nan), np.array(3.0))).all()


@pytest.mark.parametrize(("share", "n"), [(-0.1, 3), (1.1, 3), (0.5, -1)])
def test_a_share_outside_its_range_is_refused(share: float, n: float) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(np.array(share), np.array(n))


@given(st.floats(0, 1), st.floats(0.5, 1000), st.floats(0.02, 1))
def test_over_one_group_the_interval_is_that_of_the_group(unit: float, n: float, phi: float) -> None:
    mean, number = np.array([[unit]]), np.array([[n]])
    squared = weighted_squared_error(mean, number, np.array([[40.0]]), np.array(phi))
    combined = weighted_interval(mean[:, 0], number[:, 0], squared)
    assert combined[0] == pytest.approx(wilson(np.array(unit), np.array(n / phi)), abs=1e-9)


@given(st.floats(0, 1), st.floats(1, 1000), st.floats(0.02, 1))
def test_the_interval_holds_the_mean_and_narrows_with_n(unit: float, n: float, phi: float) -> None:
    few, many = wilson(np.array(unit), np.array([n / phi, 4 * n / phi]))
    assert few[0] <= unit + 1e-12
    assert few[1] >= unit - 1e-12
    assert many[1] - many[0] < few[1] - few[0]


def test_groups_without_weight_do_not_enter_the_error() -> None:
    unit, n = np.array([0.8, 0.1]), np.array([5.0, 1.0])
    alone = weighted_squared_error(unit, n, np.array([30.0, 0.0]), np.array(0.2))
    assert alone == pytest.approx(weighted_squared_error(unit[:1], n[:1], np.array([7.0]), np.array(0.2)))
