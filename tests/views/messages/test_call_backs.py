"""A client asks to be called, apart from all answers; HR and those who lead the account manager read it."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.call_backs import CallBack
from feedback.services.messages import call_backs
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers
from tests.views.survey import Survey, complete

LANGUAGES = ["zh", "en"]
CARD = {
    "name": "Chen Wei, Nanfang",
    "reach": "138 0013 8000",
    "hours": "afternoons",
    "message": "Late <b>again</b>.\r\nPlease call.",
}


@pytest.fixture
def survey(app: Flask, office: Office) -> Survey:
    return Survey.open(app, office, {"client": 3, "peer": 1, "supervisor": 1})


def page_of(link: str, task: str = "1") -> str:
    return f"{link}/{task}/call-back"


def leave(survey: Survey, fields: dict[str, str], link: str = "", task: str = "1", lang: str = "en"):
    return survey.post(link or survey.link(), fields, task, lang, path="/s/call-back")


def cards() -> list[CallBack]:
    return list(db.session.scalars(select(CallBack)))


@pytest.fixture
def card(survey: Survey) -> str:
    """The number of a card that came yesterday."""
    leave(survey, CARD)
    db.session.execute(update(CallBack).values(shown_from=current.today()))
    db.session.commit()
    return cards()[0].id.hex()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_labelled_well_formed_and_says_first_that_it_is_not_anonymous(
    survey: Survey, language: str
):
    response = survey.get(f"{page_of(survey.link())}?lang={language}")
    page = Page(response.text)
    assert response.status_code == 200 and faults(page) == []
    assert page.one("ul", **{"class": "promise"}).find("b")[0].text in ("Not anonymous.", "非匿名。")
    assert page.one("title").text in ("Feedback", "反馈")
    assert "Set-Cookie" not in response.headers and response.headers["Cache-Control"] == "no-store"


def test_a_card_is_stored_with_what_was_written_and_thanked_for(survey: Survey):
    link = survey.link()
    response = leave(survey, CARD, link)
    assert (response.status_code, response.location) == (303, f"{page_of(link)}?sent=1&lang=en")
    [card] = cards()
    assert (card.name, card.reach, card.hours) == (CARD["name"], CARD["reach"], CARD["hours"])
    assert card.message == "Late <b>again</b>.\nPlease call."
    thanks = Page(survey.get(response.location).text)
    assert faults(thanks) == [] and thanks.one("h1").text == "Your request has been taken."


def test_leaving_a_card_touches_no_table_but_that_of_cards(survey: Survey):
    before = survey.everything()
    leave(survey, CARD)
    after = survey.everything()
    assert {table for table in before if before[table] != after[table]} == {"call_back"}


def test_the_page_is_the_same_before_and_after_answering(survey: Survey):
    link = survey.link()
    before = survey.get(f"{page_of(link)}?lang=en").data
    survey.post(link, complete())
    assert survey.get(f"{page_of(link)}?lang=en").data == before
    assert leave(survey, CARD, link).status_code == 303
    assert len(cards()) == 1


def test_the_form_and_the_page_after_it_lead_there(survey: Survey):
    link = survey.link()
    form = Page(survey.get(f"{link}?lang=en").text)
    [way] = [a for a in form.find("a") if a.attributes["href"].startswith(page_of(link))]
    assert way.attributes["target"] == "_blank"  # so that nothing that was entered is lost
    survey.post(link, complete())
    thanks = Page(survey.get(f"{link}?lang=en").text)
    assert [a for a in thanks.find("a") if a.attributes["href"] == f"{page_of(link)}?lang=en"]


@pytest.mark.parametrize("group", ["peer", "supervisor"])
def test_colleagues_are_not_called_back(survey: Survey, group: str):
    link = survey.link(group)
    assert "call-back" not in survey.get(link).text
    assert survey.get(page_of(link)).status_code == 404
    assert leave(survey, CARD, link).status_code == 404
    survey.post(link, complete(group), lang="en")
    assert "call-back" not in survey.get(link).text
    assert cards() == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["name", "reach", "message"])
def test_a_card_that_cannot_be_taken_comes_back_with_what_was_typed(survey: Survey, name: str, language: str):
    broken = {"name": " ", "reach": "soon", "message": "x" * 501}[name]
    response = leave(survey, CARD | {name: broken}, lang=language)
    page = Page(response.text)
    assert response.status_code == 422 and faults(page) == []
    [link] = page.one("div", role="alert").find("a")
    assert link.attributes["href"] == f"#{name}"
    assert page.one("input", id="hours").attributes["value"] == CARD["hours"]
    assert page.one("textarea").text.strip() == (CARD | {name: broken})["message"].replace("\r\n", "\n")
    assert cards() == []


@pytest.mark.parametrize("token", ["", "forged", "x" * 37])
def test_a_link_that_is_none_takes_no_card(survey: Survey, token: str):
    assert leave(survey, CARD, f"/s/{token}").status_code == 404
    assert survey.get(page_of(f"/s/{token or 'none'}")).status_code == 404
    assert cards() == []


@pytest.mark.parametrize("task", ["0", "2", "-1", "x", "", "9" * 400])
def test_a_number_that_the_link_does_not_have_takes_no_card(survey: Survey, task: str):
    assert leave(survey, CARD, task=task).status_code == 404


def test_after_the_close_no_card_is_taken(survey: Survey):
    survey.closes_in(timedelta(seconds=-1))
    assert leave(survey, CARD).status_code == 410
    assert cards() == []


def test_a_client_with_two_account_managers_may_ask_about_each(app: Flask, office: Office):
    survey = Survey.open_for_a_colleague(app, office, subjects=3, groups=("client",))
    link = survey.link("self")
    page = survey.get(f"{link}?lang=en").text
    assert re.findall(rf"{re.escape(link)}/(\d)/call-back", page) == ["2", "3"]
    leave(survey, CARD, link, task="3")
    assert [card.subject.person.name_en for card in cards()] == ["Person 3"]


def test_the_flood_of_one_link_is_refused_in_plain_words(survey: Survey, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(call_backs, "MOST_WAITING", 1)
    leave(survey, CARD)
    refused = leave(survey, CARD | {"name": "Sun"})
    assert refused.status_code == 409 and "call the company directly" in refused.text
    assert "Set-Cookie" not in refused.headers


def lead(survey: Survey, browsers: Browsers) -> Browser:
    manager = survey.office.person("LEAD")
    survey.campaign.subjects[0].person.manager = manager
    survey.office.session.commit()
    return browsers.sign_in(RoleName.MANAGER, manager)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manager_and_hr_read_the_card_and_the_account_manager_does_not(
    survey: Survey, browsers: Browsers, card: str, language: str
):
    subject = survey.campaign.subjects[0].person
    for browser in (lead(survey, browsers), browsers.sign_in(RoleName.HR)):
        response = browser.get(f"/call-backs?lang={language}")
        assert "Chen Wei, Nanfang" in response.text and "138 0013 8000" in response.text
        assert "&lt;b&gt;again&lt;/b&gt;" in response.text
        assert 'href="/call-backs"' in browser.get("/?lang=en").text
    for browser in (
        browsers.sign_in(RoleName.MANAGER, subject),
        browsers.sign_in(RoleName.MANAGER, survey.office.person()),
    ):
        assert "Chen Wei" not in browser.get("/call-backs").text


def test_nobody_reads_a_card_on_the_day_on_which_it_came(survey: Survey, browsers: Browsers):
    leave(survey, CARD)
    browser = browsers.sign_in(RoleName.HR)
    assert "Chen Wei" not in browser.get("/call-backs").text
    assert "asks to be called back" not in browser.get("/?lang=en").text


def test_a_call_is_noted_once(survey: Survey, browsers: Browsers, card: str):
    browser = lead(survey, browsers)
    assert "1 client asks to be called back" in browser.get("/?lang=en").text
    first = browser.post(f"/call-backs/{card}/called", {}, page="/call-backs")
    assert (first.status_code, first.location) == (303, "/call-backs")
    page = browser.get("/call-backs?lang=en").text
    assert "The call is noted." in page and "noted by manager-lead@example.com" in page.lower()
    assert "asks to be called back" not in browser.get("/?lang=en").text
    assert browser.post(f"/call-backs/{card}/called", {}, page="/account").status_code == 409


@pytest.mark.parametrize("number", ["none", "0" * 32, "%00", "９" * 32])
def test_a_card_that_is_not_there_cannot_be_noted(browsers: Browsers, number: str):
    browser = browsers.sign_in(RoleName.HR)
    assert browser.post(f"/call-backs/{number}/called", {}, page="/account").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "999", "9" * 30, "x"])
def test_any_page_number_leads_to_a_page(browsers: Browsers, card: str, number: str):
    assert browsers.sign_in(RoleName.HR).get(f"/call-backs?page={number}").status_code == 200


def test_what_the_log_says_about_a_call_names_no_client(survey: Survey, browsers: Browsers, card: str):
    browsers.sign_in(RoleName.HR).post(f"/call-backs/{card}/called", {}, page="/call-backs")
    entries = db.session.execute(db.metadata.tables["audit_entry"].select()).all()
    assert not [entry for entry in entries if "Chen" in json.dumps(list(map(str, entry)), ensure_ascii=False)]
