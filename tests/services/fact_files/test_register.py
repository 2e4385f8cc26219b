"""Return visits and complaints, by file and one by one."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.clients import Client
from feedback.models.people import Person
from feedback.models.register import RegisterEntry, RegisterKind
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.accounts.reading_rights import Reader
from feedback.services.fact_files import register_entries, register_files
from feedback.services.fact_files.register_entries import RegisterFilter
from feedback.services.ground.errors import InvalidFile, NotFound, NotPossible
from feedback.services.tables import table_files
from feedback.services.tables.import_plan import Author, Imported
from tests.factories import Office

AUTHOR = Author("hr@example.com", datetime(2026, 11, 30, 9, tzinfo=UTC), date(2026, 11, 30))
VISITS = "client,subject,date,kind,outcome\n"
COMPLAINTS = "client,subject,opened,due,done,satisfied\n"
HR = Reader(None, frozenset({RoleName.HR}))


@pytest.fixture(autouse=True)
def company(office: Office, session: Session) -> None:
    manager = office.person("M1")
    person = office.person("A1", level="junior", manager=manager)
    office.person("A2", level="junior")
    session.add(Client(code="K1", name="澜桥物流", name_en="Lanqiao", account_manager=person))
    session.commit()


def person(session: Session, code: str) -> Person:
    return session.scalars(select(Person).where(Person.code == code)).one()


def load(session: Session, kind: RegisterKind, text: str) -> Imported:
    return register_files.import_file(session, kind, text.encode(), AUTHOR)


def faults(session: Session, kind: RegisterKind, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidFile) as caught:
        load(session, kind, text)
    session.rollback()
    return [(fault.row, fault.column, fault.message) for fault in caught.value.faults]


def entries(session: Session) -> list[RegisterEntry]:
    return list(session.scalars(select(RegisterEntry).order_by(RegisterEntry.id)))


def test_visits_are_kept_and_the_second_of_a_day_is_another(session: Session) -> None:
    rows = "K1,A1,2026-10-05,on site,all well\nK1,A1,2026-10-05,on site,a second visit\nK1,A1,2026-10-06,phone,\n"
    assert load(session, RegisterKind.VISIT, VISITS + rows) == Imported(3, 0, 0)
    assert load(session, RegisterKind.VISIT, VISITS + rows) == Imported(0, 0, 3)
    changed = rows.replace("a second visit", "a second one")
    assert load(session, RegisterKind.VISIT, VISITS + changed) == Imported(0, 1, 2)
    assert [(e.channel, e.outcome) for e in entries(session)] == [
        ("on site", "all well"),
        ("on site", "a second one"),
        ("phone", ""),
    ]


def test_a_complaint_is_closed_by_the_next_file(session: Session) -> None:
    heading = "客户编号,工号,受理日期,期限,完成日期,是否满意\n"
    load(session, RegisterKind.COMPLAINT, heading + "K1,A1,2026-10-05,2026-10-08,,\n")
    assert load(
        session, RegisterKind.COMPLAINT, heading + "K1,A1,2026/10/5,2026-10-08,2026-10-07,满意\n"
    ) == Imported(0, 1, 0)
    (kept,) = entries(session)
    assert (kept.due, kept.done, kept.satisfied) == (date(2026, 10, 8), date(2026, 10, 7), True)
    load(session, RegisterKind.COMPLAINT, COMPLAINTS + "K1,A1,2026-10-05,2026-10-08,2026-10-07,unknown\n")
    session.expire_all()
    assert entries(session)[0].satisfied is None


def test_wrong_rows_are_refused_at_their_cell(session: Session) -> None:
    assert faults(session, RegisterKind.VISIT, VISITS + "K9,A9,2026-12-24,,\n") == [
        (2, "client", "there is no client K9"),
        (2, "subject", "there is no person A9"),
        (2, "date", "lies in the future"),
    ]
    assert faults(
        session, RegisterKind.COMPLAINT, COMPLAINTS + "K1,A1,2026-10-05,2026-10-01,2026-10-02,\n"
    ) == [
        (2, "due", "lies before the day on which it was opened"),
        (2, "done", "lies before the day on which it was opened"),
    ]
    assert faults(session, RegisterKind.COMPLAINT, COMPLAINTS + "K1,A1,2026-10-05,,,perhaps\n") == [
        (2, "satisfied", "'perhaps' is neither yes, no nor unknown")
    ]


def compute(session: Session, code: str, period: str) -> None:
    made = Round(period=period, scheme_code="x", scheme_version=1, scheme="{}", scheme_digest="0" * 64)
    session.add(Appraisal(round=made, person=person(session, code), state=AppraisalState.COMPUTED, version=2))
    session.commit()


def test_a_computed_period_is_warned_of(session: Session) -> None:
    compute(session, "A1", "2026Q4")
    rows = table_files.read(
        (VISITS + "K1,A1,2026-10-05,phone,\nK1,A2,2026-10-05,phone,\n").encode(),
        register_files.COLUMNS[RegisterKind.VISIT],
    )
    plan = register_files.plan(session, RegisterKind.VISIT, rows, today=AUTHOR.today)
    assert [warning.message for warning in plan.warnings] == [
        "2026Q4 is computed already, and what it rests on changes: A1"
    ]


def enter(session: Session, reader: Reader, **cells: str) -> None:
    given = {"client": "K1", "subject": "A1", "opened": "2026-10-05", "due": "2026-10-08"}
    register_entries.add(session, reader, RegisterKind.COMPLAINT, given | cells, AUTHOR)


def test_hr_and_those_who_lead_enter_list_and_close(session: Session) -> None:
    m1 = Reader(person(session, "M1").id, frozenset({RoleName.MANAGER}))
    a2 = Reader(person(session, "A2").id, frozenset({RoleName.MANAGER}))
    enter(session, m1)
    enter(session, HR)
    (first, second) = entries(session)
    assert [e.id for e in register_entries.listed(session, m1, RegisterFilter(), 1).rows] == [
        second.id,
        first.id,
    ]
    assert register_entries.listed(session, a2, RegisterFilter(), 1).total == 0
    with pytest.raises(NotFound):
        register_entries.find(session, a2, first.id)
    with pytest.raises(InvalidFile, match="there is no person A1"):
        enter(session, a2)
    cells = {"done": "2026-10-07", "satisfied": "yes", "outcome": "delivered again"}
    register_entries.close(session, m1, first, cells, AUTHOR)
    assert (first.done, first.satisfied, first.outcome) == (date(2026, 10, 7), True, "delivered again")
    open_ones = register_entries.listed(session, HR, RegisterFilter(text="lanq", open="yes"), 1)
    assert [e.id for e in open_ones.rows] == [second.id]
    with pytest.raises(NotPossible, match="closed already"):
        register_entries.close(session, m1, first, cells, AUTHOR)
    with pytest.raises(InvalidFile, match="before the day on which it was opened"):
        register_entries.close(session, HR, second, {"done": "2026-10-01"}, AUTHOR)
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["complaint added", "complaint added", "complaint changed"]


def test_nobody_keeps_the_register_about_himself(session: Session) -> None:
    own = Reader(person(session, "A1").id, frozenset({RoleName.HR}))
    with pytest.raises(NotPossible, match="this is about yourself; another HR account has to do it"):
        enter(session, own)
    enter(session, HR)
    for act in (
        lambda entry: register_entries.close(session, own, entry, {"done": "2026-10-07"}, AUTHOR),
        lambda entry: register_entries.remove(session, own, entry, AUTHOR),
    ):
        with pytest.raises(NotPossible, match="this is about yourself"):
            act(entries(session)[0])


def test_what_an_appraisal_was_computed_from_cannot_be_removed(session: Session) -> None:
    enter(session, HR)
    enter(session, HR, opened="2026-09-05", due="")
    compute(session, "A1", "2026Q4")
    october, september = entries(session)
    with pytest.raises(NotPossible, match="version 2 of A1 2026Q4 rests on it; enter a correction"):
        register_entries.remove(session, HR, october, AUTHOR)
    register_entries.remove(session, HR, september, AUTHOR)
    session.flush()
    assert entries(session) == [october]
