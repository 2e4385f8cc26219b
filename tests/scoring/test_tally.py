"""Counting, against a plain count of one cell after another."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cells import score_cells
from scoring.counts import DisclosedCounts, open_ballots, tally
from scoring.disclosure import Decision, decide
from scoring.instrument import Instrument
from scoring.year import pool_quarters
from tests.scoring.campaigns import (
    CLIENT,
    SUPERVISOR,
    Campaign,
    groups,
    instrument,
    items,
    random_campaign,
    shuffled,
)


def counted(campaign: Campaign, description: Instrument) -> DisclosedCounts:
    n = campaign.numbers(description.groups)
    decision = decide(n, description.groups)
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, decision, description.items)
    return tally(ballots, n, decision, description)


def of_sizes(sizes: list[int], seed: int) -> Campaign:
    """Clients of several subjects, so many each, with a fifth of the answers missing."""
    rng = np.random.default_rng(seed)
    answers = rng.integers(1, 6, (sum(sizes), 4), dtype=np.uint8)
    answers[:, 1:][rng.random((sum(sizes), 3)) < 0.2] = 0
    subject = np.repeat(np.arange(len(sizes)), sizes)
    return Campaign(answers, subject, np.full(len(subject), CLIENT), len(sizes))


def plainly(campaign: Campaign, subject: int) -> np.ndarray:
    own = campaign.answers[campaign.subject == subject]
    return np.array([(own == value).sum(axis=0) for value in range(1, 6)]).T


@given(st.lists(st.sampled_from([3, 4, 15, 254, 255, 256, 600]), min_size=1, max_size=5), st.integers(0, 99))
def test_cells_of_any_size_are_counted_wholly(sizes: list[int], seed: int) -> None:
    campaign = of_sizes(sizes, seed)
    found = counted(campaign, instrument(items=items((0, 0, 1, 1))))
    for subject in range(len(sizes)):
        expected = plainly(campaign, subject)
        ratings = expected.sum(axis=1)
        assert found.ratings[subject, CLIENT].tolist() == (ratings * (ratings >= 3)).tolist()
        assert np.array_equal(found.counts[subject, CLIENT], expected * (ratings >= 10)[:, None])
        points = expected @ np.array([20, 40, 60, 80, 100])
        assert found.sums.points[subject, CLIENT].tolist() == (points * (ratings >= 3)).tolist()


@pytest.mark.parametrize("size", [254, 255, 256, 257, 511, 70_000])
def test_equal_answers_are_counted_beyond_what_a_byte_holds(size: int) -> None:
    answers = np.full((size, 4), 5, dtype=np.uint8)
    campaign = Campaign(answers, np.zeros(size, dtype=int), np.full(size, CLIENT), 1)
    assert counted(campaign, instrument()).counts[0, CLIENT].tolist() == [[0, 0, 0, 0, size]] * 4


@pytest.mark.parametrize(
    ("size", "narrowest"), [(255, np.uint8), (256, np.uint16), (65_535, np.uint16), (65_536, np.uint32)]
)
def test_counts_are_as_narrow_as_the_largest_cell_allows(size: int, narrowest: type) -> None:
    campaign = of_sizes([3, size], 2)
    found = counted(campaign, instrument())
    assert found.counts.dtype == found.ratings.dtype == narrowest
    assert found.ratings[1, CLIENT, 0] == found.n[1, CLIENT] == size
    assert np.array_equal(found.counts[1, CLIENT], plainly(campaign, 1))


@pytest.mark.parametrize("points", [(20, 40, 60, 80, 100), (0.5, 1.25, 1e5, 2, 3), (-2, -1, 0, 1, 2)])
@pytest.mark.parametrize("size", [255, 256, 65_536])
def test_means_of_cells_of_any_size_are_exact(size: int, points: tuple[float, ...]) -> None:
    description = instrument(items=items(points=[points] * 4))
    campaign = of_sizes([size, 3], 3)
    disclosed = counted(campaign, description)
    means = score_cells(disclosed, description, np.full(3, 0.2)).item_mean[0, CLIENT]
    counts = plainly(campaign, 0)
    assert means == pytest.approx(counts @ np.array(points) / counts.sum(axis=1), rel=1e-13)


def test_counts_added_up_beyond_what_their_numbers_hold_are_refused() -> None:
    half = counted(of_sizes([200], 4), instrument())
    with pytest.raises(ValueError, match="uint8 cannot hold the counts of 400 ballots"):
        replace(half, counts=half.counts + half.counts, n=2 * half.n)
    wide = half.counts.astype(np.uint16)
    assert replace(half, counts=wide + wide, n=2 * half.n).counts.sum(axis=3).max() == 400


def test_a_year_of_narrow_quarters_holds_their_sum() -> None:
    quarters = [counted(of_sizes([200, 3], seed), instrument()) for seed in range(2)]
    year = pool_quarters(quarters, groups())
    assert year.n[0, CLIENT] == year.ratings[0, CLIENT, 0] == 400
    assert np.array_equal(
        year.counts[0, CLIENT], sum(quarter.counts[0, CLIENT].astype(int) for quarter in quarters)
    )


def test_a_minimum_too_large_for_a_byte_withholds() -> None:
    from_300 = instrument(groups=groups(minimum=[300, 1, 3, 3, 1]))
    campaign = of_sizes([299, 300], 1)
    found = counted(campaign, from_300)
    assert found.ratings[:, CLIENT, 0].tolist() == [0, 300]
    assert not found.ratings[1, CLIENT, 1:].any()


def test_an_item_that_hardly_anybody_answered_is_withheld_under_a_minimum_too_large_for_a_byte() -> None:
    shown = of_sizes([3], 1)
    decision = decide(shown.numbers(groups()), groups())
    strict = Decision(decision.status, decision.cell, np.where(decision.minimum > 1, 259, decision.minimum))
    ballots = open_ballots(shown.answers, shown.subject, shown.group, strict, items())
    assert not tally(ballots, shown.numbers(groups()), strict, instrument()).scored.any()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_ballots_changes_no_count(seed: int) -> None:
    description = instrument(items=items(reverse=[True, False, False, True]))
    campaign = random_campaign(seed, description)
    other = shuffled(campaign, seed)
    ours, theirs = counted(campaign, description), counted(other, description)
    assert np.array_equal(ours.counts, theirs.counts)
    assert all(map(np.array_equal, ours.sums.arrays, theirs.sums.arrays))


def test_a_campaign_without_shown_ballots_has_no_counts() -> None:
    lonely = Campaign(np.ones((1, 4), dtype=np.uint8), np.array([0]), np.array([CLIENT]), 1)
    found = counted(lonely, instrument())
    assert not found.counts.any()
    assert not any(found.sums.only(found.scored).arrays[place].any() for place in range(3))
    assert not found.n.any()


def test_one_ballot_of_a_supervisor_is_counted() -> None:
    one = Campaign(np.full((1, 4), 2, dtype=np.uint8), np.array([0]), np.array([SUPERVISOR]), 1)
    found = counted(one, instrument())
    assert (found.ratings[0, SUPERVISOR].tolist(), found.sums.points[0, SUPERVISOR].tolist()) == (
        [1] * 4,
        [40] * 4,
    )
