"""What must hold of every appraisal, on random schemes and people, beside a second implementation in fractions."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import figures, kpi
from tests.scoring import naive_appraisal
from tests.scoring.naive_appraisal import Person, Scheme
from tests.scoring.random_appraisals import a_scheme, appraise, array, scores, some_people

seeds = st.integers(0, 100_000)
quick = settings(max_examples=60, deadline=None)
PEOPLE = 12


def numbers(values: list[Fraction | None]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]


@quick
@given(seeds)
def test_every_appraisal_is_that_of_the_fractions(seed: int) -> None:
    scheme = a_scheme(seed)
    people = some_people(seed, scheme, PEOPLE)
    found, wanted = appraise(scheme, people), [naive_appraisal.outcome(scheme, person) for person in people]
    assert found.kpis.ravel() == pytest.approx(
        numbers([value for each in wanted for value in each.kpis]), abs=1e-9, nan_ok=True
    )
    assert found.total == pytest.approx(numbers([each.total for each in wanted]), abs=1e-9, nan_ok=True)
    assert found.displayed == [each.displayed for each in wanted]
    assert found.band == [each.band for each in wanted]
    assert [None if share is None else Fraction(share) for share in found.bonus] == pytest.approx(
        [each.bonus for each in wanted]
    )


def raised(person: Person, segment: int, which: int, by: float) -> Person | None:
    """The same person with more of one KPI; None without an actual of it."""
    part = person.segments[segment]
    actual = list(part.actual)
    if actual[which] is None:
        return None
    actual[which] += by
    segments = list(person.segments)
    segments[segment] = replace(part, actual=tuple(actual))
    return replace(person, segments=tuple(segments))


@quick
@given(seeds, st.sampled_from([0.0001, 0.01, 1.0, 30.0]))
def test_more_of_a_kpi_never_lowers_what_comes_of_it_and_never_raises_it_where_less_is_better(
    seed: int, by: float
) -> None:
    scheme = a_scheme(seed)
    for place, person in enumerate(some_people(seed, scheme, PEOPLE)):
        which = place % len(scheme.kpis)
        other = raised(person, place % 2, which, by)
        if other is not None:
            pair = (other, person) if scheme.kpis[which].lower else (person, other)
            _check_is_no_better(scheme, *pair)


def _check_is_no_better(scheme: Scheme, worse: Person, better: Person) -> None:
    found = appraise(scheme, [worse, better])
    if found.displayed[0] is None:
        assert found.displayed[1] is None
        return
    assert found.displayed[0] <= found.displayed[1]
    assert found.band[0] >= found.band[1]  # best first
    assert found.bonus[0] <= found.bonus[1]


@quick
@given(seeds)
def test_renormalising_stays_within_the_parts(seed: int) -> None:
    scheme = a_scheme(seed)
    people = some_people(seed, scheme, PEOPLE)
    parts = [person.segments[0] for person in people]
    actual, target, weight = (array([getattr(part, name) for part in parts]) for name in PARTS)
    points = scores(scheme, actual, target)
    total, share = kpi.composite(points, weight)
    counted = np.where(weight > 0, points, np.nan)
    for row, value in zip(counted, total, strict=True):
        if not np.isnan(value):
            assert np.nanmin(row) - 1e-9 <= value <= np.nanmax(row) + 1e-9
    assert ((share >= 0.6 - 1e-9) | np.isnan(total)).all()


PARTS = ("actual", "target", "weight")


@quick
@given(seeds)
def test_a_person_s_figures_do_not_depend_on_who_else_is_appraised_or_in_what_order(seed: int) -> None:
    scheme = a_scheme(seed)
    people = some_people(seed, scheme, PEOPLE)
    order = np.random.default_rng(seed).permutation(PEOPLE)
    together, again = appraise(scheme, people), appraise(scheme, people)
    shuffled = appraise(scheme, [people[place] for place in order])
    alone = [appraise(scheme, [person]) for person in people]
    assert together.total.tobytes() == again.total.tobytes()
    assert together.total[order].tobytes() == shuffled.total.tobytes()
    assert together.total.tobytes() == np.concatenate([each.total for each in alone]).tobytes()
    assert together.kpis.tobytes() == np.concatenate([each.kpis for each in alone]).tobytes()


figure = st.none() | st.decimals(0, 500, places=2).map(float)
months = st.lists(st.tuples(figure, figure, figure), min_size=1, max_size=12)
RULES = {
    "sum": lambda a, b, t: figures.combine_sum(a, t),
    "mean": lambda a, b, t: figures.combine_mean(a, t),
    "last": lambda a, b, t: figures.combine_last(a, t),
    "weighted": lambda a, b, t: figures.combine_weighted(a, t, b),
    "share": lambda a, b, t: figures.combine_share(a, b, t),
    "growth": lambda a, b, t: figures.combine_growth(a, b, t),
}


@quick
@given(months, st.sampled_from(list(RULES)))
def test_every_figure_from_parts_is_that_of_the_fractions(
    rows: list[tuple[float | None, float | None, float | None]], rule: str
) -> None:
    actual, base, target = (array(column)[:, None] for column in zip(*rows, strict=True))
    found = RULES[rule](actual, base, target)
    wanted = naive_appraisal.combined(rule, rows)
    assert [found.actual[0], found.target[0]] == pytest.approx(
        numbers(list(wanted[:2])), rel=1e-9, abs=1e-9, nan_ok=True
    )
    assert (found.parts[0], found.of[0]) == (wanted[2], len(rows))


@quick
@given(months, st.sampled_from([name for name in RULES if name != "share"]), st.integers(0, 11))
def test_more_in_one_month_is_never_less_in_the_year(
    rows: list[tuple[float | None, float | None, float | None]], rule: str, month: int
) -> None:
    actual, base, target = (array(column)[:, None] for column in zip(*rows, strict=True))
    more = actual.copy()
    more[month % len(rows)] += 1
    before, after = (RULES[rule](each, base, target).actual[0] for each in (actual, more))
    assert np.isnan(before) == np.isnan(after)
    assert np.isnan(before) or after >= before - 1e-9
