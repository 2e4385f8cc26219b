"""The parts of report pages: pictures, questions, changes, corrections, teams and the quality of a campaign."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.clients import Client
from feedback.models.people import Department, Person
from feedback.models.results import Comment
from feedback.services.campaigns import campaigns
from feedback.services.releases import releases
from feedback.services.reports import comment_moderation
from feedback.services.rosters.rosters import Request
from tests.factories import ACTOR, AFTER, Office
from tests.statements import counted
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

LANGUAGES = ["zh", "en"]


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


def close_and_release(office: Office, campaign: Campaign, rating: int = 4, comment: str = "") -> Campaign:
    for place, subject in enumerate(campaign.subjects):
        for cell in subject.cells:
            for number, nonce in enumerate(office.nonces(campaign, cell.group, place)):
                office.answer(nonce, max(1, rating - (number + place) % 3), comment)
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return campaign


@pytest.fixture
def rich(office: Office) -> Campaign:
    """One subject about whom everything can be shown, and three with clients and themselves."""
    everybody = {"client": 10, "supervisor": 1, "peer": 10, "subordinate": 5, "self": 1}
    return close_and_release(
        office, office.open(everybody, *[{"client": 5, "self": 1}] * 3), comment="Reliable"
    )


def path(campaign: Campaign, place: int = 0) -> str:
    return f"/reports/{campaign.code}/{campaign.subjects[place].person.code}"


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.one("main").all_text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_full_of_figures_are_labelled_and_obey_the_content_policy(
    hr: Browser, rich: Campaign, language: str
):
    for address in (f"/reports/{rich.code}", f"/quality/{rich.code}", path(rich)):
        page = Page(hr.get(f"{address}?lang={language}").text)
        assert faults(page) == []
        assert page.find("figure")
        for table in page.find("table"):
            assert table.find("caption") and table.find("th")


@pytest.mark.parametrize("language", LANGUAGES)
def test_behind_every_picture_stands_a_table_and_before_it_words(hr: Browser, rich: Campaign, language: str):
    for figure in Page(hr.get(f"{path(rich)}?lang={language}").text).find("figure"):
        (picture,) = [svg for svg in figure.find("svg") if svg.attributes.get("role") == "img"]
        assert picture.attributes["aria-label"]
        assert figure.one("figcaption").all_text
        assert len(figure.one("details").one("table").find("tr")) > 1


def test_a_report_with_everything_has_every_picture_but_a_trend_without_earlier_ones(
    hr: Browser, rich: Campaign
):
    page = Page(hr.get(f"{path(rich)}?lang=en").text)
    titles = [figure.one("figcaption").one("b").all_text for figure in page.find("figure")]
    assert titles == [
        "Profile by rater group",
        "Self against others",
        "Strengths and blind spots",
        "How the answers spread: Clients",
        "How the answers spread: Peers",
    ]
    assert "There is no earlier campaign of this kind to compare with." in words(page)


def test_a_name_that_looks_like_markup_stays_a_name_in_pictures_too(
    hr: Browser, office: Office, rich: Campaign
):
    office.session.commit()
    campaign = office.open(*[{"client": 3}] * 2, code="2027Q1")
    campaign.subjects[0].person.name_en = "<script>alert(1)</script>"
    close_and_release(office, campaign)
    for address in (f"/reports/{campaign.code}", path(campaign)):
        text = hr.get(f"{address}?lang=en").text
        assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def again(office: Office, before: Campaign, rating: int) -> Campaign:
    """The same people rated by new clients a quarter later."""
    office.now += timedelta(days=90)
    people = [subject.person for subject in before.subjects]
    asked = tuple(
        Request(person, "client", office.contact(client))
        for person in people
        for client in [new_client(office, person)]
        for _ in range(5)
    )
    office.session.flush()
    plan = replace(office.plan(code="2027Q1"), subjects=tuple(people), requests=asked)
    campaign = campaigns.create(office.session, plan, actor=ACTOR, now=office.now)
    campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=office.now)
    office.session.commit()
    return close_and_release(office, campaign, rating)


def new_client(office: Office, person: Person) -> Client:
    number = next(office.numbers)
    return Client(code=f"K{number}", name=f"公司{number}", account_manager=person)


@pytest.mark.parametrize(("rating", "said"), [(5, "no detectable change"), (1, "▼")])
def test_a_change_is_named_only_where_it_is_more_than_chance(
    hr: Browser, office: Office, rating: int, said: str
):
    first = close_and_release(office, office.open(*[{"client": 5}] * 3), rating=5)
    page = Page(hr.get(f"{path(again(office, first, rating))}?lang=en").text)
    (table,) = page.find("table", **{"class": "changes"})
    assert said in table.find("tr")[1].all_text
    assert any(figure.one("b").all_text == "Feedback score over time" for figure in page.find("figure"))


def test_a_corrected_report_says_why_and_what_changed(hr: Browser, office: Office, rich: Campaign):
    person = rich.subjects[0].person
    person.name_en = "Another Name"
    releases.correct(office.session, rich, "The name was <wrong>.", actor=ACTOR, now=AFTER)
    text = hr.get(f"{path(rich)}?lang=en").text
    assert "The name was &lt;wrong&gt;." in text
    assert "Changed: scores, comments, particulars." in text
    assert "Corrected." not in hr.get(f"{path(rich, 1)}?lang=en").text


def test_a_hidden_comment_leaves_its_reason_on_the_page(hr: Browser, office: Office):
    campaign = office.open({"client": 5})
    for number, nonce in enumerate(office.nonces(campaign, "client")):
        office.answer(nonce, comment=f"remark {number}")
    office.close(campaign)
    hidden = office.session.query(Comment).first()
    comment_moderation.hide(
        office.session, campaign, hidden.id, "names a third person", actor=ACTOR, now=AFTER
    )
    text = hidden.text
    page = hr.get(f"{path(campaign)}?lang=en").text
    assert "1 comment hidden by HR: names a third person" in re.sub(r"\s+", " ", page)
    assert text not in page


def test_a_team_page_of_released_reports_takes_at_most_three_statements_and_counts_nothing(
    browsers: Browsers, office: Office
):
    campaign = office.open(*[{"client": 3}] * 12)
    manager = office.person("B1")
    for subject in campaign.subjects:
        subject.person.manager = manager
    close_and_release(office, campaign)
    address = f"/reports/{campaign.code}?lang=en"
    for browser in (browsers.sign_in(RoleName.HR), browsers.sign_in(RoleName.MANAGER, manager)):
        with counted(db.engine) as statements:
            page = browser.get(address)
        assert "12 people together" in page.text
        asked = [statement for statement in statements if statement.startswith(("SELECT", "WITH"))]
        assert len(asked) <= 3
        assert not any("count" in statement.split("FROM")[1].split()[0:1] for statement in asked)


def test_a_department_can_be_looked_at_by_itself(hr: Browser, office: Office, rich: Campaign):
    west = Department(code="west", name="西区", name_en="West")
    office.session.add(west)
    rich.subjects[1].department = west
    office.session.commit()
    page = Page(hr.get(f"/reports/{rich.code}?lang=en&department=west").text)
    (table,) = page.find("table", **{"class": "people"})
    assert len(table.find("tr")) == 2
    assert "people together" not in words(page)
    nobody = hr.get(f"/reports/{rich.code}?lang=en&department=nowhere")
    assert "Nobody of this department" in nobody.text


def test_a_manager_is_not_counted_among_his_own_people(browsers: Browsers, office: Office):
    campaign = office.open(*[{"client": 3}] * 4)
    manager, *people = (subject.person for subject in campaign.subjects)
    for person in people:
        person.manager = manager
    close_and_release(office, campaign)
    page = Page(browsers.sign_in(RoleName.MANAGER, manager).get(f"/reports/{campaign.code}?lang=en").text)
    assert "3 people together" in words(page)


def test_an_employee_sees_no_team(browsers: Browsers, rich: Campaign):
    employee = browsers.sign_in(RoleName.EMPLOYEE, rich.subjects[0].person)
    page = Page(employee.get(f"/reports/{rich.code}?lang=en").text)
    assert "together" not in words(page)
    assert page.find("form", method="get") == []


def test_the_quality_of_a_campaign_is_judged_in_words(hr: Browser, rich: Campaign):
    text = words(Page(hr.get(f"/quality/{rich.code}?lang=en").text))
    assert "It tells people apart." in text
    assert "In the rater group that answered least, 100% answered." in text


@pytest.mark.parametrize(("role", "status"), [(RoleName.MANAGER, 404), (RoleName.EMPLOYEE, 404)])
def test_only_the_office_reads_the_quality_of_a_campaign(
    browsers: Browsers, office: Office, rich: Campaign, role: RoleName, status: int
):
    assert browsers.sign_in(role, office.person("B9")).get(f"/quality/{rich.code}").status_code == status


def test_the_quality_of_a_campaign_that_is_still_open_is_refused_in_words(hr: Browser, office: Office):
    campaign = office.open({"client": 4})
    answer = hr.get(f"/quality/{campaign.code}?lang=en")
    assert answer.status_code == 409


def test_pictures_speak_the_language_of_the_page(hr: Browser, app: Flask, rich: Campaign):
    assert "Profile by rater group" not in hr.get(f"{path(rich)}?lang=zh").text
    assert "各评价群体的得分轮廓" in hr.get(f"{path(rich)}?lang=zh").text
