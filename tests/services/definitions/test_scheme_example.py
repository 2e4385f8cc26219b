from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.definitions import scheme_example
from forms.scheme import AbsentGroup, Scheme
from tests.factories import shipped_scheme


def weighing(*weights: float, **rules: object) -> Scheme:
    """The shipped groups with other weights; the first is required, the last is the self-rating."""
    scheme = shipped_scheme()
    groups = [replace(group, weight=weight) for group, weight in zip(scheme.groups, weights, strict=False)]
    return replace(scheme, groups=tuple(groups), rating=replace(scheme.rating, **rules))


def test_the_default_scheme_comes_to_the_weighted_mean_of_its_groups():
    example = scheme_example.of_scheme(shipped_scheme())
    assert [(part.group.id, part.points, part.adds) for part in example.parts] == [
        ("client", 90, 36),
        ("supervisor", 75, 22.5),
        ("peer", 85, 17),
        ("subordinate", 70, 7),
    ]
    assert example.score == 82.5
    assert example.absence and example.absence.group.id == "subordinate"
    assert example.absence.score == pytest.approx((82.5 - 7) / 0.9)


def test_without_enough_weight_there_is_no_score():
    absence = scheme_example.of_scheme(weighing(50, 50)).absence
    assert absence and (absence.group.id, absence.score) == ("supervisor", None)


@pytest.mark.parametrize(
    "scheme", [weighing(100), weighing(50, 50, absent_group=AbsentGroup.DEVIATION)], ids=["one", "deviation"]
)
def test_where_nobody_takes_over_a_weight_nothing_is_said_of_it(scheme: Scheme):
    assert scheme_example.of_scheme(scheme).absence is None


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(lambda parts: sum(parts) <= 100))
def test_a_score_lies_among_the_points_of_its_groups(parts: list[int]):
    example = scheme_example.of_scheme(weighing(*parts, 100 - sum(parts)))
    points = [part.points for part in example.parts]
    assert min(points) - 1e-9 <= example.score <= max(points) + 1e-9
    if example.absence and example.absence.score is not None:
        assert min(points) - 1e-9 <= example.absence.score <= max(points) + 1e-9
