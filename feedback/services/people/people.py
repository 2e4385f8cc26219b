"""Employees, as they are listed and looked up, with those above and below them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from feedback.models.accounts import User
from feedback.models.campaigns import Campaign, Subject
from feedback.models.clients import Client
from feedback.models.people import Department, Person
from feedback.services.ground import pagination
from feedback.services.ground.errors import NotFound
from feedback.services.ground.pagination import Page, mentions
from forms.words import N_

DEEPEST_LINE = 20
ACTIVE, INACTIVE, EVERYBODY = "active", "inactive", "all"


@dataclass(frozen=True)
class PersonFilter:
    """Empty: all of them. `text` is looked for in names, codes and addresses."""

    text: str = ""
    department: str = ""
    level: str = ""
    active: str = ACTIVE
    manager: str = ""


@dataclass(frozen=True)
class DirectReport:
    """Somebody's direct report, and how many report to that one in turn."""

    person: Person
    reports: int


@dataclass(frozen=True)
class PersonDetails:
    """`line` leads from the top down to the manager."""

    person: Person
    line: tuple[Person, ...]
    reports: tuple[DirectReport, ...]
    clients: tuple[Client, ...]
    campaigns: tuple[Campaign, ...]
    account: User | None


def listed(session: Session, wanted: PersonFilter, number: int) -> Page[Person]:
    query = select(Person).join(Person.department).where(*_conditions(wanted))
    query = query.options(joinedload(Person.department), joinedload(Person.manager))
    return pagination.page(session, query.order_by(Person.code), number)


def _conditions(wanted: PersonFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        named = (Person.code, Person.name, Person.name_en, Person.email)
        conditions.append(mentions(wanted.text, *named))
    if wanted.department:
        conditions.append(Department.code == wanted.department)
    if wanted.level:
        conditions.append(Person.level == wanted.level)
    if wanted.manager:
        conditions.append(Person.manager.has(Person.code == wanted.manager))
    if wanted.active != EVERYBODY:
        conditions.append(Person.active.is_(wanted.active != INACTIVE))
    return conditions


def departments(session: Session) -> list[Department]:
    return list(session.scalars(select(Department).order_by(Department.code)))


def levels(session: Session) -> list[str]:
    return _said(session, Person.level)


def posts(session: Session) -> list[str]:
    return _said(session, Person.post)


def _said(session: Session, column: InstrumentedAttribute[str | None]) -> list[str]:
    return list(session.scalars(select(column).where(column.is_not(None)).distinct().order_by(column)))


def leading(session: Session) -> list[Person]:
    """Whoever others report to: the likely managers of anybody."""
    managers = select(Person.manager_id).where(Person.manager_id.is_not(None))
    return list(session.scalars(select(Person).where(Person.id.in_(managers)).order_by(Person.code)))


def rated(session: Session) -> list[Person]:
    """Account managers: active people with a level."""
    query = select(Person).where(Person.level.is_not(None), Person.active)
    return list(session.scalars(query.order_by(Person.code)))


def by_id(session: Session, person_id: int | None) -> Person | None:
    return session.get(Person, person_id) if person_id is not None else None


def with_ids(session: Session, ids: Collection[int]) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.code)))


def find(session: Session, code: str) -> Person:
    person = session.scalars(select(Person).where(Person.code == code)).one_or_none()
    if person is None:
        raise NotFound(N_("there is no person %(code)s"), code=code)
    return person


def profile(session: Session, person: Person) -> PersonDetails:
    clients = select(Client).where(Client.account_manager_id == person.id).order_by(Client.code)
    campaigns = select(Campaign).join(Campaign.subjects).where(Subject.person_id == person.id)
    return PersonDetails(
        person,
        line=_line(session, person),
        reports=_reports(session, person),
        clients=tuple(session.scalars(clients)),
        campaigns=tuple(session.scalars(campaigns.order_by(Campaign.closes_at.desc(), Campaign.id.desc()))),
        account=session.scalars(select(User).where(User.person_id == person.id)).unique().one_or_none(),
    )


def _line(session: Session, person: Person) -> tuple[Person, ...]:
    above, manager = aliased(Person), aliased(Person)
    line = select(above.manager_id.label("id"), literal(1).label("height")).where(above.id == person.id)
    steps = line.cte("line", recursive=True)
    steps = steps.union_all(
        select(manager.manager_id, steps.c.height + 1)
        .join(steps, manager.id == steps.c.id)
        .where(steps.c.height < DEEPEST_LINE)
    )
    return tuple(
        session.scalars(select(Person).join(steps, Person.id == steps.c.id).order_by(steps.c.height.desc()))
    )


def _reports(session: Session, person: Person) -> tuple[DirectReport, ...]:
    below = aliased(Person)
    count = select(func.count()).where(below.manager_id == Person.id, below.active).scalar_subquery()
    query = select(Person, count).where(Person.manager_id == person.id, Person.active)
    return tuple(DirectReport(*row) for row in session.execute(query.order_by(Person.code)))
