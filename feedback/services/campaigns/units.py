"""Which rater groups are counted together, fixed by the people asked when a campaign opens: docs/decisions/0026."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.services.definitions.frozen_definitions import read_scheme
from forms.scheme import Scheme
from forms.units import form_units

Units = dict[tuple[int, str], str | None]  # by subject and group: the group itself, a pool, or none


def formed(scheme: Scheme, subjects: Iterable[int], asked: Mapping[tuple[int, str], int]) -> Units:
    """The unit of every group of these subjects, of whom so many people are asked."""
    names = [group.id for group in scheme.groups]
    return {
        (subject, group): unit
        for subject in subjects
        for group, unit in form_units(
            scheme.groups, {name: asked.get((subject, name), 0) for name in names}
        ).items()
    }


def fix(session: Session, campaign: Campaign) -> None:
    """From here on nothing changes them: neither who answers, nor who declines, is added or withdrawn."""
    columns = (Cell.id, Cell.subject_id, Cell.group, Cell.invited)
    cells = session.execute(
        select(*columns).join(Cell.subject).where(Subject.campaign_id == campaign.id)
    ).all()
    asked = {(cell.subject_id, cell.group): cell.invited for cell in cells}
    units = formed(read_scheme(campaign.scheme), dict.fromkeys(cell.subject_id for cell in cells), asked)
    rows = [{"id": cell.id, "unit": units[cell.subject_id, cell.group]} for cell in cells]
    session.execute(update(Cell), rows)
