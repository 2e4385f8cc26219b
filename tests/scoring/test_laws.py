"""Laws of scores over whole campaigns, beside those that stand with their functions."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import careless, dispersion, reliability
from scoring.counts import DisclosedCounts, open_ballots, scored_ballots, tally
from scoring.disclosure import decide, from_status
from scoring.instrument import Instrument, Integers
from scoring.scores import Scores, score
from scoring.year import pool_quarters
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SUBORDINATE,
    Campaign,
    counted,
    counted_as,
    groups,
    instrument,
    items,
    random_campaign,
    shuffled,
)

DESCRIPTION = instrument()
PHI = np.array([0.2, 0.2, 0.15])
seeds = st.integers(0, 10_000)
numbers = st.lists(st.integers(0, 7), min_size=5, max_size=5)
quick = settings(max_examples=40, deadline=None)


def complete(seed: int, n: Integers) -> Campaign:
    """Ballots [s, g] without a missing answer."""
    rng = np.random.default_rng(seed)
    subjects, groups = n.shape
    subject = np.repeat(np.arange(subjects), n.sum(axis=1))
    group = np.repeat(np.tile(np.arange(groups), subjects), n.ravel())
    return Campaign(rng.integers(1, 6, (len(subject), 4)).astype(np.uint8), subject, group, subjects)


def together(one: Campaign, other: Campaign) -> Campaign:
    return Campaign(
        np.concatenate([one.answers, other.answers]),
        np.concatenate([one.subject, other.subject]),
        np.concatenate([one.group, other.group]),
        max(one.subjects, other.subjects),
    )


def parts(scores: Scores) -> list[np.ndarray]:
    means = (scores.cells.dimensions, scores.dimensions, scores.total, scores.top2box)
    return [scores.cells.item_mean, *(part for mean in means for part in (mean.score, mean.n, mean.interval))]


@quick
@given(seeds, st.integers(3, 6), st.integers(3, 6))
def test_two_arrays_of_counts_added_are_those_of_their_union(seed: int, first: int, second: int) -> None:
    one, other = (complete(seed + n, np.full((4, 5), n)) for n in (first, second))
    (left, _), (right, _), (union, _) = (
        counted(campaign, DESCRIPTION) for campaign in (one, other, together(one, other))
    )
    added = pool_quarters([left, right], DESCRIPTION.groups)
    for name in ("ratings", "kept", "points"):
        assert np.array_equal(getattr(added.sums, name), getattr(union.sums, name))
    *ours, top_score, top_n, top_interval = parts(score(added, DESCRIPTION, PHI))
    pairs = zip(ours, parts(score(union, DESCRIPTION, PHI)), strict=False)
    assert all(ours.tobytes() == theirs.tobytes() for ours, theirs in pairs)
    assert np.isnan(top_score).all() == (
        min(first, second) < 5
    )  # of three the year tells no more than its quarters
    assert (top_n > 0).all() == np.isfinite(top_interval).all() == (min(first, second) >= 5)


@quick
@given(seeds, st.booleans(), st.booleans(), st.sampled_from("CF"))
def test_how_counts_lie_in_memory_changes_no_bit(seed: int, deviation: bool, trim: bool, order: str) -> None:
    description = replace(
        instrument(items=items(weight=[0.1, 0.7, 0.3, 1.1], points=[(0.1, 20.7, 33.3, 61.9, 99.7)] * 4)),
        groups=groups(weight=[40.1, 29.9, 20.3, 9.7, 0.0]),
        dimension_weight=np.array([0.3, 0.7]),
        deviation=deviation,
        trim=trim,
    )
    disclosed, _ = counted(random_campaign(seed, description, subjects=80, most=9), description)
    status = np.array(disclosed.decision.status, order=order)
    other = DisclosedCounts(
        np.array(disclosed.counts, order=order, dtype=np.int32),
        disclosed.sums.each(lambda values: np.array(values, order=order, dtype=np.int64)),
        np.array(disclosed.n, order=order),
        np.array(disclosed.invited, order=order),
        from_status(status, description.groups),
    )
    pairs = zip(*(parts(score(each, description, PHI)) for each in (disclosed, other)), strict=True)
    assert all(ours.tobytes() == theirs.tobytes() for ours, theirs in pairs)


def everything(campaign: Campaign, description: Instrument) -> list[np.ndarray]:
    """Counts, scores, and what rests on whole ballots."""
    n = campaign.numbers(description.groups)
    decision = decide(n, description.groups)
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, decision, description.items)
    disclosed = tally(ballots, n, decision, description)
    usable = scored_ballots(ballots, disclosed)
    phi, alpha = dispersion.phi(usable, disclosed, description), reliability.alpha(usable, description)
    share = np.array(careless.straightlined(usable, description))
    numbers = [
        disclosed.counts,
        *disclosed.sums.arrays,
        disclosed.n,
        phi,
        alpha.value,
        alpha.interval,
        alpha.n,
    ]
    return [*numbers, *parts(score(disclosed, description, phi)), share]


def of_many(seed: int, description: Instrument) -> Campaign:
    """Enough cells to estimate phi, and answers that differ between subjects."""
    campaign = random_campaign(seed, description, subjects=60, most=6)
    same = np.random.default_rng(seed).random(campaign.answers.shape) < 0.5
    own = np.where(same & (campaign.answers > 0), 1 + campaign.subject[:, None] % 5, campaign.answers)
    return replace(campaign, answers=own.astype(np.uint8))


@quick
@given(seeds)
def test_permuting_the_ballots_changes_no_bit_of_anything(seed: int) -> None:
    campaign = of_many(seed, DESCRIPTION)
    other = everything(shuffled(campaign, seed), DESCRIPTION)
    pairs = zip(everything(campaign, DESCRIPTION), other, strict=True)
    assert all(ours.tobytes() == theirs.tobytes() for ours, theirs in pairs)


@quick
@given(seeds, st.lists(st.booleans(), min_size=4, max_size=4))
def test_a_reversed_item_with_its_answers_turned_round_changes_nothing(seed: int, turned: list[bool]) -> None:
    campaign, reverse = of_many(seed, DESCRIPTION), np.array(turned)
    other = np.where(reverse & (campaign.answers > 0), 6 - campaign.answers, campaign.answers)
    reversed_items = instrument(items=items(reverse=turned))
    *left, _ = everything(campaign, DESCRIPTION)
    *right, _ = everything(replace(campaign, answers=other.astype(np.uint8)), reversed_items)
    for ours, theirs in zip(left, right, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@quick
@given(seeds, numbers, st.sampled_from([CLIENT, PEER]), st.integers(0, 1))
def test_one_more_ballot_in_a_cell_that_stays_withheld_changes_no_bit(
    seed: int, ballots: list[int], group: int, few: int
) -> None:
    before = np.array([ballots, [4, 1, 4, 4, 1]])
    before[0, SUBORDINATE] *= group != PEER  # nobody to be pooled with
    before[0, group] = few
    after = before.copy()
    after[0, group] += 1
    campaign = complete(seed, before)
    more = together(campaign, replace(complete(seed, after - before), subjects=2))
    invited = np.full(before.shape, 9)
    results = [
        counted_as(decide(n, groups()), each, invited, DESCRIPTION)
        for n, each in ((before, campaign), (after, more))
    ]
    (left, left_phi), (right, right_phi) = results
    assert left.counts.tobytes() == right.counts.tobytes()
    assert [sums.tobytes() for sums in left.sums.arrays] == [sums.tobytes() for sums in right.sums.arrays]
    assert left.n.tobytes() == right.n.tobytes()
    assert left_phi.tobytes() == right_phi.tobytes()
    pairs = zip(*(parts(score(each, DESCRIPTION, PHI)) for each in (left, right)), strict=True)
    assert all(ours.tobytes() == theirs.tobytes() for ours, theirs in pairs)


@quick
@given(seeds, numbers, st.integers(0, 4))
def test_one_more_complete_ballot_never_shows_less(seed: int, ballots: list[int], group: int) -> None:
    campaign = complete(seed, np.array([ballots]))
    extra = np.zeros((1, 5), dtype=np.int64)
    extra[0, group] = 1
    more = together(campaign, complete(seed + 1, extra))
    before, after = (
        score(_disclosed(each), DESCRIPTION, PHI) for each in (replace(campaign, subjects=1), more)
    )
    assert (np.isnan(before.dimensions.score) | ~np.isnan(after.dimensions.score)).all()
    assert after.coverage[0] >= before.coverage[0]
    assert after.sufficient[0] or not before.sufficient[0]
    assert after.dimensions.n.sum() >= before.dimensions.n.sum()


def _disclosed(campaign: Campaign) -> DisclosedCounts:
    decision = decide(campaign.numbers(DESCRIPTION.groups), DESCRIPTION.groups)
    return counted_as(decision, campaign, np.ones((1, 5), dtype=np.int64), DESCRIPTION)[0]
