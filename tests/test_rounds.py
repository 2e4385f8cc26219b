"""What workers do every minute, on the real application; and the queues that wake them up."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from feedback import current
from feedback.extensions import db
from feedback.jobs import tasks
from feedback.jobs.queue import Queue, is_embedded
from feedback.jobs.tasks import Jobs
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import CampaignState, ResponseDay
from feedback.models.mail import Mail, MailState
from feedback.services.mail import mail_sending, outbox
from feedback.settings import Settings
from tests.factories import NOW, Office


@pytest.fixture
def jobs(app: Flask) -> Jobs:
    return Jobs(app)


def at(moment: datetime, job: Callable[[], None]) -> None:
    db.session.commit()  # on SQLite our transaction would keep the job from writing
    with time_machine.travel(moment, tick=False):
        job()


def spooled(settings: Settings) -> list[Path]:
    return sorted(Path(settings.mail_url.removeprefix("file://")).glob("*.eml"))


def test_a_commit_that_owes_mail_wakes_a_worker_and_a_rollback_does_not(office: Office):
    office.draft({"client": 1})
    assert current.queue().waiting() == 0
    office.open({"client": 3}, code="2027Q1")
    assert current.queue().waiting() == 1
    outbox.owe_account_mail(office.session, office.custody, "a@example.com", "en", "S", "T", now=NOW)
    office.session.rollback()
    office.session.commit()
    assert current.queue().waiting() == 1


def test_a_queue_out_of_reach_stops_no_change(office: Office, app: Flask, caplog: pytest.LogCaptureFixture):
    nowhere = replace(current.settings(), queue_url="redis://127.0.0.1:1/0")
    app.extensions["feedback.queue"] = Queue(nowhere)
    campaign = office.open({"client": 3})
    assert outbox.delivery_counts(office.session, campaign) == {MailState.PENDING: 3}
    assert "the queue is out of reach" in caplog.text


def test_a_campaign_whose_time_has_come_is_closed_by_the_calendar(office: Office, jobs: Jobs):
    campaign = office.open({"client": 3})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    closes_at = campaign.closes_at
    at(closes_at - timedelta(minutes=1), jobs.calendar_round)
    assert state_of(campaign) == CampaignState.OPEN
    at(closes_at, jobs.calendar_round)
    assert state_of(campaign) == CampaignState.CLOSED
    last = office.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.act, last.actor) == ("campaign closed", "calendar")


def state_of(campaign) -> CampaignState:
    db.session.refresh(campaign)
    state = campaign.state
    db.session.commit()
    return state


def test_a_step_that_fails_says_where_and_nothing_else_and_the_others_go_on(
    app: Flask, jobs: Jobs, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(session, now):
        raise ValueError("a name, an address, a link")

    campaign = office.open({"client": 1})
    monkeypatch.setattr(tasks, "CALENDAR_STEPS", (broken, *tasks.CALENDAR_STEPS))
    with caplog.at_level(logging.ERROR):
        at(campaign.closes_at, jobs.calendar_round)
    assert state_of(campaign) == CampaignState.CLOSED
    assert "broken: ValueError at broken" in caplog.text
    assert "address" not in caplog.text


def test_the_responses_of_a_day_are_counted_once_just_after_it_is_over(office: Office, jobs: Jobs):
    campaign = office.open({"client": 12})
    for nonce in office.nonces(campaign, "client")[:5]:
        office.answer(nonce)
    noon, midnight = datetime(2026, 10, 3, 4, tzinfo=UTC), datetime(2026, 10, 3, 16, 1, tzinfo=UTC)
    for moment in (noon, midnight, midnight + timedelta(minutes=1)):
        at(moment, jobs.calendar_round)
    days = office.session.execute(select(ResponseDay.day, ResponseDay.answered)).all()
    assert [tuple(map(str, day)) for day in days] == [("2026-10-03", "5")]


def test_mail_of_a_worker_that_died_goes_out_in_the_next_round(
    office: Office, jobs: Jobs, settings: Settings
):
    office.open({"client": 3})
    lease = mail_sending.take(office.session, reminders=False, now=NOW)
    at(NOW, jobs.post_round)
    assert spooled(settings) == []
    at(lease.until + timedelta(seconds=1), jobs.post_round)
    assert len(spooled(settings)) == 3
    assert {mail.state for mail in office.session.scalars(select(Mail))} == {MailState.SENT}


def test_only_a_queue_in_a_file_has_its_worker_beside_the_server(settings: Settings):
    assert is_embedded(settings)
    assert not is_embedded(replace(settings, queue_url="redis://localhost:6379/0"))
