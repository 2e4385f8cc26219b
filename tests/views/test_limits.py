"""How often a client may try."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback.models.accounts import RoleName
from feedback.views.limits import RotatingHash, limiter
from tests.factories import Office
from tests.views.reading import PASSWORD, Browser, Desks

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FAILURES_A_MINUTE = 20
MAILS_A_MINUTE = 5


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def guess(browser: Browser, password: str = "wrong password") -> int:
    form = {"email": "hr-nobody@example.com", "password": password}
    return browser.post("/sign-in", form).status_code


def test_too_many_failed_sign_ins_from_one_place_get_a_pause(desks: Desks, clock):
    browser = desks.anonymous()
    assert [guess(browser) for _ in range(FAILURES_A_MINUTE)] == [200] * FAILURES_A_MINUTE
    assert guess(browser) == 429
    assert guess(desks.anonymous()) == 429
    clock.shift(61)
    assert guess(browser) == 200


def test_an_office_behind_one_address_can_sign_in_at_once(desks: Desks):
    desks.account(RoleName.HR)
    assert {guess(desks.anonymous(), PASSWORD) for _ in range(FAILURES_A_MINUTE + 5)} == {302}


def test_mails_to_set_a_password_cannot_be_asked_for_without_end(desks: Desks):
    browser = desks.anonymous()
    form, page = {"email": "hr-nobody@example.com"}, "/password/forgotten"
    answers = [browser.post(page, form, page=page).status_code for _ in range(MAILS_A_MINUTE + 1)]
    assert answers == [200] * MAILS_A_MINUTE + [429]


def test_answering_asks_for_nobody_s_address(office: Office, desks: Desks, clock, monkeypatch):
    campaign = office.open({"client": 3})
    asked = []
    monkeypatch.setattr(limiter, "_key_func", lambda: asked.append(1) or "x")
    browser = desks.anonymous()
    link = office.links(campaign, "client")[0]
    clock.move_to(office.now)
    for _ in range(3 * FAILURES_A_MINUTE):
        assert browser.get(link).status_code == 200
    browser.open("/s", method="POST", data={"token": link.removeprefix("/s/")})
    assert asked == []


def test_the_log_of_a_refusal_names_no_address(desks: Desks, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    for _ in range(FAILURES_A_MINUTE + 1):
        guess(desks.anonymous())
    assert "127.0.0.1" not in caplog.text and "hr-nobody" not in caplog.text


def test_a_client_is_somebody_else_every_day_and_in_every_process():
    hashes, others = RotatingHash(), RotatingHash()
    morning = hashes.of("192.0.2.1", now=NOW)
    assert hashes.of("192.0.2.1", now=NOW + timedelta(hours=23)) == morning
    assert hashes.of("192.0.2.1", now=NOW + timedelta(hours=25)) != morning
    assert others.of("192.0.2.1", now=NOW) != morning
    assert hashes.of("192.0.2.2", now=NOW) != hashes.of("192.0.2.1", now=NOW)
