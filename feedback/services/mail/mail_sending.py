"""Sending what is owed. The rows are the truth: who holds a lease on a row sends it, and everybody may die at any time.

A mail whose sender died is in the state "unknown" once its lease has run out, and is sent again under the same
Message-ID. Reminders are another matter: see `reminders`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, select, update
from sqlalchemy.orm import Session

from feedback.models.mail import Mail, MailKind, MailState
from feedback.services.mail import composing
from feedback.services.mail.composing import Written
from feedback.services.mail.letterhead import Letterhead
from feedback.services.mail.letters import message
from feedback.services.mail.transports import (
    NotSent,
    Refused,
    Rejected,
    Transport,
    Uncertain,
    Unreachable,
)

BATCH = 20
LEASE = timedelta(minutes=5)
MARGIN = timedelta(minutes=2)  # longer than handing over one mail can take
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 30  # four days
NO_ADDRESS = "there is no address"

DUE = (MailState.PENDING, MailState.UNKNOWN)


def utc_now() -> datetime:
    return datetime.now(UTC)


def never() -> bool:
    return False


@dataclass(frozen=True)
class PostOffice:
    """How and when mail is sent. `stopping` is asked between mails: what is not sent by then is given back."""

    letterhead: Letterhead
    open_transport: Callable[[], Transport]
    clock: Callable[[], datetime] = field(default=utc_now)
    stopping: Callable[[], bool] = field(default=never)


@dataclass(frozen=True)
class Lease:
    """Rows that are ours until a moment, with how often each was tried; who finishes later changes nothing."""

    attempts: Mapping[int, int]
    until: datetime

    @property
    def mail_ids(self) -> tuple[int, ...]:
        return tuple(self.attempts)

    @property
    def holds(self) -> ColumnElement[bool]:
        return and_(Mail.state == MailState.SENDING, Mail.leased_until == self.until)

    def is_ending(self, now: datetime) -> bool:
        return now >= self.until - MARGIN


def take(session: Session, *, reminders: bool, now: datetime) -> Lease | None:
    """Lease the next rows that are due; commits. Two who try at once never get the same row."""
    is_reminder = Mail.kind == MailKind.REMINDER
    is_due = and_(Mail.state.in_(DUE), Mail.due_at <= now, is_reminder if reminders else ~is_reminder)
    next_ids = select(Mail.id).where(is_due).order_by(Mail.due_at, Mail.id).limit(BATCH)
    candidates = session.scalars(next_ids.with_for_update(skip_locked=True)).all()
    if not candidates:
        session.commit()
        return None
    until = now + LEASE
    taken = session.execute(
        update(Mail)
        .where(Mail.id.in_(candidates), is_due)
        .values(
            state=MailState.SENDING,
            leased_until=until,
            # How often a reminder was tried would tell that there was somebody to remind.
            attempts=case((is_reminder, 0), else_=Mail.attempts + 1),
        )
        .returning(Mail.id, Mail.attempts),
        execution_options={"synchronize_session": False},
    ).all()
    session.commit()
    attempts = {mail_id: number for mail_id, number in taken}
    ours = {mail_id: attempts[mail_id] for mail_id in candidates if mail_id in attempts}
    return Lease(ours, until) if ours else None


def notice_lost_leases(session: Session, *, now: datetime) -> None:
    """Whoever held them died, or is too slow: their mails may have gone out."""
    is_hopeless = Mail.attempts >= MOST_ATTEMPTS
    session.execute(
        update(Mail)
        .where(Mail.state == MailState.SENDING, Mail.leased_until < now)
        .values(
            state=case((is_hopeless, MailState.FAILED), else_=MailState.UNKNOWN),
            leased_until=None,
            due_at=now,
        ),
        execution_options={"synchronize_session": False},
    )


def send_due(session: Session, office: PostOffice, *, more: Callable[[], None] = lambda: None) -> int:
    """Send until nothing is due or the server is out of reach; `more` calls for help. Returns how many went out."""
    sent = 0
    while not office.stopping():
        lease = take(session, reminders=False, now=office.clock())
        if lease is None:
            break
        if len(lease.mail_ids) == BATCH:
            more()
        reached, number = _send(session, office, lease)
        sent += number
        if not reached:
            break
    return sent


def _send(session: Session, office: PostOffice, lease: Lease) -> tuple[bool, int]:
    """Whether the mail server could be reached, and how many mails went out."""
    letters = composing.write(session, office.letterhead, lease.mail_ids, now=office.clock())
    session.commit()  # nobody waits for us while we talk to the mail server
    sent = 0
    with office.open_transport() as transport:
        for place, written in enumerate(letters):
            if office.stopping() or lease.is_ending(office.clock()):
                _give_back(session, lease, [later.mail_id for later in letters[place:]])
                break
            try:
                sent += _send_one(session, office, lease, transport, written)
            except Unreachable as error:
                _put_off(session, office, lease, [later.mail_id for later in letters[place:]], error)
                return False, sent
    return True, sent


def _send_one(
    session: Session, office: PostOffice, lease: Lease, transport: Transport, written: Written
) -> bool:
    if written.letter is None:
        session.execute(delete(Mail).where(Mail.id == written.mail_id, lease.holds))
        session.commit()
        return False
    error = hand_over(office, transport, written)
    if isinstance(error, Unreachable):
        raise error
    _record(session, office, lease, written, error)
    return error is None


def hand_over(office: PostOffice, transport: Transport, written: Written) -> NotSent | None:
    if written.letter is None or not written.address:
        return Refused(NO_ADDRESS)
    try:
        mail = message(
            office.letterhead, written.letter, written.address, written.message_id, now=office.clock()
        )
        transport.send(mail)
    except NotSent as error:
        return error
    except ValueError as error:
        return Refused(str(error))
    return None


def _record(
    session: Session, office: PostOffice, lease: Lease, written: Written, error: NotSent | None
) -> None:
    attempts = lease.attempts[written.mail_id]
    state = _state_after(error, attempts)
    values: dict[str, Any] = {"state": state, "leased_until": None, "error": str(error) if error else None}
    if state in DUE:
        values["due_at"] = office.clock() + pause_after(attempts)
    else:
        values |= {"address": written.address or Mail.address, "wrapped_content": None}
    change(session, lease, [written.mail_id], values)
    session.commit()


def _state_after(error: NotSent | None, attempts: int) -> MailState:
    match error:
        case None:
            return MailState.SENT
        case Refused():
            return MailState.REFUSED
        case Rejected():
            return MailState.FAILED
    if attempts >= MOST_ATTEMPTS:
        return MailState.FAILED
    return MailState.UNKNOWN if isinstance(error, Uncertain) else MailState.PENDING


def pause_after(attempts: int) -> timedelta:
    """Twice as long after each attempt."""
    doublings = min(attempts - 1, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _put_off(
    session: Session, office: PostOffice, lease: Lease, mail_ids: Sequence[int], error: Unreachable
) -> None:
    """However long the mail server is away, nothing is given up."""
    for mail_id in mail_ids:
        due_at = office.clock() + pause_after(lease.attempts[mail_id])
        values = {
            "state": MailState.PENDING,
            "leased_until": None,
            "error": str(error),
            "due_at": due_at,
        }
        change(session, lease, [mail_id], values)
    session.commit()


def _give_back(session: Session, lease: Lease, mail_ids: Sequence[int]) -> None:
    values = {"state": MailState.PENDING, "leased_until": None, "attempts": Mail.attempts - 1}
    change(session, lease, mail_ids, values)
    session.commit()


def change(session: Session, lease: Lease, mail_ids: Sequence[int], values: Mapping[str, Any]) -> None:
    session.execute(
        update(Mail).where(Mail.id.in_(mail_ids), lease.holds).values(dict(values)),
        execution_options={"synchronize_session": False},
    )
