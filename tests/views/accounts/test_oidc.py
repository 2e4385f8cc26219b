"""Signing in with the company's own provider."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.models.accounts import RoleName, User
from feedback.services.accounts import sign_ins
from feedback.settings import Settings
from tests.factories import Office
from tests.views.company_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

EMAIL = "hr-nobody@example.com"
START = "/sign-in/company"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider({"sub": "0815", "email": "HR-Nobody@example.com", "email_verified": True}) as provider:
        yield provider


@pytest.fixture
def browsers(office: Office, settings: Settings, provider: Provider) -> Iterator[Browsers]:
    """With one account, and the provider set up."""
    with_provider = replace(
        settings,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )
    # The session takes its connection from the application that runs: it gives it back before that one ends.
    with opened(create_app(with_provider)) as app, closing(office.session):
        browsers = Browsers(app, office)
        browsers.account(RoleName.HR)
        yield browsers


def come_back(browsers: Browsers, provider: Provider, next: str = ""):
    """A browser that was at the provider, and the page it gets afterwards."""
    browser = browsers.anonymous()
    there = browser.get(f"{START}?lang=en&next={next}")
    return browser, browser.get(provider.answer(there.location))


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_the_sign_in_page_offers_it_where_it_is_set_up(browsers: Browsers, app):
    page = browsers.anonymous().get("/sign-in").text
    assert f'href="{START}' in page
    assert faults(Page(page)) == []
    assert START not in app.test_client().get("/sign-in").text
    assert app.test_client().get(START).status_code == 404


def test_a_verified_address_is_connected_once_and_signs_in_from_then_on(
    browsers: Browsers, provider: Provider, office: Office
):
    browser, page = come_back(browsers, provider)
    assert page.status_code == 200
    assert faults(Page(page.text)) == []
    assert not is_in(browser)
    assert browser.post(START, {}, page="/sign-in").location == "/"
    assert is_in(browser)
    user = office.session.scalars(select(User)).unique().one()
    assert user.oidc_subject == sign_ins.subject_key(provider.issuer, "0815")

    provider.claims |= {"email": "another@example.com", "email_verified": False}
    browser, page = come_back(browsers, provider, next="/account")
    assert page.location == "/account"
    assert is_in(browser)


def test_only_reading_the_page_connects_nothing(browsers: Browsers, provider: Provider, office: Office):
    come_back(browsers, provider)
    assert office.session.scalar(select(User.oidc_subject)) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "stranger@example.com"},
        {"email": None},
    ],
)
def test_an_address_that_is_not_verified_or_has_no_account_stays_outside(
    browsers: Browsers, provider: Provider, office: Office, claims: dict[str, object]
):
    provider.claims |= claims
    browser, page = come_back(browsers, provider)
    assert page.location == "/sign-in"
    assert "There is no account here" in browser.get("/sign-in").text
    assert browser.post(START, {}, page="/sign-in").location == "/sign-in"
    assert not is_in(browser)
    assert office.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_disabled_account_stays_outside(browsers: Browsers, provider: Provider, office: Office):
    browser, _ = come_back(browsers, provider)
    browser.post(START, {}, page="/sign-in")
    office.session.scalars(select(User)).unique().one().active = False
    browser, page = come_back(browsers, provider)
    assert page.location == "/sign-in" and not is_in(browser)


def test_an_account_that_is_connected_is_not_taken_over_by_somebody_else_there(
    browsers: Browsers, provider: Provider
):
    browser, _ = come_back(browsers, provider)
    browser.post(START, {}, page="/sign-in")
    provider.claims["sub"] = "4711"
    browser, page = come_back(browsers, provider)
    assert page.location == "/sign-in" and not is_in(browser)


@pytest.mark.parametrize(
    "tamper",
    [
        {"nonce": "of another attempt"},
        {"aud": "another client"},
        {"iss": "https://evil.example"},
        {"exp": 1_600_000_000},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_for_this_attempt_is_refused(
    browsers: Browsers, provider: Provider, tamper: dict[str, object]
):
    provider.tamper = tamper
    browser, page = come_back(browsers, provider)
    assert page.location == "/sign-in"
    assert "did not work" in browser.get("/sign-in").text


def test_a_token_signed_by_somebody_else_is_refused(browsers: Browsers, provider: Provider):
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(browsers, provider)[1].location == "/sign-in"


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(browsers: Browsers, provider: Provider):
    elsewhere = provider.answer(browsers.anonymous().get(START).location)
    browser = browsers.anonymous()
    for address in (
        elsewhere,
        f"{START}/back",
        f"{START}/back?error=access_denied&state=x",
        f"{START}/back?code=x&state=y",
    ):
        assert browser.get(address).location == "/sign-in"
        assert not is_in(browser)


def test_an_answer_counts_once(browsers: Browsers, provider: Provider):
    browser = browsers.anonymous()
    back = provider.answer(browser.get(START).location)
    assert browser.get(back).status_code == 200
    assert browser.get(back).location == "/sign-in"


def test_nobody_is_led_elsewhere_afterwards(browsers: Browsers, provider: Provider):
    browser, _ = come_back(browsers, provider, next="//evil.example")
    assert browser.post(START, {}, page="/sign-in").location == "/"


def test_the_session_begins_anew(browsers: Browsers, provider: Provider):
    browser, _ = come_back(browsers, provider)
    browser.post(START, {}, page="/sign-in")
    with browser.client.session_transaction() as session:
        assert not [name for name in session if name.startswith(("_state_", "oidc"))]


def test_a_provider_that_is_down_is_said_and_passwords_still_work(browsers: Browsers, provider: Provider):
    provider._server.shutdown()
    provider._server.server_close()
    browser = browsers.anonymous()
    assert browser.get(f"{START}?lang=en").location == "/sign-in"
    assert "did not work" in browser.get("/sign-in").text
