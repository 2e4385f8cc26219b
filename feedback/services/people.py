"""Importing people: who they are, where they work and whom they report to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from feedback.models.people import Department, Person
from feedback.services import audit, records, tables
from feedback.services.addresses import DEFAULT_LANGUAGE, LANGUAGE_COLUMN, address_column
from feedback.services.errors import RowFault
from feedback.services.tables import Column, Imported, Row

COLUMNS = (
    Column("code", ("person", "employee", "工号", "员工编号", "编号"), required=True),
    Column("name", ("姓名", "中文名"), required=True, longest=200),
    Column("name_en", ("english name", "英文名", "英文姓名"), longest=200),
    address_column(required=False),
    LANGUAGE_COLUMN,
    Column("department", ("department code", "部门", "部门编号", "部门代码"), required=True),
    Column("department_name", ("部门名称",), longest=200),
    Column("department_name_en", ("部门英文名", "部门英文名称"), longest=200),
    Column("level", ("级别", "职级")),
    Column("manager", ("manager code", "supervisor", "上级", "上级工号", "主管", "主管工号", "直属上级")),
)


@dataclass(frozen=True)
class Unit:
    """A department in plain values."""

    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True)
class Record:
    """A person in plain values; the manager by code."""

    code: str
    name: str
    name_en: str | None
    email: str | None
    language: str
    level: str | None
    manager: str | None
    department: Unit

    def columns(self) -> dict[str, str | None]:
        """What is stored as it stands, without the references."""
        names = ("code", "name", "name_en", "email", "language", "level")
        return {name: getattr(self, name) for name in names}


def import_csv(session: Session, data: bytes, *, actor: str, now: datetime) -> Imported:
    """Add and change the people of a file, all of them or none. Raises InvalidFile with every fault.

    An empty cell of an optional column empties what is stored; a column that is not there leaves it.
    """
    rows = tables.read(data, COLUMNS)
    stored, units = _stored_people(session), _stored_units(session)
    said, faults = tables.facts(rows, "department", ("department_name", "department_name_en"))
    wanted_units = {code: _unit(code, names, units.get(code)) for code, names in said.items()}
    wanted = {
        row.cells["code"]: _record(row, wanted_units[row.cells["department"]], stored.get(row.cells["code"]))
        for row in rows
    }
    tables.refuse(faults + tables.repeated(rows, "code") + _faults(rows, stored | wanted))
    _store_units(session, tables.differing(wanted_units, units))
    _store_people(session, tables.differing(wanted, stored))
    imported = tables.compare(wanted, stored)
    audit.record(session, "people imported", "people", actor=actor, now=now, **asdict(imported))
    return imported


def _stored_units(session: Session) -> dict[str, Unit]:
    rows = session.execute(select(Department.code, Department.name, Department.name_en))
    return {row.code: Unit(row.code, row.name, row.name_en) for row in rows}


def _stored_people(session: Session) -> dict[str, Record]:
    manager = aliased(Person)
    query = (
        select(
            Person.code,
            Person.name,
            Person.name_en,
            Person.email,
            Person.language,
            Person.level,
            manager.code,
            Department.code,
            Department.name,
            Department.name_en,
        )
        .join(Department, Person.department_id == Department.id)
        .outerjoin(manager, Person.manager_id == manager.id)
    )
    return {row[0]: Record(*row[:7], Unit(row[7], row[8], row[9])) for row in session.execute(query)}


def _unit(code: str, said: Mapping[str, str], stored: Unit | None) -> Unit:
    unit = stored or Unit(code, code, None)
    name_en = said.get("department_name_en") or unit.name_en
    return Unit(code, said.get("department_name", unit.name), name_en)


def _record(row: Row, department: Unit, stored: Record | None) -> Record:
    code, name = row.cells["code"], row.cells["name"]
    record = stored or Record(code, name, None, None, DEFAULT_LANGUAGE, None, None, department)
    return Record(
        code=code,
        name=name,
        name_en=row.optional("name_en", record.name_en),
        email=row.optional("email", record.email),
        language=row.optional("language", record.language) or DEFAULT_LANGUAGE,
        level=row.optional("level", record.level),
        manager=row.optional("manager", record.manager),
        department=department,
    )


def _faults(rows: Sequence[Row], everybody: Mapping[str, Record]) -> list[RowFault]:
    faults = _shared_addresses(rows, everybody)
    circles = _circles(everybody)
    for row in rows:
        code, manager = row.cells["code"], everybody[row.cells["code"]].manager
        if manager == code:
            faults.append(RowFault(row.number, "manager", f"{code} cannot be their own manager"))
        elif manager and manager not in everybody:
            faults.append(RowFault(row.number, "manager", f"there is no person {manager}, here or stored"))
        elif code in circles:
            line = " -> ".join(circles[code])
            faults.append(RowFault(row.number, "manager", f"the reporting line runs in a circle: {line}"))
    return faults


def _shared_addresses(rows: Sequence[Row], everybody: Mapping[str, Record]) -> list[RowFault]:
    holders: dict[str, list[str]] = {}
    for record in everybody.values():
        if record.email:
            holders.setdefault(record.email, []).append(record.code)
    faults = []
    for row in rows:
        code = row.cells["code"]
        others = [holder for holder in holders.get(everybody[code].email or "", []) if holder != code]
        if others:
            faults.append(RowFault(row.number, "email", f"is also the address of {others[0]}"))
    return faults


def _circles(everybody: Mapping[str, Record]) -> dict[str, list[str]]:
    """The circle on which a reporting line runs, for everybody who is on one."""
    circles: dict[str, list[str]] = {}
    followed: set[str] = set()
    for start in everybody:
        line: list[str] = []
        code: str | None = start
        while code and code in everybody and code not in followed:
            followed.add(code)
            line.append(code)
            code = everybody[code].manager
        if code in line:
            circle = line[line.index(code) :]
            circles |= {member: [*circle, code] for member in circle}
    return circles


def _store_units(session: Session, units: Mapping[str, Unit]) -> None:
    records.store(
        session, Department, {code: asdict(unit) for code, unit in units.items()}, _department_ids(session)
    )


def _store_people(session: Session, people: Mapping[str, Record]) -> None:
    """Managers come last, since a row may name somebody from a later one."""
    departments = _department_ids(session)
    rows = {
        code: record.columns() | {"department_id": departments[record.department.code]}
        for code, record in people.items()
    }
    ids = _person_ids(session)
    # Two people may swap their addresses, which are unique: nobody has one while they change hands.
    records.store(session, Person, {code: {"email": None} for code in people if code in ids}, ids)
    records.store(session, Person, rows, ids)
    ids = _person_ids(session)
    managers = {
        code: {"manager_id": ids[record.manager] if record.manager else None}
        for code, record in people.items()
    }
    records.store(session, Person, managers, ids)


def _department_ids(session: Session) -> dict[str, int]:
    return {code: id for id, code in session.execute(select(Department.id, Department.code))}


def _person_ids(session: Session) -> dict[str, int]:
    return {code: id for id, code in session.execute(select(Person.id, Person.code))}
