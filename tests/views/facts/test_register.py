"""Return visits and complaints on pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback import current
from feedback.models.accounts import RoleName
from feedback.models.clients import Client
from feedback.models.people import Person
from feedback.models.register import RegisterEntry, RegisterKind
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers


@pytest.fixture
def subject(office: Office) -> Person:
    manager = office.person("M1")
    person = office.person("A1", level="junior", manager=manager)
    office.session.add(Client(code="K1", name="澜桥物流", name_en="Lanqiao", account_manager=person))
    office.session.commit()
    return person


def entries(office: Office) -> list[RegisterEntry]:
    office.session.expire_all()
    return list(office.session.scalars(select(RegisterEntry).order_by(RegisterEntry.id)))


def enter(browser: Browser, noun: str, **fields: str) -> int:
    page = f"/register/new/{noun}"
    return browser.post(page, {"client": "K1", "subject": "A1"} | fields, page=page).status_code


def test_a_manager_enters_a_visit_and_closes_a_complaint(browsers: Browsers, office: Office, subject: Person):
    boss = browsers.sign_in(RoleName.MANAGER, subject.manager)
    assert enter(boss, "visit", date="2026-10-05", kind="on site", satisfied="yes") == 303
    assert enter(boss, "complaint", opened="2026-10-06", due="2026-10-09") == 303
    page = boss.get("/register?lang=en")
    assert faults(Page(page.text)) == []
    for words in ("Lanqiao", "on site", "satisfied", "overdue since"):
        assert words in page.text
    visit, complaint = entries(office)
    address = f"/register/{complaint.id}/close"
    assert faults(Page(boss.get(f"{address}?lang=zh").text)) == []
    answer = boss.post(address, {"done": "2026-10-08", "satisfied": "no", "outcome": "换货"}, page=address)
    assert answer.status_code == 303
    assert (entries(office)[1].satisfied, entries(office)[1].outcome) == (False, "换货")
    assert boss.post(f"/register/{visit.id}/remove", {}, page="/register").status_code == 303
    assert [entry.kind for entry in entries(office)] == [RegisterKind.COMPLAINT]


def test_what_is_wrong_is_told_at_its_field(browsers: Browsers, office: Office, subject: Person):
    hr = browsers.sign_in(RoleName.HR)
    tomorrow = (current.today() + timedelta(days=2)).isoformat()
    page = "/register/new/visit"
    answer = hr.post(f"{page}?lang=en", {"client": "K9", "subject": "A1", "date": tomorrow}, page=page)
    assert answer.status_code == 422
    assert "there is no client K9" in answer.text
    assert "lies in the future" in answer.text
    assert enter(hr, "visit", date="soon") == 422
    assert entries(office) == []


def test_a_manager_of_others_sees_and_enters_nothing(browsers: Browsers, office: Office, subject: Person):
    hr, other = browsers.sign_in(RoleName.HR), browsers.sign_in(RoleName.MANAGER, office.person("M9"))
    assert enter(hr, "complaint", opened="2026-10-06") == 303
    assert "K1" not in other.get("/register").text
    assert other.get(f"/register/{entries(office)[0].id}/close").status_code == 404
    assert enter(other, "visit", date="2026-10-05") == 422


def test_hr_about_himself_is_told_that_another_account_has_to_do_it(
    browsers: Browsers, office: Office, subject: Person
):
    own = browsers.sign_in(RoleName.HR, subject)
    page = "/register/new/visit"
    answer = own.post(f"{page}?lang=en", {"client": "K1", "subject": "A1", "date": "2026-10-05"}, page=page)
    assert (answer.status_code, "another HR account has to do it" in answer.text) == (422, True)
    assert entries(office) == []
