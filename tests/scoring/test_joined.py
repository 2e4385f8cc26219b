"""Cells of several campaigns, joined by rater group."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.instrument import Instrument, Integers
from scoring.joined import JoinableCells, joined, of_campaign, together
from scoring.scores import Scores, score
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SELF,
    SUBORDINATE,
    SUPERVISOR,
    counted,
    groups,
    instrument,
    items,
    of_ballots,
    random_campaign,
)

PHI = np.array([0.2, 0.3, 0.15])
ALL = np.ones(5, dtype=bool)
CLIENTS = np.arange(5) == CLIENT
WEIGHTS = np.array([2.0, 1.0])
seeds = st.integers(0, 10_000)
quick = settings(max_examples=25, deadline=None)


def scored_campaign(seed: int, description: Instrument | None = None) -> Scores:
    description = description or mixed()
    return score(counted(random_campaign(seed, description), description)[0], description, PHI)


def mixed() -> Instrument:
    """Two scales, dimensions of different weight, a required group."""
    points = [(20, 40, 60, 80, 100)] * 3 + [(0, 25, 50, 75, 100)]
    return instrument(
        items=items(points=points),
        groups=groups(required=[True, False, False, False, False]),
        dimension_weight=WEIGHTS,
    )


def rows_of(scores: Scores) -> Integers:
    return np.arange(len(scores.coverage))


def same(left: object, right: object) -> None:
    np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12)


@quick
@given(seeds)
def test_one_campaign_joined_with_nothing_is_itself(seed: int) -> None:
    campaign = scored_campaign(seed)
    found = joined(of_campaign(campaign, PHI, ALL, rows_of(campaign)), WEIGHTS)
    for name in ("error", "total_error", "coverage", "sufficient"):
        same(getattr(found, name), getattr(campaign, name))
    for name in ("dimensions", "total"):
        for field in fields(getattr(found, name)):
            same(getattr(getattr(found, name), field.name), getattr(getattr(campaign, name), field.name))


@quick
@given(seeds)
def test_a_campaign_taken_apart_by_group_is_joined_to_itself(seed: int) -> None:
    campaign = scored_campaign(seed)
    rows = rows_of(campaign)
    halves = [of_campaign(campaign, PHI, taken, rows) for taken in (CLIENTS, ~CLIENTS)]
    found = joined(together(halves), WEIGHTS)
    same(found.total.score, campaign.total.score)
    same(found.total.interval, campaign.total.interval)
    same(found.coverage, campaign.coverage)


@quick
@given(seeds)
def test_answers_of_a_group_that_is_taken_from_another_campaign_do_not_matter(seed: int) -> None:
    description = mixed()
    survey, annual = scored_campaign(seed), random_campaign(seed + 1, description)
    answers = annual.answers.copy()
    answers[annual.group == CLIENT] = np.random.default_rng(seed).integers(
        1, 6, answers[annual.group == CLIENT].shape
    )
    clients = of_campaign(survey, PHI, CLIENTS, rows_of(survey))
    found = [
        joined(together([clients, of_campaign(each, PHI, ~CLIENTS, rows_of(each))]), WEIGHTS)
        for each in (
            score(counted(campaign, description)[0], description, PHI)
            for campaign in (annual, replace(annual, answers=answers))
        )
    ]
    assert found[0].total.score.tobytes() == found[1].total.score.tobytes()
    assert found[0].dimensions.interval.tobytes() == found[1].dimensions.interval.tobytes()


@quick
@given(seeds)
def test_withheld_answers_change_no_bit_of_what_is_joined(seed: int) -> None:
    description = mixed()
    campaign = random_campaign(seed, description, most=4)
    disclosed = counted(campaign, description)[0]
    withheld = disclosed.decision.cell[campaign.subject, campaign.group] < 0
    answers = campaign.answers.copy()
    answers[withheld] = np.random.default_rng(seed).integers(1, 6, answers[withheld].shape)
    before, after = (
        score(counted(each, description)[0], description, PHI)
        for each in (campaign, replace(campaign, answers=answers))
    )
    left, right = (joined(of_campaign(each, PHI, ALL, rows_of(each)), WEIGHTS) for each in (before, after))
    assert left.total.score.tobytes() == right.total.score.tobytes()
    assert left.total.interval.tobytes() == right.total.interval.tobytes()
    assert left.dimensions.score.tobytes() == right.dimensions.score.tobytes()


def two_campaigns() -> tuple[Scores, Scores]:
    """Clients of the first who are content, colleagues and a supervisor of the second who are not."""
    first = of_ballots(*[(0, CLIENT, (5, 5, 5, 5))] * 3, *[(1, CLIENT, (4, 4, 4, 4))] * 3)
    second = of_ballots(
        (0, SUPERVISOR, (2, 2, 2, 2)),
        *[(0, PEER, (3, 3, 3, 3))] * 3,
        *[(0, SUBORDINATE, (3, 3, 3, 3))] * 3,
        (0, SELF, (5, 5, 5, 5)),
    )
    phi = np.array([0.25, 0.25, 0.15])
    return tuple(score(counted(each, instrument())[0], instrument(), phi) for each in (first, second))  # type: ignore[return-value]


def test_somebody_who_is_in_one_campaign_only_has_the_groups_of_that_one() -> None:
    survey, annual = two_campaigns()
    rows = np.array([0, 1])
    found = joined(
        together(
            [
                of_campaign(survey, PHI, CLIENTS, rows),
                of_campaign(annual, PHI, ~CLIENTS, np.array([0, -1])),
            ]
        ),
        np.ones(2),
    )
    assert found.total.score == pytest.approx([40 + 0.3 * 40 + 0.3 * 60, 80])
    assert found.coverage == pytest.approx([1.0, 1.0])


def test_a_required_group_that_is_taken_from_elsewhere_is_not_missed_where_it_is_small() -> None:
    description = instrument(groups=groups(required=[True, False, False, False, False]))
    survey = of_ballots(*[(0, CLIENT, (5, 5, 5, 5))] * 3)
    annual = of_ballots((0, CLIENT, (1, 1, 1, 1)), (0, SUPERVISOR, (4, 4, 4, 4)))
    clients, others = (
        of_campaign(score(counted(each, description)[0], description, PHI), PHI, taken, np.array([0]))
        for each, taken in ((survey, CLIENTS), (annual, ~CLIENTS))
    )
    found = joined(together([clients, others]), np.ones(2))
    assert found.sufficient.all()
    assert found.total.score == pytest.approx([(40 * 100 + 30 * 80) / 70])


def test_a_dimension_of_no_weight_is_joined_and_enters_nothing() -> None:
    description = replace(mixed(), dimension_weight=np.array([1.0, 0.0]))
    campaign = scored_campaign(3, description)
    found = joined(of_campaign(campaign, PHI, ALL, rows_of(campaign)), np.array([1.0, 0.0]))
    same(found.dimensions.score, campaign.dimensions.score)
    same(found.total.score, campaign.total.score)
    same(found.total.interval, campaign.total.interval)
    assert not np.isnan(found.total.score).all()


def test_each_cell_has_the_phi_of_its_own_campaign() -> None:
    survey, annual = two_campaigns()
    rows = np.array([0])
    clients, others = (
        of_campaign(survey, PHI, CLIENTS, rows),
        of_campaign(annual, PHI, ~CLIENTS, rows),
    )
    loose = replace(clients, phi=np.full_like(clients.phi, 1.0))
    errors = [joined(together([each, others]), np.ones(2)).total_error[0] for each in (clients, loose)]
    spread = (3 + 1) / (3 + 2) * (1 - (3 + 1) / (3 + 2))
    assert (errors[1] ** 2 - errors[0] ** 2) / 80**2 == pytest.approx(0.4**2 * (1 - PHI[2]) * spread / 3)


def test_a_required_group_that_one_campaign_does_not_show_leaves_no_score() -> None:
    description = mixed()
    campaign = of_ballots(*[(0, CLIENT, (4, 4, 4, 4))] * 2, (0, SUPERVISOR, (4, 4, 4, 4)))
    scores = score(counted(campaign, description)[0], description, PHI)
    found = joined(of_campaign(scores, PHI, ALL, np.array([0])), WEIGHTS, minimum_coverage=0.0)
    assert np.isnan(found.total.score[0]) and not found.sufficient[0]
    assert found.dimensions.score[0] == pytest.approx([80, 77.5])


def test_groups_that_may_be_counted_together_come_from_one_campaign() -> None:
    survey, _ = two_campaigns()
    with pytest.raises(ValueError, match="together"):
        of_campaign(survey, PHI, np.arange(5) == PEER, np.array([0]))


def test_campaigns_of_different_people_or_dimensions_are_not_joined() -> None:
    survey, annual = two_campaigns()
    one = of_campaign(survey, PHI, CLIENTS, np.array([0, 1]))
    other = of_campaign(annual, PHI, ~CLIENTS, np.array([0]))
    for campaigns in ([one, other], []):
        with pytest.raises(ValueError, match="same subjects"):
            together(campaigns)


def test_nobody_invited_is_no_coverage() -> None:
    nothing = JoinableCells(
        *(np.full((1, 1, 2), value) for value in (np.nan, 0.0, 20.0, 100.0)),
        np.zeros((1, 1)),
        np.full((1, 3), 0.2),
        np.zeros(1),
        np.array([False]),
    )
    found = joined(nothing, np.ones(2))
    assert np.isnan([found.coverage[0], found.total.score[0], found.total_error[0]]).all()
    assert not found.sufficient[0]
