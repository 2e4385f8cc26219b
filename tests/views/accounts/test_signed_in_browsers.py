"""A cookie is worth something until its browser is signed out, for half a day at most, whoever has copied it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from feedback.jobs import tasks
from feedback.models.accounts import RoleName, SignedInBrowser, User
from feedback.services.accounts import account_changes, sign_ins
from tests.factories import ACTOR, Office
from tests.views.markup import Page, faults
from tests.views.reading import PASSWORD, Browser, Browsers

PASSWORD_PAGE = "/account/password"


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def user(hr: Browser, office: Office) -> User:
    return office.session.scalars(select(User)).unique().one()


def is_in(browser: Browser) -> bool:
    return browser.get("/people").status_code == 200


def copied(browsers: Browsers, browser: Browser) -> Browser:
    """What somebody has who took the cookie, and brings it back whatever the server answers."""
    thief = browsers.anonymous()
    thief.client._cookies.update(browser.client._cookies)
    return thief


def elsewhere(browsers: Browsers) -> Browser:
    browser = browsers.anonymous()
    browser.post("/sign-in", {"email": "hr-nobody@example.com", "password": PASSWORD})
    assert is_in(browser)
    return browser


def stored(office: Office) -> int:
    office.session.commit()
    return office.session.scalar(select(func.count()).select_from(SignedInBrowser)) or 0


def test_a_copied_cookie_is_worth_nothing_once_its_owner_has_signed_out(
    browsers: Browsers, hr: Browser, office: Office
):
    thief = copied(browsers, hr)
    assert is_in(thief)
    assert hr.post("/sign-out", {}, page="/account").status_code == 302
    assert not is_in(thief) and stored(office) == 0


def test_signing_out_here_leaves_other_browsers_signed_in(browsers: Browsers, hr: Browser):
    other = elsewhere(browsers)
    hr.post("/sign-out", {}, page="/account")
    assert is_in(other) and not is_in(hr)


def test_signing_in_again_with_the_same_browser_ends_what_was_before(
    browsers: Browsers, hr: Browser, office: Office
):
    thief = copied(browsers, hr)
    hr.post("/sign-out", {}, page="/account")
    hr.post("/sign-in", {"email": "hr-nobody@example.com", "password": PASSWORD})
    assert is_in(hr) and not is_in(thief) and stored(office) == 1


def test_a_new_password_ends_every_other_sign_in(browsers: Browsers, hr: Browser, office: Office):
    thief, other = copied(browsers, hr), elsewhere(browsers)
    new = "a new password, 新的"
    form = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert hr.post(PASSWORD_PAGE, form, page=PASSWORD_PAGE).status_code == 302
    assert [is_in(browser) for browser in (hr, thief, other)] == [True, False, False]
    assert stored(office) == 1


@pytest.mark.parametrize("act", ["disable", "reset_factor", "roles"])
def test_what_an_administrator_changes_ends_every_sign_in(hr: Browser, office: Office, user: User, act: str):
    by = {"actor": ACTOR, "now": datetime.now(UTC)}
    match act:
        case "roles":
            account_changes.change_roles(office.session, user, [RoleName.HR, RoleName.AUDITOR], **by)
        case _:
            getattr(account_changes, act)(office.session, user, **by)
    office.session.commit()
    assert not is_in(hr) and stored(office) == 0


def test_a_sign_in_ends_by_itself_and_is_forgotten(app: Flask, hr: Browser, office: Office):
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(hours=11)):
        assert is_in(hr)
        hr.get("/people?lang=en")  # a new cookie, with a new date of its own
    with time_machine.travel(now + timedelta(hours=12, minutes=1)):
        assert not is_in(hr)
        tasks.Jobs(app).calendar_round()
        assert stored(office) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_account_page_lists_browsers_and_signs_out_any_but_this_one(
    browsers: Browsers, hr: Browser, language: str
):
    other = elsewhere(browsers)
    page = Page(hr.get(f"/account?lang={language}").text)
    assert faults(page) == []
    (ending,) = [
        form for form in page.find("form") if form.attributes["action"].startswith("/account/browsers/")
    ]
    assert hr.post(ending.attributes["action"], {}, page="/account").location == "/account"
    assert is_in(hr) and not is_in(other)


def test_nobody_signs_out_the_browser_of_somebody_else(
    browsers: Browsers, hr: Browser, office: Office, user: User
):
    (mine,) = sign_ins.browsers(office.session, user, now=datetime.now(UTC))
    address = f"/account/browsers/{mine.digest}/sign-out"
    browsers.sign_in(RoleName.ADMIN).post(address, {}, page="/account")
    assert is_in(hr)


def test_the_database_holds_nothing_that_signs_in(hr: Browser, office: Office, user: User):
    (mine,) = sign_ins.browsers(office.session, user, now=datetime.now(UTC))
    with hr.client.session_transaction() as cookie:
        assert cookie["proof"] != mine.digest == sign_ins.digest_of(cookie["proof"])
