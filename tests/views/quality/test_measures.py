"""Measures about dimensions: noted on the page of the influence factors, and followed by the next campaign."""

import re

import pytest

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.models.measures import DimensionMeasure
from tests.factories import Office
from tests.opinions import answered_by_clients
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

LANGUAGES = ["zh", "en"]


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def campaign(office: Office) -> Campaign:
    return answered_by_clients(office, 60, code="2026Q1")


def entered(office: Office, **changes: str) -> dict[str, str]:
    owner = office.person("B7", name_en="Bao")
    office.session.commit()
    given = {"dimension": "attitude", "text": "Listen first", "owner": owner.code, "due": "2026-06-30"}
    return given | changes


def noted(hr: Browser, office: Office, campaign: Campaign, **changes: str):  # type: ignore[no-untyped-def]
    address = f"/influence/{campaign.code}"
    return hr.post(f"{address}?lang=en", entered(office, **changes), f"{address}?lang=en")


def words(hr: Browser, campaign: Campaign) -> str:
    page = Page(hr.get(f"/influence/{campaign.code}?lang=en").text)
    assert faults(page) == []
    return re.sub(r"\s+", " ", page.one("main").all_text)


def test_a_measure_is_noted_with_its_dimension_owner_and_day(hr: Browser, office: Office, campaign: Campaign):
    assert noted(hr, office, campaign).status_code == 303
    text = words(hr, campaign)
    for part in ("Listen first", "Service attitude", "Bao · by June 30, 2026"):
        assert part in text.partition("Measures")[2].partition("Note a measure")[0]
    entry = office.session.query(AuditEntry).filter_by(act="measure added").one()
    assert (entry.target, entry.detail["after"]["dimension"]) == ("2026Q1", "attitude")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("text", "", "Say what is done."),
        ("text", "x" * 501, "Please keep it under 500 characters."),
        ("owner", "nobody", "There is nobody with this personnel number."),
        ("due", "", "Please give a day."),
    ],
)
def test_what_is_missing_is_said_in_the_form(
    hr: Browser, office: Office, campaign: Campaign, field: str, value: str, sentence: str
):
    answer = noted(hr, office, campaign, **{field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert office.session.query(DimensionMeasure).count() == 0


def test_a_dimension_that_is_not_on_the_page_is_refused(hr: Browser, office: Office, campaign: Campaign):
    assert noted(hr, office, campaign, dimension="weather").status_code == 422


def test_without_figures_there_is_nothing_to_take_a_measure_about(hr: Browser, office: Office):
    few = answered_by_clients(office, 12, code="2026Q1")
    assert "Note a measure" not in words(hr, few)
    assert noted(hr, office, few).status_code == 422


def test_a_measure_can_be_removed_and_that_is_on_record(hr: Browser, office: Office, campaign: Campaign):
    noted(hr, office, campaign)
    measure = office.session.query(DimensionMeasure).one()
    address = f"/influence/{campaign.code}"
    assert hr.post(f"{address}/{measure.id}/remove", {}, address).status_code == 303
    assert office.session.query(DimensionMeasure).count() == 0
    assert office.session.query(AuditEntry).filter_by(act="measure removed").count() == 1


def test_a_measure_is_not_removed_through_another_campaign(hr: Browser, office: Office, campaign: Campaign):
    noted(hr, office, campaign)
    measure = office.session.query(DimensionMeasure).one()
    other = answered_by_clients(office, 60, code="2026Q2")
    assert (
        hr.post(f"/influence/{other.code}/{measure.id}/remove", {}, f"/influence/{other.code}").status_code
        == 404
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_campaign_shows_what_became_of_it(
    hr: Browser, office: Office, campaign: Campaign, language: str
):
    noted(hr, office, campaign)
    following = answered_by_clients(office, 60, seed=2, code="2026Q2")
    page = Page(hr.get(f"/influence/{following.code}?lang={language}").text)
    assert faults(page) == []
    (row,) = [row for row in page.find("tr") if "Listen first" in row.all_text]
    assert len(re.findall(r"\d+\.\d · \d+%", row.all_text)) == 2
    assert "Listen first" not in words(hr, answered_by_clients(office, 60, code="2025Q4"))


def test_where_the_next_campaign_cannot_tell_that_is_said(hr: Browser, office: Office, campaign: Campaign):
    noted(hr, office, campaign)
    text = words(hr, answered_by_clients(office, 12, code="2026Q2"))
    assert "What became of the last measures" in text
    assert "cannot be told" in text


def test_its_owner_and_hr_alone_see_it_and_say_what_became_of_it(
    browsers: Browsers, hr: Browser, office: Office, campaign: Campaign
):
    noted(hr, office, campaign)
    measure = office.session.query(DimensionMeasure).one()
    owner = browsers.sign_in(RoleName.EMPLOYEE, measure.owner)
    other = browsers.sign_in(RoleName.MANAGER, office.person("B8"))
    assert "Listen first" in owner.get("/measures?lang=en").text
    assert "None was given to you." in other.get("/measures?lang=en").text
    said = {f"m{measure.id}-outcome": "All visited"}
    assert other.post(f"/measures/{measure.id}", said, "/measures").status_code == 404
    assert owner.post(f"/measures/{measure.id}", {}, "/measures").status_code == 422
    assert owner.post(f"/measures/{measure.id}", said, "/measures").status_code == 303
    assert "All visited" in hr.get("/measures?lang=en").text
    twice = owner.post(f"/measures/{measure.id}?lang=en", said, "/measures")
    assert (twice.status_code, "it stays" in twice.text) == (422, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_measures_have_no_fault_and_a_done_one_stays(
    hr: Browser, office: Office, campaign: Campaign, language: str
):
    assert "empty" in hr.get(f"/measures?lang={language}").text
    noted(hr, office, campaign)
    measure = office.session.query(DimensionMeasure).one()
    assert faults(Page(hr.get(f"/measures?lang={language}").text)) == []
    hr.post(f"/measures/{measure.id}", {f"m{measure.id}-outcome": "All visited"}, "/measures")
    assert faults(Page(hr.get(f"/measures?lang={language}").text)) == []
    address = f"/influence/{campaign.code}"
    page = hr.get(f"{address}?lang={language}").text
    assert "All visited" in page and "/remove" not in page
    assert hr.post(f"{address}/{measure.id}/remove", {}, address).status_code == 409


def test_a_measure_that_is_due_stands_on_the_start_pages_of_its_owner_and_of_hr(
    browsers: Browsers, hr: Browser, office: Office, campaign: Campaign
):
    noted(hr, office, campaign, due="2020-01-01")
    measure = office.session.query(DimensionMeasure).one()
    owner = browsers.sign_in(RoleName.EMPLOYEE, measure.owner)
    other = browsers.sign_in(RoleName.EMPLOYEE, office.person("B8"))
    task = "measures about dimensions that are due: 1"
    found = [task in browser.get("/?lang=en").text for browser in (hr, owner, other)]
    assert found == [True, True, False]
    hr.post(f"/measures/{measure.id}", {f"m{measure.id}-outcome": "All visited"}, "/measures")
    assert task not in hr.get("/?lang=en").text
