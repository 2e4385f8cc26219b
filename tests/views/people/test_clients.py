import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.clients import Client, Contact
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def client(office: Office) -> Client:
    return Client(
        code="K1",
        name="澜桥物流",
        name_en="Lanqiao",
        tier="key-client",
        account_manager=office.person("A1", level="senior"),
    )


@pytest.fixture
def chen(office: Office, client: Client) -> Contact:
    contact = office.contact(client)
    contact.name, contact.email = "陈晨", "chen@k1.example"
    office.session.commit()
    return contact


CONTACT = {
    "contact_name": "陈晨",
    "contact_name_en": "",
    "email": "chen@k1.example",
    "phone": "",
    "language": "zh",
}


def acts(office: Office, target: str) -> list[tuple[str, dict]]:
    office.session.expire_all()
    entries = office.session.scalars(select(AuditEntry).where(AuditEntry.target == target))
    return [(entry.act, entry.detail) for entry in entries]


@pytest.mark.parametrize(
    "query", ["text=k1", "text=LANQIAO", "text=陈晨", "text=chen@", "tier=key-client", "account_manager=A1"]
)
def test_clients_are_found_by_their_own_names_and_those_of_contacts(
    hr: Browser, office: Office, chen: Contact, query: str
):
    office.contact(Client(code="K2", name="青穗", account_manager=office.person("A2")))
    page = hr.get(f"/clients?{query}").text
    assert "/clients/K1" in page
    assert "/clients/K2" not in page


def test_every_page_of_a_client_is_sound(hr: Browser, chen: Contact):
    addresses = (
        "/clients",
        "/clients/new",
        "/clients/K1",
        "/clients/edit/K1",
        "/clients/move/K1",
        "/contacts/new/K1",
    )
    for address in (*addresses, f"/contacts/{chen.id}", f"/contacts/{chen.id}/activity"):
        answer = hr.get(address)
        assert answer.status_code == 200, address
        assert faults(Page(answer.text)) == [], address


def test_a_client_is_added_without_a_contact_and_changed(hr: Browser, office: Office, client: Client):
    office.session.add(client)
    cells = {
        "client": "K9",
        "client_name": "远帆",
        "client_name_en": "",
        "tier": "client",
        "account_manager": "A1",
    }
    assert hr.post("/clients/new", cells, page="/clients/new").location == "/clients/K9"
    assert hr.post("/clients/new", cells, page="/clients/new").status_code == 422
    changed = {"client_name": "远帆科技", "client_name_en": "Yuanfan", "tier": "key-client"}
    assert hr.post("/clients/edit/K9", changed, page="/clients/edit/K9").status_code == 303
    assert [act for act, _ in acts(office, "K9")] == ["client added", "client changed"]
    assert acts(office, "K9")[1][1]["before"] == {
        "client_name": "远帆",
        "client_name_en": None,
        "tier": "client",
    }


def test_a_client_is_handed_over(hr: Browser, office: Office, chen: Contact):
    office.person("A2", level="junior")
    assert hr.post("/clients/move/K1", {"account_manager": "Z9"}, page="/clients/move/K1").status_code == 422
    assert hr.post("/clients/move/K1", {"account_manager": "A2"}, page="/clients/move/K1").status_code == 303
    handed = {"before": {"account_manager": "A1"}, "after": {"account_manager": "A2"}}
    assert acts(office, "K1") == [("client changed", handed)]


def test_a_contact_is_added_changed_and_switched_off(hr: Browser, office: Office, chen: Contact):
    new = CONTACT | {"contact_name": "Anna", "email": "Anna@K1.example", "phone": "+86 10 555"}
    assert hr.post("/contacts/new/K1", new, page="/contacts/new/K1").location == "/clients/K1"
    address = f"/contacts/{chen.id}"
    moved = CONTACT | {"email": "chen.chen@k1.example", "contact_name_en": "Chen Chen"}
    assert hr.post(address, moved, page=address).status_code == 303
    for _ in range(2):
        assert hr.post(f"{address}/activity", {"active": "no"}, page=f"{address}/activity").status_code == 303
    office.session.expire_all()
    assert (chen.email, chen.name_en, chen.active) == ("chen.chen@k1.example", "Chen Chen", False)
    assert acts(office, "anna@k1.example")[0][0] == "contact added"
    assert acts(office, "chen@k1.example")[0][1]["after"] == {
        "contact_name_en": "Chen Chen",
        "email": "chen.chen@k1.example",
    }
    assert len(acts(office, "chen.chen@k1.example")) == 1


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"email": "chen@k1.example"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "new@k1.example", "contact_name": ""}, "contact_name"),
        ({"email": "new@k1.example", "phone": "5" * 33}, "phone"),
        ({"email": "new@k1.example", "language": "fr"}, "language"),
    ],
)
def test_a_fault_is_told_at_its_field(
    hr: Browser, office: Office, chen: Contact, cells: dict[str, str], field: str
):
    answer = hr.post("/contacts/new/K1?lang=en", CONTACT | cells, page="/contacts/new/K1")
    assert answer.status_code == 422
    assert Page(answer.text).find("p", id=f"{field}-wrong")
    assert len(office.session.scalars(select(Contact)).all()) == 1


def test_what_does_not_exist_has_no_page(hr: Browser):
    for address in (
        "/clients/Z",
        "/clients/move/Z",
        "/contacts/new/Z",
        "/contacts/7",
        "/contacts/7/activity",
        "/contacts/99999999999999999999",
    ):
        assert hr.get(address).status_code == 404, address
