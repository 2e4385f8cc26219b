import pytest
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.people import Department, Person
from tests.factories import Office
from tests.statements import counted
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def wei(office: Office) -> Person:
    """Zhang Wei reports to Wang Fang."""
    boss = office.person("M1", name="王芳", name_en="Wang Fang")
    return office.person("A1", name="张伟", name_en="Zhang Wei", level="senior", manager=boss)


def form(**cells: str) -> dict[str, str]:
    blank = dict.fromkeys(("code", "name_en", "email", "department_name", "level", "manager"), "")
    return blank | {"name": "李娜", "language": "zh", "department": "east"} | cells


def find(office: Office, code: str) -> Person | None:
    office.session.expire_all()
    return office.session.scalars(select(Person).where(Person.code == code)).one_or_none()


@pytest.mark.parametrize("text", ["a1", "张伟", "zhang", "WEI", "a1@example.com"])
def test_people_are_found_by_code_either_name_and_address(hr: Browser, wei: Person, text: str):
    wei.email = "a1@example.com"
    page = hr.get(f"/people?text={text}").text
    assert "/people/A1" in page
    assert "/people/M1" not in page


def test_filters_narrow_the_list_and_switched_off_people_are_out_of_it(
    hr: Browser, office: Office, wei: Person
):
    office.person("B1", active=False)
    office.person("B2", department=Department(code="west", name="西区"))
    assert "/people/B1" not in hr.get("/people").text
    assert "/people/B1" in hr.get("/people?active=inactive").text
    assert "/people/A1" in hr.get("/people?level=senior").text
    assert "/people/B2" not in hr.get("/people?level=senior").text
    assert "/people/A1" not in hr.get("/people?department=west").text
    assert "/people/A1" in hr.get("/people?manager=M1").text


def test_a_percent_sign_is_looked_for_as_it_stands(hr: Browser, wei: Person):
    assert "/people/A1" not in hr.get("/people?text=%25").text


@pytest.mark.parametrize(
    "query", ["page=0", "page=-7", "page=99999999999999999999", "page=x", "text=%00", "active=%00&level=%FF"]
)
def test_no_search_whatever_breaks_the_list(hr: Browser, wei: Person, query: str):
    assert hr.get(f"/people?{query}").status_code == 200


def test_the_number_of_statements_does_not_grow_with_the_list(
    app: Flask, hr: Browser, office: Office, wei: Person
):
    seen = []
    hr.get("/people")
    for _ in range(2):
        with counted(db.engine) as statements:
            assert hr.get("/people").status_code == 200
        seen.append(len(statements))
        for _ in range(20):
            office.person(manager=wei)
        office.session.commit()
    assert seen[0] == seen[1]


def test_a_page_shows_the_line_up_and_down(hr: Browser, office: Office, wei: Person):
    office.person("C1", manager=wei)
    text = hr.get("/people/A1?lang=en").text
    assert faults(Page(text)) == []
    assert text.index("Wang Fang") < text.index("<b>Zhang Wei</b>") < text.index("/people/C1")


def test_a_person_is_added_and_the_audit_log_says_so(hr: Browser, office: Office, wei: Person):
    answer = hr.post(
        "/people/new", form(code=" B7 ", manager="A1", email="B7@Example.com"), page="/people/new"
    )
    assert (answer.status_code, answer.location) == (303, "/people/B7")
    added = find(office, "B7")
    assert (added.name, added.email, added.manager.code) == ("李娜", "b7@example.com", "A1")
    entry = office.session.scalars(select(AuditEntry).where(AuditEntry.target == "B7")).one()
    assert (entry.actor, entry.act, entry.detail["after"]["manager"]) == (
        "hr-nobody@example.com",
        "person added",
        "A1",
    )


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"code": "A1"}, "code"),
        ({"code": "B1", "manager": "Z9"}, "manager"),
        ({"code": "B1", "manager": "B1"}, "manager"),
        ({"code": "B1", "email": "nobody"}, "email"),
        ({"code": "B1", "email": "p1@example.com"}, "email"),
        ({"code": "B1", "name": "  "}, "name"),
        ({"code": "B1", "name": "n" * 201}, "name"),
        ({"code": "B1", "name": "a\0b"}, "name"),
        ({"code": "B1", "language": "fr"}, "language"),
        ({"code": "", "department": ""}, "department"),
    ],
)
def test_a_fault_is_told_at_its_field_and_what_was_typed_is_kept(
    hr: Browser, office: Office, wei: Person, cells: dict[str, str], field: str
):
    answer = hr.post("/people/new", form(**{"level": "typed here"} | cells), page="/people/new?lang=en")
    assert answer.status_code == 422
    page = Page(answer.text)
    assert faults(page) == []
    assert page.find("p", id=f"{field}-wrong")
    assert "typed here" in answer.text
    assert find(office, "B1") is None


def test_a_change_is_logged_with_what_was_before(hr: Browser, office: Office, wei: Person):
    answer = hr.post(
        "/people/edit/A1",
        form(name="张威", name_en="Zhang Wei", level="", manager="M1"),
        page="/people/edit/A1",
    )
    assert answer.status_code == 303
    changed = find(office, "A1")
    assert (changed.name, changed.level, changed.email, changed.department.name) == (
        "张威",
        None,
        None,
        "东区",
    )
    entry = office.session.scalars(select(AuditEntry).where(AuditEntry.target == "A1")).one()
    assert entry.detail["before"]["name"] == "张伟"
    assert entry.detail["after"] == {"name": "张威", "email": None, "level": None}


def test_the_form_of_a_person_begins_with_what_is_stored(hr: Browser, wei: Person):
    page = Page(hr.get("/people/edit/A1").text)
    assert faults(page) == []
    assert page.one("input", id="manager").attributes["value"] == "M1"
    assert page.one("input", id="name").attributes["value"] == "张伟"


def test_saving_without_a_change_is_no_act(hr: Browser, office: Office, wei: Person):
    wei.email = "a1@example.com"
    cells = form(name="张伟", name_en="Zhang Wei", email="a1@example.com", level="senior", manager="M1")
    assert hr.post("/people/edit/A1", cells, page="/people/edit/A1").status_code == 303
    assert office.session.scalars(select(AuditEntry.act).where(AuditEntry.target == "A1")).all() == []


def test_nobody_can_be_made_to_report_to_those_below(hr: Browser, office: Office, wei: Person):
    answer = hr.post("/people/edit/M1?lang=en", form(name="王芳", manager="A1"), page="/people/edit/M1")
    assert answer.status_code == 422
    assert "runs in a circle: M1 → A1 → M1" in answer.text
    assert find(office, "M1").manager is None


def test_somebody_is_switched_off_after_a_warning_and_on_again(hr: Browser, office: Office, wei: Person):
    assert "1 person reports to this one" in hr.get("/people/activity/M1?lang=en").text
    for active in (False, False, True):
        word = "yes" if active else "no"
        assert hr.post("/people/activity/M1", {"active": word}, page="/people/activity/M1").status_code == 303
        assert find(office, "M1").active is active
    acts = office.session.scalars(select(AuditEntry.act).where(AuditEntry.target == "M1")).all()
    assert acts == ["person changed", "person changed"]


@pytest.mark.parametrize("address", ["/people/Z9", "/people/edit/Z9", "/people/activity/Z9", "/people/%00"])
def test_who_does_not_exist_has_no_page(hr: Browser, address: str):
    assert hr.get(address).status_code == 404


@pytest.mark.parametrize("role", [RoleName.MANAGER, RoleName.EMPLOYEE, RoleName.AUDITOR])
@pytest.mark.parametrize(
    "address", ["/people", "/people/A1", "/people/new", "/people/export.csv", "/imports/people"]
)
def test_others_have_no_such_room(browsers: Browsers, wei: Person, role: RoleName, address: str):
    assert browsers.sign_in(role).get(address).status_code == 404


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_everybody_is_exported_with_headings_in_the_language_of_the_page(
    hr: Browser, wei: Person, format: str
):
    answer = hr.get(f"/people/export.{format}?lang=zh")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="people.{format}"'
    if format == "csv":
        assert answer.data.decode("utf-8-sig").splitlines()[1].startswith("A1,张伟,Zhang Wei,")
