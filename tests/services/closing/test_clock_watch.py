"""A clock that jumped, slept, was off or was set back: what is closed by it, when, and whether answers are taken."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from feedback.models.campaigns import Campaign, CampaignState, KeyCustody
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.invitations import Holding, Visit
from feedback.services.closing import campaign_closing, clock_watch
from feedback.services.closing.clock_watch import Doubt, Reading
from feedback.services.ground.errors import LinkClosed, NotPossible
from tests.factories import ACTOR, NOW, Office

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Machine:
    """A worker that looks at the clock, on a machine whose clock may say anything."""

    def __init__(self, office: Office) -> None:
        self.office, self.now, self.ticks, self.boot = office, NOW, 1000, "first start"
        self.look()

    def look(self) -> Doubt | None:
        session = self.office.session
        noticed = clock_watch.observe(session, Reading(self.now, self.boot, self.ticks))
        if not clock_watch.doubted(session):
            clock_watch.end_answers(session, self.now)
        for campaign in campaign_closing.due(session, self.now):
            campaign_closing.close(session, self.office.custody, campaign, actor="calendar", now=self.now)
        session.commit()
        return noticed

    def run(self, time: timedelta) -> None:
        """Minute by minute, as far as that can matter."""
        for step in (MINUTE, time - 2 * MINUTE, MINUTE):
            self.pass_by(step, looking=True)

    def pass_by(self, time: timedelta, *, looking: bool = False) -> None:
        self.now += time
        self.ticks += int(time.total_seconds())
        if looking:
            self.look()

    def set_by(self, time: timedelta) -> None:
        """Somebody, or a time server, sets the clock."""
        self.now += time

    def start_again(self) -> None:
        self.boot, self.ticks = f"{self.boot}, and again", 5


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """It closes in 14 days."""
    return office.open({"client": 3})


@pytest.fixture
def machine(office: Office, campaign: Campaign) -> Machine:
    return Machine(office)


def answers_at(office: Office, campaign: Campaign, now: datetime) -> Visit:
    nonce = office.nonces(campaign, "client")[0]
    return invitations.visit(office.session, office.custody, nonce, now=now, holding=Holding.SHARED)


def refuses_at(office: Office, campaign: Campaign, now: datetime) -> bool:
    try:
        answers_at(office, campaign, now)
    except LinkClosed:
        return True
    finally:
        office.session.commit()
    return False


def test_a_clock_that_runs_steadily_closes_on_the_minute(machine: Machine, campaign: Campaign):
    machine.run(14 * DAY - MINUTE)
    assert campaign.state == CampaignState.OPEN
    machine.run(3 * MINUTE)
    assert campaign.state == CampaignState.CLOSED


def test_a_jump_forward_closes_nothing_and_set_right_again_answers_are_taken(
    machine: Machine, office: Office, campaign: Campaign
):
    machine.set_by(365 * DAY)
    noticed = machine.look()
    assert noticed == Doubt(NOW, NOW + 365 * DAY, NOW + 366 * DAY)
    machine.run(3 * HOUR)
    assert campaign.state == CampaignState.OPEN
    assert refuses_at(office, campaign, machine.now)
    machine.set_by(-365 * DAY)
    machine.look()
    assert clock_watch.doubted(office.session) is None
    assert not refuses_at(office, campaign, machine.now)
    machine.run(14 * DAY)
    assert campaign.state == CampaignState.CLOSED


def test_a_jump_that_nobody_takes_back_is_believed_after_a_day(machine: Machine, campaign: Campaign):
    machine.set_by(20 * DAY)
    machine.run(23 * HOUR)
    assert campaign.state == CampaignState.OPEN
    machine.run(2 * HOUR)
    assert campaign.state == CampaignState.CLOSED


def test_a_jump_is_still_doubted_after_a_start_and_after_being_taken_back_by_half(
    machine: Machine, office: Office, campaign: Campaign
):
    machine.set_by(365 * DAY)
    machine.look()
    machine.start_again()
    machine.pass_by(5 * MINUTE, looking=True)
    machine.set_by(-100 * DAY)
    machine.run(20 * HOUR)
    assert clock_watch.doubted(office.session) and campaign.state == CampaignState.OPEN
    machine.run(5 * HOUR)
    assert campaign.state == CampaignState.CLOSED


@pytest.mark.parametrize("by_hand", [True, False])
def test_while_the_clock_is_doubted_a_campaign_that_is_over_by_it_can_be_closed_by_hand(
    machine: Machine, office: Office, campaign: Campaign, by_hand: bool
):
    machine.set_by(20 * DAY)
    machine.look()
    if by_hand:
        campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=machine.now)
    assert campaign.state == (CampaignState.CLOSED if by_hand else CampaignState.OPEN)


def sleep(machine: Machine) -> None:
    """The ticks go on while a machine sleeps."""


def off(machine: Machine) -> None:
    machine.start_again()


@pytest.mark.parametrize(("absence", "waits"), [(sleep, timedelta(0)), (off, HOUR)])
def test_over_a_weekend_past_the_close_a_campaign_is_closed_soon_after(
    machine: Machine, campaign: Campaign, absence: Callable[[Machine], None], waits: timedelta
):
    machine.run(13 * DAY)
    machine.pass_by(3 * DAY)
    absence(machine)
    machine.look()
    assert (campaign.state == CampaignState.CLOSED) == (not waits)
    machine.run(waits + 3 * MINUTE)
    assert campaign.state == CampaignState.CLOSED


def test_a_start_that_takes_minutes_delays_nothing(machine: Machine, campaign: Campaign):
    machine.run(14 * DAY - MINUTE)
    machine.start_again()
    machine.pass_by(20 * MINUTE, looking=True)
    assert campaign.state == CampaignState.CLOSED


def test_on_a_machine_without_ticks_a_long_pause_waits_an_hour(machine: Machine, campaign: Campaign):
    machine.boot = ""
    machine.look()
    machine.pass_by(20 * DAY, looking=True)
    assert campaign.state == CampaignState.OPEN
    for _ in range(61):
        machine.pass_by(MINUTE, looking=True)
    assert campaign.state == CampaignState.CLOSED


def test_the_smaller_steps_of_a_time_server_are_not_noticed(machine: Machine):
    for step in (9 * MINUTE, -9 * MINUTE, -2 * DAY):
        machine.set_by(step)
        assert machine.look() is None


def test_once_seen_to_be_over_a_campaign_takes_no_answer_whatever_the_clock_says_later(
    machine: Machine, office: Office, campaign: Campaign
):
    campaign.key_custody = KeyCustody.TRUSTEES  # who take their time
    machine.run(14 * DAY + MINUTE)
    machine.set_by(-5 * DAY)
    machine.look()
    assert campaign.state == CampaignState.OPEN
    assert refuses_at(office, campaign, machine.now)
    with pytest.raises(NotPossible, match="trustees"):  # and not: it takes answers until
        campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=machine.now)


def test_a_campaign_whose_closing_failed_is_closed_although_the_clock_was_set_back(
    machine: Machine, office: Office, campaign: Campaign
):
    clock_watch.end_answers(office.session, NOW + 14 * DAY)
    machine.look()
    assert campaign.state == CampaignState.CLOSED


def test_two_machines_that_disagree_close_what_the_one_closes_that_is_right(
    office: Office, machine: Machine, campaign: Campaign
):
    wrong = Machine.__new__(Machine)
    wrong.office, wrong.boot, wrong.ticks, wrong.now = office, "another machine", 7, NOW + 365 * DAY
    for _ in range(5):
        for each in (machine, wrong):
            each.pass_by(MINUTE, looking=True)
    assert campaign.state == CampaignState.OPEN
