"""What is withheld leaves no trace: other answers in every withheld cell change no byte of anything that leaves."""

import random
from collections.abc import Callable, Iterator

from sqlalchemy import select

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from tests.attacks.worlds import World, world
from tests.factories import Office
from tests.test_noninterference import everything_that_leaves, overwrite, random_campaign, withheld_cells
from tests.test_noninterference_files import files
from tests.test_noninterference_influence import campaign_with_influence

SMALL, FULL = 2, 40  # campaigns

Outputs = dict[str, bytes]
Kind = Callable[[Office, random.Random], Campaign]


def run(setting: Setting) -> Iterator[Result]:
    campaigns = setting.sized(SMALL, FULL)
    compared, ballots, different = 0, 0, list[str]()
    for seed in range(campaigns):
        with world(setting.engine, setting.server) as found:
            kind = random_campaign if seed else campaign_with_influence
            before, after, changed = _twins(found, random.Random(f"{setting.engine} {seed}"), kind)
        names = before.keys() | after.keys()
        different += [f"campaign {seed}: {n}" for n in sorted(names) if before.get(n) != after.get(n)]
        compared, ballots = compared + len(names), ballots + changed
        setting.progress(seed + 1, campaigns)
    yield Result(
        name="noninterference: answers that are not shown",
        size=f"{campaigns} campaigns, {ballots} ballots changed, {compared:,} outputs",
        figure=f"{len(different)} outputs changed",
        threshold="0 outputs changed",
        holds=not different and ballots > 0,
        faults=tuple(different[:10]),
    )


def _twins(world: World, dice: random.Random, kind: Kind) -> tuple[Outputs, Outputs, int]:
    withheld = withheld_cells(world.app, kind(world.office, dice))
    world.save()
    before = _outputs(world)
    world.restore()
    changed = overwrite(db.session.scalars(select(Campaign)).one(), withheld, dice)
    world.save()
    return before, _outputs(world), changed


def _outputs(world: World) -> Outputs:
    """Pages and exports of one copy, files of another: each of them closes the campaign."""
    pages = world.elsewhere(lambda other: everything_that_leaves(other.app))
    world.restore()
    return pages | world.elsewhere(lambda other: files(other.app))
