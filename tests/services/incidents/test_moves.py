"""An incident: reported by one, decided by another."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.incidents import moves, register, rights
from feedback.services.incidents.incidents import Effect, on_people
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.register import IncidentFilter
from feedback.services.incidents.rights import Acting
from forms.appraisals.rules import IncidentRule, IncidentRules
from tests.factories import NOW, Office

TODAY = date(2026, 12, 1)
RULES = IncidentRules(
    minor=IncidentRule(points=5, valid_months=12),
    major=IncidentRule(cap="C", valid_months=3),
    critical=IncidentRule(score=0),
    most_points=20,
    tell_pending=False,
)


def account(name: str, *roles: RoleName, person: Person | None = None, shell: str | None = None) -> Acting:
    return Acting(f"{name}@example.com", Reader(person.id if person else None, frozenset(roles)), NOW, shell)


HR, OTHER_HR = account("hr", RoleName.HR), account("hr2", RoleName.HR)
COMPLIANCE = account("compliance", RoleName.COMPLIANCE)


@pytest.fixture
def person(office: Office, session: Session) -> Person:
    boss = office.person("M1")
    person = office.person("A1", manager=boss)
    session.flush()
    return person


def reported(
    session: Session,
    person: Person,
    by: Acting = HR,
    severity: Severity = Severity.CRITICAL,
    **fields: object,
) -> Incident:
    defaults = {
        "category": "gifts",
        "occurred": date(2026, 11, 3),
        "evidence": "CASE-7",
        "summary": "a watch",
    }
    return moves.report(session, person, IncidentReport(severity, **defaults | fields), by, today=TODAY)


def confirm(session: Session, incident: Incident, by: Acting = COMPLIANCE, **fields: str) -> list[Appraisal]:
    return moves.confirm(session, incident, RULES, "proved", by, today=TODAY, **fields)


def appraisal(session: Session, person: Person, state: AppraisalState, period: str = "2026Q4") -> Appraisal:
    a_round = Round(period=period, scheme_code="x", scheme_version=1, scheme="{}", scheme_digest="")
    made = Appraisal(round=a_round, person=person, state=state, version=1)
    session.add(made)
    session.flush()
    return made


def test_whoever_reported_it_neither_confirms_nor_rejects_it(session: Session, person: Person) -> None:
    incident = reported(session, person, HR)
    with pytest.raises(NotPossible, match="whoever reported it cannot confirm it"):
        confirm(session, incident, HR)
    with pytest.raises(NotPossible, match="whoever reported it cannot reject it"):
        moves.reject(session, incident, "no", HR)
    assert incident.state == IncidentState.REPORTED


@pytest.mark.parametrize("by", [OTHER_HR, COMPLIANCE], ids=["HR", "compliance"])
def test_another_account_with_the_right_confirms_it_and_the_effect_is_frozen(
    session: Session, person: Person, by: Acting
) -> None:
    incident = reported(session, person)
    confirm(session, incident, by)
    (line,) = on_people(session, [person.id], "2026Q4", TODAY)[person.id]
    assert line.effect == Effect(points=0.0, cap=None, score=0, most_points=20)
    assert (line.decided_by, line.valid_until, line.evidence) == (by.email, None, "CASE-7")
    with pytest.raises(NotPossible, match="decided already"):
        confirm(session, incident, by)


def test_managers_auditors_and_administrators_decide_nothing(session: Session, person: Person) -> None:
    incident = reported(session, person)
    for role in (RoleName.MANAGER, RoleName.AUDITOR, RoleName.ADMIN, RoleName.EMPLOYEE):
        with pytest.raises(NotPossible, match="only compliance and HR"):
            confirm(session, incident, account("x", role))


def test_nobody_decides_about_himself_nor_reports_himself(session: Session, person: Person) -> None:
    incident = reported(session, person)
    accused = account("a1", RoleName.HR, RoleName.COMPLIANCE, person=person)
    words = "this is about yourself; another HR account has to do it"
    for act in (
        lambda: confirm(session, incident, accused),
        lambda: moves.reject(session, incident, "no", accused),
        lambda: rights.person_to_report(session, accused.reader, "A1"),
    ):
        with pytest.raises(NotPossible, match=words):
            act()
    confirm(session, incident)
    with pytest.raises(NotPossible, match=words):
        moves.withdraw(session, incident, "no", accused)


def test_a_manager_reports_about_his_own_team_alone(session: Session, office: Office, person: Person) -> None:
    other = office.person("B1")
    session.flush()
    boss = account("m1", RoleName.MANAGER, person=person.manager)
    assert rights.person_to_report(session, boss.reader, "A1") is person
    for code in ("B1", "nobody"):
        with pytest.raises(NotFound):
            rights.person_to_report(session, boss.reader, code)
    assert rights.person_to_report(session, COMPLIANCE.reader, "B1") is other


def test_one_pair_of_hands_takes_one_of_two_steps_whatever_accounts_it_names(
    session: Session, person: Person
) -> None:
    incident = reported(session, person, account("hr", RoleName.HR, shell="cli:root"))
    with pytest.raises(NotPossible, match="cli:root typed the other step"):
        confirm(session, incident, account("compliance", RoleName.COMPLIANCE, shell="cli:root"))
    with pytest.raises(NotPossible, match="whoever reported it"):
        confirm(session, incident, account("hr", RoleName.HR, shell="cli:other"))
    confirm(session, incident, account("compliance", RoleName.COMPLIANCE, shell="cli:other"))
    assert [step.shell for step in incident.steps] == ["cli:root", "cli:other"]


def test_two_people_withdraw_it_and_then_it_is_as_if_it_had_never_been(
    session: Session, person: Person
) -> None:
    incident = reported(session, person)
    confirm(session, incident)
    computed = appraisal(session, person, AppraisalState.COMPUTED)
    assert moves.withdraw(session, incident, "the proof was forged", HR) == []
    assert incident.state == IncidentState.CONFIRMED
    with pytest.raises(NotPossible, match="another one agrees"):
        moves.withdraw(session, incident, "again", HR)
    assert moves.withdraw(session, incident, "I agree", COMPLIANCE) == [computed]
    assert on_people(session, [person.id], "2026Q4", TODAY) == {}


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_decision_needs_a_reason(session: Session, person: Person, reason: str) -> None:
    incident = reported(session, person)
    with pytest.raises(NotPossible, match="give a reason"):
        moves.confirm(session, incident, RULES, reason, COMPLIANCE, today=TODAY)
    with pytest.raises(NotPossible, match="give a reason"):
        moves.reject(session, incident, reason, COMPLIANCE)


def test_validity_runs_from_the_confirmation_and_ends_with_its_day(session: Session, person: Person) -> None:
    incident = reported(session, person, severity=Severity.MAJOR)
    confirm(session, incident)
    last = date(2027, 3, 1)
    assert incident.valid_until == last
    assert on_people(session, [person.id], "2026Q4", last) != {}
    assert on_people(session, [person.id], "2026Q4", last + timedelta(days=1)) == {}
    moves.expire(session, today=last, actor="calendar", now=NOW)
    assert incident.state == IncidentState.CONFIRMED
    moves.expire(session, today=last + timedelta(days=1), actor="calendar", now=NOW)
    assert incident.state == IncidentState.EXPIRED


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, after: date
) -> None:
    assert moves.months_after(day, months) == after


def test_of_a_final_appraisal_the_confirmer_says_where_it_counts(session: Session, person: Person) -> None:
    final = appraisal(session, person, AppraisalState.FINAL)
    incident = reported(session, person)
    with pytest.raises(NotPossible, match="is final: say whether it is reopened, or name 2027Q1"):
        confirm(session, incident)
    with pytest.raises(NotPossible, match="it counts in 2026Q4 or in 2027Q1"):
        confirm(session, incident, period="2027Q2")
    assert confirm(session, incident, period="2027Q1") == []
    assert incident.period == "2027Q1"
    again = reported(session, person)
    assert confirm(session, again, period="2026Q4") == [final]


def test_a_critical_one_bears_on_the_year_as_well(session: Session, person: Person) -> None:
    quarter = appraisal(session, person, AppraisalState.COMPUTED)
    year = appraisal(session, person, AppraisalState.COMPUTED, "2026")
    assert confirm(session, reported(session, person, severity=Severity.MINOR)) == [quarter]
    assert set(confirm(session, reported(session, person))) == {quarter, year}


@pytest.mark.parametrize(
    "wrong", [{"evidence": ""}, {"category": ""}, {"occurred": date(2026, 12, 2)}, {"period": "soon"}]
)
def test_a_report_needs_evidence_a_kind_and_a_day_that_has_been(
    session: Session, person: Person, wrong: dict[str, object]
) -> None:
    with pytest.raises(NotPossible):
        reported(session, person, **wrong)


def test_the_register_is_read_by_those_who_decide_and_audit_and_never_by_the_accused(
    session: Session, person: Person
) -> None:
    incident = reported(session, person, account("m1", RoleName.MANAGER, person=person.manager))
    readers = {
        "HR": HR,
        "compliance": COMPLIANCE,
        "auditor": account("audit", RoleName.AUDITOR),
        "reporter": account("m1", RoleName.MANAGER, person=person.manager),
        "another manager": account("m2", RoleName.MANAGER),
        "administrator": account("admin", RoleName.ADMIN),
        "accused": account("a1", RoleName.EMPLOYEE, person=person),
        "accused in compliance": account("a1", RoleName.COMPLIANCE, RoleName.AUDITOR, person=person),
    }
    found = {
        who: [one.id for one in register.listed(session, by.reader, by.email, IncidentFilter(), 1).rows]
        for who, by in readers.items()
    }
    reading = {"HR", "compliance", "auditor", "reporter"}
    assert found == {who: [incident.id] if who in reading else [] for who in readers}


def test_the_person_is_told_what_is_confirmed_and_nothing_before(session: Session, person: Person) -> None:
    incident = reported(session, person)
    assert register.about(session, person.id, TODAY) == []
    confirm(session, incident)
    assert register.about(session, person.id, TODAY) == [incident]


def test_the_audit_log_names_nobody_and_no_words(session: Session, person: Person) -> None:
    incident = reported(session, person, account("hr", RoleName.HR, shell="cli:root"))
    confirm(session, incident)
    session.flush()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act.like("incident%"))).all()
    assert [(entry.act, entry.target, entry.actor) for entry in entries] == [
        ("incident reported", f"incident {incident.id}", "cli:root for hr@example.com"),
        ("incident confirmed", f"incident {incident.id}", "compliance@example.com"),
    ]
    said = " ".join(str(entry.detail) for entry in entries)
    assert not [word for word in ("A1", "watch", "CASE", "proved") if word in said]
