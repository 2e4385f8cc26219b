from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from feedback.models.incidents import Incident, IncidentState, IncidentStep, Severity
from feedback.models.people import Person
from feedback.services.incidents.incidents import Effect, on_people
from tests.factories import NOW, Office

TODAY = date(2026, 12, 1)
VETO: dict[str, Any] = {"points": 0.0, "cap": None, "score": 0.0, "most_points": 20.0}


def incident(session: Session, person: Person, **fields: object) -> Incident:
    defaults = {
        "period": "2026Q4",
        "severity": Severity.CRITICAL,
        "category": "data protection",
        "occurred": date(2026, 10, 5),
        "evidence": "CASE-1",
        "state": IncidentState.CONFIRMED,
        "reported_at": NOW,
        "reported_by": "m@example.com",
    }
    made = Incident(person=person, **defaults | fields)
    if made.state not in (IncidentState.REPORTED, IncidentState.REJECTED):
        made.effect = VETO
    made.steps.append(IncidentStep(act="reported", at=NOW, actor="m@example.com", reason=""))
    made.steps.append(IncidentStep(act=made.state, at=NOW, actor="c@example.com", reason="proved"))
    session.add(made)
    session.flush()
    return made


def test_a_confirmed_incident_says_what_it_does_and_who_decided(office: Office, session: Session) -> None:
    person = office.person()
    incident(session, person)
    session.commit()
    (found,) = on_people(session, [person.id], "2026Q4", TODAY)[person.id]
    assert found.effect == Effect(points=0.0, cap=None, score=0.0, most_points=20.0)
    assert (found.is_pending, found.evidence, found.decided_by) == (False, "CASE-1", "c@example.com")


def test_a_reported_one_is_pending_and_does_nothing_yet(office: Office, session: Session) -> None:
    person = office.person()
    incident(session, person, state=IncidentState.REPORTED)
    session.commit()
    (found,) = on_people(session, [person.id], "2026Q4", TODAY)[person.id]
    assert (found.is_pending, found.effect) == (True, None)


def test_rejected_withdrawn_and_expired_ones_are_as_if_they_had_never_been(
    office: Office, session: Session
) -> None:
    person = office.person()
    for state in (IncidentState.REJECTED, IncidentState.WITHDRAWN, IncidentState.EXPIRED):
        incident(session, person, state=state)
    incident(session, person, valid_until=date(2026, 11, 30))
    session.commit()
    assert on_people(session, [person.id], "2026Q4", TODAY) == {}


def test_of_a_year_s_quarters_only_critical_ones_carry_over(office: Office, session: Session) -> None:
    person = office.person()
    incident(session, person, severity=Severity.MINOR)
    incident(session, person, severity=Severity.MAJOR, period="2026-11")
    critical = incident(session, person, period="2026-11")
    session.commit()
    found = {
        period: [line.id for line in on_people(session, [person.id], period, TODAY).get(person.id, ())]
        for period in ("2026", "2026Q3", "2026Q4", "2027")
    }
    assert found["2026"] == [critical.id]
    assert critical.id in found["2026Q4"] and len(found["2026Q4"]) == 2
    assert found["2026Q3"] == found["2027"] == []
