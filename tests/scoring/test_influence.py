"""Influence factors: what goes along with being recommended, from whole ballots of clients."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring import influence
from scoring.counts import open_ballots, scored_ballots, tally
from scoring.disclosure import Decision, decide
from scoring.influence import (
    Influence,
    correlations,
    pooled,
    pooled_interval,
    relative_weights,
    satisfaction,
)
from scoring.instrument import NO_DIMENSION, Instrument
from tests.scoring.campaigns import (
    CLIENT,
    HUNDRED_POINTS,
    PEER,
    Campaign,
    groups,
    instrument,
    items,
    shuffled,
)
from tests.scoring.published import ATTITUDE, CARS

DIMENSIONS = 5
ELEVEN = list(range(0, 101, 10))
FIVE_OF_ELEVEN = [*HUNDRED_POINTS, *[np.nan] * 6]

some_rows = arrays(
    float, st.tuples(st.integers(6, 30), st.integers(3, 6)), elements=st.integers(0, 10).map(float)
)
few = settings(max_examples=40, deadline=None)


def weights_by_singular_values(values: np.ndarray) -> np.ndarray:
    """Johnson's way, from the rows: the orthogonal columns nearest to the dimensions, and regressions on both sides."""
    columns, explained = values[:, :-1], values[:, -1]
    unit = (columns - columns.mean(axis=0)) / columns.std(axis=0) / np.sqrt(len(columns))
    left, size, right = np.linalg.svd(unit, full_matrices=False)
    nearest = left @ right
    aim = (explained - explained.mean()) / explained.std() / np.sqrt(len(columns))
    return (unit.T @ nearest) ** 2 @ (nearest.T @ aim) ** 2


def explained_variance(values: np.ndarray) -> float:
    """R^2 of least squares."""
    rows = np.column_stack([np.ones(len(values)), values[:, :-1]])
    left_over = values[:, -1] - rows @ np.linalg.lstsq(rows, values[:, -1])[0]
    return 1 - left_over.var() / values[:, -1].var()


# -- correlations and relative weights -----------------------------------------------------------------


def test_weights_of_the_cars_are_those_that_the_package_rwa_publishes():
    weights = relative_weights(correlations(CARS))
    assert weights == pytest.approx([0.2096904, 0.1883043, 0.1799590, 0.2706812], abs=5e-8)
    assert 100 * weights / weights.sum() == pytest.approx([24.70914, 22.18908, 21.20570, 31.89607], abs=5e-6)


@few
@given(some_rows)
def test_weights_are_those_of_singular_values_and_add_up_to_what_is_explained(rows: np.ndarray):
    assume(np.linalg.matrix_rank(rows - rows.mean(axis=0)) == rows.shape[1] and np.ptp(rows, axis=0).all())
    found = correlations(rows)
    assume(np.linalg.eigvalsh(found[:-1, :-1]).min() > 1e-6)
    weights = relative_weights(found)
    assert found == pytest.approx(np.corrcoef(rows.T), abs=1e-9)
    assert weights == pytest.approx(weights_by_singular_values(rows), abs=1e-7)
    assert weights.sum() == pytest.approx(explained_variance(rows), abs=1e-7)
    assert (weights >= 0).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("table", "explained"), [(CARS, 4), (ATTITUDE, 0)])
def test_weights_are_close_to_the_means_over_all_orders_of_entry(table: np.ndarray, explained: int):
    """LMG, which is another method: it agrees to a few hundredths."""
    columns = [column for column in range(table.shape[1]) if column != explained]
    frame = pd.DataFrame(table[:, columns])
    theirs = pingouin.linear_regression(frame, table[:, explained], relimp=True)["relimp"].to_numpy()[1:]
    ours = relative_weights(correlations(table[:, [*columns, explained]]))
    assert ours == pytest.approx(theirs, abs=0.02)
    assert ours.sum() == pytest.approx(theirs.sum())


def test_weights_of_two_dimensions_are_the_means_over_both_orders_of_entry():
    found = np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]])
    explained = (0.25 + 0.16 - 2 * 0.5 * 0.4 * 0.6) / (1 - 0.36)
    first, second = (0.25 + explained - 0.16) / 2, (0.16 + explained - 0.25) / 2
    assert relative_weights(found) == pytest.approx([first, second])


def test_independent_dimensions_have_the_squares_of_their_correlations():
    found = np.eye(4)
    found[:3, 3] = found[3, :3] = 0.6, -0.3, 0
    assert relative_weights(found) == pytest.approx([0.36, 0.09, 0])


def test_the_sign_of_a_dimension_changes_no_weight():
    turned = CARS * [1, -1, 1, -1, 1]
    assert relative_weights(correlations(turned)) == pytest.approx(relative_weights(correlations(CARS)))


def test_a_dimension_with_a_negative_coefficient_has_a_positive_weight():
    found = np.array([[1, 0.84, 0.6], [0.84, 1, 0.45], [0.6, 0.45, 1]])
    assert np.linalg.solve(found[:2, :2], found[:2, 2])[1] < 0
    assert relative_weights(found)[1] > 0.05


def test_equal_dimensions_share_one_weight():
    twice = np.column_stack([CARS[:, [0]], CARS])
    weights = relative_weights(correlations(twice))
    assert weights[0] == pytest.approx(weights[1])
    assert weights.sum() == pytest.approx(explained_variance(CARS))


def test_a_constant_column_has_no_correlations_and_no_weights():
    constant = np.column_stack([CARS[:, :2], np.full(len(CARS), 4.0), CARS[:, -1]])
    found = correlations(constant)
    assert np.isnan(found[2]).all() and np.isnan(found[:, 2]).all()
    assert not np.isnan(found[:2, :2]).any()
    assert np.isnan(relative_weights(found)).all()


def test_many_matrices_are_weighted_at_once_and_one_without_numbers_does_not_spoil_the_others():
    stack = np.array([correlations(CARS), np.full((5, 5), np.nan), np.eye(5)])
    found = relative_weights(stack)
    assert found[0] == pytest.approx(relative_weights(stack[0]))
    assert np.isnan(found[1]).all()
    assert found[2].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("shape", [(2, 2), (3, 4)])
def test_weights_need_two_dimensions(shape: tuple[int, int]):
    with pytest.raises(ValueError, match="two dimensions or more"):
        relative_weights(np.ones(shape))


@pytest.mark.parametrize(
    "values", [np.ones((1, 3)), np.ones((5, 1)), np.array([[1.0, np.nan], [2, 3]]), np.ones(4)]
)
def test_correlations_need_complete_rows(values: np.ndarray):
    with pytest.raises(ValueError, match="complete rows"):
        correlations(values)


def test_quarters_are_pooled_by_their_ballots():
    one, other = np.array([[1, 0.2], [0.2, 1]]), np.array([[1, 0.8], [0.8, 1]])
    assert pooled(np.array([one, other]), np.array([300, 100])) == pytest.approx(
        np.array([[1, 0.35], [0.35, 1]])
    )
    assert pooled(np.array([one]), np.array([70])).tolist() == one.tolist()


def test_the_interval_of_a_pool_is_that_of_one_quarter_and_half_as_wide_for_four():
    share, interval = np.array([[0.6, 0.4]]), np.array([[[0.4, 0.7], [0.3, 0.6]]])
    one = pooled_interval(share[0], share, interval, np.array([100]))
    assert one == pytest.approx(interval[0])
    four = pooled_interval(share[0], share.repeat(4, 0), interval.repeat(4, 0), np.array([100] * 4))
    assert four == pytest.approx(np.array([[0.5, 0.65], [0.35, 0.5]]))
    ends = pooled_interval(np.array([0.01, 0.99]), share, interval, np.array([100]))
    assert (ends.min(), ends.max()) == (0, 1)


@pytest.mark.parametrize("n", [[], [100], [100, 0], [100, -1]])
def test_a_quarter_without_ballots_is_not_pooled(n: list[int]):
    with pytest.raises(ValueError, match="every quarter"):
        pooled(np.ones((2, 3, 3))[: max(len(n), 0) and 2], np.array(n))


# -- from ballots --------------------------------------------------------------------------------------


def questionnaire(dimensions: int = DIMENSIONS, **changes: object) -> Instrument:
    """Two five-point items to a dimension and a recommendation from 0 to 10."""
    count = 2 * dimensions
    described = items(
        (*np.repeat(np.arange(dimensions), 2).tolist(), NO_DIMENSION),
        values=[5] * count + [11],
        points=[FIVE_OF_ELEVEN] * count + [ELEVEN],
    )
    parts: dict[str, object] = {"items": described, "dimension_weight": np.ones(dimensions)}
    return instrument(**parts | changes)


def answers(ballots: int, seed: int = 1, dimensions: int = DIMENSIONS) -> np.ndarray:
    """Clients with a common opinion, and one of each dimension."""
    dice = np.random.default_rng(seed)
    common, own = dice.normal(size=(ballots, 1)), dice.normal(size=(ballots, dimensions))
    marks = np.repeat(3.6 + 0.7 * common + 0.6 * own, 2, axis=1) + 0.4 * dice.normal(
        size=(ballots, 2 * dimensions)
    )
    recommends = 8 + 1.4 * common + 0.9 * own[:, :1] + dice.normal(size=(ballots, 1))
    places = np.column_stack([np.clip(marks.round(), 1, 5), np.clip(recommends.round(), 0, 10) + 1])
    return places.astype(np.uint8)


def campaign(given: np.ndarray, size: int = 6, group: int = CLIENT) -> Campaign:
    """So many ballots of one subject after the other."""
    subject = np.arange(len(given)) // size
    return Campaign(given, subject, np.full(len(given), group), int(subject[-1]) + 1)


def found_in(
    ballots: Campaign, of: Instrument | None = None, seed: int = 7, decision: Decision | None = None
) -> Influence | None:
    described = of or questionnaire()
    asked = ballots.numbers(described.groups)
    decision = decision or decide(asked, described.groups)
    opened = open_ballots(ballots.answers, ballots.subject, ballots.group, decision, described.items)
    disclosed = tally(opened, asked, decision, described)
    return influence.of_ballots(scored_ballots(opened, disclosed), disclosed, described, seed)


def known(ballots: Campaign, **given: object) -> Influence:
    found = found_in(ballots, **given)  # type: ignore[arg-type]
    assert found is not None
    return found


def marks_of(given: np.ndarray) -> np.ndarray:
    """Means of the two items of a dimension, and the recommendation: any scale, correlations do not mind."""
    pairs = given[:, :-1].reshape(len(given), -1, 2).mean(axis=2)
    return np.column_stack([pairs, given[:, -1]])


def test_what_is_kept_is_rounded_and_weights_follow_from_the_correlations():
    given = answers(180)
    found = known(campaign(given))
    whole = np.corrcoef(marks_of(given).T)
    assert (found.n, found.resamples) == (180, influence.RESAMPLES)
    assert found.correlations.tolist() == np.round(whole, 3).tolist()
    assert found.weights == pytest.approx(relative_weights(whole), abs=0.002)
    assert found.shares.sum() == pytest.approx(1)
    for kept, digits in ((found.weight_interval, 3), (found.share_interval, 2)):
        assert kept.tolist() == np.round(kept, digits).tolist()


def test_intervals_are_those_of_resamples_drawn_one_by_one():
    given = answers(120)
    marks, dice = marks_of(given), np.random.default_rng(99)
    drawn = [marks[dice.integers(len(marks), size=len(marks))] for _ in range(2000)]
    weights = np.array([weights_by_singular_values(each) for each in drawn])
    shares = weights / weights.sum(axis=1, keepdims=True)
    found = known(campaign(given))
    assert found.weight_interval == pytest.approx(np.percentile(weights, [2.5, 97.5], axis=0).T, abs=0.02)
    assert found.share_interval == pytest.approx(np.percentile(shares, [2.5, 97.5], axis=0).T, abs=0.04)
    assert np.all(
        (found.weight_interval[:, 0] <= found.weights) & (found.weights <= found.weight_interval[:, 1])
    )


def test_the_order_of_ballots_changes_nothing_and_another_seed_no_correlation():
    ballots = campaign(answers(90))
    found, same, other = known(ballots), known(shuffled(ballots, 4)), known(ballots, seed=8)
    for name in ("correlations", "weight_interval", "share_interval", "clear"):
        assert getattr(found, name).tolist() == getattr(same, name).tolist()
    assert found.correlations.tolist() == other.correlations.tolist()
    assert found.share_interval.tolist() != other.share_interval.tolist()


def test_a_dimension_of_pure_chance_never_has_an_interval_down_to_0_but_is_not_clear_of_chance():
    given = answers(400)
    given[:, 8:10] = np.random.default_rng(3).integers(1, 6, size=(400, 2))
    found = known(campaign(given))
    assert found.weight_interval[4, 0] >= 0
    assert found.clear.tolist() == [True, True, True, True, False]


@pytest.mark.parametrize("dimensions", [2, 3, 7])
def test_any_number_of_dimensions_from_two_on(dimensions: int):
    found = known(campaign(answers(80, dimensions=dimensions)), of=questionnaire(dimensions))
    assert found.weights.shape == found.clear.shape == (dimensions,)
    assert found.correlations.shape == (dimensions + 1, dimensions + 1)


def test_one_dimension_or_no_recommendation_has_no_influence():
    assert found_in(campaign(answers(80, dimensions=1)), of=questionnaire(1)) is None
    rated = instrument(items=items((0, 0, 1, 1)))
    assert found_in(campaign(answers(80, dimensions=2)[:, :4]), of=rated) is None


@pytest.mark.parametrize(("ballots", "is_there"), [(54, True), (48, False)])
def test_fifty_ballots_are_needed(ballots: int, is_there: bool):
    assert (found_in(campaign(answers(ballots))) is not None) == is_there


def test_ballots_that_lack_a_dimension_or_the_recommendation_are_left_out():
    given = answers(60)
    given[0, 0:2] = 0
    given[7, -1] = 0
    given[14, 0] = 0  # the other item of the dimension is there
    assert known(campaign(given)).n == 58


def test_only_ballots_of_clients_count():
    clients, peers = campaign(answers(54)), campaign(answers(54, seed=2), group=PEER)
    both = Campaign(
        np.concatenate([clients.answers, peers.answers]),
        np.concatenate([clients.subject, peers.subject]),
        np.concatenate([clients.group, peers.group]),
        9,
    )
    assert known(both).correlations.tolist() == known(clients).correlations.tolist()
    assert found_in(peers) is None


def test_clients_under_their_names_do_not_count():
    named = groups(attributed=[True, True, False, False, True])
    assert found_in(campaign(answers(60)), of=questionnaire(groups=named)) is None


def test_ballots_of_cells_that_are_not_shown_do_not_count():
    given = answers(62)
    found = known(campaign(given, size=3))  # the last subject has two
    assert found.n == 60
    given[60:] = 1
    changed = known(campaign(given, size=3))
    assert (changed.correlations.tolist(), changed.share_interval.tolist()) == (
        found.correlations.tolist(),
        found.share_interval.tolist(),
    )


def test_a_dimension_that_clients_are_not_asked_is_no_factor():
    described = questionnaire()
    asked = described.items.asked.copy()
    asked[CLIENT, 4:6] = False
    given = answers(60)
    given[:, 4:6] = 0
    found = known(campaign(given), of=questionnaire(items=replace(described.items, asked=asked)))
    assert found.correlations.shape == (5, 5)


def test_cells_in_which_all_are_alike_hide_nobody():
    """What they marked stands in their means; fifty others are needed beside them."""
    given = answers(96)
    given[48:] = 5
    assert found_in(campaign(given)) is None
    given[48, 0] = 4
    assert known(campaign(given)).n == 96


def test_ten_have_to_differ_in_every_dimension_and_in_the_recommendation():
    for column in (slice(2, 4), slice(10, 11)):
        given = answers(120)
        given[:, column] = 5
        assert found_in(campaign(given)) is None
        given[:9, column] = 2
        assert found_in(campaign(given)) is None
        given[9, column] = 3
        assert found_in(campaign(given)) is not None


def test_answers_that_somebody_heard_hide_nobody():
    described, ballots = questionnaire(), campaign(answers(60))
    decision = decide(ballots.numbers(described.groups), described.groups)
    for heard, is_there in ((1, True), (2, False)):
        minimum = decision.minimum.copy()
        minimum[:, CLIENT] += heard
        of_both = replace(decision, minimum=minimum)
        assert (found_in(ballots, decision=of_both) is not None) == is_there


def test_resamples_with_a_constant_column_are_skipped_and_too_many_of_them_leave_nothing():
    """Near the top of the scale. A column of four who differ of fifty is constant in about one of sixty resamples."""
    marks = np.random.default_rng(2).normal(size=(50, 4))
    marks[:, 0] = np.arange(50) < 4
    found = influence._estimate(marks, 1)
    assert (
        found is not None
        and influence.RESAMPLES - influence.MOST_SKIPPED <= found.resamples < influence.RESAMPLES
    )
    assert not np.isnan(found.weight_interval).any()
    marks[:, 0] = np.arange(50) < 1
    assert influence._estimate(marks, 1) is None
    marks[:, 0] = 1
    assert influence._estimate(marks, 1) is None


def test_two_dimensions_that_all_mark_alike_share_their_weight_in_every_resample():
    given = answers(90)
    given[:, 2:4] = given[:, 0:2]
    found = known(campaign(given))
    assert found.weights[0] == pytest.approx(found.weights[1])
    assert found.share_interval[0] == pytest.approx(found.share_interval[1])


def test_satisfaction_is_the_mean_over_the_ratings_of_clients():
    given = answers(60)
    ballots, described = campaign(given), questionnaire()
    asked = ballots.numbers(described.groups)
    decision = decide(asked, described.groups)
    opened = open_ballots(given, ballots.subject, ballots.group, decision, described.items)
    found = satisfaction(tally(opened, asked, decision, described), described)
    assert found == pytest.approx(20 * given[:, :-1].reshape(60, -1, 2).mean(axis=(0, 2)))


# -- what is read back --------------------------------------------------------------------------------


def test_what_comes_of_ballots_has_no_fault_and_what_cannot_is_named():
    described, found = questionnaire(), known(campaign(answers(60)))
    shown = np.zeros((10, described.groups.cells), dtype=np.int64)
    shown[:, CLIENT] = 6
    assert list(influence.faults(found, shown, described)) == []
    assert list(influence.faults(None, shown, described)) == []
    more_digits = found.correlations + np.where(np.eye(6) > 0, 0, 0.0001)
    for changed, words in (
        (replace(found, n=61), "61 ballots of clients, of 60"),
        (replace(found, n=49), "49 ballots"),
        (replace(found, resamples=400), "400 resamples"),
        (replace(found, correlations=more_digits), "more digits"),
        (replace(found, correlations=np.eye(4)), "a correlation of every two"),
        (replace(found, clear=found.clear[:2]), "two intervals"),
        (replace(found, share_interval=found.share_interval[:, ::-1]), "between 0 and 1"),
    ):
        assert words in " ".join(influence.faults(changed, shown, described))
