"""Adding and changing one client or contact, by the rules of the file and with the same audit entries."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.clients import Client, Contact
from feedback.models.people import Person
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import InvalidFile, RowFault
from feedback.services.people import client_files
from feedback.services.people.activity import NO, YES
from feedback.services.tables import columns, import_plan
from feedback.services.tables.columns import TableRow
from forms.words import N_

ATTRIBUTES = {"contact_name": "name", "contact_name_en": "name_en"}


def add(session: Session, cells: Mapping[str, str], *, actor: str, now: datetime) -> None:
    """The cells by the names of client_files.COLUMNS. Raises InvalidFile with every fault."""
    row_locks.hold(session, Client, Contact, Person)
    if cells["client"].strip() in row_locks.ids(session, Client):
        raise InvalidFile([RowFault(0, "client", N_("is the code of another client"))])
    _store(session, cells, actor, now)


def change(session: Session, client: Client, cells: Mapping[str, str], *, actor: str, now: datetime) -> None:
    """Cells that are not given stay as they are. Raises InvalidFile with every fault."""
    row_locks.hold(session, Client, Contact, Person)
    _store(session, {**_known(client), **cells}, actor, now)


def move(session: Session, client: Client, account_manager: str, *, actor: str, now: datetime) -> None:
    """Hand the client over to another account manager."""
    change(session, client, {"account_manager": account_manager}, actor=actor, now=now)


def add_contact(
    session: Session, client: Client, cells: Mapping[str, str], *, actor: str, now: datetime
) -> None:
    row_locks.hold(session, Client, Contact, Person)
    _require_free(session, _row(cells).cells["email"], None)
    _store(session, {**_known(client), **cells}, actor, now)


def change_contact(
    session: Session, contact: Contact, cells: Mapping[str, str], *, actor: str, now: datetime
) -> None:
    """Its address, too, may change, which no file can say. Raises InvalidFile with every fault."""
    row_locks.hold(session, Contact)
    row = _row(cells)
    _require_free(session, row.cells["email"], contact.id)
    before, after = {}, {}
    for column, cell in row.cells.items():
        attribute = ATTRIBUTES.get(column, column)
        stored, wanted = getattr(contact, attribute), cell or None
        if stored != wanted:
            before[column], after[column] = stored, wanted
            setattr(contact, attribute, wanted)
    if after:
        target = before.get("email", contact.email)
        audit.record(session, "contact changed", target, actor=actor, now=now, before=before, after=after)


def set_contact_active(
    session: Session, contact: Contact, active: bool, *, actor: str, now: datetime
) -> None:
    """Whoever is not active is not asked in new campaigns."""
    cells = {"contact_name": contact.name, "email": contact.email, "active": YES if active else NO}
    row_locks.hold(session, Client, Contact, Person)
    _store(session, {**_known(contact.client), **cells}, actor, now)


def _known(client: Client) -> dict[str, str]:
    """What a row has to say about a client that does not change."""
    manager = client.account_manager.code
    return {"client": client.code, "client_name": client.name, "account_manager": manager}


def _store(session: Session, cells: Mapping[str, str], actor: str, now: datetime) -> None:
    rows = columns.rows([list(cells), [cell.strip() for cell in cells.values()]], client_files.COLUMNS)
    import_plan.store(session, client_files.plan(session, rows), actor=actor, now=now)


def _row(cells: Mapping[str, str]) -> TableRow:
    """A contact's own cells, checked as those of a file are."""
    used = [column for column in client_files.COLUMNS if column.name in cells]
    grid = [list(cells), [cell.strip() for cell in cells.values()]]
    return columns.rows(grid, used)[0]


def _require_free(session: Session, address: str, own_id: int | None) -> None:
    holder = session.scalar(select(Contact.id).where(Contact.email == address))
    if holder not in (None, own_id):
        raise InvalidFile([RowFault(0, "email", N_("is the address of another contact"))])
