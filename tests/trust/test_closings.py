"""A closing that is killed leaves what an undisturbed one does. `./run bench trust` kills it at every point."""

from collections.abc import Iterator

import pytest

from feedback.settings import Settings
from tests.attacks import closings
from tests.attacks.worlds import World, inhabited

PLACES = (0, 1 / 3, 2 / 3, 0.99)  # of all points


@pytest.fixture
def world(either_engine: Settings) -> Iterator[World]:
    with inhabited(either_engine) as found:
        closings.found_campaign(found)
        yield found


def test_a_closing_that_is_killed_and_started_again_counts_the_same_and_leaves_no_ballot_and_no_key(
    world: World,
):
    points, expected = closings.undisturbed(world)
    assert points > 50 and expected.ballots == 0 and expected.counts and expected.totals
    assert not any(name.endswith((".key", ".box")) for name in expected.keys)
    for place in PLACES:
        assert closings.closed_after_a_kill(world, int(place * points)) == expected


def test_a_closing_that_is_not_killed_is_not_taken_for_one(world: World):
    points, _ = closings.undisturbed(world)
    assert closings.closed_after_a_kill(world, points + 1) is None
