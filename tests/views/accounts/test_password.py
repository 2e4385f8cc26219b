"""Forgetting, setting and changing a password, and what too many wrong ones lead to."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from feedback.models.accounts import RoleName
from feedback.services.ground import lock_outs
from tests.factories import Office
from tests.views.letters import letters
from tests.views.markup import Page, faults
from tests.views.reading import PASSWORD, Browser, Browsers

NEW = "a new password, 新的"
EMAIL = "hr-nobody@example.com"
REFUSED = "do not match an account"


@pytest.fixture
def browsers(browsers: Browsers) -> Browsers:
    """With one account and nobody signed in."""
    browsers.account(RoleName.HR)
    return browsers


def sign_in(browsers: Browsers, password: str = PASSWORD, email: str = EMAIL) -> Browser | None:
    browser = browsers.anonymous()
    answer = browser.post("/sign-in?lang=en", {"email": email, "password": password})
    return browser if answer.status_code == 302 else None


def ask_for_link(browsers: Browsers, email: str = EMAIL):
    page = "/password/forgotten?lang=en"
    return browsers.anonymous().post(page, {"email": email}, page=page)


def new_password(page: str, browser: Browser, password: str = NEW, again: str | None = None):
    return browser.post(page, {"password": password, "password_confirm": again or password}, page=page)


def test_a_forgotten_password_is_set_anew_through_a_mail(browsers: Browsers, office: Office):
    ask_for_link(browsers)
    letter = letters(office)[0]
    assert letter.address == EMAIL
    browser = browsers.anonymous()
    page = browser.get(letter.link)
    assert page.status_code == 200
    assert faults(Page(page.text)) == []
    assert new_password(letter.link, browser).location == "/sign-in"
    assert sign_in(browsers, NEW)
    assert not sign_in(browsers)


def test_the_link_of_a_reset_works_once_and_for_a_day(browsers: Browsers, office: Office):
    ask_for_link(browsers)
    link = letters(office)[0].link
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)):
        assert browsers.anonymous().get(link).location == "/password/forgotten"
    new_password(link, browsers.anonymous())
    again = browsers.anonymous()
    assert again.get(link).location == "/password/forgotten"
    form = {"password": "yet another password", "password_confirm": "yet another password"}
    assert again.post(link, form).location == "/password/forgotten"
    assert sign_in(browsers, NEW)


def test_the_link_names_the_public_address_whatever_the_request_calls_it(browsers: Browsers, office: Office):
    browser = browsers.anonymous()
    page = browser.get("/password/forgotten", base_url="http://evil.example").text
    browser.post("/password/forgotten", {"email": EMAIL}, page="/password/forgotten")
    assert "evil" not in letters(office)[0].text + page


def test_asking_for_a_link_says_nothing_about_who_has_an_account(browsers: Browsers, office: Office):
    known, unknown = ask_for_link(browsers), ask_for_link(browsers, "nobody@example.com")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(EMAIL, "").count("a mail with a link") == 1
    without = [
        without_tokens(answer.text).replace(EMAIL, "x").replace("nobody@example.com", "x")
        for answer in (known, unknown)
    ]
    assert without[0] == without[1]
    assert [letter.address for letter in letters(office)] == [EMAIL]


def test_a_disabled_account_gets_no_link(browsers: Browsers, office: Office, app: Flask):
    user = browsers.account(RoleName.ADMIN)
    user.active = False
    ask_for_link(browsers, user.email)
    assert letters(office) == []


def test_the_mail_speaks_the_language_of_its_reader(browsers: Browsers, office: Office):
    person = office.person(language="en")
    browsers.account(RoleName.EMPLOYEE, person=person)
    browsers.account(RoleName.EMPLOYEE, person=office.person(language="zh"))
    for number in ("P001", "P002"):
        ask_for_link(browsers, f"employee-{number}@example.com")
    english, chinese = letters(office)
    assert (english.language, english.subject) == ("en", "A new password")
    assert (chinese.language, chinese.subject) == ("zh", "设置新密码")


@pytest.mark.parametrize("password", ["short", "x" * 129])
def test_a_password_that_is_too_short_or_too_long_is_not_set(
    browsers: Browsers, office: Office, password: str
):
    ask_for_link(browsers)
    link = letters(office)[0].link
    answer = new_password(link, browsers.anonymous(), password)
    assert answer.status_code == 200
    assert faults(Page(answer.text)) == []
    assert sign_in(browsers)


def test_changing_the_password_needs_the_present_one_and_signs_out_elsewhere(
    browsers: Browsers, office: Office
):
    here, elsewhere = sign_in(browsers), sign_in(browsers)
    form = {"password": "wrong", "new_password": NEW, "new_password_confirm": NEW}
    refused = here.post("/account/password", form, page="/account/password")
    assert "The password is not right." in refused.text
    assert faults(Page(refused.text)) == []
    changed = here.post("/account/password", form | {"password": PASSWORD}, page="/account/password")
    assert changed.location == "/account"
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").location.startswith("/sign-in")
    assert not sign_in(browsers) and sign_in(browsers, NEW)
    assert letters(office)[0].subject in ("Your password was changed", "您的密码已更改")


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(browsers: Browsers):
    for _ in range(lock_outs.MOST_FAILURES):
        assert not sign_in(browsers, "wrong password")
    assert not sign_in(browsers)
    with time_machine.travel(datetime.now(UTC) + lock_outs.LOCKED_FOR + timedelta(seconds=1)):
        assert sign_in(browsers)


def test_a_locked_account_answers_as_any_other(browsers: Browsers):
    def answer(email: str, password: str) -> str:
        text = browsers.anonymous().post("/sign-in?lang=en", {"email": email, "password": password}).text
        assert REFUSED in text
        return without_tokens(text).replace(email, "")

    open_account = answer(EMAIL, "wrong password")
    for _ in range(lock_outs.MOST_FAILURES):
        answer(EMAIL, "wrong password")
    assert answer(EMAIL, "wrong password") == open_account
    assert answer(EMAIL, PASSWORD) == open_account
    assert answer("nobody@example.com", PASSWORD) == open_account


def test_signing_in_clears_the_count_of_failures(browsers: Browsers):
    for _ in range(3):
        for _ in range(lock_outs.MOST_FAILURES - 1):
            sign_in(browsers, "wrong password")
        assert sign_in(browsers)


def test_failures_while_locked_do_not_prolong_the_lock(browsers: Browsers):
    for _ in range(lock_outs.MOST_FAILURES):
        sign_in(browsers, "wrong password")
    with time_machine.travel(datetime.now(UTC) + lock_outs.LOCKED_FOR - timedelta(minutes=1)):
        assert not sign_in(browsers, "wrong password")
    with time_machine.travel(datetime.now(UTC) + lock_outs.LOCKED_FOR + timedelta(seconds=1)):
        assert sign_in(browsers)


def test_a_reset_by_mail_opens_a_locked_account(browsers: Browsers, office: Office):
    for _ in range(lock_outs.MOST_FAILURES):
        sign_in(browsers, "wrong password")
    ask_for_link(browsers)
    new_password(letters(office)[0].link, browsers.anonymous())
    assert sign_in(browsers, NEW)


def test_wrong_passwords_inside_count_towards_the_lock_too(browsers: Browsers):
    browser = sign_in(browsers)
    form = {"password": "wrong", "new_password": NEW, "new_password_confirm": NEW}
    for _ in range(3):
        browser.post("/account/password", form, page="/account/password")
    for _ in range(2):
        browser.post("/account/confirm", {"password": "wrong"}, page="/account/confirm")
    assert not sign_in(browsers)
    right = browser.post("/account/password", form | {"password": PASSWORD}, page="/account/password")
    assert right.status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"email": EMAIL, "password": "x" * 5000},
        {"email": EMAIL, "password": "\0"},
        {"email": "\0@example.com", "password": "x"},
        {"email": "x" * 5000 + "@example.com", "password": "x"},
        {"email": "no address", "password": ""},
        {"password": PASSWORD},
        {},
    ],
)
def test_nothing_that_is_typed_breaks_the_sign_in_page(browsers: Browsers, form: dict[str, str]):
    answer = browsers.anonymous().post("/sign-in?lang=en", form)
    assert answer.status_code == 200
    assert REFUSED in answer.text


@pytest.mark.parametrize(
    "next", ["http://[", "//evil.example", "\\\\evil.example", "javascript:alert(1)", "\0"]
)
def test_a_page_to_come_back_to_is_on_this_server_or_none(browsers: Browsers, next: str):
    browser = browsers.anonymous()
    assert browser.open("/sign-in", method="GET", query_string={"next": next}).status_code == 400
    form = {"email": EMAIL, "password": PASSWORD, "next": next}
    assert browser.post("/sign-in", form).status_code == 400


def test_only_forms_are_taken(browsers: Browsers):
    browser = browsers.anonymous()
    page = browser.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    for body in ({"email": EMAIL, "password": PASSWORD}, 5, [[]]):
        answer = browser.open("/sign-in", method="POST", json=body, headers={"X-CSRFToken": token})
        assert answer.status_code == 400


def test_the_box_to_stay_signed_in_that_we_do_not_offer_is_not_taken(browsers: Browsers):
    browser = browsers.anonymous()
    answer = browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD, "remember": "y"})
    assert "remember_token" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_session_made_before_signing_in_is_not_the_one_after_it(browsers: Browsers):
    browser = browsers.anonymous()
    with browser.client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
        planted["csrf_token"] = token = "0" * 40
    browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != token


def test_signing_out_everywhere_ends_every_session(browsers: Browsers):
    here, elsewhere = sign_in(browsers), sign_in(browsers)
    answer = here.post("/account/sign-out-everywhere", {}, page="/account")
    assert answer.location == "/sign-in"
    for browser in (here, elsewhere):
        assert browser.get("/account").location.startswith("/sign-in")


def without_tokens(html: str) -> str:
    start, mark, rest = html.partition('name="csrf_token" value="')
    return start + mark + without_tokens(rest.partition('"')[2]) if mark else start
