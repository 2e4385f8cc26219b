"""Client organisations and their contacts, as they are listed and looked up."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.clients import Client, Contact
from feedback.models.people import Person
from feedback.services.ground import pagination
from feedback.services.ground.errors import NotFound
from feedback.services.ground.pagination import Page, mentions
from forms.words import N_

DEFAULT_TIER = "client"


@dataclass(frozen=True)
class ClientFilter:
    """Empty: all of them. `text` is looked for in names, codes and the names and addresses of contacts."""

    text: str = ""
    tier: str = ""
    account_manager: str = ""


def listed(session: Session, wanted: ClientFilter, number: int) -> Page[Client]:
    query = select(Client).join(Client.account_manager).where(*_conditions(wanted))
    query = query.options(joinedload(Client.account_manager)).order_by(Client.code)
    return pagination.page(session, query, number)


def _conditions(wanted: ClientFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.text:
        conditions.append(_mentions(wanted.text))
    if wanted.tier:
        conditions.append(Client.tier == wanted.tier)
    if wanted.account_manager:
        conditions.append(Person.code == wanted.account_manager)
    return conditions


def _mentions(text: str) -> ColumnElement[bool]:
    own = mentions(text, Client.code, Client.name, Client.name_en)
    matching = mentions(text, Contact.name, Contact.name_en, Contact.email)
    return or_(own, Client.id.in_(select(Contact.client_id).where(matching)))


def contact_counts(session: Session, clients: Page[Client]) -> dict[int, int]:
    """How many active contacts each client of the page has."""
    ids = [client.id for client in clients.rows]
    query = select(Contact.client_id, func.count()).where(Contact.client_id.in_(ids), Contact.active)
    return {id: count for id, count in session.execute(query.group_by(Contact.client_id))}


def tiers(session: Session) -> list[str]:
    return list(session.scalars(select(Client.tier).distinct().order_by(Client.tier)))


def account_managers(session: Session) -> list[Person]:
    """Whoever serves a client."""
    serving = select(Client.account_manager_id)
    return list(session.scalars(select(Person).where(Person.id.in_(serving)).order_by(Person.code)))


def find(session: Session, code: str) -> Client:
    query = select(Client).options(joinedload(Client.account_manager)).where(Client.code == code)
    client = session.scalars(query).one_or_none()
    if client is None:
        raise NotFound(N_("there is no client %(code)s"), code=code)
    return client


def contacts(session: Session, client: Client) -> list[Contact]:
    """The active ones first."""
    query = select(Contact).where(Contact.client_id == client.id)
    return list(session.scalars(query.order_by(Contact.active.desc(), Contact.name, Contact.id)))


def find_contact(session: Session, contact_id: int) -> Contact:
    contact = session.get(Contact, contact_id, options=[joinedload(Contact.client)])
    if contact is None:
        raise NotFound(N_("there is no such contact"))
    return contact
