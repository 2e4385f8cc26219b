import math

import numpy as np
import pytest

from scoring.severity import severity

# By hand: variances 14/3 of 4 and 88.8333/5 of 6 make a standard error of 2.0317 with 7.72 degrees of freedom, and
# printed tables have a t between 2.3060 (8) and 2.3646 (7) for them.
STRICT, OTHERS = np.array([70.0, 72, 75, 71]), np.array([80.0, 82, 85, 90, 78, 84])


def test_a_strict_manager_lies_below_the_others_by_welch_s_interval():
    found = severity(STRICT, OTHERS)
    assert found is not None
    assert found.difference == pytest.approx(-11.1667, abs=1e-4)
    assert (found.n, found.others) == (4, 6)
    assert 2.3060 * 2.0317 < found.high - found.difference < 2.3646 * 2.0317
    assert found.high - found.difference == pytest.approx(found.difference - found.low)


def test_turned_round_the_difference_is_the_same_with_the_other_sign():
    one, other = severity(STRICT, OTHERS), severity(OTHERS, STRICT)
    assert one is not None and other is not None
    assert (other.difference, other.low, other.high) == pytest.approx((-one.difference, -one.high, -one.low))


def test_people_without_a_score_take_no_part_and_of_one_person_nothing_is_said():
    assert severity(np.array([*STRICT, math.nan]), OTHERS) == severity(STRICT, OTHERS)
    assert severity(np.array([70.0]), OTHERS) is None
    assert severity(STRICT, np.array([math.nan, 80.0])) is None
    assert severity(np.array([80.0, 80]), np.array([80.0, 80])) is None
