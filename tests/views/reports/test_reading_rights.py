"""Who reads a released report, and what it says about level and department, does not follow promotions and moves."""

import json

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.people import Department, Person
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.releases import releases, report_batches
from feedback.services.reports import reports
from tests.factories import ACTOR, AFTER, Office
from tests.views.reading import Browser, Browsers

A01, A02 = "A01", "A02"


@pytest.fixture
def company(office: Office) -> dict[str, Person]:
    """A director above two managers; A01 and A02 are M01's when their reports are released."""
    director = office.person("D01")
    first, second = (office.person(code, manager=director) for code in ("M01", "M02"))
    return {"D01": director, "M01": first, "M02": second}


@pytest.fixture
def released(office: Office, company: dict[str, Person]) -> Campaign:
    campaign = closed(office, company["M01"])
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return campaign


def closed(office: Office, manager: Person) -> Campaign:
    campaign = office.open({"client": 5}, {"client": 5}, code="2026Q3")
    for place, subject in enumerate(campaign.subjects):
        subject.person.code, subject.person.manager = f"A0{place + 1}", manager
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce)
    office.close(campaign)
    office.session.commit()
    return campaign


def person(office: Office, code: str) -> Person:
    return office.session.scalars(select(Person).where(Person.code == code)).one()


def move(office: Office, code: str, manager: Person | None) -> None:
    person(office, code).manager = manager
    office.session.commit()


def at_desk(browsers: Browsers, company: dict[str, Person], code: str) -> Browser:
    return browsers.sign_in(RoleName.MANAGER, company[code])


def read_by(office: Office, reader: Person, campaign: Campaign) -> list[str]:
    as_manager = Reader(reader.id, frozenset({RoleName.MANAGER}))
    found = reading_rights.team_in(office.session, as_manager, campaign)
    office.session.commit()
    return [subject.person.code for subject in found]


def test_who_becomes_the_manager_later_reads_nothing_of_before_and_who_released_it_still_does(
    browsers: Browsers, office: Office, company: dict[str, Person], released: Campaign
):
    move(office, A01, company["M02"])
    before, after = (at_desk(browsers, company, code) for code in ("M01", "M02"))
    report = f"/reports/2026Q3/{A01}"
    for address in (report, f"/files/2026Q3/pdf/{A01}", f"/files/2026Q3/json/{A01}"):
        assert (before.get(address).status_code, after.get(address).status_code) == (200, 404)
    for address in ("/reports/2026Q3", "/files/2026Q3", "/files/2026Q3/team/json", "/releases/2026Q3"):
        assert (before.get(address).status_code, after.get(address).status_code) == (200, 404)
    assert A01 in before.get("/files/2026Q3/team/json").text
    assert "2026Q3" in before.get("/").text and "2026Q3" not in after.get("/").text


def test_those_above_the_manager_of_the_release_read_it_and_nobody_reads_his_own_as_a_manager(
    office: Office, company: dict[str, Person], released: Campaign
):
    move(office, A01, company["M02"])
    assert read_by(office, company["D01"], released) == [A01, A02]
    assert read_by(office, company["M01"], released) == [A01, A02]
    assert read_by(office, company["M02"], released) == []
    company["M01"].manager = person(office, A01)  # promoted above his manager of then
    assert read_by(office, person(office, A01), released) == [A02]


def test_until_its_release_a_report_is_for_the_manager_of_today(office: Office, company: dict[str, Person]):
    campaign = closed(office, company["M01"])
    releases.release_some(office.session, campaign, [A02], actor=ACTOR, now=AFTER)
    move(office, A01, company["M02"])
    move(office, A02, company["M02"])
    assert read_by(office, company["M01"], campaign) == [A02]
    assert read_by(office, company["M02"], campaign) == [A01]


def test_a_file_of_many_reports_is_for_the_manager_of_their_release(
    office: Office, company: dict[str, Person], released: Campaign
):
    subjects = campaigns.subjects(office.session, released)
    batch = report_batches.ask(office.session, released, subjects, "zh", actor=ACTOR, now=AFTER)
    move(office, A01, company["M02"])
    before, after = (Reader(company[code].id, frozenset({RoleName.MANAGER})) for code in ("M01", "M02"))
    assert report_batches.find(office.session, before, released, batch.token) is batch
    with pytest.raises(NotFound):
        report_batches.find(office.session, after, released, batch.token)


def test_a_promotion_and_a_move_are_nothing_to_correct_and_change_no_word_of_a_report(
    office: Office, company: dict[str, Person], released: Campaign
):
    before = documents(office, released)
    later = person(office, A02)
    later.level, later.department = "junior", Department(code="west", name="西区", name_en="West")
    move(office, A02, company["M02"])
    with pytest.raises(NotPossible, match="nothing has changed"):
        releases.correct(office.session, released, "A02 is junior now", actor=ACTOR, now=AFTER)
    assert documents(office, released) == before


def documents(office: Office, campaign: Campaign) -> dict[int, str]:
    """As they would be released now."""
    built = reports.build_all(office.session, campaign)
    return {subject: json.dumps(report.to_document()) for subject, report in built.items()}


def test_a_correction_keeps_level_and_manager_of_the_first_release(
    office: Office, company: dict[str, Person], released: Campaign
):
    person(office, A02).level = None
    person(office, A02).name_en = "Another Name"
    move(office, A02, company["M02"])
    (corrected,) = releases.correct(office.session, released, "a name", actor=ACTOR, now=AFTER)
    office.session.commit()
    subject = next(each for each in released.subjects if each.id == corrected)
    assert (subject.level, subject.manager) == ("senior", company["M01"])
    (report,) = reports.released(office.session, [subject])
    assert report.subject.level and report.subject.name.en == "Another Name"
    assert read_by(office, company["M02"], released) == []


def test_a_report_without_a_manager_at_its_release_is_for_hr_and_its_subject(
    office: Office, browsers: Browsers, company: dict[str, Person]
):
    campaign = closed(office, company["M01"])
    person(office, A01).manager = None
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    move(office, A01, company["M01"])
    assert read_by(office, company["M01"], campaign) == [A02]
    for browser in (browsers.sign_in(RoleName.HR), browsers.sign_in(RoleName.EMPLOYEE, person(office, A01))):
        assert browser.get(f"/reports/2026Q3/{A01}").status_code == 200
