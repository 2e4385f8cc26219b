"""What goes wrong gets its own page, and nothing of a request gets into the log."""

import logging

import pytest
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from feedback.services.ground.errors import DomainError, InvalidFile, NotFound, NotPossible, RowFault
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

SECRET = "a-token-in-the-path"


@pytest.fixture
def app(application_to_break: Flask) -> Flask:
    return application_to_break


@pytest.fixture
def browser(app: Flask, browsers: Browsers) -> Browser:
    return browsers.anonymous()


def raising(app: Flask, error: Exception) -> str:
    def view() -> str:
        raise error

    app.view_functions["home.start"] = view
    return "/"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/no/such/page", {}, 404),
        ("/reports/", {}, 404),
        ("/reports/%00/x", {}, 404),
        ("/sign-out", {"method": "GET"}, 405),
        ("/sign-in", {"method": "POST", "data": b"x" * 3_000_000}, 413),
        ("/sign-in", {"method": "POST", "data": {"email": "a"}}, 400),
    ],
)
def test_each_mistake_has_a_page_in_both_languages(
    browser: Browser, path: str, options: dict[str, object], status: int, language: str
):
    answer = browser.open(f"{path}?lang={language}", **{"method": "GET"} | options)
    assert answer.status_code == status
    page = Page(answer.text)
    assert faults(page) == []
    assert page.one("html").attributes["lang"] == {"zh": "zh-Hans", "en": "en"}[language]
    assert page.one("h1").text


@pytest.mark.parametrize("host", ["x" * 64, "x" * 300])
@pytest.mark.parametrize("path", ["/", "/s/token", "/sign-in", "/no/such/page"])
def test_under_a_host_that_is_no_name_there_is_no_page(browser: Browser, host: str, path: str):
    answer = browser.get(path, headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "Set-Cookie" not in answer.headers


def test_an_error_page_gives_nobody_a_cookie(browser: Browser):
    assert "Set-Cookie" not in browser.get("/no/such/page?lang=en").headers


def test_an_unexpected_error_shows_a_number_and_logs_only_that_with_its_class_and_place(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
):
    path = raising(app, KeyError(SECRET))
    with caplog.at_level(logging.DEBUG):
        answer = browser.get(f"{path}?token={SECRET}&lang=en")
    number = Page(answer.text).one("code").text
    assert answer.status_code == 500
    assert [record.getMessage() for record in caplog.records] == [
        f"error {number}: KeyError at an unknown place"
    ]
    assert SECRET not in caplog.text and SECRET not in answer.text


def test_who_stores_what_somebody_else_has_just_stored_is_told_so_and_the_log_says_where(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
):
    path = raising(app, StaleDataError(SECRET))
    answer = browser.get(f"{path}?lang=en")
    assert answer.status_code == 409
    assert "Somebody else changed the same at the same moment" in answer.text
    assert [record.getMessage() for record in caplog.records] == [
        "two at once: StaleDataError at an unknown place"
    ]


def test_the_place_of_an_error_is_a_line_of_our_code(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
):
    app.before_request_funcs[None].insert(0, lambda: app.extensions["feedback.tokens"].read(None))
    assert browser.get("/sign-in").status_code == 500
    assert "at feedback/services/ballot_box/tokens.py:" in caplog.text


def test_facts_of_the_domain_become_http_once(app: Flask, browser: Browser):
    assert browser.get(raising(app, NotFound("there is no campaign x"))).status_code == 404
    answer = browser.get(raising(app, NotPossible("campaign x is a draft")))
    assert answer.status_code == 409
    assert "campaign x is a draft" in answer.text


@pytest.mark.parametrize("error", [NotPossible("a sentence"), InvalidFile([RowFault(2, "code", "is empty")])])
def test_a_fact_is_explained_in_chinese_and_its_english_sentence_is_marked_as_such(
    app: Flask, browser: Browser, error: DomainError
):
    page = Page(browser.get(f"{raising(app, error)}?lang=zh").text)
    assert faults(page) == []
    assert [detail.text for detail in page.find("pre") if detail.attributes["lang"] == "en"] == [str(error)]
    assert "未" in page.one("main").all_text
