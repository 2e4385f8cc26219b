from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.campaigns import CampaignState
from feedback.models.mail import Mail, MailKind, MailState
from feedback.services.ballot_box.custody import Custody
from feedback.services.campaigns import campaigns
from feedback.services.ground import schema
from feedback.services.mail import mail_sending, outbox
from feedback.services.mail.mail_sending import LEASE, PostOffice
from feedback.services.mail.transports import NotSent, Postponed, Refused, Rejected, Uncertain
from feedback.settings import Settings
from tests.factories import NOW, Office
from tests.post import Clock, Post
from tests.stored_documents import FOLDERS, text_of


def mails(session: Session) -> list[Mail]:
    session.expire_all()
    return list(session.scalars(select(Mail).order_by(Mail.id)))


def test_opening_a_campaign_owes_each_rater_one_mail_in_the_same_transaction(
    office: Office, session: Session
):
    campaign = office.open({"client": 3, "peer": 2, "self": 1})
    assert outbox.delivery_counts(session, campaign) == {MailState.PENDING: 6}
    office.draft({"client": 3}, code="2027Q1")
    assert len(mails(session)) == 6


def test_mails_lie_in_random_order_and_not_in_that_of_the_links(office: Office, session: Session):
    office.open({"client": 60})
    nonces = [mail.nonce for mail in mails(session)]
    assert sorted(nonces) != nonces
    rank = {nonce: place for place, nonce in enumerate(sorted(nonces))}
    in_order = sum(rank[first] < rank[second] for first, second in zip(nonces, nonces[1:], strict=False))
    assert 10 < in_order < 49


def test_every_rater_gets_one_mail_with_his_own_link_and_all_his_subjects(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    campaign = office.open({"client": 3}, {"client": 2})
    assert mail_sending.send_due(session, post_office) == 5
    assert outbox.delivery_counts(session, campaign) == {MailState.SENT: 5}
    assert len(set(post.recipients)) == 5
    for message in post.sent:
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        link = next(line for line in text.splitlines() if line.startswith("https://"))
        assert html.count(f'href="{link}"') == 2
        office.tokens.read(link.removeprefix("https://feedback.example.com/s/"))


def test_nothing_is_sent_twice_however_often_one_looks(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    office.open({"client": 3})
    for _ in range(3):
        mail_sending.send_due(session, post_office)
    assert len(post.sent) == 3


def test_while_the_mail_server_is_away_mails_wait_longer_and_longer_and_none_is_given_up(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    campaign = office.open({"client": 3})
    post.down = True
    pauses = []
    for _ in range(40):
        mail_sending.send_due(session, post_office)
        due = mails(session)[0].due_at
        pauses.append(due - clock.now)
        clock.now = due
    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert pauses[-1] == timedelta(hours=4)
    assert outbox.delivery_counts(session, campaign) == {MailState.PENDING: 3}
    campaign.closes_at = clock.now + timedelta(days=1)
    session.commit()
    post.down = False
    mail_sending.send_due(session, post_office)
    assert len(post.sent) == 3


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Refused("550 no such user"), MailState.REFUSED),
        (Rejected("554 we do not like the text"), MailState.FAILED),
        (Postponed("451 later"), MailState.PENDING),
        (Uncertain("connection reset"), MailState.UNKNOWN),
    ],
)
def test_what_the_server_says_about_one_mail_is_kept_with_it_and_stops_no_other(
    office: Office, session: Session, post: Post, post_office: PostOffice, fault: NotSent, state: MailState
):
    campaign = office.open({"client": 3})
    unlucky = session.get(Mail, mails(session)[0].id).invitation.rater.email
    session.commit()
    post.faults[unlucky] = fault
    mail_sending.send_due(session, post_office)
    assert outbox.delivery_counts(session, campaign) == {state: 1, MailState.SENT: 2}
    assert [mail.error for mail in mails(session) if mail.error] == [str(fault)]


def test_a_rater_without_an_address_is_visible_as_refused(
    office: Office, session: Session, post_office: PostOffice
):
    campaign = office.draft({"self": 1})
    campaign.subjects[0].person.email = None
    session.commit()
    campaigns.open(session, office.custody, campaign, actor="hr", now=NOW)
    session.commit()
    mail_sending.send_due(session, post_office)
    assert [(mail.state, mail.error) for mail in mails(session)] == [
        (MailState.REFUSED, "there is no address")
    ]


def test_a_mail_that_is_put_off_for_days_is_given_up_where_one_can_see_it(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    campaign = office.open({"client": 1})
    campaign.closes_at = NOW + timedelta(days=30)
    session.commit()
    post.faults[mails(session)[0].invitation.rater.email] = Postponed("451 later")
    session.commit()
    for _ in range(mail_sending.MOST_ATTEMPTS):
        mail_sending.send_due(session, post_office)
        clock.now = mails(session)[0].due_at
        session.commit()
    assert clock.now - NOW > timedelta(days=3)
    assert outbox.delivery_counts(session, campaign) == {MailState.FAILED: 1}


def test_a_mail_whose_sender_died_is_unknown_and_goes_out_again_under_the_same_message_id(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    campaign = office.open({"client": 1})
    lease = mail_sending.take(session, reminders=False, now=clock.now)
    first = mail_sending.composing.write(session, post_office.letterhead, lease.mail_ids, now=clock.now)[0]
    session.commit()
    clock.now += LEASE + timedelta(seconds=1)
    mail_sending.notice_lost_leases(session, now=clock.now)
    assert outbox.delivery_counts(session, campaign) == {MailState.UNKNOWN: 1}
    mail_sending.send_due(session, post_office)
    assert [message["Message-ID"] for message in post.sent] == [first.message_id]


def test_whoever_finishes_after_his_lease_changes_nothing(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    office.open({"client": 1})
    late = mail_sending.take(session, reminders=False, now=clock.now)
    clock.now += LEASE + timedelta(seconds=1)
    mail_sending.notice_lost_leases(session, now=clock.now)
    mail_sending.send_due(session, post_office)
    mail_sending.change(session, late, late.mail_ids, {"state": MailState.FAILED, "leased_until": None})
    session.commit()
    assert [mail.state for mail in mails(session)] == [MailState.SENT]


def test_a_worker_that_is_asked_to_stop_gives_back_what_it_has_not_sent(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    campaign = office.open({"client": 10})
    stopping = PostOffice(
        post_office.letterhead, post_office.open_transport, post_office.clock, lambda: len(post.sent) >= 4
    )
    mail_sending.send_due(session, stopping)
    assert outbox.delivery_counts(session, campaign) == {MailState.SENT: 4, MailState.PENDING: 6}
    assert {mail.attempts for mail in mails(session) if mail.state == MailState.PENDING} == {0}


def test_what_a_closed_campaign_still_owed_is_owed_no_more(
    office: Office, session: Session, post: Post, post_office: PostOffice, clock: Clock
):
    campaign = office.open({"client": 3})
    campaign.state = CampaignState.CLOSING
    session.commit()
    mail_sending.send_due(session, post_office)
    assert (post.sent, mails(session)) == ([], [])


def test_a_mail_about_an_account_is_wrapped_until_it_is_sent_and_then_forgotten(
    office: Office, session: Session, custody: Custody, post: Post, post_office: PostOffice
):
    outbox.owe_account_mail(
        session,
        custody,
        "A@Example.com",
        "zh",
        "重置密码",
        "请打开 https://feedback.example.com/r/1",
        now=NOW,
    )
    session.commit()
    assert b"feedback.example.com" not in mails(session)[0].wrapped_content
    mail_sending.send_due(session, post_office)
    assert post.recipients == ["a@example.com"]
    assert "https://feedback.example.com/r/1" in post.sent[0].get_body(("plain",)).get_content()
    assert [mail.wrapped_content for mail in mails(session)] == [None]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_mail_about_an_account_that_an_earlier_build_owed_is_sent(
    office: Office, session: Session, custody: Custody, post: Post, post_office: PostOffice, folder: str
):
    outbox.owe_account_mail(session, custody, "a@example.com", "en", "", "", now=NOW)
    mails(session)[0].wrapped_content = custody.wrap(text_of(folder, "mail-full").encode(), outbox.CONTENT)
    session.commit()
    mail_sending.send_due(session, post_office)
    assert "https://feedback.example/reset/abc" in post.sent[0].get_body(("plain",)).get_content()


def test_notices_go_to_each_person_once_and_once_more_when_they_are_owed_again(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    campaign = office.draft({"peer": 1})
    campaign.state = CampaignState.NOMINATING
    campaign.nominations_until = NOW + timedelta(days=5)
    person = campaign.subjects[0].person
    assert outbox.owe_to_people(session, MailKind.NOMINATION, campaign, [person, person], now=NOW) == 1
    outbox.owe_to_people(session, MailKind.NOMINATION, campaign, [person], now=NOW)
    session.commit()
    mail_sending.send_due(session, post_office)
    assert post.recipients == [person.email] * 2
    assert "https://feedback.example.com/nominations" in post.sent[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize("values", [{"attempts": 1}, {"error": "550 no such user"}])
def test_the_table_takes_no_attempt_and_no_error_of_a_reminder(
    office: Office, session: Session, values: dict[str, object]
):
    campaign = office.open({"client": 1})
    outbox.owe_reminders(session, campaign, office.nonces(campaign, "client"), 0, now=NOW)
    session.commit()
    with pytest.raises(IntegrityError, match="no_trace"):
        session.execute(update(Mail).where(Mail.kind == MailKind.REMINDER).values(**values))
    session.rollback()


def test_two_workers_who_take_at_once_never_get_the_same_mail(either_engine: Settings):
    app = create_app(either_engine)
    with app.app_context():
        schema.upgrade()
        keys = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
        Office(db.session(), *keys).open({"client": 200})
        db.session.remove()
    start = Barrier(4)
    with ThreadPoolExecutor(4) as workers:
        taken = [mail for ids in workers.map(lambda _: take_all(app, start), range(4)) for mail in ids]
    with opened(app):
        sending = db.session.scalar(select(func.count()).where(Mail.state == MailState.SENDING))
    assert (len(taken), len(set(taken)), sending) == (200, 200, 200)


def take_all(app: Flask, start: Barrier) -> list[int]:
    taken: list[int] = []
    with app.app_context():
        start.wait()
        while lease := mail_sending.take(db.session(), reminders=False, now=NOW):
            taken += lease.mail_ids
    return taken
