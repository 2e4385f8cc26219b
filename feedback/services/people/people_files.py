"""People as rows of a file: who they are, where they work and whom they report to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from feedback.models.assignments import Assignment
from feedback.models.people import Department, Person
from feedback.services.definitions import appraising
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.people import dated_posts
from feedback.services.people.activity import NO, YES, active_column
from feedback.services.people.addresses import DEFAULT_LANGUAGE, LANGUAGE_COLUMN, address_column
from feedback.services.people.reporting_lines import circles
from feedback.services.tables import columns, import_plan, table_files
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Comparison, Imported, ImportPlan, Noun
from forms.words import N_

COLUMNS = (
    Column(
        "code",
        Bilingual("工号", "Code"),
        ("person", "employee", "员工编号", "编号"),
        required=True,
        canonical=columns.canonical_code,
        help=N_("Says who it is; it never changes."),
        example=Bilingual("A101", "A101"),
    ),
    Column(
        "name",
        Bilingual("姓名", "Name"),
        ("中文名",),
        required=True,
        longest=200,
        example=Bilingual("李娜", "李娜"),
    ),
    Column(
        "name_en",
        Bilingual("英文名", "English name"),
        ("英文姓名",),
        longest=200,
        example=Bilingual("Li Na", "Li Na"),
    ),
    address_column(required=False, example="li.na@example.com"),
    LANGUAGE_COLUMN,
    Column(
        "department",
        Bilingual("部门", "Department"),
        ("department code", "部门编号", "部门代码"),
        required=True,
        help=N_("The code of the department; a new code makes a new department."),
        example=Bilingual("east", "east"),
    ),
    Column(
        "department_name",
        Bilingual("部门名称", "Department name"),
        longest=200,
        help=N_("Names the department; another name than before changes it for everybody there."),
        example=Bilingual("东区", "东区"),
    ),
    Column(
        "department_name_en",
        Bilingual("部门英文名", "Department English name"),
        ("department name en", "部门英文名称"),
        longest=200,
        example=Bilingual("East", "East"),
    ),
    Column(
        "post",
        Bilingual("岗位", "Post"),
        ("职位", "岗位编号", "position"),
        help=N_(
            "What somebody does, as the scheme names it; together with the level it decides the profile."
        ),
        example=Bilingual("account-manager", "account-manager"),
    ),
    Column(
        "level",
        Bilingual("职级", "Level"),
        ("级别",),
        help=N_("Only for account managers: people with a level are rated."),
        example=Bilingual("senior", "senior"),
    ),
    Column(
        "manager",
        Bilingual("上级工号", "Manager"),
        ("manager code", "supervisor", "上级", "主管", "主管工号", "直属上级"),
        help=N_("The code of the person to whom this one reports."),
        example=Bilingual("M01", "M01"),
    ),
    active_column(),
)

TABLES = (Person, Department, Assignment)  # that are held while people are imported


@dataclass(frozen=True)
class Unit:
    """A department in plain values."""

    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True)
class PersonRecord:
    """A person as a row; the manager by code, the department with its names."""

    code: str
    name: str
    name_en: str | None
    email: str | None
    language: str
    department: str
    department_name: str
    department_name_en: str | None
    post: str | None
    level: str | None
    manager: str | None
    active: str = YES

    def stored(self) -> dict[str, str | bool | int | None]:
        """What is stored as it stands, without the references."""
        names = ("code", "name", "name_en", "email", "language", "post", "level")
        return {**{name: getattr(self, name) for name in names}, "active": self.active == YES}


Records = Mapping[str, PersonRecord]


def import_file(session: Session, data: bytes, *, actor: str, now: datetime) -> Imported:
    """Add and change the people of a file, all of them or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, *TABLES)
    made = plan(session, table_files.read(data, COLUMNS), today=now.date())
    return import_plan.carry_out(session, made, actor=actor, now=now)[Noun.PERSON]


def plan(session: Session, rows: Sequence[TableRow], *, today: date) -> ImportPlan:
    """What the rows would change from today on. Raises InvalidFile with every fault.

    An empty cell of an optional column empties what is stored; a column that is not there leaves it.
    """
    stored, units = stored_people(session), _stored_units(session)
    said, faults = columns.facts(rows, "department", ("department_name", "department_name_en"))
    wanted_units = {code: _unit(code, names, units.get(code)) for code, names in said.items()}
    wanted = {
        row.cells["code"]: _record(row, wanted_units[row.cells["department"]], stored.get(row.cells["code"]))
        for row in rows
    }
    columns.refuse(faults + columns.repeated(rows, "code") + _faults(rows, stored | wanted))
    comparison = Comparison(Noun.PERSON, _cells(wanted), _cells(stored))

    def store() -> None:
        _store_units(session, {code: unit for code, unit in wanted_units.items() if units.get(code) != unit})
        _store_people(session, {code: wanted[code] for code in comparison.differing}, stored)
        dated_posts.follow(session, comparison.changes, today)

    active = [(code, (one.post, one.level)) for code, one in wanted.items() if one.active == YES]
    warnings = appraising.warnings(session, active)
    return ImportPlan("people imported", "people", (comparison,), store, warnings)


def export(session: Session) -> list[list[str | None]]:
    """Everybody, in the order of COLUMNS."""
    people = sorted(stored_people(session).items())
    return [[getattr(record, column.name) for column in COLUMNS] for _, record in people]


def stored_people(session: Session) -> dict[str, PersonRecord]:
    manager = aliased(Person)
    query = (
        select(
            Person.code,
            Person.name,
            Person.name_en,
            Person.email,
            Person.language,
            Department.code,
            Department.name,
            Department.name_en,
            Person.post,
            Person.level,
            manager.code,
            Person.active,
        )
        .join(Department, Person.department_id == Department.id)
        .outerjoin(manager, Person.manager_id == manager.id)
    )
    rows: Iterable[Any] = session.execute(query)
    return {row[0]: PersonRecord(*(*row[:11], YES if row[11] else NO)) for row in rows}


def _cells(people: Mapping[str, PersonRecord]) -> dict[str, dict[str, str | None]]:
    return {code: vars(record) for code, record in people.items()}


def _stored_units(session: Session) -> dict[str, Unit]:
    rows = session.execute(select(Department.code, Department.name, Department.name_en))
    return {row.code: Unit(row.code, row.name, row.name_en) for row in rows}


def _unit(code: str, said: Mapping[str, str], stored: Unit | None) -> Unit:
    unit = stored or Unit(code, code, None)
    name_en = said.get("department_name_en") or unit.name_en
    return Unit(code, said.get("department_name", unit.name), name_en)


def _record(row: TableRow, department: Unit, stored: PersonRecord | None) -> PersonRecord:
    unit = (department.code, department.name, department.name_en)
    code, name = row.cells["code"], row.cells["name"]
    record = stored or PersonRecord(code, name, None, None, DEFAULT_LANGUAGE, *unit, None, None, None)
    return PersonRecord(
        code,
        name,
        row.optional("name_en", record.name_en),
        row.optional("email", record.email),
        row.optional("language", record.language) or DEFAULT_LANGUAGE,
        *unit,
        row.optional("post", record.post),
        row.optional("level", record.level),
        row.optional("manager", record.manager),
        row.optional("active", record.active) or YES,
    )


def _faults(rows: Sequence[TableRow], everybody: Mapping[str, PersonRecord]) -> list[RowFault]:
    faults = _shared_addresses(rows, everybody)
    on_circle = circles({code: record.manager for code, record in everybody.items()})
    for row in rows:
        code, manager = row.cells["code"], everybody[row.cells["code"]].manager
        if manager == code:
            sentence = N_("%(code)s cannot be their own manager")
            faults.append(RowFault(row.number, "manager", sentence, {"code": code}))
        elif manager and manager not in everybody:
            sentence = N_("there is no person %(code)s, here or stored")
            faults.append(RowFault(row.number, "manager", sentence, {"code": manager}))
        elif code in on_circle:
            line = {"line": " → ".join(on_circle[code])}
            sentence = N_("the reporting line runs in a circle: %(line)s")
            faults.append(RowFault(row.number, "manager", sentence, line))
    return faults


def _shared_addresses(rows: Sequence[TableRow], everybody: Mapping[str, PersonRecord]) -> list[RowFault]:
    holders: dict[str, list[str]] = {}
    for record in everybody.values():
        if record.email:
            holders.setdefault(record.email, []).append(record.code)
    faults = []
    for row in rows:
        code = row.cells["code"]
        others = [holder for holder in holders.get(everybody[code].email or "", []) if holder != code]
        if others:
            sentence = N_("is also the address of %(code)s")
            faults.append(RowFault(row.number, "email", sentence, {"code": others[0]}))
    return faults


def _store_units(session: Session, units: Mapping[str, Unit]) -> None:
    rows = {code: vars(unit) for code, unit in units.items()}
    row_locks.store(session, Department, rows, row_locks.ids(session, Department))


def _store_people(session: Session, people: Records, stored: Records) -> None:
    """Managers who are added come last, since a row may name somebody from a later one."""
    departments, ids = row_locks.ids(session, Department), row_locks.ids(session, Person)
    _free_addresses(session, people, stored, ids)
    rows = {
        code: record.stored()
        | {"department_id": departments[record.department], "manager_id": ids.get(record.manager or "")}
        for code, record in people.items()
    }
    row_locks.store(session, Person, rows, ids)
    led = {
        code: record.manager
        for code, record in people.items()
        if record.manager and record.manager not in ids
    }
    if led:
        ids = row_locks.ids(session, Person)
        managers = {code: {"manager_id": ids[manager]} for code, manager in led.items()}
        row_locks.store(session, Person, managers, ids)


def _free_addresses(session: Session, people: Records, stored: Records, ids: Mapping[str, int]) -> None:
    """Two people may swap their addresses, which are unique: nobody has one while they change hands."""
    left = {
        code: {"email": None}
        for code, record in people.items()
        if code in stored and stored[code].email not in (None, record.email)
    }
    row_locks.store(session, Person, left, ids)
