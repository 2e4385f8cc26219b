"""Codes from an authenticator app, and what remains when the phone is lost."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.models.accounts import RoleName, User
from feedback.services.ground import lock_outs
from tests.conftest import SECRET_KEY
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import PASSWORD, Browser, Browsers

EMAIL = "admin-nobody@example.com"
FACTOR = "/account/second-factor"
CODES = "/account/recovery-codes"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Phone:
    """An authenticator app to which an account was added."""

    def __init__(self, page: str) -> None:
        key = re.search(r'class="key-text">([A-Z2-7-]+)<', page)
        assert key, page
        raw = base64.b32decode(key[1].replace("-", ""))
        self._totp = TOTP(raw, 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303

    def code(self, *, later: int = 0) -> str:
        return self._totp.generate(int(datetime.now(UTC).timestamp()) + later).decode()


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def user(browsers: Browsers, clock) -> User:
    return browsers.account(RoleName.ADMIN)


@pytest.fixture
def phone(browsers: Browsers, user: User, clock) -> Phone:
    """Set up; half a minute later, so that its next code is another one."""
    browser = first_step(browsers)
    phone = begin_setup(browser)
    assert browser.post(*code_form(browser.setup, phone.code()), page="/account").location == "/account"
    clock.shift(31)
    return phone


def first_step(browsers: Browsers) -> Browser:
    browser = browsers.anonymous()
    browser.answer = browser.post("/sign-in?lang=en", {"email": EMAIL, "password": PASSWORD})
    return browser


def begin_setup(browser: Browser) -> Phone:
    shown = browser.post(FACTOR, {"setup": "authenticator"}, page=FACTOR)
    assert faults(Page(shown.text)) == []
    browser.setup = re.search(rf'action="({FACTOR}/[^"]+)"', shown.text)[1]
    return Phone(shown.text)


def code_form(address: str, code: str) -> tuple[str, dict[str, str]]:
    return address, {"code": code}


def enter(browser: Browser, code: str, address: str = "/sign-in/code") -> bool:
    answer = browser.post(address, {"code": code}, page=address)
    assert answer.status_code in (200, 302)
    return answer.status_code == 302


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def recovery_codes(browser: Browser) -> list[str]:
    shown = browser.post(CODES, {"generate_new_codes": "y"}, page=CODES)
    assert faults(Page(shown.text)) == []
    return re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", shown.text)


def test_with_a_second_factor_the_password_alone_opens_nothing(browsers: Browsers, phone: Phone):
    browser = first_step(browsers)
    assert browser.answer.location.startswith("/sign-in/code")
    assert not is_in(browser)
    assert enter(browser, phone.code())
    assert is_in(browser)


def test_a_code_is_taken_once(browsers: Browsers, phone: Phone):
    code = phone.code()
    assert enter(first_step(browsers), code)
    again = first_step(browsers)
    assert not enter(again, code)
    assert not is_in(again)


def test_the_code_of_the_setup_does_not_sign_in(browsers: Browsers, user: User):
    browser = first_step(browsers)
    phone = begin_setup(browser)
    code = phone.code()
    browser.post(*code_form(browser.setup, code), page="/account")
    assert not enter(first_step(browsers), code)


def test_an_old_code_is_refused(browsers: Browsers, phone: Phone, clock):
    code = phone.code()
    clock.shift(90)
    assert not enter(first_step(browsers), code)


def test_a_wrong_code_at_the_setup_changes_nothing(browsers: Browsers, user: User):
    browser = first_step(browsers)
    begin_setup(browser)
    assert browser.post(*code_form(browser.setup, "000000"), page="/account").location == FACTOR
    assert is_in(first_step(browsers))


def test_five_wrong_codes_lock_the_account_and_the_right_one_too(browsers: Browsers, phone: Phone, clock):
    browser = first_step(browsers)
    for _ in range(lock_outs.MOST_FAILURES):
        assert not enter(browser, "000000")
    assert not enter(browser, phone.code())
    assert first_step(browsers).answer.status_code == 200
    clock.shift(lock_outs.LOCKED_FOR + timedelta(seconds=1))
    assert enter(first_step(browsers), phone.code())


def test_the_right_password_does_not_clear_wrong_codes(browsers: Browsers, phone: Phone):
    for _ in range(lock_outs.MOST_FAILURES):
        assert not enter(first_step(browsers), "000000")
    assert first_step(browsers).answer.status_code == 200


def test_wrong_recovery_codes_lock_the_account_as_well(browsers: Browsers, phone: Phone):
    browser = first_step(browsers)
    for _ in range(lock_outs.MOST_FAILURES):
        assert not enter(browser, "0000-0000-0000", "/sign-in/recovery-code")
    assert not enter(browser, phone.code())


def test_a_recovery_code_signs_in_once(browsers: Browsers, phone: Phone):
    inside = first_step(browsers)
    enter(inside, phone.code())
    codes = recovery_codes(inside)
    assert len(codes) == 8
    browser = first_step(browsers)
    assert enter(browser, f" {codes[3].upper()} ", "/sign-in/recovery-code")
    assert is_in(browser)
    assert not enter(first_step(browsers), codes[3], "/sign-in/recovery-code")
    assert "7 codes are left." in browser.get(CODES).text


def test_recovery_codes_are_shown_when_they_are_made_and_never_again(browsers: Browsers, phone: Phone):
    browser = first_step(browsers)
    enter(browser, phone.code())
    codes = recovery_codes(browser)
    for address in (CODES, f"{CODES}?show_codes=y", "/account"):
        assert not any(code in browser.get(address).text for code in codes)


def test_neither_secret_nor_recovery_codes_lie_open_in_the_database(
    browsers: Browsers, phone: Phone, user: User, office: Office
):
    browser = first_step(browsers)
    enter(browser, phone.code())
    codes = recovery_codes(browser)
    office.session.refresh(user)
    assert "enckey" in user.tf_totp_secret
    assert not any(code in str(user.mf_recovery_codes) for code in codes)


def test_turning_it_off_forgets_the_recovery_codes(
    browsers: Browsers, phone: Phone, user: User, office: Office
):
    browser = first_step(browsers)
    enter(browser, phone.code())
    recovery_codes(browser)
    browser.post(FACTOR, {"setup": "disable"}, page=FACTOR)
    office.session.refresh(user)
    assert user.mf_recovery_codes is None
    assert is_in(first_step(browsers))


def test_protecting_the_account_needs_a_password_given_not_long_ago(browsers: Browsers, user: User, clock):
    browser = first_step(browsers)
    clock.shift(timedelta(minutes=16))
    assert browser.get(FACTOR).location.startswith("/account/confirm?next=")
    confirm = browser.get(FACTOR).location
    assert faults(Page(browser.get(confirm).text)) == []
    assert browser.post(confirm, {"password": PASSWORD}, page=confirm).location == FACTOR
    assert browser.get(FACTOR).status_code == 200


def test_a_disabled_account_does_not_pass_the_second_step(
    browsers: Browsers, phone: Phone, user: User, office: Office
):
    browser = first_step(browsers)
    user.active = False
    office.session.commit()
    assert not enter(browser, phone.code())


def test_the_page_to_come_back_to_survives_the_second_step(browsers: Browsers, phone: Phone):
    browser = browsers.anonymous()
    page = "/sign-in?next=/settings"
    step = browser.post(page, {"email": EMAIL, "password": PASSWORD}, page=page).location
    assert browser.post(step, {"code": phone.code()}, page=step).location == "/settings"


def test_factors_survive_a_change_of_the_server_s_secrets(
    browsers: Browsers, phone: Phone, office: Office, settings
):
    keys = (SECRET_KEY, "a newer secret of the tests, just as long")
    with opened(create_app(replace(settings, secret_keys=keys))) as changed:
        browser = first_step(Browsers(changed, office))
        assert enter(browser, phone.code())


@pytest.mark.parametrize("address", ["/sign-in/code", "/sign-in/recovery-code", "/sign-in/lost-phone"])
def test_the_second_step_without_the_first_leads_to_the_beginning(browsers: Browsers, address: str):
    browser = browsers.anonymous()
    browser.get("/sign-in")
    while (answer := browser.get(address)).status_code == 302 and answer.location != "/sign-in":
        address = answer.location
    assert answer.location == "/sign-in"
    assert browser.post("/sign-in/code", {"code": "000000"}).location == "/sign-in"


@pytest.mark.parametrize("address", ["/sign-in/code", "/sign-in/recovery-code", "/password/forgotten"])
def test_pages_for_strangers_do_not_sign_anybody_out(
    app: Flask, browsers: Browsers, user: User, address: str
):
    browser = first_step(browsers)
    browser.get(address)
    browser.post(address, {"code": "000000"}, page="/account")
    assert is_in(browser)
