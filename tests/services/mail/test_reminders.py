from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.models.mail import Mail, MailKind, Reminder
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import mail_sending, reminders
from feedback.services.mail.mail_sending import LEASE, PostOffice
from feedback.services.mail.transports import Postponed, Uncertain
from feedback.services.rosters import link_reissue
from feedback.services.rosters.rosters import Request
from tests.factories import NOW, Office
from tests.post import ZONE, Clock, Post

DAY = timedelta(days=1)


def no_wait(seconds: float) -> None:
    pass


@pytest.fixture
def campaign(office: Office, session: Session, post: Post, post_office: PostOffice) -> Campaign:
    """Six clients have had their invitation; the first two have answered. It closes on 15 October at 16:00."""
    campaign = office.open({"client": 6})
    mail_sending.send_due(session, post_office)
    post.sent.clear()
    for nonce in office.nonces(campaign, "client")[:2]:
        office.answer(nonce)
    return campaign


def morning(day: int) -> datetime:
    """Nine o'clock in Shanghai."""
    return datetime(2026, 10, day, 1, tzinfo=UTC)


def pass_time(session: Session, post_office: PostOffice, clock: Clock, until: datetime) -> list[datetime]:
    """Look at the clock every hour; the moments at which waves were started."""
    while clock.now < until:
        clock.now += timedelta(hours=1)
        reminders.start_due(session, now=clock.now, zone=ZONE)
        reminders.send_due(session, post_office, no_wait)
    session.commit()
    return sorted(session.scalars(select(Reminder.started_at)))


def owed_reminders(session: Session) -> list[Mail]:
    session.expire_all()
    return list(session.scalars(select(Mail).where(Mail.kind == MailKind.REMINDER)))


def test_reminders_go_out_in_the_morning_7_and_2_days_before_the_close_and_on_the_last_day(
    campaign: Campaign, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    waves = pass_time(session, post_office, clock, campaign.closes_at + DAY)
    assert waves == [morning(8), morning(13), morning(15)]
    assert len(post.sent) == 3 * 4
    assert len({message["Message-ID"] for message in post.sent}) == 3 * 4


@pytest.mark.parametrize(
    ("closes", "last_day"),
    [
        (datetime(2026, 10, 15, 15, 59, tzinfo=UTC), 15),  # a minute before midnight in Shanghai
        (datetime(2026, 10, 15, 16, tzinfo=UTC), 15),  # midnight: the day is over
        (datetime(2026, 10, 15, 1, tzinfo=UTC), 14),  # nine in the morning
        (datetime(2026, 10, 15, 10, tzinfo=UTC), 15),  # six in the evening
    ],
)
def test_the_last_day_is_the_one_with_half_a_day_left(campaign: Campaign, closes: datetime, last_day: int):
    campaign.closes_at = closes
    assert reminders.plan(campaign, ZONE)[-1] == morning(last_day)


def test_only_those_who_have_not_answered_are_reminded(
    campaign: Campaign,
    office: Office,
    session: Session,
    post: Post,
    post_office: PostOffice,
    clock: Clock,
):
    pass_time(session, post_office, clock, morning(8))
    links_sent = {office.tokens.read(link) for link in map(link_in, post.sent)}
    assert links_sent == set(office.nonces(campaign, "client")[2:])


def link_in(message) -> str:
    text = message.get_body(("plain",)).get_content()
    return next(line for line in text.splitlines() if "/s/" in line).rpartition("/")[2]


def test_whoever_owes_one_of_several_answers_is_reminded_and_whoever_gave_all_is_not(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    plan = office.plan({"peer": 1}, {"peer": 1})
    shared = plan.requests[0].rater
    requests = tuple(Request(request.subject, request.group, shared) for request in plan.requests)
    campaign = campaigns.create(session, replace(plan, requests=requests), actor="hr", now=NOW)
    campaigns.open(session, office.custody, campaign, actor="hr", now=NOW)
    session.commit()
    mail_sending.send_due(session, post_office)
    nonce = office.nonces(campaign, "peer")[0]
    office.answer(nonce, position=1)
    pass_time(session, post_office, clock, morning(8))
    office.answer(nonce, position=2)
    pass_time(session, post_office, clock, morning(13))
    assert len(post.sent) == 1 + 1


def test_the_rows_of_a_wave_are_the_same_for_everybody_and_gone_when_it_is_dealt_with(
    campaign: Campaign, session: Session, post_office: PostOffice, clock: Clock
):
    clock.now = morning(8)
    reminders.start_due(session, now=clock.now, zone=ZONE)
    rows = owed_reminders(session)
    told = {(r.state, r.attempts, r.due_at, r.leased_until, r.error, r.wave, r.address) for r in rows}
    assert (len(rows), len(told)) == (6, 1)
    session.commit()
    reminders.send_due(session, post_office, no_wait)
    assert owed_reminders(session) == []


def test_while_a_wave_is_sent_the_rows_of_those_who_answered_stand_beside_the_others(
    campaign: Campaign, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    clock.now, seen = morning(8), []
    reminders.start_due(session, now=clock.now, zone=ZONE)
    post.faults = {f"c{number}@client.example": Postponed("451 later") for number in range(1, 20)}

    def look(seconds: float) -> None:
        seen.append([(row.state, row.attempts, row.due_at, row.error) for row in owed_reminders(session)])
        session.commit()

    reminders.send_due(session, post_office, look)
    assert [len(rows) for rows in seen] == [6] * reminders.TRIES
    assert all(len(set(rows)) == 1 for rows in seen)


@pytest.mark.parametrize("fault", [Postponed("451 later"), Uncertain("reset")])
def test_a_reminder_that_cannot_be_handed_over_is_dropped_like_all_others(
    campaign: Campaign,
    session: Session,
    post: Post,
    post_office: PostOffice,
    clock: Clock,
    fault: Exception,
):
    for client in range(1, 20):
        post.faults[f"c{client}@client.example"] = fault
    clock.now, tries = morning(8), []
    reminders.start_due(session, now=clock.now, zone=ZONE)
    reminders.send_due(session, post_office, tries.append)
    assert (owed_reminders(session), len(tries)) == ([], reminders.TRIES)


def test_without_a_mail_server_whole_batches_wait_before_anybody_looks_who_answered(
    campaign: Campaign, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    post.down, clock.now = True, morning(8)
    reminders.start_due(session, now=clock.now, zone=ZONE)
    reminders.send_due(session, post_office, no_wait)
    rows = owed_reminders(session)
    assert (len(rows), len({(row.state, row.due_at, row.attempts) for row in rows})) == (6, 1)
    session.commit()
    post.down = False
    clock.now += reminders.PAUSE
    reminders.send_due(session, post_office, no_wait)
    assert (len(post.sent), owed_reminders(session)) == (4, [])


def test_a_batch_whose_sender_died_is_sent_again_as_a_whole(
    campaign: Campaign, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    clock.now = morning(8)
    reminders.start_due(session, now=clock.now, zone=ZONE)
    mail_sending.take(session, reminders=True, now=clock.now)
    clock.now += LEASE + timedelta(seconds=1)
    mail_sending.notice_lost_leases(session, now=clock.now)
    assert len({(row.state, row.due_at, row.attempts) for row in owed_reminders(session)}) == 1
    session.commit()
    reminders.send_due(session, post_office, no_wait)
    assert (len(post.sent), owed_reminders(session)) == (4, [])


def test_reminders_that_did_not_get_away_within_a_day_are_dropped(
    campaign: Campaign, session: Session, clock: Clock
):
    reminders.start_due(session, now=morning(8), zone=ZONE)
    reminders.drop_stale(session, now=morning(8) + timedelta(hours=23))
    assert len(owed_reminders(session)) == 6
    reminders.drop_stale(session, now=morning(9))
    assert owed_reminders(session) == []


def test_a_wave_is_started_once_and_a_missed_one_not_at_all(campaign: Campaign, session: Session):
    for hours in (0, 1, 23):
        reminders.start_due(session, now=morning(8) + timedelta(hours=hours), zone=ZONE)
    assert len(owed_reminders(session)) == 6
    reminders.start_due(session, now=morning(14) + timedelta(hours=1), zone=ZONE)
    assert len(session.scalars(select(Reminder)).all()) == 1


def test_a_campaign_that_opens_late_reminds_nobody_within_five_days(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    campaign = office.open({"client": 3})
    campaign.closes_at = NOW + timedelta(days=4)
    session.commit()
    mail_sending.send_due(session, post_office)
    assert pass_time(session, post_office, clock, campaign.closes_at) == []


def test_whoever_was_invited_later_has_five_days_of_his_own(
    campaign: Campaign,
    office: Office,
    session: Session,
    post: Post,
    post_office: PostOffice,
    clock: Clock,
):
    clock.now = morning(6)
    fresh = link_reissue.reissue(
        session, office.custody, office.nonces(campaign, "client")[5], actor="hr", now=clock.now
    )
    session.commit()
    mail_sending.send_due(session, post_office)
    post.sent.clear()
    pass_time(session, post_office, clock, morning(8))
    assert fresh not in {office.tokens.read(link_in(message)) for message in post.sent}
    assert len(post.sent) == 3
    pass_time(session, post_office, clock, morning(13))
    assert fresh in {office.tokens.read(link_in(message)) for message in post.sent}


def test_a_reissued_link_after_an_answer_is_not_reminded(
    campaign: Campaign,
    office: Office,
    session: Session,
    post: Post,
    post_office: PostOffice,
    clock: Clock,
):
    answered = office.nonces(campaign, "client")[0]
    link_reissue.reissue(session, office.custody, answered, actor="hr", now=clock.now)
    session.commit()
    mail_sending.send_due(session, post_office)
    post.sent.clear()
    pass_time(session, post_office, clock, morning(8))
    assert len(post.sent) == 4


def test_by_hand_one_can_remind_five_days_after_the_last_mail_and_the_calendar_then_keeps_quiet(
    campaign: Campaign, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    with pytest.raises(NotPossible, match="2026-10-01.*2026-10-06"):
        reminders.remind(session, campaign, actor="hr", now=morning(5), zone=ZONE)
    assert reminders.remind(session, campaign, actor="hr", now=morning(6), zone=ZONE) == 6
    session.commit()
    with pytest.raises(NotPossible, match="2026-10-06.*2026-10-11"):
        reminders.remind(session, campaign, actor="hr", now=morning(6), zone=ZONE)
    session.commit()
    clock.now = morning(6)
    assert pass_time(session, post_office, clock, campaign.closes_at) == [
        morning(6),
        morning(13),
        morning(15),
    ]


def test_nobody_is_reminded_of_a_campaign_that_is_over(campaign: Campaign, session: Session, office: Office):
    office.close(campaign)
    with pytest.raises(NotPossible, match="not open"):
        reminders.remind(session, campaign, actor="hr", now=morning(10), zone=ZONE)
    reminders.start_due(session, now=morning(13), zone=ZONE)
    assert owed_reminders(session) == []
