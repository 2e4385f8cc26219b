"""A clock that jumped is talked about: in the log, on the campaign's page, by the doctor; and a campaign waits."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from feedback.cli.server import doctor
from feedback.extensions import db
from feedback.jobs.tasks import Jobs
from feedback.models.accounts import RoleName
from feedback.models.call_backs import CallBack
from feedback.models.campaigns import CampaignState
from feedback.services.ground.errors import NotPossible
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browsers
from tests.views.survey import Survey, complete

YEAR = timedelta(days=365)


@pytest.fixture
def survey(app: Flask, office: Office) -> Survey:
    office.now = datetime.now(UTC)
    return Survey.open(app, office, {"client": 3})


@pytest.fixture
def round_at(app: Flask, survey: Survey) -> Callable[[datetime], CampaignState]:
    """What the workers do at a moment, and the state of the campaign after it."""
    jobs = Jobs(app)

    def act(moment: datetime) -> CampaignState:
        db.session.commit()
        with time_machine.travel(moment, tick=False):
            jobs.calendar_round()
        db.session.refresh(survey.campaign)
        state = survey.campaign.state
        db.session.commit()
        return state

    act(datetime.now(UTC))
    return act


def test_a_jump_is_said_in_the_log_by_the_doctor_and_on_the_page_and_closing_by_hand_is_possible(
    survey: Survey,
    browsers: Browsers,
    round_at: Callable[[datetime], CampaignState],
    caplog: pytest.LogCaptureFixture,
):
    later = datetime.now(UTC) + YEAR
    with caplog.at_level(logging.WARNING):
        assert round_at(later) == CampaignState.OPEN
        assert round_at(later + timedelta(minutes=1)) == CampaignState.OPEN
    assert caplog.text.count("no campaign is closed and nothing deleted by it before") == 1
    with pytest.raises(NotPossible, match="it went from"):
        doctor.clock()
    with time_machine.travel(later):
        hr = browsers.sign_in(RoleName.HR)
        address = f"/campaigns/{survey.campaign.code}"
        for language, said in (("en", "went from"), ("zh", "跳到了")):
            page = hr.get(f"{address}?lang={language}").text
            assert said in page and faults(Page(page)) == []
        close = f"{address}/steps/close"
        assert hr.post(close, {}, page=close).status_code == 303
    db.session.refresh(survey.campaign)
    assert survey.campaign.state == CampaignState.CLOSED


def test_a_clock_that_is_set_right_again_has_shut_nobody_out(
    survey: Survey,
    browsers: Browsers,
    round_at: Callable[[datetime], CampaignState],
):
    round_at(datetime.now(UTC) + YEAR)
    with time_machine.travel(datetime.now(UTC) + YEAR):
        assert survey.post(survey.link(), complete()).status_code == 410
    assert round_at(datetime.now(UTC)) == CampaignState.OPEN
    assert survey.post(survey.link(), complete()).status_code == 303
    assert "nothing wrong" in doctor.clock()
    assert (
        "跳到了" not in browsers.sign_in(RoleName.HR).get(f"/campaigns/{survey.campaign.code}?lang=zh").text
    )


def test_after_its_time_a_campaign_takes_no_answer_although_the_clock_is_set_back_before_it_is_closed(
    survey: Survey, round_at: Callable[[datetime], CampaignState]
):
    survey.campaign.key_custody = "trustees"
    survey.campaign.closes_at = datetime.now(UTC) + timedelta(minutes=3)
    assert round_at(datetime.now(UTC) + timedelta(minutes=4)) == CampaignState.OPEN
    answer = survey.post(survey.link(), complete())
    assert answer.status_code == 410
    assert survey.get(survey.link()).status_code == 410


def test_a_card_that_would_be_over_age_is_not_deleted_by_a_clock_that_is_doubted(
    survey: Survey, round_at: Callable[[datetime], CampaignState]
):
    day = datetime.now(UTC).date()
    subject = survey.campaign.subjects[0]
    card = CallBack(id=bytes(16), subject=subject, name="Chen", reach="1", hours="", message="")
    card.called_by, card.called = "hr@example.com", day
    db.session.add(card)
    round_at(datetime.now(UTC) + YEAR)
    assert db.session.get(CallBack, bytes(16))
