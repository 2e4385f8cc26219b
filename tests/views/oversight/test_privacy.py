from contextvars import Context

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from feedback.extensions import db
from feedback.services.oversight import guides
from forms.scheme import with_minimum
from tests.factories import Office, shipped_scheme
from tests.statements import counted
from tests.views.markup import Page, faults

PATHS = ["/privacy", "/help", *(f"/help/{name}" for name in guides.NAMES)]


def get(app: Flask, path: str) -> TestResponse:
    """In a context of its own, as a server does it: no session is shared with the test."""
    return Context().run(app.test_client().get, path, buffered=True)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_everybody_may_read_it_without_a_cookie(app: Flask, office: Office, path: str, language: str):
    office.open({"client": 4, "supervisor": 1})
    answer = get(app, f"{path}?lang={language}")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert faults(Page(answer.text)) == []


def test_the_rules_are_those_of_the_campaigns_that_are_open_and_none_is_named(app: Flask, office: Office):
    assert "No campaign is open now." in get(app, "/privacy?lang=en").text
    campaign = office.open({"client": 4}, scheme=with_minimum(shipped_scheme(), {"client": 7}))
    page = get(app, "/privacy?lang=en")
    assert "7 answers" in page.text and campaign.title_en not in page.text
    office.close(campaign)
    assert "No campaign is open now." in get(app, "/privacy?lang=en").text


def test_it_says_who_holds_the_keys_of_open_campaigns(app: Flask, office: Office):
    assert "Each campaign says how its key is held" in get(app, "/privacy?lang=en").text
    campaign = office.open({"client": 4})
    assert "sealed by the server" in get(app, "/privacy?lang=en").text
    campaign.key_custody = "trustees"
    office.session.commit()
    assert "sealed by trustees" in get(app, "/privacy?lang=en").text


def test_it_takes_one_statement_however_many_campaigns_are_open(app: Flask, office: Office):
    for code in ("2026Q1", "2026Q2", "2026Q3"):
        office.open({"client": 4}, code=code)
    with counted(db.engine) as statements:
        get(app, "/privacy")
    assert len(statements) == 1


def test_an_unknown_guide_is_absent(app: Flask):
    assert get(app, "/help/nothing").status_code == 404
    assert get(app, "/help/..%2f..%2fREADME").status_code == 404


def test_what_stays_possible_is_said(app: Flask):
    text = Page(get(app, "/privacy?lang=en").text).one("main").all_text
    for words in ("alters the running program", "Two trustees", "Your style", "dummies"):
        assert words in text
