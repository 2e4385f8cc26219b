"""Importing clients and their contacts: one row for each contact."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.clients import Client, Contact
from feedback.models.people import Person
from feedback.services import audit, records, tables
from feedback.services.addresses import DEFAULT_LANGUAGE, LANGUAGE_COLUMN, address_column
from feedback.services.errors import RowFault
from feedback.services.tables import Column, Imported, Row
from forms.document import IDENTIFIER

DEFAULT_TIER = "client"


def tier(text: str) -> str:
    """A tier is named like a rater group: whose contacts are asked is decided by comparing the two."""
    if not IDENTIFIER.fullmatch(text):
        raise ValueError(f"'{text}' is not a tier such as client or key-client")
    return text


COLUMNS = (
    Column("client", ("client code", "客户编号", "客户代码"), required=True),
    Column("client_name", ("客户名称", "公司名称"), required=True, longest=200),
    Column("client_name_en", ("客户英文名", "客户英文名称", "公司英文名称"), longest=200),
    Column("tier", ("client tier", "客户级别", "客户等级"), canonical=tier),
    Column("account_manager", ("account manager code", "客户经理", "客户经理工号"), required=True),
    Column("contact_name", ("contact", "联系人", "联系人姓名"), required=True, longest=200),
    Column("contact_name_en", ("联系人英文名", "联系人英文姓名"), longest=200),
    address_column(required=True),
    LANGUAGE_COLUMN,
)
SHARED = ("client_name", "client_name_en", "tier", "account_manager")


@dataclass(frozen=True)
class Account:
    """A client in plain values; its account manager by code."""

    code: str
    name: str
    name_en: str | None
    tier: str
    account_manager: str


@dataclass(frozen=True)
class Record:
    """A contact in plain values. The address says who it is: a contact may move to another client."""

    email: str
    name: str
    name_en: str | None
    language: str
    client: Account


def import_csv(session: Session, data: bytes, *, actor: str, now: datetime) -> Imported:
    """Add and change the clients and contacts of a file, all or none. Raises InvalidFile with every fault.

    Counts contacts; one counts as changed, too, when something about its client changes.
    """
    rows = tables.read(data, COLUMNS)
    accounts, stored = _stored_accounts(session), _stored_contacts(session)
    people = {code: id for id, code in session.execute(select(Person.id, Person.code))}
    said, faults = tables.facts(rows, "client", SHARED)
    tables.refuse(faults + tables.repeated(rows, "email") + _unknown_managers(rows, people))
    wanted_accounts = {code: _account(code, facts, accounts.get(code)) for code, facts in said.items()}
    wanted = {
        row.cells["email"]: _record(row, wanted_accounts[row.cells["client"]], stored.get(row.cells["email"]))
        for row in rows
    }
    _store_accounts(session, tables.differing(wanted_accounts, accounts), people)
    _store_contacts(session, tables.differing(wanted, stored))
    imported = tables.compare(wanted, stored)
    audit.record(session, "clients imported", "clients", actor=actor, now=now, **asdict(imported))
    return imported


def _stored_accounts(session: Session) -> dict[str, Account]:
    rows = session.execute(
        select(Client.code, Client.name, Client.name_en, Client.tier, Person.code).join(
            Client.account_manager
        )
    )
    return {row[0]: Account(*row) for row in rows}


def _stored_contacts(session: Session) -> dict[str, Record]:
    rows = session.execute(
        select(
            Contact.email,
            Contact.name,
            Contact.name_en,
            Contact.language,
            Client.code,
            Client.name,
            Client.name_en,
            Client.tier,
            Person.code,
        )
        .join(Contact.client)
        .join(Client.account_manager)
    )
    return {row[0]: Record(*row[:4], Account(*row[4:])) for row in rows}


def _unknown_managers(rows: Sequence[Row], people: Mapping[str, int]) -> list[RowFault]:
    return [
        RowFault(row.number, "account_manager", f"there is no person {row.cells['account_manager']}")
        for row in rows
        if row.cells["account_manager"] not in people
    ]


def _account(code: str, said: Mapping[str, str], stored: Account | None) -> Account:
    account = stored or Account(code, said["client_name"], None, DEFAULT_TIER, said["account_manager"])
    return Account(
        code=code,
        name=said["client_name"],
        name_en=said.get("client_name_en") or account.name_en,
        tier=said.get("tier", account.tier),
        account_manager=said["account_manager"],
    )


def _record(row: Row, client: Account, stored: Record | None) -> Record:
    email, name = row.cells["email"], row.cells["contact_name"]
    record = stored or Record(email, name, None, DEFAULT_LANGUAGE, client)
    return Record(
        email=email,
        name=name,
        name_en=row.optional("contact_name_en", record.name_en),
        language=row.optional("language", record.language) or DEFAULT_LANGUAGE,
        client=client,
    )


def _store_accounts(session: Session, accounts: Mapping[str, Account], people: Mapping[str, int]) -> None:
    rows = {
        code: {
            "code": code,
            "name": account.name,
            "name_en": account.name_en,
            "tier": account.tier,
            "account_manager_id": people[account.account_manager],
        }
        for code, account in accounts.items()
    }
    records.store(session, Client, rows, _client_ids(session))


def _store_contacts(session: Session, contacts: Mapping[str, Record]) -> None:
    clients = _client_ids(session)
    rows = {
        email: {
            "email": email,
            "name": record.name,
            "name_en": record.name_en,
            "language": record.language,
            "client_id": clients[record.client.code],
        }
        for email, record in contacts.items()
    }
    ids = {email: id for id, email in session.execute(select(Contact.id, Contact.email))}
    records.store(session, Contact, rows, ids)


def _client_ids(session: Session) -> dict[str, int]:
    return {code: id for id, code in session.execute(select(Client.id, Client.code))}
