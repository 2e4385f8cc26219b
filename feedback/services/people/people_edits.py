"""Adding and changing one person: an import of one row, by the same rules and with the same audit entries."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from feedback.models.people import Person
from feedback.services.ground import row_locks
from feedback.services.ground.errors import InvalidFile, RowFault
from feedback.services.people import people_files
from feedback.services.people.activity import NO, YES
from feedback.services.tables import columns, import_plan
from forms.words import N_


def add(session: Session, cells: Mapping[str, str], *, actor: str, now: datetime, today: date) -> None:
    """The cells by the names of people_files.COLUMNS. Raises InvalidFile with every fault."""
    row_locks.hold(session, *people_files.TABLES)
    if cells["code"].strip() in row_locks.ids(session, Person):
        raise InvalidFile([RowFault(0, "code", N_("is the code of somebody else"))])
    _store(session, cells, actor, now, today)


def change(
    session: Session, person: Person, cells: Mapping[str, str], *, actor: str, now: datetime, today: date
) -> None:
    """From today on. Cells that are not given stay as they are. Raises InvalidFile with every fault."""
    row_locks.hold(session, *people_files.TABLES)
    known = {"code": person.code, "name": person.name, "department": person.department.code}
    _store(session, {**known, **cells}, actor, now, today)


def set_active(
    session: Session, person: Person, active: bool, *, actor: str, now: datetime, today: date
) -> None:
    """Whoever is not active is not asked and not rated in new campaigns."""
    change(session, person, {"active": YES if active else NO}, actor=actor, now=now, today=today)


def _store(session: Session, cells: Mapping[str, str], actor: str, now: datetime, today: date) -> None:
    rows = columns.rows([list(cells), [cell.strip() for cell in cells.values()]], people_files.COLUMNS)
    import_plan.store(session, people_files.plan(session, rows, today=today), actor=actor, now=now)
