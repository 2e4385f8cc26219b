from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.counts import DisclosedCounts
from scoring.disclosure import Status, decide
from scoring.instrument import Instrument
from scoring.scores import score
from scoring.year import mean_of_quarters, mean_of_scores, phi_of_year, pool_quarters, with_quarters
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SUBORDINATE,
    Campaign,
    counted,
    groups,
    instrument,
    of_ballots,
    random_campaign,
)

OTHER_COLLEAGUES = 6
PHI = np.array([0.2, 0.2, 0.15])
NAN = float("nan")
seeds = st.integers(0, 10_000)
quick = settings(max_examples=25, deadline=None)


def quarter(**ballots: int) -> DisclosedCounts:
    """One subject with so many ballots by group, all with the same answers."""
    places = {"client": CLIENT, "peer": PEER, "subordinate": SUBORDINATE}
    campaign = of_ballots(
        *((0, places[name], (4, 4, 4, 4)) for name, count in ballots.items() for _ in range(count))
    )
    return counted(campaign, instrument())[0]


def test_counts_of_the_quarters_are_added() -> None:
    year = pool_quarters([quarter(client=3, peer=4), quarter(client=5)], groups())
    assert year.n[0, [CLIENT, PEER]].tolist() == [8, 4]
    assert (year.ratings[0, CLIENT, 0], year.sums.points[0, CLIENT, 0]) == (8, 8 * 80)


@pytest.mark.parametrize(
    ("clients", "counted", "top"), [((10, 12), 22, 22), ((10, 9), 0, 19), ((10, 4), 0, -1), ((9, 9), 0, 18)]
)
def test_a_year_tells_of_an_item_what_each_of_its_quarters_tells(
    clients: tuple[int, int], counted: int, top: int
) -> None:
    """A year of twelve less a quarter of ten would be a quarter of two."""
    year = pool_quarters([quarter(client=n) for n in clients], groups())
    assert (year.counts[0, CLIENT, 0].sum(), year.sums.top[0, CLIENT, 0]) == (counted, top)
    assert year.sums.points[0, CLIENT, 0] == sum(clients) * 80


def test_a_quarter_without_answers_takes_nothing_from_the_year() -> None:
    year = pool_quarters([quarter(client=10), quarter(peer=3)], groups())
    assert (year.counts[0, CLIENT, 0].sum(), year.sums.top[0, CLIENT, 0]) == (10, 10)


def test_what_a_quarter_withholds_stays_out_of_the_year() -> None:
    year = pool_quarters([quarter(client=3), quarter(client=2), quarter(client=2)], groups())
    assert year.n[0, CLIENT] == 3
    nothing = pool_quarters([quarter(client=2), quarter(client=2)], groups())
    assert nothing.decision.status[0, CLIENT] == Status.WITHHELD
    assert nothing.n.sum() == 0


def test_a_group_merged_in_one_quarter_is_in_the_pool_for_the_year() -> None:
    year = pool_quarters([quarter(peer=4), quarter(peer=2, subordinate=1)], groups())
    assert year.decision.merged[0].tolist() == [False, False, True, True, False]
    assert year.n[0].tolist() == [0, 0, 0, 0, 0, 0, 7]
    assert year.decision.weight(groups())[0, OTHER_COLLEAGUES] == 30


def test_in_a_stricter_pool_rare_items_are_withheld() -> None:
    strict = replace(instrument(), groups=groups(minimum=[3, 1, 3, 6, 1]))
    first, _ = counted(of_ballots(*[(0, PEER, (4, 4, 4, 4))] * 3), strict)
    second, _ = counted(
        of_ballots(*[(0, PEER, (4, 4, 4, 0))] * 2, *[(0, SUBORDINATE, (4, 4, 4, 0))] * 4), strict
    )
    year = pool_quarters([first, second], strict.groups)
    assert year.ratings[0, OTHER_COLLEAGUES].tolist() == [9, 9, 9, 0]


def test_one_quarter_is_its_own_year() -> None:
    only, _ = counted(random_campaign(5, instrument()), instrument())
    year = pool_quarters([only], groups())
    assert year.counts.tobytes() == only.counts.tobytes()
    assert all(map(np.array_equal, year.sums.arrays, only.sums.arrays))
    assert (year.decision.status == only.decision.status).all()


def test_quarters_that_do_not_fit_together_make_no_year() -> None:
    two, _ = counted(of_ballots((0, CLIENT, (4,) * 4), (1, CLIENT, (4,) * 4)), instrument())
    with pytest.raises(ValueError, match="same subjects"):
        pool_quarters([quarter(client=3), two], groups())
    with pytest.raises(ValueError, match="same subjects"):
        pool_quarters([], groups())


def with_withheld_answers_replaced(campaign: Campaign, description: Instrument, seed: int) -> Campaign:
    decision = decide(campaign.numbers(description.groups), description.groups)
    withheld = decision.cell[campaign.subject, campaign.group] < 0
    other = campaign.answers.copy()
    other[withheld] = np.random.default_rng(seed).integers(1, 6, other[withheld].shape)
    return replace(campaign, answers=other)


@quick
@given(seeds)
def test_withheld_answers_of_any_quarter_change_no_bit_of_the_year(seed: int) -> None:
    description = instrument()
    quarters = [random_campaign(seed + place, description, most=4) for place in range(4)]
    others = [with_withheld_answers_replaced(each, description, seed) for each in quarters]
    before, after = (
        pool_quarters([counted(each, description)[0] for each in year], description.groups)
        for year in (quarters, others)
    )
    assert before.counts.tobytes() == after.counts.tobytes()
    assert [sums.tobytes() for sums in before.sums.arrays] == [sums.tobytes() for sums in after.sums.arrays]
    assert before.n.tobytes() == after.n.tobytes()
    assert (before.decision.status == after.decision.status).all()


@quick
@given(seeds)
def test_a_year_counts_every_shown_ballot_once_and_shows_nothing_below_its_minimum(seed: int) -> None:
    description = instrument()
    quarters = [counted(random_campaign(seed + place, description), description)[0] for place in range(4)]
    year = pool_quarters(quarters, description.groups)
    assert year.n.sum() == sum(each.n.sum() for each in quarters)
    assert (year.n >= year.decision.minimum)[year.decision.shown].all()
    assert ((year.ratings == 0) | (year.ratings >= year.decision.minimum[:, :, None])).all()
    assert (year.ratings.max(axis=2) <= year.n).all()


@quick
@given(seeds, st.permutations(range(4)))
def test_the_order_of_the_quarters_changes_nothing(seed: int, order: list[int]) -> None:
    description = instrument()
    quarters = [counted(random_campaign(seed + place, description), description)[0] for place in range(4)]
    left = pool_quarters(quarters, description.groups)
    right = pool_quarters([quarters[place] for place in order], description.groups)
    assert left.counts.tobytes() == right.counts.tobytes()
    assert all(map(np.array_equal, left.sums.arrays, right.sums.arrays))
    np.testing.assert_array_equal(
        score(left, description, PHI).total.score, score(right, description, PHI).total.score
    )


def test_phi_of_the_year_is_weighted_by_the_ballots_of_the_quarters() -> None:
    assert phi_of_year(np.array([[0.1, 0.2], [0.4, 0.2]]), np.array([20, 10])) == pytest.approx([0.2, 0.2])


def test_scores_that_cannot_be_pooled_are_averaged_and_their_errors_add_up() -> None:
    score, error = (
        np.array([[80.0, 80.0], [60.0, NAN], [NAN, NAN]]),
        np.array([[4.0, 4.0], [3.0, NAN], [NAN] * 2]),
    )
    mean, of_mean = mean_of_scores(score, error, np.full((3, 2), 5.0), 20, 100)
    assert mean.score == pytest.approx([70, 80])
    assert of_mean == pytest.approx([np.sqrt(16 + 9) / 2, 4])
    assert mean.n.tolist() == [10, 5]
    assert (mean.interval[:, 0] < mean.score).all() and (mean.score < mean.interval[:, 1]).all()


def test_the_mean_of_one_score_has_the_interval_of_that_score() -> None:
    campaign = score(quarter(client=5), instrument(), PHI)
    total = campaign.total
    mean, error = mean_of_scores(total.score[None], campaign.total_error[None], total.n[None], 20, 100)
    assert mean.score == pytest.approx(total.score)
    assert mean.interval == pytest.approx(total.interval)
    assert error == pytest.approx(campaign.total_error)


def test_without_an_official_score_in_any_quarter_there_is_none_of_the_year() -> None:
    nothing = np.full((4, 1), NAN)
    mean, error = mean_of_scores(nothing, nothing, np.zeros((4, 1)), 20, 100)
    assert np.isnan([mean.score[0], error[0], *mean.interval[0]]).all()


def test_an_error_of_a_score_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        mean_of_scores(np.ones((1, 1)), -np.ones((1, 1)), np.ones((1, 1)), 0, 100)


def test_quarters_that_were_not_appraised_are_left_out_of_their_mean_which_needs_two() -> None:
    totals = np.array([[80.0, 80.0, NAN], [90.0, NAN, NAN], [NAN, NAN, NAN], [70.0, NAN, NAN]])
    assert mean_of_quarters(totals) == pytest.approx([80, NAN, NAN], nan_ok=True)
    assert mean_of_quarters(totals, least=1) == pytest.approx([80, 80, NAN], nan_ok=True)
    assert np.isnan(mean_of_quarters(totals, least=4)).all()


def test_a_year_takes_a_share_of_its_quarters_and_without_a_share_needs_none() -> None:
    own, quarters = np.array([90.0, 90.0, NAN]), np.array([80.0, NAN, 80.0])
    assert with_quarters(own, quarters, 0.25) == pytest.approx([87.5, NAN, NAN], nan_ok=True)
    assert with_quarters(own, quarters, 0) == pytest.approx([90, 90, NAN], nan_ok=True)
    with pytest.raises(ValueError, match="share"):
        with_quarters(own, quarters, 1.5)
