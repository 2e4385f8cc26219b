"""Signing in and out."""

from dataclasses import replace

import pytest

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.models.accounts import RoleName
from feedback.settings import Settings
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import PASSWORD, Browsers


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sign_in_page_is_labelled_and_obeys_the_content_policy(browsers: Browsers, language: str):
    answer = browsers.anonymous().get(f"/sign-in?lang={language}")
    assert answer.status_code == 200
    assert faults(Page(answer.text)) == []


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(browsers: Browsers):
    browsers.sign_in(RoleName.HR)
    browser = browsers.anonymous()
    browser.get("/sign-in?lang=en")
    known = browser.post("/sign-in", {"email": "hr-nobody@example.com", "password": "wrong password"})
    unknown = browser.post("/sign-in", {"email": "nobody@example.com", "password": "wrong password"})
    for answer in (known, unknown):
        assert answer.status_code == 200
        assert "E-mail address and password do not match an account." in answer.text
        assert faults(Page(answer.text)) == []


def test_signing_in_leads_back_to_the_page_that_was_asked_for(browsers: Browsers):
    browser = browsers.sign_in(RoleName.HR)
    browser.post("/sign-out", {}, page="/")
    asked = browser.get("/reports/none")
    form = {"email": "hr-nobody@example.com", "password": PASSWORD}
    answer = browser.post(asked.location, form, page=asked.location)
    assert answer.location == "/reports/none"


def test_signing_out_ends_the_session(browsers: Browsers):
    browser = browsers.sign_in(RoleName.HR)
    assert browser.post("/sign-out", {}, page="/").status_code == 302
    assert browser.get("/").location.startswith("/sign-in")


def test_signing_out_takes_the_page_s_own_button(browsers: Browsers):
    browser = browsers.sign_in(RoleName.HR)
    assert browser.get("/sign-out").status_code == 405
    assert browser.client.post("/sign-out").status_code == 400


def test_nobody_is_led_to_another_site_after_signing_in(browsers: Browsers):
    browsers.sign_in(RoleName.HR)
    form = {"email": "hr-nobody@example.com", "password": PASSWORD}
    answer = browsers.anonymous().post("/sign-in?next=https://evil.example/", form)
    assert "evil" not in (answer.location or "")


def test_refused_visits_do_not_pile_up_in_the_cookie(browsers: Browsers):
    browser = browsers.anonymous()
    sizes = [len(browser.get("/").headers.get("Set-Cookie", "")) for _ in range(4)]
    assert sizes[-1] <= sizes[0]


@pytest.mark.parametrize(("url", "secure"), [("https://feedback.example", True), ("http://localhost", False)])
def test_the_session_cookie_is_kept_from_scripts_other_sites_and_plain_connections(
    settings: Settings, office: Office, url: str, secure: bool
):
    with opened(create_app(replace(settings, public_url=url))) as app:
        cookie = app.test_client().get("/sign-in", base_url=url).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == secure
