import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.clients import Client, Contact
from feedback.services.ground.errors import InvalidFile
from feedback.services.people import client_files
from feedback.services.tables.import_plan import Imported, Noun
from tests.factories import NOW, Office
from tests.statements import counted

HEADING = (
    "client,client_name,client_name_en,tier,account_manager,contact_name,contact_name_en,email,language\n"
)
FILE = (
    HEADING
    + "K1,澜桥物流,Lanqiao Logistics,key-client,A1,陈晨,Chen Chen,chen@lanqiao.example,zh\n"
    + "K1,澜桥物流,,key-client,A1,Anna Weber,,anna@lanqiao.example,en\n"
    + "K2,青穗食品,,,A2,林琳,,lin@qingsui.example,\n"
)


@pytest.fixture(autouse=True)
def account_managers(office: Office, session: Session) -> None:
    office.person("A1")
    office.person("A2")
    session.commit()


def load(session: Session, text: str) -> tuple[Imported, Imported]:
    """What became of clients, and of contacts."""
    counts = client_files.import_file(session, text.encode(), actor="cli:hr", now=NOW)
    return counts[Noun.CLIENT], counts[Noun.CONTACT]


def faults(session: Session, text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidFile) as caught:
        load(session, text)
    session.rollback()
    return [(fault.row, fault.column) for fault in caught.value.faults]


def contact(session: Session, email: str) -> Contact:
    return session.scalars(select(Contact).where(Contact.email == email)).one()


def test_a_file_makes_clients_and_their_contacts(session: Session) -> None:
    assert load(session, FILE) == (Imported(2, 0, 0), Imported(3, 0, 0))
    anna = contact(session, "anna@lanqiao.example")
    assert (anna.name, anna.language) == ("Anna Weber", "en")
    assert (anna.client.code, anna.client.tier, anna.client.name_en) == (
        "K1",
        "key-client",
        "Lanqiao Logistics",
    )
    assert anna.client.account_manager.code == "A1"
    lin = contact(session, "lin@qingsui.example")
    assert (lin.client.tier, lin.language) == ("client", "zh")


def test_the_second_import_of_the_same_file_changes_nothing(session: Session) -> None:
    load(session, FILE)
    assert load(session, FILE) == (Imported(0, 0, 2), Imported(0, 0, 3))


def test_a_client_handed_to_another_account_manager_is_one_change(session: Session) -> None:
    load(session, FILE)
    handed_over = FILE.replace("key-client,A1", "key-client,A2")
    assert load(session, handed_over) == (Imported(0, 1, 1), Imported(0, 0, 3))
    assert contact(session, "chen@lanqiao.example").client.account_manager.code == "A2"


def test_a_contact_may_move_to_another_client(session: Session) -> None:
    load(session, FILE)
    moved = HEADING + "K2,青穗食品,,,A2,陈晨,,Chen@Lanqiao.example,\n"
    assert load(session, moved) == (Imported(0, 0, 1), Imported(0, 1, 0))
    assert contact(session, "chen@lanqiao.example").client.code == "K2"
    assert len(session.scalars(select(Client)).all()) == 2


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("K1,a,,,A9,b,,b@x.example,\n", [(2, "account_manager")]),
        ("K1,a,,,A1,b,,b@x.example,\nK2,c,,,A1,d,,B@X.example,\n", [(3, "email")]),
        (
            "K1,a,,,A1,b,,b@x.example,\nK1,c,,key,A2,d,,d@x.example,\n",
            [(3, "client_name"), (3, "account_manager")],
        ),
        ("K1,a,,big one,A1,b,,b@x.example,\n", [(2, "tier")]),
        ("K1,a,,,A1,b,,,\nK2,a,,,A1,,,c@x.example,\n", [(2, "email"), (3, "contact_name")]),
        (",,,,,b,,@,\n", [(2, c) for c in ("client", "client_name", "account_manager", "email")]),
    ],
)
def test_every_fault_is_named_by_row_and_column(
    session: Session, rows: str, where: list[tuple[int, str]]
) -> None:
    assert faults(session, HEADING + rows) == where
    assert session.scalars(select(Client)).all() == []


def test_a_client_without_contacts_is_a_row_without_contact(session: Session) -> None:
    assert load(session, HEADING + "K3,远帆,,,A1,,,,\n") == (Imported(1, 0, 0), Imported(0, 0, 0))
    assert session.scalars(select(Client.code)).all() == ["K3"]


def test_a_contact_is_switched_off_by_a_word(session: Session) -> None:
    load(session, FILE)
    text = "客户编号,客户名称,客户经理,联系人,邮箱,电话,在用\nK2,青穗食品,A2,林琳,lin@qingsui.example,+86 10 555,否\n"
    assert load(session, text) == (Imported(0, 0, 1), Imported(0, 1, 0))
    lin = contact(session, "lin@qingsui.example")
    assert (lin.active, lin.phone) == (False, "+86 10 555")


def test_the_number_of_statements_does_not_grow_with_the_file(session: Session) -> None:
    rows = [f"K{i // 3},n{i // 3},,,A1,c{i},,c{i}@x.example,\n" for i in range(300)]
    with counted(db.engine) as statements:
        load(session, HEADING + "".join(rows))
        load(session, HEADING + "".join(rows).replace("A1", "A2"))
        session.flush()
    assert len(statements) <= 20
