from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.cells import Means
from scoring.disclosure import decide
from scoring.gaps import Gap, classify, self_scores
from scoring.instrument import NO_DIMENSION, GroupFamily
from scoring.scores import Scores, score
from scoring.sums import Sums
from scoring.year import pool_quarters
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SELF,
    SUBORDINATE,
    SUPERVISOR,
    Campaign,
    counted,
    counted_as,
    groups,
    instrument,
    items,
    of_ballots,
    random_campaign,
    scored,
    shuffled,
)

PHI = np.array([0.2, 0.2, 0.15])
ONE_ITEM = instrument(items=items((0,)), dimension_weight=np.array([1.0]))
seeds = st.integers(0, 10_000)
quick = settings(max_examples=25, deadline=None)


def all_numbers(scores: Scores) -> np.ndarray:
    means = [scores.cells.dimensions, scores.cells.total, scores.dimensions, scores.total, scores.top2box]
    parts = [part for mean in means for part in (mean.score, mean.n, mean.interval)]
    return np.concatenate([np.ravel(part) for part in [*parts, scores.cells.item_mean, scores.coverage]])


def assert_same(left: Scores, right: Scores) -> None:
    np.testing.assert_allclose(all_numbers(left), all_numbers(right), rtol=1e-12, atol=1e-9)


def one_item(**ratings: list[int]) -> Campaign:
    """One subject, one item, ratings by group."""
    places = {
        "client": CLIENT,
        "supervisor": SUPERVISOR,
        "peer": PEER,
        "subordinate": SUBORDINATE,
        "own": SELF,
    }
    return of_ballots(*((0, places[name], (value,)) for name, values in ratings.items() for value in values))


# -- worked by hand ------------------------------------------------------------------------------------


def test_a_score_worked_by_hand() -> None:
    # client 4 4 5 -> 86.67, supervisor 3 -> 60, peer 5 5 5 -> 100; nobody else invited: weights 40 30 20.
    scores = scored(one_item(client=[4, 4, 5], supervisor=[3], peer=[5, 5, 5]), ONE_ITEM)
    expected = (40 * (80 + 80 + 100) / 3 + 30 * 60 + 20 * 100) / 90
    assert scores.total.score[0] == pytest.approx(expected)
    assert scores.dimensions.n[0, 0] == 7
    assert scores.coverage[0] == pytest.approx(1.0)


def test_a_dimension_weighs_its_items_and_a_score_its_dimensions() -> None:
    weighted = instrument(items=items(weight=[3.0, 1.0, 1.0, 1.0]), dimension_weight=np.array([1.0, 4.0]))
    scores = scored(of_ballots(*[(0, CLIENT, (5, 1, 4, 4))] * 3), weighted)
    assert scores.dimensions.score[0] == pytest.approx([(3 * 100 + 20) / 4, 80.0])
    assert scores.total.score[0] == pytest.approx((80 + 4 * 80) / 5)


def test_missing_answers_keep_every_items_weight() -> None:
    ballots = [(0, CLIENT, (5, 1, 4, 4))] * 3 + [(0, CLIENT, (5, 0, 4, 4))] * 3
    assert scored(of_ballots(*ballots), instrument()).dimensions.score[0, 0] == pytest.approx(60.0)


def test_self_enters_no_score() -> None:
    without = scored(one_item(client=[4, 4, 4]), ONE_ITEM)
    with_self = scored(one_item(client=[4, 4, 4], own=[1]), ONE_ITEM)
    assert with_self.total.score[0] == without.total.score[0]
    assert with_self.cells.total.score[0, SELF] == 20.0


def test_trimming_leaves_out_the_highest_and_the_lowest_rating() -> None:
    trimming = replace(ONE_ITEM, trim=True)
    assert scored(one_item(client=[1, 4, 4, 4, 5]), trimming).total.score[0] == pytest.approx(80.0)
    assert scored(one_item(client=[1, 4, 4, 5]), trimming).total.score[0] == pytest.approx(70.0)


def test_trimming_waits_until_the_minimum_is_left() -> None:
    strict = replace(ONE_ITEM, trim=True, groups=groups(minimum=[4, 1, 3, 3, 1]))
    assert scored(one_item(client=[1, 4, 4, 4, 5]), strict).total.score[0] == pytest.approx(72.0)


def test_an_item_with_too_few_ratings_is_withheld_in_its_cell() -> None:
    ballots = [(0, CLIENT, (5, 1, 3, 3))] * 2 + [(0, CLIENT, (5, 0, 3, 3))] * 2
    scores = scored(of_ballots(*ballots), instrument())
    assert scores.dimensions.score[0, 0] == pytest.approx(100.0)
    assert np.isnan(scores.cells.item_mean[0, CLIENT, 1])
    assert scores.cells.ratings[0, CLIENT, 1] == 0


@pytest.mark.parametrize("seed", range(3))
def test_cells_that_are_not_shown_have_no_number_of_any_kind(seed: int) -> None:
    disclosed, phi = counted(random_campaign(seed, instrument(), subjects=20), instrument())
    hidden, cells = ~disclosed.decision.shown, score(disclosed, instrument(), phi).cells
    assert hidden.any()
    assert not cells.means.n[hidden].any() and not cells.ratings[hidden].any()
    for number in (cells.means.score, cells.means.interval, cells.item_mean):
        assert np.isnan(number[hidden]).all()


def test_a_dimension_whose_items_all_have_weight_0_has_no_score() -> None:
    weightless = instrument(items=items(weight=[0.0, 0.0, 1.0, 1.0]))
    scores = scored(of_ballots(*[(0, CLIENT, (5, 1, 4, 4))] * 3), weightless)
    assert np.isnan(scores.dimensions.score[0, 0])
    assert scores.dimensions.n[0, 0] == 0
    assert scores.total.score[0] == pytest.approx(80.0)


def test_too_little_coverage_gives_no_official_score() -> None:
    scores = scored(one_item(client=[4, 4], supervisor=[4]), ONE_ITEM)
    assert scores.coverage[0] == pytest.approx(30 / 70)
    assert not scores.sufficient[0]
    assert np.isnan(scores.total.score[0])
    assert scores.dimensions.score[0, 0] == 80.0


def test_a_required_group_that_is_not_shown_gives_no_official_score() -> None:
    needs_clients = replace(
        ONE_ITEM, groups=groups(weight=[10, 30, 30, 30, 0], required=[True] + [False] * 4)
    )
    scores = scored(one_item(client=[4, 4], supervisor=[4], peer=[4] * 3, subordinate=[4] * 3), needs_clients)
    assert scores.coverage[0] == pytest.approx(0.9)
    assert scores.missing_required[0].tolist() == [True, False, False, False, False]
    assert np.isnan(scores.total.score[0])


def test_a_required_group_that_was_not_invited_is_not_missed() -> None:
    needs_clients = replace(ONE_ITEM, groups=groups(required=[True] + [False] * 4))
    assert scored(one_item(supervisor=[4], peer=[4] * 3), needs_clients).sufficient[0]


def test_nobody_with_weight_invited_gives_no_coverage() -> None:
    scores = scored(one_item(own=[4]), ONE_ITEM)
    assert np.isnan(scores.coverage[0])
    assert not scores.sufficient[0]


# -- satisfaction --------------------------------------------------------------------------------------


def test_top2box_counts_the_two_highest_values_of_clients_headline_items() -> None:
    headline = instrument(items=items(headline=[True, False, False, False]))
    ballots = [(0, CLIENT, (value, 1, 1, 1)) for value in (5, 4, 4, 3, 3)] + [(0, PEER, (5, 5, 5, 5))] * 5
    top = scored(of_ballots(*ballots), headline).top2box
    assert (top.score[0], top.n[0]) == (0.6, 5.0)


def test_without_headline_items_top2box_takes_all() -> None:
    top = scored(of_ballots(*[(0, CLIENT, (5, 4, 3, 0))] * 5), instrument()).top2box
    assert (top.score[0], top.n[0]) == (pytest.approx(2 / 3), 5.0)


def test_a_scheme_without_client_groups_takes_everybody_but_self() -> None:
    internal = replace(ONE_ITEM, groups=groups(family=[GroupFamily.COLLEAGUES, 2, 1, 1, 3]))
    assert scored(one_item(peer=[5, 5, 2, 2, 1], own=[1]), internal).top2box.score[0] == pytest.approx(2 / 5)


def test_without_ratings_of_clients_there_is_no_top2box() -> None:
    assert np.isnan(scored(one_item(peer=[5, 5, 5]), ONE_ITEM).top2box.score[0])


WITH_NPS = instrument(
    items=items(
        (0, NO_DIMENSION),
        values=[5, 11],
        points=np.array([[20, 40, 60, 80, 100] + [np.nan] * 6, list(range(11))]),
    ),
    dimension_weight=np.array([1.0]),
)


def recommending(*answers: int, group: int = CLIENT) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(0, group, (4, answer + 1)) for answer in answers]


def test_the_net_promoter_score_of_a_real_survey() -> None:
    # 65 promoters, 99 passives, 86 detractors among 250 clients (plspm::satisfaction, loy3).
    nps = scored(of_ballots(*recommending(*[10] * 65, *[8] * 99, *[3] * 86)), WITH_NPS).nps
    assert (nps.score[0], nps.n[0]) == (pytest.approx(-8.4), 250.0)


@pytest.mark.parametrize(("n", "nps", "top"), [(3, 0, 0), (4, 0, 0), (5, 0, 5), (9, 0, 9), (10, 10, 10)])
def test_nps_needs_ten_answers_and_top2box_five(n: int, nps: int, top: int) -> None:
    scores = scored(of_ballots(*recommending(*[9] * n)), WITH_NPS)
    assert (scores.nps.n[0], scores.top2box.n[0]) == (nps, top)
    assert np.isnan(scores.nps.score[0]) == (nps == 0)
    assert np.isnan(scores.top2box.score[0]) == (top == 0)
    assert np.isnan(scores.nps.interval[0]).all() == (nps == 0)


TIERS = replace(WITH_NPS, groups=groups(family=[0, 2, 0, 1, 3]))  # peers are another tier of clients


@pytest.mark.parametrize(("other", "n"), [(3, 10), (9, 10), (10, 20)])
def test_a_small_tier_of_clients_is_not_in_the_figure_over_all_of_them(other: int, n: int) -> None:
    """The distribution of the large one is shown: what is left of the figure would be the small one's."""
    campaign = of_ballots(*recommending(*[10] * 10), *recommending(*[0] * other, group=PEER))
    found = scored(campaign, TIERS).nps
    assert (found.n[0], found.score[0]) == (n, 100.0 if n == 10 else 0.0)
    assert (
        scored(of_ballots(*recommending(*[9] * 5), *recommending(*[0] * 9, group=PEER)), TIERS).nps.n[0] == 0
    )


# -- absent groups -------------------------------------------------------------------------------------


def average_subjects(count: int) -> Campaign:
    """Subjects whose groups all rate the same: clients 80, supervisor 60, peers 100; the last has no supervisor."""
    ballots = []
    for subject in range(count):
        ballots += [(subject, CLIENT, (4,))] * 3 + [(subject, PEER, (5,))] * 3
        ballots += [(subject, SUPERVISOR, (3,))] if subject < count - 1 else []
    return of_ballots(*ballots)


def invited_all(campaign: Campaign, deviation: bool) -> Means:
    description = replace(ONE_ITEM, deviation=deviation)
    invited = np.tile([1, 1, 1, 0, 0], (campaign.subjects, 1))
    decision = decide(campaign.numbers(description.groups), description.groups)
    disclosed, phi = counted_as(decision, campaign, invited, description)
    return score(disclosed, description, phi).dimensions


def test_an_average_subject_loses_nothing_by_an_absent_group_in_the_deviation_form() -> None:
    level, deviation = (invited_all(average_subjects(31), form).score[:, 0] for form in (False, True))
    full = (40 * 80 + 30 * 60 + 20 * 100) / 90
    assert deviation == pytest.approx([full] * 31)
    assert level[-1] == pytest.approx((40 * 80 + 20 * 100) / 60)


def test_with_fewer_than_30_subjects_of_a_group_the_deviation_form_is_the_level_form() -> None:
    level, deviation = (invited_all(average_subjects(30), form).score[:, 0] for form in (False, True))
    assert deviation == pytest.approx(level)


# -- self against others -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "others", "error", "expected"),
    [
        (95.0, 80.0, 5.0, Gap.BLIND_SPOT),
        (60.0, 85.0, 5.0, Gap.HIDDEN_STRENGTH),
        (95.0, 80.0, 9.0, Gap.AGREED_STRENGTH),
        (85.0, 80.0, 1.0, Gap.AGREED_STRENGTH),
        (90.0, 80.0, 5.0, Gap.BLIND_SPOT),
        (89.99, 80.0, 5.0, Gap.AGREED_STRENGTH),
        (70.0, 80.0, 10 / 1.96, Gap.HIDDEN_STRENGTH),
        (70.0, 80.0, 10.01 / 1.96, Gap.AGREED_STRENGTH),
        (79.0, 79.99, 1.0, Gap.AGREED_DEVELOPMENT_AREA),
        (70.0, 79.0, 1.0, Gap.AGREED_DEVELOPMENT_AREA),
        (np.nan, 79.0, 1.0, Gap.UNKNOWN),
    ],
)
def test_gaps_between_self_and_others(own: float, others: float, error: float, expected: Gap) -> None:
    kinds = classify(np.array([[own]]), np.array([[others]]), np.array([[error]]), ONE_ITEM)
    assert kinds.item() == expected


def test_a_scheme_without_self_has_no_self_scores() -> None:
    nobody = replace(ONE_ITEM, groups=groups(family=[0, 2, 1, 1, 2]))
    assert np.isnan(self_scores(scored(one_item(client=[4] * 3), nobody), nobody)).all()


# -- laws ----------------------------------------------------------------------------------------------


@quick
@given(seeds)
def test_the_order_of_ballots_changes_nothing(seed: int) -> None:
    description = instrument()
    campaign = random_campaign(seed, description)
    assert (
        all_numbers(scored(shuffled(campaign, seed), description)).tobytes()
        == all_numbers(scored(campaign, description)).tobytes()
    )


@quick
@given(seeds)
def test_adding_two_arrays_of_counts_scores_their_union(seed: int) -> None:
    description = instrument()
    campaign = random_campaign(seed, description)
    union = replace(
        campaign,
        answers=np.concatenate([campaign.answers] * 2),
        subject=np.concatenate([campaign.subject] * 2),
        group=np.concatenate([campaign.group] * 2),
    )
    n = campaign.numbers(description.groups)
    decision = decide(n, description.groups)
    once, _ = counted_as(decision, campaign, n, description)
    both, _ = counted_as(decision, union, n, description)
    added = pool_quarters([once, once], description.groups)
    without_top = Sums.none(once.ratings.shape).top
    added, both = (
        replace(each, sums=replace(each.sums, top=without_top)) for each in (added, both.only(once.scored))
    )
    assert_same(score(added, description, PHI), score(both, description, PHI))


@quick
@given(seeds)
def test_reversing_every_item_reflects_percent_of_maximum_points(seed: int) -> None:
    percent = [[0, 25, 50, 75, 100]] * 4
    plain = instrument(items=items(points=percent))
    turned = instrument(items=items(points=percent, reverse=[True] * 4))
    campaign = random_campaign(seed, plain)
    left, right = scored(campaign, plain), scored(campaign, turned)
    np.testing.assert_allclose(left.dimensions.score, 100 - right.dimensions.score)
    np.testing.assert_allclose(left.total.interval, 100 - right.total.interval[..., ::-1], atol=1e-9)


@quick
@given(seeds, st.floats(0.1, 10))
def test_only_the_ratios_of_weights_matter(seed: int, factor: float) -> None:
    plain = instrument(items=items(weight=[1.0, 2.0, 0.5, 1.5]), dimension_weight=np.array([2.0, 3.0]))
    larger = replace(
        plain,
        items=items(weight=np.array([1.0, 2.0, 0.5, 1.5]) * factor),
        groups=groups(weight=groups().weight * factor),
        dimension_weight=plain.dimension_weight * factor,
    )
    campaign = random_campaign(seed, plain)
    assert_same(scored(campaign, plain), scored(campaign, larger))


@quick
@given(seeds)
def test_answers_of_withheld_cells_change_no_bit(seed: int) -> None:
    description = instrument()
    campaign = random_campaign(seed, description, most=4)
    decision = decide(campaign.numbers(description.groups), description.groups)
    withheld = decision.cell[campaign.subject, campaign.group] < 0
    other = campaign.answers.copy()
    other[withheld] = np.random.default_rng(seed + 1).integers(1, 6, other[withheld].shape)
    before, after = (scored(each, description) for each in (campaign, replace(campaign, answers=other)))
    assert all_numbers(before).tobytes() == all_numbers(after).tobytes()


@quick
@given(seeds)
def test_answers_to_withheld_items_change_no_bit(seed: int) -> None:
    description = instrument()
    campaign = random_campaign(seed, description, subjects=40)
    disclosed, phi = counted(campaign, description)
    cell = disclosed.decision.cell[campaign.subject, campaign.group]
    scored_here = disclosed.scored[campaign.subject, cell] & (cell >= 0)[:, None]
    other = campaign.answers.copy()
    changed = (other > 0) & ~scored_here
    other[changed] = np.random.default_rng(seed + 1).integers(1, 6, changed.sum())
    again, phi_again = counted(replace(campaign, answers=other), description)
    assert again.counts.tobytes() == disclosed.counts.tobytes()
    assert [sums.tobytes() for sums in again.sums.arrays] == [
        sums.tobytes() for sums in disclosed.sums.arrays
    ]
    assert phi_again.tobytes() == phi.tobytes()


def test_one_more_ballot_than_the_minimum_shows_no_less() -> None:
    minimum, more = (scored(one_item(client=[4] * n), ONE_ITEM) for n in (3, 4))
    assert minimum.sufficient[0]
    assert more.sufficient[0]
    assert more.total.interval[0, 1] - more.total.interval[0, 0] < np.diff(minimum.total.interval[0])[0]


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phi", [np.array([0.2]), np.array([0.0, 0.2, 0.2]), np.array([0.2, 1.1, 0.2])])
def test_phi_of_another_shape_or_range_is_refused(phi: np.ndarray) -> None:
    disclosed, _ = counted(random_campaign(1, instrument()), instrument())
    with pytest.raises(ValueError, match="phi"):
        score(disclosed, instrument(), phi)


def test_counts_of_a_cell_that_is_not_shown_are_refused() -> None:
    disclosed, _ = counted(one_item(client=[4, 4]), ONE_ITEM)
    ratings = disclosed.ratings.copy()
    ratings[0, CLIENT, 0] = 2
    with pytest.raises(ValueError, match="not shown"):
        replace(disclosed, sums=replace(disclosed.sums, ratings=ratings))


def test_a_distribution_of_fewer_than_ten_ratings_is_refused() -> None:
    disclosed, _ = counted(one_item(client=[4] * 9), ONE_ITEM)
    counts = disclosed.counts.copy()
    counts[0, CLIENT, 0, 3] = 9
    with pytest.raises(ValueError, match="fewer than ten"):
        replace(disclosed, counts=counts)
