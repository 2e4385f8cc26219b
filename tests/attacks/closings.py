"""A campaign whose closing is killed at a point, and closed again by somebody who knows nothing of it."""

from dataclasses import dataclass

from sqlalchemy import func, select, text

from feedback import current
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign
from feedback.services.closing import campaign_closing
from tests.attacks.interruptions import NEVER, Interruption
from tests.attacks.worlds import Killed, World
from tests.factories import ACTOR, AFTER

CODE = "2026Q4"
SIZES = {"client": 10, "peer": 2, "subordinate": 4, "self": 1}

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Left:
    """What a closing leaves: results, and nothing else."""

    state: str
    unreadable: int | None
    cells: Rows
    counts: Rows
    totals: Rows
    comments: Rows
    ballots: int
    keys: tuple[str, ...]


def found_campaign(world: World) -> None:
    """With cells that are shown, merged and withheld, large enough for counts and not, and comments."""
    office = world.office
    campaign = office.open(SIZES, SIZES, code=CODE)
    for subject in (0, 1):
        for group in SIZES:
            for place, nonce in enumerate(office.nonces(campaign, group, subject)):
                office.answer(nonce, place % 5 + 1, f"{group} {place} on {subject}")
    world.save()


def close(world: World, at: int = NEVER) -> int:
    """Returns how many points were passed."""
    interruption = Interruption(at)
    session = world.office.session
    campaign = session.scalars(select(Campaign).where(Campaign.code == CODE)).one()
    campaign_closing.close(session, world.office.custody, campaign, actor=ACTOR, now=AFTER)
    return interruption.passed


def left(world: World) -> Left:
    session = world.office.session
    campaign = session.scalars(select(Campaign).where(Campaign.code == CODE)).one()
    rows = {
        "cells": 'select subject_id, "group", invited, answered, status, is_pool from cell',
        "counts": 'select subject_id, "group", item, value, count from "count" join cell on id = cell_id',
        "totals": 'select subject_id, "group", item, ratings, points, top from item_total join cell on id = cell_id',
        "comments": 'select subject_id, "group", item, text from comment join cell on cell.id = cell_id',
    }
    found = {name: sorted(map(tuple, session.execute(text(query)))) for name, query in rows.items()}
    keys = current.settings().data_dir / "keys"
    return Left(
        state=campaign.state,
        unreadable=campaign.unreadable,
        ballots=session.scalar(select(func.count()).select_from(Ballot)) or 0,
        keys=tuple(sorted(path.name for path in keys.iterdir())),
        **found,
    )


def closed_after_a_kill(world: World, at: int) -> Left | None:
    """What is left if the closing was killed there and started again. None: it came to its end before that."""
    world.restore()
    try:
        world.elsewhere(lambda other: close(other, at))
    except Killed:
        world.elsewhere(close)
        return world.elsewhere(left)
    return None


def undisturbed(world: World) -> tuple[int, Left]:
    """How many points there are, and what is left in the end."""
    world.restore()
    return world.elsewhere(close), world.elsewhere(left)
