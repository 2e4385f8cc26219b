"""Checks what raters are promised on the data, the files and the schema that are really there.

Each check looks at the thing itself, not at the code that should have made it so: an altered database is found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import DateTime, Select, func, inspect, or_, select, text
from sqlalchemy.orm import Session, undefer

from feedback.models.ballots import Ballot
from feedback.models.call_backs import CallBack
from feedback.models.campaigns import SEALED, Campaign, Cell, CellStatus, Subject
from feedback.models.results import Comment, Count, ItemTotal
from feedback.services.ballot_box.custody import Custody
from feedback.services.ground import campaign_codes, protection
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight import statistics_audit, units_audit
from feedback.services.oversight.audit_scope import AuditScope
from feedback.services.oversight.keys_audit import (
    cells_changed,
    foreign_ballots,
    keys_left,
    keys_missing,
    keys_of_trustees,
    keys_readable,
    marks_missing,
    promises_changed,
)

TABLES = (
    *("invitation", "task", "ballot", "count", "item_total", "comment", "interview"),
    *("sealed_suggestion", "suggestion", "call_back"),
)
TELLING = re.compile(
    r"(^|_)(at|on|time|date|day|created|updated|opened|ip|inet|addr|address|agent|browser|seq)($|_)"
)


@dataclass(frozen=True)
class Finding:
    promise: str
    faults: tuple[str, ...]


def run(session: Session, custody: Custody, keys: Path, campaign: str | None = None) -> list[Finding]:
    query = (
        select(Campaign)
        .options(*map(undefer, (Campaign.scheme, Campaign.questionnaire, Campaign.statistics)))
        .order_by(Campaign.id)
    )
    if campaign is not None:
        query = query.where(Campaign.code == campaign_codes.stored(session, campaign))
    scope = AuditScope(session, custody, keys, session.scalars(query).all())
    if campaign is not None and not scope.campaigns:
        raise NotPossible(f"there is no campaign {campaign}")
    return [Finding(promise, tuple(check(scope))) for promise, check in CHECKS.items()]


def telling_columns(scope: AuditScope) -> Iterator[str]:
    inspector = inspect(scope.session.connection())
    for table in TABLES:
        for column in inspector.get_columns(table):
            if isinstance(column["type"], DateTime) or TELLING.search(column["name"]):
                yield f"{table}.{column['name']}"


def row_numbers(scope: AuditScope) -> Iterator[str]:
    connection = scope.session.connection()
    if connection.dialect.name != "sqlite":
        return
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    definitions = {row.name: row.sql for row in connection.execute(query)}
    for table in TABLES:
        if "WITHOUT ROWID" not in definitions.get(table, "").upper():
            yield f"table {table} numbers its rows"


def deleted_rows(scope: AuditScope) -> Iterator[str]:
    connection = scope.session.connection()
    if connection.dialect.name == "sqlite" and not connection.scalar(text("PRAGMA secure_delete")):
        yield "secure_delete is off"


TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT trigger_name, event_object_table FROM information_schema.triggers",
}


def triggers(scope: AuditScope) -> Iterator[str]:
    """What could write down elsewhere when a slot is filled."""
    connection = scope.session.connection()
    for name, table in connection.execute(text(TRIGGERS[connection.dialect.name])):
        if table in TABLES:
            yield f"trigger {name} watches table {table}"


def cards_with_links(scope: AuditScope) -> Iterator[str]:
    """A card for a call back names the person it is about; with anything else it could be joined to an answer."""
    inspector = inspect(scope.session.connection())
    for key in inspector.get_foreign_keys(CallBack.__tablename__):
        if key["referred_table"] != Subject.__tablename__:
            yield f"cards refer to table {key['referred_table']}"
    for column in inspector.get_columns(CallBack.__tablename__):
        if column["name"] not in CallBack.__table__.columns:
            yield f"cards have a column {column['name']}"


def cards_with_days(scope: AuditScope) -> Iterator[str]:
    query = select(func.count()).select_from(CallBack).where(CallBack.shown_from < func.current_date())
    if number := scope.session.scalar(query):
        yield f"{number} cards still say on which day they came: does a worker run?"


def uneven_envelopes(scope: AuditScope) -> Iterator[str]:
    size = func.length(Ballot.envelope)
    query = (
        select(Campaign.code, size, func.count())
        .select_from(Ballot)
        .join(Cell, Cell.id == Ballot.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .join(Campaign, Campaign.id == Subject.campaign_id)
        .where(Campaign.id.in_(scope.ids), size != Campaign.envelope_size)
        .group_by(Campaign.code, size)
    )
    for code, length, number in scope.session.execute(query):
        yield f"{code} has {number} sealed answers of {length} bytes"


def ballots_left(scope: AuditScope) -> Iterator[str]:
    query = (
        select(Campaign.code, func.count())
        .select_from(Ballot)
        .join(Cell, Cell.id == Ballot.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .join(Campaign, Campaign.id == Subject.campaign_id)
        .where(Campaign.id.in_(scope.ids), Campaign.state.not_in(SEALED))
        .group_by(Campaign.code)
    )
    for code, number in scope.session.execute(query):
        yield f"{code} has {number} ballots"


def low_minima(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.campaigns:
        for name, minimum in _minima(campaign).items():
            if minimum < protection.MEANS_FROM:
                yield f"{campaign.code}: {name} is shown from {minimum} answers on"


def _minima(campaign: Campaign) -> dict[str, int]:
    """Of the groups that are not attributed; read as it is stored, since loading it would refuse a low one."""
    return {
        group["id"]: group["minimum"] for group in units_audit.groups(campaign) if not group["attributed"]
    }


def small_cells_shown(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.campaigns:
        minima, pools = _minima(campaign), units_audit.minima_of_pools(scope.session, campaign)
        for cell, code in _cells(scope, campaign, Cell.status == CellStatus.SHOWN):
            needed = pools[cell.subject_id, cell.group] if cell.is_pool else minima.get(cell.group, 1)
            if (cell.answered or 0) - cell.heard < needed:
                yield f"{code}: {cell.group} of subject {cell.subject_id} has {cell.answered} answers"


def divided_units(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.campaigns:
        yield from units_audit.divided(scope.session, campaign)


def hidden_counts(scope: AuditScope) -> Iterator[str]:
    """Of cells that are not shown by themselves nothing but the number of answers is kept."""
    has_counts = select(Count.cell_id).where(Count.cell_id == Cell.id).exists()
    has_totals = select(ItemTotal.cell_id).where(ItemTotal.cell_id == Cell.id).exists()
    has_comments = select(Comment.cell_id).where(Comment.cell_id == Cell.id).exists()
    hidden = Cell.status.is_(None) | (Cell.status != CellStatus.SHOWN)
    for campaign in scope.campaigns:
        for cell, code in _cells(scope, campaign, hidden, or_(has_counts, has_totals, has_comments)):
            yield f"{code}: {cell.group} of subject {cell.subject_id} is {cell.status} and has counts or comments"


def rare_items(scope: AuditScope) -> Iterator[str]:
    """An item that fewer rated than the minimum says nothing in that cell."""
    for campaign in scope.campaigns:
        minima, pools = _minima(campaign), units_audit.minima_of_pools(scope.session, campaign)
        for cell, item, ratings in (*_counted(scope, campaign), *_added_up(scope, campaign)):
            needed = pools[cell.subject_id, cell.group] if cell.is_pool else minima.get(cell.group, 1)
            if ratings < needed:
                yield f"{campaign.code}: {item} of {cell.group} of subject {cell.subject_id} has {ratings} ratings"


def small_distributions(scope: AuditScope) -> Iterator[str]:
    """Counts per value of few ratings are these ratings."""
    for campaign in scope.campaigns:
        for cell, item, ratings in _counted(scope, campaign):
            if ratings - cell.heard < protection.DISTRIBUTIONS_FROM:
                place = f"{item} of {cell.group} of subject {cell.subject_id}"
                yield f"{campaign.code}: {place} has counts of {ratings} ratings"


def _counted(scope: AuditScope, campaign: Campaign) -> list[tuple[Cell, str, int]]:
    """Items of cells, and how many ratings are counted per value."""
    query = select(Cell, Count.item, func.sum(Count.count)).join(Count, Count.cell_id == Cell.id)
    query = query.join(Subject, Subject.id == Cell.subject_id).where(Subject.campaign_id == campaign.id)
    rows = scope.session.execute(query.group_by(*Cell.__table__.columns, Count.item))
    return [(cell, item, ratings) for cell, item, ratings in rows]


def _added_up(scope: AuditScope, campaign: Campaign) -> list[tuple[Cell, str, int]]:
    query = select(Cell, ItemTotal.item, ItemTotal.ratings).join(ItemTotal, ItemTotal.cell_id == Cell.id)
    query = query.join(Subject, Subject.id == Cell.subject_id).where(Subject.campaign_id == campaign.id)
    return [(cell, item, ratings) for cell, item, ratings in scope.session.execute(query)]


def telling_statistics(scope: AuditScope) -> Iterator[str]:
    for campaign in scope.campaigns:
        yield from statistics_audit.faults(scope.session, campaign)


def early_comments(scope: AuditScope) -> Iterator[str]:
    has_comments = select(Comment.cell_id).where(Comment.cell_id == Cell.id).exists()
    for campaign in scope.campaigns:
        minima = _minima(campaign)
        for cell, code in _cells(scope, campaign, has_comments):
            attributed = not cell.is_pool and cell.group not in minima
            if not protection.shows_comments(cell, attributed=attributed):
                yield f"{code}: {cell.group} of subject {cell.subject_id} shows comments of {cell.answered}"


def _cells(scope: AuditScope, campaign: Campaign, *conditions: object) -> Iterator[tuple[Cell, str]]:
    query: Select[Cell] = select(Cell).join(Subject, Subject.id == Cell.subject_id)
    query = query.where(Subject.campaign_id == campaign.id, *conditions)  # type: ignore[arg-type]
    for cell in scope.session.scalars(query.order_by(Cell.id)):
        yield cell, campaign.code


CHECKS: dict[str, Callable[[AuditScope], Iterator[str]]] = {
    "no column tells when, where or in which order somebody answered": telling_columns,
    "no table on the raters' side numbers its rows": row_numbers,
    "what is deleted is overwritten": deleted_rows,
    "nothing in the database watches the raters' tables": triggers,
    "cards for call backs refer to the person they are about and to nothing else": cards_with_links,
    "the day on which a card came is forgotten when it is over": cards_with_days,
    "the sealed answers of a campaign are all of one size": uneven_envelopes,
    "no ballot is left of a campaign that is counted": ballots_left,
    "the keys of counted campaigns are destroyed": keys_left,
    "every open campaign has the keys that it was opened with": keys_missing,
    "the keys of trustees are those that they set, and no others were sealed to": keys_of_trustees,
    "raters are asked and promised what was frozen at the opening": promises_changed,
    "who is counted with whom is as it was fixed at the opening": cells_changed,
    "every sealed answer was cast by this server, into its own place": foreign_ballots,
    "a mark outside the database says which campaigns were counted": marks_missing,
    "keys can be read by this server's user alone": keys_readable,
    f"no group is shown below {protection.MEANS_FROM} answers by its scheme": low_minima,
    "every shown group reached its minimum": small_cells_shown,
    "groups that were asked together are shown, merged or withheld together": divided_units,
    "every item with a figure reached its minimum": rare_items,
    "nothing is kept of what is not shown": hidden_counts,
    f"answers are counted one by one only where {protection.DISTRIBUTIONS_FROM} rated an item": small_distributions,
    f"what joins the answers of a ballot rests on {protection.STATISTICS_FROM} ballots, influence factors on "
    f"{protection.INFLUENCE_FROM} of clients, and is rounded": telling_statistics,
    f"comments stand only where {protection.COMMENTS_FROM} or more answered": early_comments,
}
