"""The crowds of a campaign in the database: made at opening, dissolved where the roster changes under them."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Cell, Crowd, Subject
from feedback.models.invitations import Invitation, Task
from feedback.services.crowds import forming
from feedback.services.crowds.forming import Asked, AskedRater
from feedback.services.definitions.frozen_definitions import read_scheme
from forms.scheme import Scheme

BETWEEN_GROUPS = "+"


def form(session: Session, campaign: Campaign) -> None:
    """Once the links of a campaign are issued. As many statements for many as for few."""
    scheme = read_scheme(campaign.scheme)
    found = forming.form(_asked(session, Subject.campaign_id == campaign.id), scheme)
    if found:
        session.add_all(_crowd(campaign, crowd, scheme) for crowd in found)
        session.flush()
        cells = {one.cell: _id(crowd) for crowd in found for one in crowd}
        session.execute(update(Cell), [{"id": cell, "crowd_id": crowd} for cell, crowd in cells.items()])


def _id(asked: Asked) -> int:
    return min(one.cell for one in asked)


def _crowd(campaign: Campaign, asked: Asked, scheme: Scheme) -> Crowd:
    groups, departments = {one.group for one in asked}, {one.department for one in asked}
    return Crowd(
        id=_id(asked),
        campaign_id=campaign.id,
        groups=BETWEEN_GROUPS.join(group.id for group in scheme.groups if group.id in groups),
        department_id=departments.pop() if len(departments) == 1 else None,
    )


def review(session: Session, subject_id: int) -> None:
    """After a change of the roster of an open campaign: crowds that would not be made like this now are dissolved.

    Whether anybody has answered plays no part. Nobody else reviews the same crowds meanwhile.
    """
    touched = select(Cell.crowd_id).where(Cell.subject_id == subject_id, Cell.crowd_id.is_not(None))
    crowds = session.scalars(
        select(Crowd)
        .where(Crowd.id.in_(touched), Crowd.dissolved.is_(False))
        .order_by(Crowd.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not crowds:
        return
    scheme = session.scalars(select(Campaign.scheme).where(Campaign.id == crowds[0].campaign_id)).one()
    ids = [crowd.id for crowd in crowds]
    asked = _asked(session, or_(Cell.subject_id == subject_id, Cell.crowd_id.in_(ids)))
    sound = {one.crowd for one in asked} - forming.unsound(asked, subject_id, read_scheme(scheme))
    for crowd in crowds:
        crowd.dissolved = crowd.id not in sound


def _asked(session: Session, condition: ColumnElement[bool]) -> list[AskedRater]:
    """Who can answer now. An invitation is one rater: it has one person or contact, and each of them has one."""
    rows = session.execute(
        select(Cell.subject_id, Subject.department_id, Cell.id, Cell.group, Task.nonce, Cell.crowd_id)
        .join(Cell.subject)
        .join(Task, Task.cell_id == Cell.id)
        .join(Task.invitation)
        .where(Invitation.revoked.is_(False), condition)
        .order_by(Cell.id, Task.nonce)
    )
    return [AskedRater(*row) for row in rows]


def of_one_subject(cells: Iterable[Cell]) -> dict[Cell, tuple[Cell, ...]]:
    """Of the cells of all subjects of a campaign, those in a crowd about one of them alone, with the cells of it."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.crowd is not None and not cell.crowd.dissolved:
            found[cell.crowd.id].append(cell)
    alone = [tuple(mine) for mine in found.values() if len({cell.subject_id for cell in mine}) == 1]
    return {cell: crowd for crowd in alone for cell in crowd}


def tellable(cells: Iterable[Cell], scheme: Scheme) -> set[Cell]:
    """Of the same cells, those of which a report may say that nobody answered.

    A crowd by itself, or a group that answers under its names. Of the others it would say that just these did not, or
    by subtraction that just another one did.
    """
    cells = [cell for cell in cells if not cell.is_pool]
    crowds = {cell for cell, crowd in of_one_subject(cells).items() if len(crowd) == 1}
    return crowds | {cell for cell in cells if scheme.group(cell.group).attributed}
