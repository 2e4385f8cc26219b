"""Nobody on the staff can tell who has answered: a pair of worlds, looked at by HR. `./run bench trust` has more."""

from collections.abc import Iterator

import pytest
import time_machine

from feedback.models.accounts import RoleName
from feedback.settings import Settings
from tests.attacks import twins
from tests.attacks.twins import WEEK, Look
from tests.attacks.worlds import World, inhabited
from tests.factories import NOW

CODE = twins.CODE
STATUS = ("campaign", "status", CODE)
PATHS = ("/", "/campaigns", f"/campaigns/{CODE}", f"/campaigns/{CODE}/mail", f"/interviews/{CODE}", "/audit")
LOOK = Look(readers=(RoleName.HR,), paths=PATHS, commands=(STATUS,))


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    with inhabited(settings) as found:
        yield found


def test_two_worlds_that_differ_in_who_answered_look_the_same(world: World):
    pair = next(pair for pair in twins.found_company(world) if not pair.of_one_cell)
    world.save()
    number, differences = twins.compared(world, pair, LOOK)
    assert number > 2 * len(PATHS)
    assert differences == []


def test_a_world_in_which_one_more_has_answered_looks_otherwise(world: World):
    pair = twins.found_company(world)[0]
    with time_machine.travel(NOW + WEEK, tick=False):
        before = world.elsewhere(lambda other: twins.outputs(other, LOOK))
        world.office.answer(pair.one)
        after = world.elsewhere(lambda other: twins.outputs(other, LOOK))
    told = [name for name, seen in before.items() if seen != after[name]]
    assert f"feedback {' '.join(STATUS)}" in told and f"hr /campaigns/{CODE}" in told
