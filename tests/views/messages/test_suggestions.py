from contextvars import Context

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.models.accounts import RoleName
from feedback.models.suggestions import SealedSuggestion
from feedback.services.ballot_box.custody import Custody
from feedback.services.messages import suggestions
from feedback.views.ground.rate_limits import box_limiter
from tests.services.messages.test_suggestions import NOVEMBER, OCTOBER, send
from tests.views.markup import Page, faults
from tests.views.reading import Browsers

BOX = "/suggestions/box"


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> None:
    box_limiter.reset()


def ask(client: FlaskClient, method: str, path: str, **options: object) -> TestResponse:
    """In a context of its own, as a server does it: no session is shared with the test."""
    return Context().run(client.open, path, method=method, buffered=True, **options)


def sealed(session: Session) -> int:
    number = session.scalar(select(func.count()).select_from(SealedSuggestion))
    session.commit()
    return number


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_box_needs_no_account_sets_no_cookie_and_asks_for_nothing_from_outside(
    client: FlaskClient, language: str
):
    for path in (f"{BOX}?lang={language}", f"{BOX}?sent=1&lang={language}"):
        answer = ask(client, "GET", path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert faults(Page(answer.text)) == []


def test_a_suggestion_is_sealed_and_the_sender_thanked(client: FlaskClient, session: Session):
    answer = ask(client, "POST", BOX, data={"text": "less paper", "lang": "en"})
    assert (answer.status_code, answer.location) == (303, f"{BOX}?sent=1&lang=en")
    assert "Set-Cookie" not in answer.headers
    assert sealed(session) == 1


def test_what_may_give_the_sender_away_is_pointed_out_once_and_can_be_sent_anyway(
    client: FlaskClient, session: Session
):
    typed = {"text": "call me: 138 0013 8000", "lang": "en"}
    warned = ask(client, "POST", BOX, data=typed)
    page = Page(warned.text)
    assert warned.status_code == 422
    assert faults(page) == []
    assert "a phone number" in warned.text
    assert "call me: 138 0013 8000" in page.one("textarea").text
    assert sealed(session) == 0
    again = typed | {"warned": page.one("input", name="warned").attributes["value"]}
    assert ask(client, "POST", BOX, data=again | {"text": "mail me@example.com"}).status_code == 422
    assert ask(client, "POST", BOX, data=again).status_code == 303
    assert sealed(session) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"text=",
        b"text=%20%0A",
        b"",
        b"text=" + b"x" * 2001,
        b"text=a%00b",
        b"text=%ff%fe",
        b"text=%ED%A0%80",
        b"warned=a%00b",
    ],
)
def test_bad_input_is_refused_and_nothing_is_stored(client: FlaskClient, session: Session, body: bytes):
    answer = ask(client, "POST", BOX, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert faults(Page(answer.text)) == []
    assert sealed(session) == 0


def test_a_flood_from_one_address_is_slowed_down(client: FlaskClient, session: Session):
    answers = [ask(client, "POST", BOX, data={"text": f"no {n}"}).status_code for n in range(61)]
    assert answers == [303] * 60 + [429]
    assert "Set-Cookie" not in ask(client, "POST", BOX, data={"text": "more"}).headers


def test_a_signed_in_person_is_not_recognised_at_the_box(browsers: Browsers):
    browser = browsers.sign_in(RoleName.HR)
    page = browser.get(f"{BOX}?lang=en").text
    assert "hr-nobody@example.com" not in page
    assert "Set-Cookie" not in browser.get(f"{BOX}?lang=zh").headers


def test_human_resources_read_what_was_opened_and_how_many_wait_at_least(
    browsers: Browsers, session: Session, custody: Custody
):
    send(session, custody, "<b>bold</b>", "b", "c", now=OCTOBER)
    suggestions.open_due(session, custody, NOVEMBER)
    send(session, custody, *"defghijk", now=NOVEMBER)
    text = browsers.sign_in(RoleName.HR).get("/suggestions?lang=en").text
    page = Page(text)
    assert faults(page) == []
    assert "&lt;b&gt;bold" in text
    assert "In the box now: 5 or a few more" in text


def test_the_poster_shows_the_public_address_as_a_code(browsers: Browsers):
    text = browsers.sign_in(RoleName.HR).get("/suggestions/poster").text
    assert "http://localhost/suggestions/box" in text
    assert "<svg" in text
    assert faults(Page(text)) == []


@pytest.mark.parametrize("role", [RoleName.MANAGER, RoleName.EMPLOYEE, RoleName.AUDITOR])
@pytest.mark.parametrize("path", ["/suggestions", "/suggestions/poster"])
def test_nobody_else_reads_suggestions(browsers: Browsers, role: RoleName, path: str):
    assert browsers.sign_in(role).get(path).status_code == 404
