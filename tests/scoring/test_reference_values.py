"""Values worked out by hand or by enumeration, each for one claim that the documentation makes."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from scoring.absence import over_groups
from scoring.agreement import variance
from scoring.careless import longstring
from scoring.cells import CellScores
from scoring.counts import DisclosedCounts
from scoring.disclosure import decide
from scoring.instrument import GroupFamily, Groups, Instrument, Integers
from scoring.points import answer_points
from scoring.sums import Sums
from tests.scoring.campaigns import CLIENT, groups, instrument, items, of_ballots, scored

# Cohen, Cohen, Aiken & West (1999): percent of maximum possible, 100 (x - lowest)/(highest - lowest).
PERCENT_OF_MAXIMUM = (0, 25, 50, 75, 100)


def one_item(**changes: object) -> Instrument:
    parts = {"items": items(dimensions=(0,), points=[PERCENT_OF_MAXIMUM]), "dimension_weight": np.ones(1)}
    return instrument(**parts | changes)


@pytest.mark.parametrize("values", [5, 10, 11])
def test_points_on_any_scale_are_percent_of_maximum(values: int) -> None:
    answers = np.arange(values)
    points = 100 * answers / (values - 1)
    known = items(dimensions=(0,), values=[values], points=[points])
    assert answer_points(known)[0, 1:] == pytest.approx(points)
    turned = items(dimensions=(0,), values=[values], points=[points], reverse=[True])
    assert answer_points(turned)[0, 1:] == pytest.approx(points[::-1])


def test_a_reverse_keyed_4_on_five_points_is_25_per_cent() -> None:
    turned = items(dimensions=(0,), points=[PERCENT_OF_MAXIMUM], reverse=[True])
    assert answer_points(turned)[0, [1, 4]].tolist() == [100.0, 25.0]


# -- a group is absent ---------------------------------------------------------------------------------

GROUPS = groups(
    family=[GroupFamily.CLIENTS, GroupFamily.SUPERVISOR, GroupFamily.COLLEAGUES, GroupFamily.COLLEAGUES],
    weight=[50.0, 20.0, 15.0, 15.0],
    minimum=[3, 1, 3, 3],
    attributed=[False, True, False, False],
    required=[False] * 4,
)
MEANS = [80.0, 70.0, 85.0, 88.0]


def nothing_counted(ballots: Integers, described: Groups) -> DisclosedCounts:
    """The decision on these ballots [s, g]; all groups were invited."""
    decision = decide(ballots, described)
    shape = decision.status.shape
    counts, sums = np.zeros((*shape, 1, 5), dtype=np.int32), Sums.none((*shape, 1))
    return DisclosedCounts(counts, sums, np.zeros(shape, int), np.ones_like(ballots), decision)


def scores_of(dimension: np.ndarray, disclosed: DisclosedCounts, description: Instrument) -> CellScores:
    """Cells with these scores [s, h] of one dimension, of one answer each; NaN where nothing is scored."""
    score, n = np.zeros((2, 2, dimension.size + 1))
    score[:, :-1], n[:, :-1] = np.nan_to_num(dimension.ravel()), ~np.isnan(dimension.ravel())
    nothing = np.zeros((2, dimension.size))
    place = np.arange(dimension.size).reshape(dimension.shape).T
    return CellScores(
        score, n, np.zeros((*nothing.shape, 2)), nothing, nothing, place, disclosed, description
    )


@pytest.mark.parametrize(("deviation", "without_supervisor"), [(False, 82.4375), (True, 79.95)])
def test_an_average_person_whose_supervisor_is_absent_gains_in_the_level_form_only(
    deviation: bool, without_supervisor: float
) -> None:
    ballots = np.tile([3, 1, 3, 3], (31, 1))
    ballots[-1, 1] = 0
    asked = items(dimensions=(0,), points=[PERCENT_OF_MAXIMUM], asked=[[True]] * 4)
    described = one_item(groups=GROUPS, items=asked, deviation=deviation)
    cells = np.tile([*MEANS, np.nan, np.nan], (31, 1))
    cells[-1, 1] = np.nan
    disclosed = nothing_counted(ballots, GROUPS)
    overall = over_groups(scores_of(cells, disclosed, described))
    assert overall[0, 0] == pytest.approx(79.95)
    assert overall[0, -1] == pytest.approx(without_supervisor)


# -- what a report would give away -----------------------------------------------------------------------


def test_a_score_over_shown_groups_alone_cannot_be_differenced() -> None:
    # Were the hidden peers in it, it would be 74.0 and give them away: (74 - 0.5 x 80 - 0.25 x 75) / 0.25 = 61.
    described = groups(
        family=[GroupFamily.CLIENTS, GroupFamily.COLLEAGUES, GroupFamily.SUPERVISOR],
        weight=[50.0, 25.0, 25.0],
        minimum=[3, 3, 1],
        attributed=[False, False, True],
        required=[False] * 3,
    )
    disclosed = nothing_counted(np.array([[6, 2, 1]]), described)
    asked = items(dimensions=(0,), points=[PERCENT_OF_MAXIMUM], asked=[[True]] * 3)
    cells = np.array([[80.0, 61.0, 75.0, np.nan, np.nan]])
    description = one_item(groups=described, items=asked)
    shown = over_groups(scores_of(cells, disclosed, description))
    assert shown[0, 0] == pytest.approx(78.3333333333)


def test_a_plain_mean_beside_a_trimmed_one_would_give_away_the_extremes() -> None:
    campaign = of_ballots(*[(0, CLIENT, (rating,)) for rating in (1, 3, 4, 4, 5)])
    plain, trimmed = (
        scored(campaign, one_item(trim=trim)).cells.item_mean[0, CLIENT, 0] for trim in (False, True)
    )
    assert (plain, trimmed) == pytest.approx((60.0, 66.6666666667))
    assert 5 * plain - 3 * trimmed == pytest.approx(0 + 100)  # the lowest and the highest rating


@pytest.mark.parametrize(
    ("n", "share"),
    [
        (3, 0.9428571429),
        (4, 0.8),
        (5, 0.626984127),
        (6, 0.480952381),
        (8, 0.2848484848),
        (10, 0.1808191808),
    ],
)
def test_mean_and_spread_of_few_ratings_give_every_one_of_them_away(n: int, share: float) -> None:
    ratings = np.array(list(combinations_with_replacement(range(5), n)))
    counts = (ratings[:, :, None] == np.arange(5)).sum(axis=1)
    shown = np.column_stack([counts @ np.arange(5), variance(counts).round(9)])
    _, alike = np.unique(shown, axis=0, return_counts=True)
    assert (alike == 1).sum() / len(counts) == pytest.approx(share)


# -- careless answering -----------------------------------------------------------------------------------


def test_longstring_of_the_test_data_of_careless() -> None:
    # R package careless (Yentes & Wilhelm), test data: a run of ones, then 0 1 0 1 ...; last, blocks of ten.
    begun = [[1] * length + [0, 1] * ((100 - length) // 2) for length in range(10, 100, 10)]
    blocks = [1 - (place // 10) % 2 for place in range(100)]
    places = np.array([*begun, blocks], dtype=np.uint8) + 1
    assert longstring(places).tolist() == [10, 20, 30, 40, 50, 60, 70, 80, 90, 10]
