"""Who has answered: two worlds that differ in one rater look the same to the staff, on every page and command."""

from collections.abc import Iterator

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from feedback.models.accounts import RoleName
from tests.attacks import twins
from tests.attacks.twins import Difference, Look, Pair
from tests.attacks.worlds import World, world

SMALL = Look(readers=(RoleName.HR,))
EXPORTED = "exported links"


def run(setting: Setting) -> Iterator[Result]:
    outputs, differences, pairs = 0, list[Difference](), 0
    with world(setting.engine, setting.server) as found:
        chosen = twins.found_company(found)
        chosen = setting.sized(chosen[:1], chosen[:6])
        found.save()
        for pair in chosen:
            number, told = _compared(setting, found, pair)
            outputs, pairs = outputs + number, pairs + 1
            differences += told
            setting.progress(pairs, len(chosen))
    size = f"{pairs} pairs of worlds, {outputs:,} outputs"
    pages = [one for one in differences if one.moment != EXPORTED]
    links = [one for one in differences if one.moment == EXPORTED]
    yield _result("who has answered: pages, files and commands", size, pages)
    yield _result("who has answered: links that were exported, opened by somebody else", size, links)


def _compared(setting: Setting, world: World, pair: Pair) -> tuple[int, list[Difference]]:
    return twins.compared(world, pair, setting.sized(SMALL, twins.EVERYTHING))


def _result(name: str, size: str, differences: list[Difference]) -> Result:
    outputs = [f"{one.moment}: {output}" for one in differences for output in one.outputs]
    return Result(name, size, f"{len(outputs)} differ", "0 differ", not outputs, tuple(outputs[:10]))
