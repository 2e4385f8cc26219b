"""The compliance register: its lists, and what it tells the person whom an incident is about."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from feedback.models.incidents import Incident, IncidentState
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ground.pagination import Page, mentions, page
from feedback.services.incidents.incidents import still_valid
from feedback.services.incidents.rights import shown_to


@dataclass(frozen=True)
class IncidentFilter:
    """Empty: all. person: a code or a part of a name."""

    person: str = ""
    state: str = ""
    severity: str = ""
    period: str = ""


def listed(
    session: Session, reader: Reader, email: str, wanted: IncidentFilter, number: int
) -> Page[Incident]:
    """What waits for a decision first, then the newest."""
    query = select(Incident).join(Incident.person).options(contains_eager(Incident.person))
    query = query.where(shown_to(reader, email))
    if wanted.person:
        query = query.where(mentions(wanted.person.strip(), Person.code, Person.name, Person.name_en))
    for column, value in (
        (Incident.state, wanted.state),
        (Incident.severity, wanted.severity),
        (Incident.period, wanted.period),
    ):
        if value:
            query = query.where(column == value)
    waiting = Incident.state == IncidentState.REPORTED
    return page(session, query.order_by(waiting.desc(), Incident.id.desc()), number)


def everything(session: Session, *, state: str | None, period: str | None) -> list[Incident]:
    """For whoever runs the server."""
    query = select(Incident).options(joinedload(Incident.person)).order_by(Incident.id)
    if state:
        query = query.where(Incident.state == state)
    if period:
        query = query.where(Incident.period == period)
    return list(session.scalars(query))


def about(session: Session, person_id: int, today: date) -> list[Incident]:
    """What the person himself is told: the confirmed ones that still count."""
    query = select(Incident).where(Incident.person_id == person_id, still_valid(today))
    query = query.where(Incident.state == IncidentState.CONFIRMED)
    return list(session.scalars(query.order_by(Incident.id.desc())))


def pending_about(session: Session, person_id: int) -> list[Incident]:
    """For schemes that say that the person is told of what is only reported."""
    query = select(Incident).where(Incident.person_id == person_id)
    query = query.where(Incident.state == IncidentState.REPORTED)
    return list(session.scalars(query.order_by(Incident.id.desc())))
