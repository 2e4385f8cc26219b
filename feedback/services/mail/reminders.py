"""Reminders: 7 and 2 days before a campaign closes, on its last day, and when HR asks for one.

Who is reminded tells who has not answered. So a wave owes a mail to everybody, and only at the moment of sending does
the ballot box say for whom there is anything to do. Rows are dealt with by the batch: reached or not, answered or not,
all of them are deleted in one statement, and none carries an error or a count of attempts.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, MailKind, MailState, Reminder
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import box_of, slot_of
from feedback.services.ground import audit, days, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import composing, mail_sending, outbox
from feedback.services.mail.composing import Written
from feedback.services.mail.mail_sending import Lease, PostOffice
from feedback.services.mail.transports import NotSent, Refused, Rejected, Transport, Unreachable
from forms.words import N_

DAYS_BEFORE = (7, 2, 0)
MORNING = time(9)
HALF_A_DAY = timedelta(hours=12)
DAY = timedelta(days=1)
QUIET_DAYS = 5
PAUSE = timedelta(minutes=5)
TRIES = 3
SECONDS_BETWEEN_TRIES = 5.0

Wait = Callable[[float], object]


def plan(campaign: Campaign, zone: ZoneInfo) -> list[datetime]:
    """Mornings before the close. The last day is the one that has half a day left before it."""
    last_day = (campaign.closes_at.astimezone(zone) - HALF_A_DAY).date()
    return [datetime.combine(last_day - before * DAY, MORNING, zone) for before in DAYS_BEFORE]


def start_due(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Start the waves that the calendar asks for; one that was missed by more than a day is left out."""
    is_open = (Campaign.state == CampaignState.OPEN, Campaign.closes_at > now)
    for campaign in session.scalars(select(Campaign).where(*is_open)).all():
        for due in plan(campaign, zone):
            if due <= now < due + DAY:
                _start_planned(session, campaign, due, now=now, zone=zone)


def _start_planned(
    session: Session, campaign: Campaign, due: datetime, *, now: datetime, zone: ZoneInfo
) -> None:
    row_locks.hold_row(session, campaign)  # or two who look at once would start it twice
    is_started = any(wave.due_at == due for wave in _waves(session, campaign))
    if not is_started and not _recent(session, campaign, now, zone, planned=plan(campaign, zone)):
        _start(session, campaign, due, now=now, zone=zone)


def remind(session: Session, campaign: Campaign, *, actor: str, now: datetime, zone: ZoneInfo) -> int:
    """Start a wave by hand. Returns to how many raters it goes at most: those who answered get nothing."""
    row_locks.hold_row(session, campaign)
    check_possible(session, campaign, now=now, zone=zone)
    number = _start(session, campaign, now, now=now, zone=zone)
    audit.record(session, "raters reminded", campaign.code, actor=actor, now=now)
    return number


def check_possible(session: Session, campaign: Campaign, *, now: datetime, zone: ZoneInfo) -> None:
    """Raises NotPossible with the reason that stands against a reminder by hand."""
    if not campaign.accepts_answers(now):
        raise NotPossible(
            N_("campaign %(code)s is not open: there is nothing to remind of"), code=campaign.code
        )
    recent = _recent(session, campaign, now, zone)
    if recent:
        day = days.day_of(recent, zone)
        raise NotPossible(
            N_("the raters had a mail on %(day)s; the next one may go out on %(next_day)s, five days later"),
            day=day,
            next_day=day + QUIET_DAYS * DAY,
        )
    if not session.scalars(_remindable(campaign, now, zone).limit(1)).first():
        raise NotPossible(N_("no rater had his invitation five days ago: there is nobody to remind yet"))


def reach(session: Session, campaign: Campaign, *, now: datetime, zone: ZoneInfo) -> int:
    """To how many raters a reminder would go at most, whether they have answered or not."""
    return session.scalar(select(func.count()).select_from(_remindable(campaign, now, zone).subquery())) or 0


def next_planned(campaign: Campaign, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    return next((moment for moment in plan(campaign, zone) if moment > now), None)


def waves_of(session: Session, campaign: Campaign) -> list[datetime]:
    """When waves were started, oldest first."""
    return sorted(wave.started_at for wave in _waves(session, campaign) if wave.started_at)


def _waves(session: Session, campaign: Campaign) -> Sequence[Reminder]:
    return session.scalars(select(Reminder).where(Reminder.campaign_id == campaign.id)).all()


def _recent(
    session: Session,
    campaign: Campaign,
    now: datetime,
    zone: ZoneInfo,
    *,
    planned: Sequence[datetime] = (),
) -> datetime | None:
    """When the newest mail to all raters went out, if that is less than five days ago.

    The planned reminders keep their own distances: one of them does not stand against the next.
    """
    mails = [wave.started_at for wave in _waves(session, campaign) if wave.due_at not in planned]
    newest = max((moment for moment in (*mails, campaign.opened_at) if moment), default=None)
    return newest if newest and newest >= _quiet_since(now, zone) else None


def _quiet_since(now: datetime, zone: ZoneInfo) -> datetime:
    """Five days, counted on the calendar: a mail of Monday evening and one of Saturday morning are five days apart."""
    return days.start_of(days.day_of(now, zone) - (QUIET_DAYS - 1) * DAY, zone)


def _start(session: Session, campaign: Campaign, due: datetime, *, now: datetime, zone: ZoneInfo) -> int:
    nonces = session.scalars(_remindable(campaign, now, zone)).all()
    if not nonces:
        return 0
    last = session.scalar(select(func.max(Reminder.wave)).where(Reminder.campaign_id == campaign.id))
    wave = 0 if last is None else last + 1
    session.add(Reminder(campaign_id=campaign.id, wave=wave, due_at=due, started_at=now))
    return outbox.owe_reminders(session, campaign, nonces, wave, now=now)


def _remindable(campaign: Campaign, now: datetime, zone: ZoneInfo) -> Select[bytes]:
    """Whoever has had his invitation for five days, whether he has answered or not."""
    newest = outbox.newest_invitations(campaign).subquery()
    has_it = select(newest.c.nonce).where(
        newest.c.state.in_((MailState.SENT, MailState.UNKNOWN)), newest.c.due_at < _quiet_since(now, zone)
    )
    return outbox.asked(campaign).where(Invitation.nonce.in_(has_it))


def drop_stale(session: Session, *, now: datetime) -> None:
    """A reminder that did not get away within a day is no reminder any more; nor is one of a closed campaign."""
    fresh = (
        select(Reminder.wave)
        .join(Campaign, Campaign.id == Reminder.campaign_id)
        .where(
            Reminder.campaign_id == Mail.campaign_id,
            Reminder.wave == Mail.wave,
            Reminder.started_at > now - DAY,
            Campaign.state == CampaignState.OPEN,
        )
        .exists()
    )
    session.execute(
        delete(Mail).where(Mail.kind == MailKind.REMINDER, ~fresh),
        execution_options={"synchronize_session": False},
    )


def send_due(session: Session, office: PostOffice, wait: Wait) -> None:
    while not office.stopping():
        lease = mail_sending.take(session, reminders=True, now=office.clock())
        if lease is None:
            return
        with office.open_transport() as transport:
            try:
                transport.reach()
            except Unreachable:
                _put_off(session, lease, now=office.clock())
                return
            # From here on all rows of the batch have the same fate.
            letters = _to_those_who_have_not_answered(session, office, lease)
            _send(office, lease, transport, letters, wait)
        session.execute(delete(Mail).where(Mail.id.in_(lease.mail_ids), lease.holds))
        session.commit()


def _put_off(session: Session, lease: Lease, *, now: datetime) -> None:
    """Nobody has looked yet who answered: the whole batch waits."""
    values = {"state": MailState.PENDING, "leased_until": None, "due_at": now + PAUSE}
    mail_sending.change(session, lease, lease.mail_ids, values)
    session.commit()


def _to_those_who_have_not_answered(session: Session, office: PostOffice, lease: Lease) -> list[Written]:
    letters = composing.write(session, office.letterhead, lease.mail_ids, now=office.clock())
    waiting = _not_answered(session, office.letterhead.custody, lease.mail_ids)
    session.commit()
    return [written for written in letters if written.mail_id in waiting]


def _not_answered(session: Session, custody: Custody, mail_ids: Sequence[int]) -> set[int]:
    """The mails whose raters have an empty slot left."""
    rows = session.execute(
        select(Mail.id, Invitation, Task, Campaign)
        .join(Invitation, Invitation.nonce == Mail.nonce)
        .join(Task, Task.nonce == Mail.nonce)
        .join(Campaign, Campaign.id == Mail.campaign_id)
        .where(Mail.id.in_(mail_ids), Campaign.state == CampaignState.OPEN)
    ).all()
    keys = {campaign.id: box_of(custody, campaign) for *_, campaign in rows}
    slots = {
        slot_of(keys[campaign.id], invitation, task): mail_id for mail_id, invitation, task, campaign in rows
    }
    empty = session.scalars(select(Ballot.slot).where(Ballot.slot.in_(slots), Ballot.envelope.is_(None)))
    return {slots[slot] for slot in empty}


def _send(
    office: PostOffice, lease: Lease, transport: Transport, letters: Iterable[Written], wait: Wait
) -> None:
    """What cannot be handed over is tried again while the lease lasts, and then dropped."""
    left = list(letters)
    for _ in range(TRIES):
        left = [written for written in left if _is_worth_a_try(office, lease, transport, written)]
        if not left or lease.is_ending(office.clock()):
            return
        wait(SECONDS_BETWEEN_TRIES)


def _is_worth_a_try(office: PostOffice, lease: Lease, transport: Transport, written: Written) -> bool:
    if lease.is_ending(office.clock()):
        return False
    error: NotSent | None = mail_sending.hand_over(office, transport, written)
    return error is not None and not isinstance(error, Refused | Rejected)
