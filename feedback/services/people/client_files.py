"""Clients and their contacts as rows of a file: one row for each contact, or for a client that has none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.clients import Client, Contact
from feedback.models.people import Person
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.people.activity import NO, YES, active_column
from feedback.services.people.addresses import DEFAULT_LANGUAGE, LANGUAGE_COLUMN, address_column
from feedback.services.people.clients import DEFAULT_TIER
from feedback.services.tables import columns, import_plan, table_files
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Comparison, Imported, ImportPlan, Noun
from forms.document import IDENTIFIER
from forms.words import N_


def tier(text: str) -> str:
    """A tier is named like a rater group: whose contacts are asked is decided by comparing the two."""
    if not IDENTIFIER.fullmatch(text):
        raise WrongCell(N_("'%(text)s' is not a tier such as client or key-client"), text=text)
    return text


COLUMNS = (
    Column(
        "client",
        Bilingual("客户编号", "Client"),
        ("client code", "客户代码"),
        required=True,
        canonical=columns.canonical_code,
        help=N_("The code of the client; it never changes."),
        example=Bilingual("K101", "K101"),
    ),
    Column(
        "client_name",
        Bilingual("客户名称", "Client name"),
        ("公司名称",),
        required=True,
        longest=200,
        example=Bilingual("澜桥物流", "澜桥物流"),
    ),
    Column(
        "client_name_en",
        Bilingual("客户英文名", "Client English name"),
        ("client name en", "客户英文名称", "公司英文名称"),
        longest=200,
        example=Bilingual("Lanqiao Logistics", "Lanqiao Logistics"),
    ),
    Column(
        "tier",
        Bilingual("客户级别", "Tier"),
        ("client tier", "客户等级"),
        canonical=tier,
        help=N_("The rater group as which its contacts answer: client (if nothing is said) or key-client."),
        example=Bilingual("key-client", "key-client"),
    ),
    Column(
        "account_manager",
        Bilingual("客户经理工号", "Account manager"),
        ("account manager code", "客户经理"),
        required=True,
        help=N_("The code of the person who serves this client."),
        example=Bilingual("A101", "A101"),
    ),
    Column(
        "contact_name",
        Bilingual("联系人", "Contact"),
        ("contact name", "联系人姓名"),
        longest=200,
        help=N_("Empty, together with the address, for a client that has no contact yet."),
        example=Bilingual("陈晨", "陈晨"),
    ),
    Column(
        "contact_name_en",
        Bilingual("联系人英文名", "Contact English name"),
        ("contact name en", "联系人英文姓名"),
        longest=200,
        example=Bilingual("Chen Chen", "Chen Chen"),
    ),
    address_column(required=False, example="chen.chen@client.example"),
    Column(
        "phone",
        Bilingual("电话", "Phone"),
        ("手机", "手机号"),
        longest=32,
        example=Bilingual("010-5550123", "010-5550123"),
    ),
    LANGUAGE_COLUMN,
    active_column(),
)
SHARED = ("client_name", "client_name_en", "tier", "account_manager")


@dataclass(frozen=True)
class Account:
    """A client in plain values; its account manager by code."""

    client: str
    client_name: str
    client_name_en: str | None
    tier: str
    account_manager: str


@dataclass(frozen=True)
class ContactRecord:
    """A contact in plain values. The address says who it is: a contact may move to another client."""

    client: str
    contact_name: str
    contact_name_en: str | None
    email: str
    phone: str | None
    language: str
    active: str = YES


def import_file(session: Session, data: bytes, *, actor: str, now: datetime) -> dict[Noun, Imported]:
    """Add and change the clients and contacts of a file, all or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, Client, Contact, Person)
    made = plan(session, table_files.read(data, COLUMNS))
    return import_plan.carry_out(session, made, actor=actor, now=now)


def plan(session: Session, rows: Sequence[TableRow]) -> ImportPlan:
    """What the rows would change. Raises InvalidFile with every fault."""
    accounts, members = _stored_accounts(session), _stored_members(session)
    people = row_locks.ids(session, Person)
    with_contact = [row for row in rows if row.cells.get("email")]
    said, faults = columns.facts(rows, "client", SHARED)
    faults += columns.repeated(with_contact, "email") + _unknown_managers(rows, people)
    columns.refuse(faults + _half_contacts(rows))
    wanted_accounts = {code: _account(code, facts, accounts.get(code)) for code, facts in said.items()}
    wanted_members = {
        row.cells["email"]: _member(row, members.get(row.cells["email"])) for row in with_contact
    }
    clients = Comparison(Noun.CLIENT, _cells(wanted_accounts), _cells(accounts))
    contacts = Comparison(Noun.CONTACT, _cells(wanted_members), _cells(members))

    def store() -> None:
        _store_accounts(session, [wanted_accounts[code] for code in clients.differing], people)
        _store_members(session, [wanted_members[email] for email in contacts.differing])

    return ImportPlan("clients imported", "clients", (clients, contacts), store)


def export(session: Session) -> list[list[str | None]]:
    """Every contact with its client, and the clients without one, in the order of COLUMNS."""
    accounts = _stored_accounts(session)
    members = sorted(_stored_members(session).values(), key=lambda member: (member.client, member.email))
    alone = sorted(accounts.keys() - {member.client for member in members})
    rows = [vars(accounts[member.client]) | vars(member) for member in members]
    rows += [vars(accounts[code]) for code in alone]
    return [[row.get(column.name) for column in COLUMNS] for row in rows]


def _stored_accounts(session: Session) -> dict[str, Account]:
    query = select(Client.code, Client.name, Client.name_en, Client.tier, Person.code)
    rows = session.execute(query.join(Client.account_manager))
    return {row[0]: Account(*row) for row in rows}


def _stored_members(session: Session) -> dict[str, ContactRecord]:
    query = select(
        Client.code,
        Contact.name,
        Contact.name_en,
        Contact.email,
        Contact.phone,
        Contact.language,
        Contact.active,
    )
    rows = session.execute(query.join(Contact.client))
    return {row.email: ContactRecord(*row[:6], YES if row.active else NO) for row in rows}


def _cells(entries: Mapping[str, Account] | Mapping[str, ContactRecord]) -> dict[str, dict[str, str | None]]:
    return {name: vars(entry) for name, entry in entries.items()}


def _unknown_managers(rows: Sequence[TableRow], people: Mapping[str, int]) -> list[RowFault]:
    sentence = N_("there is no person %(code)s")
    return [
        RowFault(row.number, "account_manager", sentence, {"code": row.cells["account_manager"]})
        for row in rows
        if row.cells["account_manager"] not in people
    ]


def _half_contacts(rows: Sequence[TableRow]) -> list[RowFault]:
    pairs = (("contact_name", "email"), ("email", "contact_name"))
    return [
        RowFault(row.number, missing, N_("is empty"))
        for row in rows
        for given, missing in pairs
        if row.cells.get(given) and not row.cells.get(missing)
    ]


def _account(code: str, said: Mapping[str, str], stored: Account | None) -> Account:
    account = stored or Account(code, said["client_name"], None, DEFAULT_TIER, said["account_manager"])
    return Account(
        code,
        said["client_name"],
        said.get("client_name_en") or account.client_name_en,
        said.get("tier", account.tier),
        said["account_manager"],
    )


def _member(row: TableRow, stored: ContactRecord | None) -> ContactRecord:
    client, name, email = (row.cells[column] for column in ("client", "contact_name", "email"))
    member = stored or ContactRecord(client, name, None, email, None, DEFAULT_LANGUAGE)
    return ContactRecord(
        client,
        name,
        row.optional("contact_name_en", member.contact_name_en),
        email,
        row.optional("phone", member.phone),
        row.optional("language", member.language) or DEFAULT_LANGUAGE,
        row.optional("active", member.active) or YES,
    )


def _store_accounts(session: Session, accounts: Iterable[Account], people: Mapping[str, int]) -> None:
    rows = {
        account.client: {
            "code": account.client,
            "name": account.client_name,
            "name_en": account.client_name_en,
            "tier": account.tier,
            "account_manager_id": people[account.account_manager],
        }
        for account in accounts
    }
    row_locks.store(session, Client, rows, row_locks.ids(session, Client))


def _store_members(session: Session, members: Iterable[ContactRecord]) -> None:
    clients = row_locks.ids(session, Client)
    rows = {
        member.email: {
            "email": member.email,
            "name": member.contact_name,
            "name_en": member.contact_name_en,
            "phone": member.phone,
            "language": member.language,
            "active": member.active == YES,
            "client_id": clients[member.client],
        }
        for member in members
    }
    ids = {email: id for id, email in session.execute(select(Contact.id, Contact.email))}
    row_locks.store(session, Contact, rows, ids)
