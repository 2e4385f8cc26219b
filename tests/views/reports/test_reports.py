"""The report page: what it says in words, in both languages, and what it costs."""

import re
from datetime import UTC, datetime

import pytest

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, Office
from tests.statements import counted
from tests.views.markup import Element, Page, faults
from tests.views.reading import Browser, Browsers

LANGUAGES = ["zh", "en"]


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """Clients shown, peers and reports merged, the supervisor silent; a second subject with too few answers."""
    sizes = {"client": 5, "supervisor": 1, "peer": 2, "subordinate": 2, "self": 1}
    campaign = office.open(sizes, {"client": 2, "peer": 2})
    for place, groups in enumerate([("client", "peer", "subordinate", "self"), ("client", "peer")]):
        for group in groups:
            for nonce in office.nonces(campaign, group, place):
                office.answer(nonce, 4, "<b>Reliable</b>")
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return campaign


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


def path(campaign: Campaign, subject: int = 0) -> str:
    return f"/reports/{campaign.code}/{campaign.subjects[subject].person.code}"


def rows(page: Page, heading: str) -> list[Element]:
    """The table rows that begin with this heading."""
    return [row for row in page.find("tr") if row.children and row.children[0].text.strip() == heading]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", [0, 1])
def test_every_page_is_labelled_and_obeys_the_content_policy(
    hr: Browser, campaign: Campaign, language: str, subject: int
):
    for address in ("/", f"/reports/{campaign.code}", path(campaign, subject)):
        answer = hr.get(f"{address}?lang={language}")
        assert answer.status_code == 200
        assert faults(Page(answer.text)) == []
        for table in Page(answer.text).find("table"):
            assert table.find("caption") and table.find("th")


def column(page: Page, caption: str, title: str) -> list[Element]:
    """The cells under a heading of the table with this caption."""
    tables = [table for table in page.find("table") if table.one("caption").all_text == caption]
    head, *body = tables[0].find("tr")
    place = [cell.all_text for cell in head.children].index(title)
    return [row.children[place] for row in body]


BY_GROUP = "Scores by dimension and rater group"


def test_merged_and_silent_groups_are_described_in_words_without_a_number(hr: Browser, campaign: Campaign):
    page = Page(hr.get(f"{path(campaign)}?lang=en").text)
    merged, silent = column(page, BY_GROUP, "Peers"), column(page, BY_GROUP, "Supervisor")
    assert [cell.all_text for cell in merged] == ["counted under “Other colleagues”"] * 5
    assert [cell.all_text for cell in silent] == ["no answers"] * 5
    for row in rows(page, "Peers"):
        assert "counted under “Other colleagues”" in row.all_text
        assert not row.find("svg")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Peers + Direct reports together from the start, because too few people were asked in one of them",
        ),
        ("zh", "同级同事 + 下属从一开始就合并统计，因为其中有群体受邀人数不足"),
    ],
)
def test_a_report_says_which_groups_are_counted_together_from_the_start(
    hr: Browser, campaign: Campaign, language: str, said: str
):
    page = Page(hr.get(f"{path(campaign)}?lang={language}").text)
    assert said in {row.children[1].all_text for row in page.find("tr") if len(row.children) == 2}


def test_the_number_of_ratings_stands_beside_every_score(hr: Browser, campaign: Campaign):
    page = Page(hr.get(f"{path(campaign)}?lang=en").text)
    for cell in column(page, BY_GROUP, "Clients"):
        assert re.sub(r"\s+", " ", cell.all_text) == "80.0 n 5 ;"


def test_a_subject_with_too_few_answers_has_no_figure_anywhere(hr: Browser, campaign: Campaign):
    page = Page(hr.get(f"{path(campaign, 1)}?lang=en").text)
    text = re.sub(r"\s+", " ", page.one("main").all_text)
    assert "No official score: too few answers from Clients." in text
    assert {cell.all_text for cell in column(page, BY_GROUP, "Clients")} == {"too few people asked to show"}
    assert page.find("svg", **{"class": "bar "}) == []
    assert page.find("figure") == []
    assert "no group has so many" in text


@pytest.mark.parametrize(("language", "words"), [("en", "Feedback score"), ("zh", "反馈得分")])
def test_the_page_speaks_the_language_asked_for(hr: Browser, campaign: Campaign, language: str, words: str):
    answer = hr.get(f"{path(campaign)}?lang={language}")
    assert words in answer.text
    assert ('lang="en"' in answer.text[:60]) == (language == "en")


def test_the_chosen_language_is_remembered(hr: Browser, campaign: Campaign):
    hr.get("/?lang=en")
    assert "Feedback score" in hr.get(path(campaign)).text


def test_comments_are_shown_as_text_never_as_markup(hr: Browser, campaign: Campaign):
    assert "&lt;b&gt;Reliable&lt;/b&gt;" in hr.get(path(campaign)).text


def test_a_released_report_takes_at_most_four_statements(hr: Browser, campaign: Campaign):
    address = path(campaign)
    with counted(db.engine) as statements:
        assert hr.get(address).status_code == 200
    asked = [statement for statement in statements if statement.startswith(("SELECT", "WITH"))]
    assert len(asked) <= 4
    assert not any("count" in statement.split("FROM")[1].split()[0:1] for statement in asked)


def test_a_start_page_takes_as_many_statements_for_two_campaigns_as_for_one(
    hr: Browser, campaign: Campaign, office: Office
):
    with counted(db.engine) as one:
        hr.get("/")
    office.open({"client": 2}, code="2027Q1")
    office.session.commit()
    with counted(db.engine) as two:
        hr.get("/")
    assert len(one) == len(two)


def test_hr_sees_how_many_answered_while_a_campaign_is_open_and_no_score(hr: Browser, office: Office):
    campaign = office.open({"client": 4})
    office.answer(office.nonces(campaign, "client")[0])
    page = Page(hr.get(f"/reports/{campaign.code}?lang=en").text)
    (row,) = rows(page, "Clients")
    assert row.children[-1].text.strip() == "1 of 4"
    assert not page.find("svg", **{"class": "bar "})


@pytest.mark.parametrize(
    ("state", "year", "words"),
    [
        ("draft", 2999, "to close May 1, 2999"),
        ("open", 2999, "open until May 1, 2999"),
        ("open", 2020, "answers ended May 1, 2020"),
        ("closed", 2020, "closed May 1, 2020"),
        ("closed", 2999, "closed early"),
    ],
)
def test_the_date_of_a_campaign_is_told_as_what_it_is(
    hr: Browser, office: Office, state: str, year: int, words: str
):
    campaign = office.draft({"client": 4}) if state == "draft" else office.open({"client": 4})
    if state == "closed":
        office.close(campaign)
    campaign.closes_at = datetime(year, 5, 1, tzinfo=UTC)
    for address in ("/", f"/reports/{campaign.code}"):
        assert words in Page(hr.get(f"{address}?lang=en").text).one("main").all_text


def test_a_preview_before_release_says_that_it_is_one(hr: Browser, office: Office):
    campaign = office.open({"client": 4})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    assert "Preview:" in hr.get(f"{path(campaign)}?lang=en").text


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (RoleName.HR, "Your first campaign"),
        (RoleName.EMPLOYEE, "No report yet"),
    ],
)
def test_start_pages_without_anything_say_what_will_be_there(browsers: Browsers, role: RoleName, words: str):
    page = Page(browsers.sign_in(role).get("/?lang=en").text)
    assert words in page.one("main").all_text
    assert faults(page) == []


def test_a_manager_without_results_is_told_when_they_come(browsers: Browsers, office: Office):
    manager = browsers.sign_in(RoleName.MANAGER, office.person("B1"))
    assert "No results yet" in manager.get("/?lang=en").text


TOO_FEW = {
    "en": "too few answers: shown from {} of a rater group on",
    "zh": "答案太少：一个评价群体满 {} 份才显示",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("clients", "lacks"), [(4, (5, 10)), (9, (10,)), (10, ())])
def test_a_satisfaction_rate_and_an_nps_of_too_few_say_so_and_from_how_many_they_are_shown(
    hr: Browser, office: Office, language: str, clients: int, lacks: tuple[int, ...]
):
    campaign = office.open({"client": clients})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    office.session.commit()
    page = Page(hr.get(f"{path(campaign)}?lang={language}").text)
    name = {"en": "Client satisfaction", "zh": "客户满意"}[language]
    (section,) = [each for each in page.find("section") if name in (each.attributes.get("aria-label") or "")]
    withheld = [each.all_text.strip() for each in section.find("dd", **{"class": "withheld"})]
    assert withheld == [TOO_FEW[language].format(least) for least in lacks]
    assert len(section.find("dd")) == 2 and ("%" in section.all_text) == (5 not in lacks)
