"""The register as HR and managers keep it: entered one by one, by the rules of the file, and closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, joinedload

from feedback.models.clients import Client
from feedback.models.people import Person
from feedback.models.register import RegisterEntry, RegisterKind
from feedback.services.accounts.reading_rights import Reader, people_led_by
from feedback.services.fact_files import register_files
from feedback.services.facts.computed import require_no_version
from feedback.services.ground import audit, pagination, row_locks
from feedback.services.ground.errors import ABOUT_YOURSELF, InvalidFile, NotFound, NotPossible, RowFault
from feedback.services.ground.pagination import Page, mentions
from feedback.services.tables import columns
from feedback.services.tables.columns import TableRow
from feedback.services.tables.import_plan import Author
from forms.words import N_


@dataclass(frozen=True)
class RegisterFilter:
    """Empty: all. `text` is looked for in codes and names of clients and people."""

    text: str = ""
    kind: str = ""
    open: str = ""


def listed(session: Session, reader: Reader, wanted: RegisterFilter, number: int) -> Page[RegisterEntry]:
    """The newest first, of the people whom the reader leads, or of everybody for HR."""
    query = select(RegisterEntry).join(RegisterEntry.client).join(RegisterEntry.person)
    query = query.where(_readable(reader), *_conditions(wanted))
    query = query.options(joinedload(RegisterEntry.client), joinedload(RegisterEntry.person))
    return pagination.page(
        session, query.order_by(RegisterEntry.opened.desc(), RegisterEntry.id.desc()), number
    )


def _readable(reader: Reader) -> ColumnElement[bool]:
    return true() if reader.reads_everything else people_led_by(reader)


def _conditions(wanted: RegisterFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        named = (Client.code, Client.name, Client.name_en, Person.code, Person.name, Person.name_en)
        conditions.append(mentions(wanted.text, *named))
    if wanted.kind in set(RegisterKind):
        conditions.append(RegisterEntry.kind == wanted.kind)
    if wanted.open:
        conditions += [RegisterEntry.kind == RegisterKind.COMPLAINT, RegisterEntry.done.is_(None)]
    return conditions


@dataclass(frozen=True)
class RegisterChoices:
    """The people for whom the reader may enter something, and their clients."""

    people: list[Person]
    clients: list[Client]


def suggested(session: Session, reader: Reader) -> RegisterChoices:
    of_readable = select(Client).join(Client.account_manager).where(_readable(reader))
    clients = list(session.scalars(of_readable.order_by(Client.code)))
    ids = {client.account_manager_id for client in clients}
    people = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.code))
    return RegisterChoices(list(people), clients)


def find(session: Session, reader: Reader, id: int) -> RegisterEntry:
    query = select(RegisterEntry).join(RegisterEntry.person).where(RegisterEntry.id == id, _readable(reader))
    entry = session.scalars(query).one_or_none()
    if entry is None:
        raise NotFound(N_("there is no such entry"))
    return entry


def add(
    session: Session, reader: Reader, kind: RegisterKind, cells: Mapping[str, str], author: Author
) -> None:
    """The cells by the names of the file's columns. Raises InvalidFile with every fault, or NotPossible."""
    row = _row(kind, cells)
    code = row.cells["subject"]
    person = session.scalar(select(Person).where(Person.code == code, _readable(reader)))
    if person is None:
        raise InvalidFile([RowFault(0, "subject", N_("there is no person %(code)s"), {"code": code})])
    _require_other(reader, person)
    clients = row_locks.ids(session, Client)
    columns.refuse(list(register_files.faults(row, {code: person.id}, clients, author.today)))
    said = register_files.entry(kind, row, None)
    entry = RegisterEntry(**register_files.fields(kind, said, {code: person.id}, clients))
    session.add(entry)
    audit.record(session, f"{kind} added", said.name, actor=author.actor, now=author.now, after=said.cells)


def close(
    session: Session, reader: Reader, entry: RegisterEntry, cells: Mapping[str, str], author: Author
) -> None:
    """When a complaint was dealt with, how, and what the client said. Raises InvalidFile or NotPossible."""
    row_locks.hold_row(session, entry)
    _require_other(reader, entry.person)
    if entry.kind != RegisterKind.COMPLAINT or entry.done:
        raise NotPossible(N_("the complaint is closed already"))
    row = _row(RegisterKind.COMPLAINT, {"done": "", **cells})
    said = {"opened": entry.opened.isoformat(), **row.cells}
    missing = [] if said["done"] else [RowFault(0, "done", N_("is empty"))]
    columns.refuse(missing + list(register_files.wrong_days(0, said, author.today)))
    before = register_files.cells_of(entry)
    entry.done = date.fromisoformat(said["done"])
    entry.satisfied = register_files.STORED.get(said.get("satisfied", ""))
    entry.outcome = said.get("outcome", "")
    after, act = register_files.cells_of(entry), "complaint changed"
    audit.record(session, act, _name(entry), actor=author.actor, now=author.now, before=before, after=after)


def _row(kind: RegisterKind, cells: Mapping[str, str]) -> TableRow:
    """Cells of a form, checked as those of a file are."""
    used = [column for column in register_files.COLUMNS[kind] if column.name in cells]
    return columns.rows([list(cells), [cell.strip() for cell in cells.values()]], used)[0]


def _name(entry: RegisterEntry) -> str:
    parts = entry.client.code, entry.person.code, entry.opened.isoformat(), entry.channel
    return " ".join(filter(None, parts))


def remove(session: Session, reader: Reader, entry: RegisterEntry, author: Author) -> None:
    """What was entered by mistake. Raises NotPossible where an appraisal was computed from it."""
    row_locks.hold_row(session, entry)
    _require_other(reader, entry.person)
    require_no_version(session, entry.person, entry.opened)
    act, before = f"{entry.kind} removed", register_files.cells_of(entry)
    audit.record(session, act, _name(entry), actor=author.actor, now=author.now, before=before)
    session.delete(entry)


def _require_other(reader: Reader, person: Person) -> None:
    if person.id == reader.person_id:
        raise NotPossible(ABOUT_YOURSELF)
