from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.people import Department, Person
from feedback.services.ground.errors import InvalidFile
from feedback.services.people import people_files
from feedback.services.tables.import_plan import Imported
from tests.statements import counted

NOW = datetime(2026, 11, 21, tzinfo=UTC)
COMPANY = """\
code,name,name_en,email,language,department,department_name,department_name_en,level,manager
A1,张伟,Zhang Wei,wei@example.com,zh,east,东区,East,senior,M1
A2,李娜,,na@example.com,en,east,,,junior,M1
M1,王芳,Wang Fang,fang@example.com,,east,东区,East,,
"""


def load(session: Session, text: str) -> Imported:
    return people_files.import_file(session, text.encode(), actor="cli:hr", now=NOW)


def faults(session: Session, text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidFile) as caught:
        load(session, text)
    session.rollback()
    return [(fault.row, fault.column) for fault in caught.value.faults]


def person(session: Session, code: str) -> Person:
    return session.scalars(select(Person).where(Person.code == code)).one()


def test_a_file_makes_people_departments_and_reporting_lines(session: Session) -> None:
    assert load(session, COMPANY) == Imported(3, 0, 0)
    wei = person(session, "A1")
    assert (wei.name, wei.name_in("en"), wei.email, wei.level) == (
        "张伟",
        "Zhang Wei",
        "wei@example.com",
        "senior",
    )
    assert wei.manager is person(session, "M1")
    assert (wei.department.code, wei.department.name_in("en")) == ("east", "East")
    assert person(session, "A2").department is wei.department
    assert person(session, "M1").language == "zh"


def test_the_second_import_of_the_same_file_changes_nothing(session: Session) -> None:
    load(session, COMPANY)
    assert load(session, COMPANY) == Imported(0, 0, 3)


def test_only_what_differs_counts_as_changed(session: Session) -> None:
    load(session, COMPANY)
    assert load(session, COMPANY.replace("李娜,,", "李娜,Li Na,") + "A3,赵敏,,,,west,,,,A1\n") == Imported(
        1, 1, 2
    )
    assert person(session, "A2").name_en == "Li Na"
    assert person(session, "A3").department.name == "west"


def test_a_new_department_name_changes_everybody_in_the_file_who_works_there(session: Session) -> None:
    load(session, COMPANY)
    assert load(session, "code,name,department,department_name\nA2,李娜,east,华东\n") == Imported(0, 1, 0)
    assert session.scalars(select(Department.name)).all() == ["华东"]


def test_an_empty_cell_empties_and_an_absent_column_leaves(session: Session) -> None:
    load(session, COMPANY)
    load(session, "code,name,department,level,manager\nA1,张伟,east,,\n")
    wei = person(session, "A1")
    assert (wei.level, wei.manager) == (None, None)
    assert (wei.name_en, wei.email) == ("Zhang Wei", "wei@example.com")


def test_chinese_headings_in_gbk_are_read(session: Session) -> None:
    text = "工号,姓名,部门,邮箱,上级工号\nA1,张伟,东区,Wei@Example.com,\n"
    people_files.import_file(session, text.encode("gbk"), actor="cli:hr", now=NOW)
    assert person(session, "A1").email == "wei@example.com"
    assert person(session, "A1").department.name == "东区"


def test_two_people_can_swap_their_addresses(session: Session) -> None:
    load(session, COMPANY)
    swapped = COMPANY.replace("wei@", "?@").replace("na@", "wei@").replace("?@", "na@")
    assert load(session, swapped) == Imported(0, 2, 1)
    assert person(session, "A1").email == "na@example.com"


HEADING = "code,name,department,email,manager,language\n"


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("A1,a,east,,A1,\n", [(2, "manager")]),
        ("A1,a,east,,Z9,\n", [(2, "manager")]),
        (
            "A1,a,east,,A2,\nA2,b,east,,A3,\nA3,c,east,,A1,\nA4,d,east,,A3,\n",
            [(2, "manager"), (3, "manager"), (4, "manager")],
        ),
        ("A1,a,east,,,\nA1,b,east,,,\n", [(3, "code")]),
        ("A1,a,east,x@example.com,,\nA2,b,east,X@EXAMPLE.com,,\n", [(2, "email"), (3, "email")]),
        ("A1,a,east,nobody,,\nA2,b,east,,,fr\n", [(2, "email"), (3, "language")]),
        ("A1,,east,,,\nA2,b,,,,\n", [(2, "name"), (3, "department")]),
        ("..,a,east,,,\na//b,b,east,,,\n/a,c,east,,,\n", [(2, "code"), (3, "code"), (4, "code")]),
        ("new,a,east,,,\nedit/A1,b,east,,,\na/b,c,east,,,\n", [(2, "code"), (3, "code")]),
        ("A1,\u202ea\u2066,east,,,\n", [(2, "name")]),
    ],
)
def test_every_fault_is_named_by_row_and_column(
    session: Session, rows: str, where: list[tuple[int, str]]
) -> None:
    assert faults(session, HEADING + rows) == where


def test_a_file_with_one_fault_stores_nothing(session: Session) -> None:
    assert faults(session, COMPANY + "A4,赵敏,,,,east,,,,A4\n") == [(5, "manager")]
    assert session.scalars(select(Person)).all() == []
    assert session.scalars(select(Department)).all() == []


def test_a_circle_that_runs_through_stored_people_is_refused(session: Session) -> None:
    load(session, COMPANY)
    assert faults(session, "code,name,department,manager\nM1,王芳,east,A1\n") == [(2, "manager")]


def test_an_address_that_somebody_else_has_is_refused(session: Session) -> None:
    load(session, COMPANY)
    assert faults(session, "code,name,department,email\nB1,b,east,na@example.com\n") == [(2, "email")]


def test_two_names_for_one_department_are_refused(session: Session) -> None:
    text = "code,name,department,department_name\nA1,a,east,East\nA2,b,east,West\n"
    assert faults(session, text) == [(3, "department_name")]


def test_the_number_of_statements_does_not_grow_with_the_file(session: Session) -> None:
    rows = [
        f"P{i},n{i},d{i % 7},p{i}@example.com,{f'P{i // 2}' if i > 1 else ''},zh\n" for i in range(1, 401)
    ]
    with counted(db.engine) as statements:
        load(session, HEADING + "".join(rows))
        load(session, HEADING + "".join(rows).replace("n1", "m1"))
        session.flush()
    assert len(statements) <= 25


def test_an_import_and_each_of_its_changes_are_in_the_audit_log(session: Session) -> None:
    load(session, COMPANY)
    session.commit()
    load(session, COMPANY.replace("junior,M1", "senior,").replace("A1,张伟", "A1,张维"))
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.act, entry.target) for entry in entries[:4]] == [
        ("person added", "A1"),
        ("person added", "A2"),
        ("person added", "M1"),
        ("people imported", "people"),
    ]
    assert [(entry.actor, entry.act, entry.detail) for entry in entries[4:]] == [
        ("cli:hr", "person changed", {"before": {"name": "张伟"}, "after": {"name": "张维"}}),
        (
            "cli:hr",
            "person changed",
            {"before": {"level": "junior", "manager": "M1"}, "after": {"level": "senior", "manager": None}},
        ),
        ("cli:hr", "people imported", {"added": 0, "changed": 2, "unchanged": 1}),
    ]
