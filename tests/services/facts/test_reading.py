"""What the appraisal reads of dated facts, for many people at once."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.clients import Client
from feedback.models.figures import Figure, FigureImport, FigureKind, FigureSource, TargetState
from feedback.models.people import Person
from feedback.models.register import RegisterEntry, RegisterKind
from feedback.services.facts import assignments, figures, register
from feedback.services.facts.figures import FigureKey
from feedback.services.facts.register import RegisterFigure
from tests.factories import NOW, Office
from tests.statements import counted

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


def people(office: Office, count: int = 2) -> list[Person]:
    made = [office.person(f"A{number}", level="junior", post="account-manager") for number in range(count)]
    office.session.flush()
    return made


def test_somebody_without_a_record_has_today_s_since_ever(office: Office, session: Session) -> None:
    person = people(office, 1)[0]
    history = assignments.histories(session, [person.id], FIRST, LAST)[person.id]
    assert history.assumed
    span = history.on(date(1999, 1, 1))
    assert (span.post, span.level, span.department_id) == ("account-manager", "junior", person.department_id)


def test_posts_and_leave_that_reach_into_the_period_are_whole(office: Office, session: Session) -> None:
    person, other = people(office)
    for kind, starts, ends, level in (
        (AssignmentKind.PROBATION, date(2026, 1, 1), date(2026, 6, 30), "junior"),
        (AssignmentKind.WORK, date(2026, 7, 1), date(2026, 8, 31), "junior"),
        (AssignmentKind.WORK, date(2026, 9, 1), None, "senior"),
        (AssignmentKind.LEAVE, date(2026, 9, 20), date(2026, 10, 20), None),
    ):
        session.add(Assignment(person=person, kind=kind, starts=starts, ends=ends, level=level))
    session.add(Assignment(person=other, kind="work", starts=date(2027, 1, 1)))
    session.flush()
    found = assignments.histories(session, [person.id, other.id], FIRST, LAST)
    history = found[person.id]
    assert [(span.starts, span.level) for span in history.posts] == [
        (date(2026, 7, 1), "junior"),
        (date(2026, 9, 1), "senior"),
    ]
    assert [(leave.starts, leave.ends) for leave in history.leaves] == [
        (date(2026, 9, 20), date(2026, 10, 20))
    ]
    assert (found[other.id].posts, found[other.id].assumed) == ((), False)


def put(session: Session, person: Person, kind: FigureKind, version: int, **fields: object) -> None:
    given = {"source": FigureSource.CRM, "at": NOW, "actor": "hr", "period": "2026-07", "kpi": "sales"}
    session.add(Figure(person=person, kind=kind, version=version, **given | fields))


def test_the_newest_version_of_a_figure_counts_and_says_where_it_is_from(
    office: Office, session: Session
) -> None:
    person, other = people(office)
    file = FigureImport(kind="actual", file_name="july.xlsx", digest="0" * 64, at=NOW, actor="hr")
    put(session, person, FigureKind.ACTUAL, 2, value=120.0, reason="a late invoice")
    put(session, person, FigureKind.ACTUAL, 1, value=100.0, imported=file, row=7)
    put(session, other, FigureKind.ACTUAL, 1, part=3.0, whole=4.0, imported=file, row=8)
    put(session, other, FigureKind.ACTUAL, 1, period="2026-08", part=3.0, whole=4.0)
    session.flush()
    found = figures.newest(session, [person.id, other.id], ["2026-07"])
    mine, theirs = (FigureKey(p.id, "2026-07", "sales", FigureKind.ACTUAL) for p in (person, other))
    assert set(found) == {mine, theirs}
    assert (found[mine].value, found[mine].version, found[mine].file_name) == (120.0, 2, None)
    assert (found[theirs].part, found[theirs].whole, found[theirs].row) == (3.0, 4.0, 8)
    assert found[theirs].file_name == "july.xlsx"
    assert [record.value for record in figures.versions(session, mine)] == [100.0, 120.0]


def test_a_target_that_was_agreed_counts_until_a_proposed_change_is_agreed_too(
    office: Office, session: Session
) -> None:
    person = people(office, 1)[0]
    key = FigureKey(person.id, "2026-07", "sales", FigureKind.TARGET)
    expected = []
    for version, (state, value) in enumerate(
        (("proposed", 80.0), ("proposed", 90.0), ("agreed", 90.0), ("proposed", 50.0), ("agreed", 50.0)),
        start=1,
    ):
        put(session, person, FigureKind.TARGET, version, state=TargetState(state), value=value)
        session.flush()
        is_open = key in figures.proposals(session, [person.id], ["2026-07"])
        expected.append((figures.newest(session, [person.id], ["2026-07"])[key].value, is_open))
    assert expected == [(80.0, True), (90.0, True), (90.0, False), (90.0, True), (50.0, False)]


def test_the_register_counts_what_belongs_to_a_period(office: Office, session: Session) -> None:
    person, other = people(office)
    client = Client(code="K1", name="K1", account_manager=person)
    day = date(2026, 8, 1)

    def enter(kind: RegisterKind, **fields: object) -> None:
        given = {"client": client, "person": person, "opened": day}
        session.add(RegisterEntry(kind=kind, **given | fields))

    enter(RegisterKind.VISIT, satisfied=True)
    enter(RegisterKind.VISIT)
    enter(RegisterKind.VISIT, opened=date(2026, 10, 1))
    enter(RegisterKind.COMPLAINT, due=date(2026, 8, 5), done=date(2026, 8, 5), satisfied=True)
    enter(RegisterKind.COMPLAINT, due=date(2026, 8, 5), done=date(2026, 8, 6), satisfied=False)
    enter(RegisterKind.COMPLAINT, due=date(2026, 8, 5))
    enter(RegisterKind.COMPLAINT, due=date(2026, 12, 1))
    enter(RegisterKind.COMPLAINT, done=date(2026, 8, 6))
    session.flush()
    found = register.counts(session, [person.id, other.id], FIRST, LAST)
    counts = found[person.id]
    assert register.figure(counts, "register.visits") == RegisterFigure(value=2.0)
    assert register.figure(counts, "register.visits-satisfied") == RegisterFigure(part=1.0, whole=1.0)
    assert register.figure(counts, "register.in-time") == RegisterFigure(part=2.0, whole=4.0)
    assert register.figure(counts, "register.resolved") == RegisterFigure(part=3.0, whole=5.0)
    assert register.figure(counts, "register.satisfied") == RegisterFigure(part=1.0, whole=2.0)
    assert register.figure(counts, "register.in-time-satisfied") == RegisterFigure(part=1.0, whole=3.0)
    assert found[other.id] == register.RegisterCounts()
    with pytest.raises(KeyError):
        register.figure(counts, "register.nothing")


def test_a_thousand_people_take_no_more_statements_than_one(office: Office, session: Session) -> None:
    ids = [person.id for person in people(office, 40)]
    for some in (ids[:1], ids):
        with counted(session.get_bind()) as statements:
            assignments.histories(session, some, FIRST, LAST)
            figures.newest(session, some, ["2026-07"])
            register.counts(session, some, FIRST, LAST)
        assert len(statements) == 4
