"""The page on which a post or a leave is taken back."""

from datetime import date

import pytest

from feedback.models.accounts import RoleName
from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.audit import AuditEntry
from feedback.models.people import Person
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

LANGUAGES = ["zh", "en"]


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def wei(office: Office) -> Person:
    """A junior, then senior, and away for a while."""
    found = office.person("A1", name="张伟", name_en="Zhang Wei", level="senior")
    spans = (
        (AssignmentKind.WORK, date(2026, 1, 1), date(2026, 6, 30), "junior"),
        (AssignmentKind.WORK, date(2026, 7, 1), None, "senior"),
        (AssignmentKind.LEAVE, date(2026, 8, 1), date(2026, 8, 31), None),
    )
    for kind, starts, ends, level in spans:
        office.session.add(Assignment(person=found, kind=kind, starts=starts, ends=ends, level=level))
    office.session.commit()
    return found


def number(office: Office, starts: date) -> int:
    return office.session.query(Assignment).filter_by(starts=starts).one().id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("starts", [date(2026, 1, 1), date(2026, 7, 1), date(2026, 8, 1)])
def test_it_says_what_will_be_and_has_no_fault(
    hr: Browser, office: Office, wei: Person, language: str, starts: date
):
    person = Page(hr.get(f"/people/A1?lang={language}").text)
    assert faults(person) == []
    address = f"/histories/{number(office, starts)}"
    assert address in hr.get("/people/A1").text
    assert faults(Page(hr.get(f"{address}?lang={language}").text)) == []


def test_a_post_is_taken_back_with_a_reason_and_the_one_before_goes_on(
    hr: Browser, office: Office, wei: Person
):
    address = f"/histories/{number(office, date(2026, 7, 1))}"
    assert "The post before it goes on in its place" in hr.get(f"{address}?lang=en").text
    refused = hr.post(f"{address}?lang=en", {"reason": ""}, address)
    assert (refused.status_code, "Say why." in refused.text) == (422, True)
    assert hr.post(address, {"reason": "never promoted"}, address).status_code == 303
    office.session.expire_all()
    posts = office.session.query(Assignment).filter_by(kind=AssignmentKind.WORK).all()
    assert [(post.starts, post.ends, post.level) for post in posts] == [(date(2026, 1, 1), None, "junior")]
    assert wei.level == "junior"
    entry = office.session.query(AuditEntry).filter_by(act="history taken back").one()
    assert entry.detail["after"] == {"reason": "never promoted"}
    assert hr.get(address).status_code == 404


def test_only_the_office_does_it(browsers: Browsers, office: Office, wei: Person):
    address = f"/histories/{number(office, date(2026, 8, 1))}"
    manager = browsers.sign_in(RoleName.MANAGER)
    assert manager.get(address).status_code == 404
    assert manager.post(address, {"reason": "x"}, "/").status_code == 404
