"""Who leads whom, for acts between a person and his manager: the one place that says so."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from feedback.models.people import Person


def reports_to(manager_id: int) -> ColumnElement[bool]:
    """The people whom somebody leads himself, as a condition on Person; never himself."""
    return (Person.manager_id == manager_id) & (Person.id != manager_id)


def team(session: Session, manager_id: int) -> list[Person]:
    query = select(Person).where(reports_to(manager_id), Person.active)
    return list(session.scalars(query.order_by(Person.code)))


def leads(session: Session, manager_id: int, person_id: int) -> bool:
    query = select(Person.id).where(reports_to(manager_id), Person.id == person_id)
    return session.scalar(query) is not None
