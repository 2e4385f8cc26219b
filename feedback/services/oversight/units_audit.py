"""Of the anonymity audit: whether groups that were asked together share one lot, and what their pools need."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Cell, CellStatus, Subject
from feedback.services.ground import documents, protection
from forms.scheme import Family, pool_name

WITH_OTHERS, WITHHELD_FROM_START = {CellStatus.MERGED, CellStatus.WITHHELD}, {CellStatus.WITHHELD}


def groups(campaign: Campaign) -> list[dict[str, Any]]:
    """The rater groups of the scheme as it is stored; loading it would refuse what is looked for."""
    found: list[dict[str, Any]] = documents.content(json.loads(campaign.scheme))["group"]
    return found


def minima_of_pools(session: Session, campaign: Campaign) -> defaultdict[tuple[int, str], int]:
    """The largest minimum of the groups merged into a pool, by subject and pool; never less than that of means."""
    known = {group["id"]: group for group in groups(campaign)}
    found: defaultdict[tuple[int, str], int] = defaultdict(lambda: protection.MEANS_FROM)
    for cell in session.scalars(_cells(campaign).where(Cell.status == CellStatus.MERGED)):
        group = known[cell.group]
        place = cell.subject_id, pool_name(Family(group["family"]))
        found[place] = max(found[place], group["minimum"])
    return found


def divided(session: Session, campaign: Campaign) -> Iterator[str]:
    """Were a group shown otherwise than its unit, its status would be about fewer people than its minimum."""
    lots: defaultdict[tuple[int, str | None], set[CellStatus]] = defaultdict(set)
    together = _cells(campaign).where(Cell.status.is_not(None), Cell.unit.is_distinct_from(Cell.group))
    for cell in session.scalars(together.where(Cell.is_pool.is_(False))):
        lots[cell.subject_id, cell.unit].add(CellStatus(cell.status or ""))
    for (subject_id, unit), lot in lots.items():
        if len(lot) > 1 or not lot <= (WITHHELD_FROM_START if unit is None else WITH_OTHERS):
            which = unit or "those of whom too few were asked"
            yield f"{campaign.code}: the groups of {which} of subject {subject_id} are {', '.join(sorted(lot))}"


def _cells(campaign: Campaign) -> Select[Cell]:
    return select(Cell).join(Cell.subject).where(Subject.campaign_id == campaign.id).order_by(Cell.id)
