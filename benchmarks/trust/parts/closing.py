"""A closing that is killed at any point leaves the same counts when it is started again, and no ballot and no key."""

from collections.abc import Iterator

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from tests.attacks import closings
from tests.attacks.worlds import world

SMALL, FULL = 8, 1  # every eighth point, or each


def run(setting: Setting) -> Iterator[Result]:
    different, killed, step = list[str](), 0, setting.sized(SMALL, FULL)
    with world(setting.engine, setting.server) as found:
        closings.found_campaign(found)
        points, expected = closings.undisturbed(found)
        for at in range(0, points, step):
            left = closings.closed_after_a_kill(found, at)
            killed += left is not None
            different += [f"killed at point {at}"] if left not in (None, expected) else []
            setting.progress(at + step, points)
    yield Result(
        name="closing killed and started again",
        size=f"{killed} kills, at every statement, commit and change of a file"
        if step == 1
        else f"{killed} kills, at every {step}th of {points} points",
        figure=f"{len(different)} with other results, a ballot or a key left",
        threshold="0",
        holds=not different and killed > 0 and expected.ballots == 0,
        faults=tuple(different[:10]),
    )
