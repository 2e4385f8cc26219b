"""The page of what goes along with being recommended by clients, and its figures in the files of the quality."""

import json
import re

import pytest

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.services.quality import campaign_quality
from feedback.services.quality.influence_document import InfluenceFactors
from tests.factories import Office
from tests.opinions import answered_by_clients
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

LANGUAGES = ["zh", "en"]
CLIENTS = 60


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def campaign(office: Office) -> Campaign:
    return answered_by_clients(office, CLIENTS)


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.one("main").all_text)


def shown(hr: Browser, campaign: Campaign, language: str = "en") -> Page:
    return Page(hr.get(f"/influence/{campaign.code}?lang={language}").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_picture_its_table_and_no_fault(hr: Browser, campaign: Campaign, language: str):
    page = shown(hr, campaign, language)
    assert faults(page) == []
    assert len(page.find("figure")) == 1
    titles = {dimension["title"][language] for dimension in factors(hr, campaign)["factors"]}
    assert [title for title in titles if title not in words(page)] == []


def factors(hr: Browser, campaign: Campaign) -> dict:
    return json.loads(hr.get(f"/files/{campaign.code}/quality/json").data)["influence"]


def test_the_page_says_what_its_figures_do_not(hr: Browser, campaign: Campaign):
    text = words(shown(hr, campaign))
    for caution in (
        "Associated with, not caused by",
        "No interval reaches 0",
        "No order is meant",
        "With fewer than 100 questionnaires weights come out too high",
        "never about a person or a team",
    ):
        assert caution in text
    assert f"From {CLIENTS} questionnaires of clients" in text


def test_with_enough_questionnaires_the_caution_about_few_is_gone(hr: Browser, office: Office):
    assert "With fewer than 100" not in words(shown(hr, answered_by_clients(office, 102)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_below_fifty_the_page_says_that_it_cannot_tell(hr: Browser, office: Office, language: str):
    page = shown(hr, answered_by_clients(office, 48), language)
    assert faults(page) == []
    assert {"en": "Too few answers to tell: it takes 50", "zh": "答复太少，无法判断"}[language] in words(page)
    assert page.find("figure") == []


@pytest.mark.parametrize("role", [RoleName.MANAGER, RoleName.EMPLOYEE, RoleName.AUDITOR])
def test_only_the_office_reads_it(browsers: Browsers, office: Office, campaign: Campaign, role: RoleName):
    address = f"/influence/{campaign.code}"
    assert browsers.sign_in(role, office.person("B9")).get(address).status_code == 404


def test_it_is_refused_in_words_while_the_campaign_is_open(hr: Browser, office: Office):
    campaign = office.open({"client": 4})
    assert hr.get(f"/influence/{campaign.code}?lang=en").status_code == 409


def test_it_is_reached_from_the_pages_of_the_campaign(hr: Browser, campaign: Campaign):
    for address in (f"/reports/{campaign.code}", f"/quality/{campaign.code}", f"/campaigns/{campaign.code}"):
        assert f'href="/influence/{campaign.code}"' in hr.get(address).text


def test_two_campaigns_of_a_year_stand_together(hr: Browser, office: Office):
    answered_by_clients(office, 60, seed=1, code="2026Q1")
    second = answered_by_clients(office, 60, seed=2, code="2026Q2")
    text = words(shown(hr, second))
    assert "The year 2026 so far" in text
    assert "From 120 questionnaires in 2026Q1, 2026Q2." in text


def test_the_files_of_the_quality_have_the_same_figures(hr: Browser, office: Office, campaign: Campaign):
    found = campaign_quality.of_campaign(office.session, campaign).influence
    assert isinstance(found, InfluenceFactors)
    as_json = factors(hr, campaign)
    assert as_json["n"] == CLIENTS
    assert [each["share"]["value"] for each in as_json["factors"]] == [
        each.share.value for each in found.factors
    ]
    for paper, start in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        assert hr.get(f"/files/{campaign.code}/quality/{paper}?lang=zh").data.startswith(start)
