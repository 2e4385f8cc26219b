"""What mail is owed, and to whom. Nothing is sent here: see `mail_sending`.

A row is committed together with the change that owes it, so that a mail is owed exactly when the change happened. Rows
of raters are written in random order: neither they nor the mails say in which order raters lie in any other table.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session, aliased

from feedback.models.campaigns import Campaign
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, MailKind, MailState
from feedback.models.people import Person
from feedback.services.ballot_box.custody import Custody
from feedback.services.ground import documents
from feedback.services.people import addresses

OWED = "mail is owed"  # in `session.info` until the next commit, so that a worker can be woken up then
CONTENT = "content of a mail about an account"


def owe_account_mail(
    session: Session, custody: Custody, address: str, language: str, subject: str, text: str, *, now: datetime
) -> None:
    """A mail with a text of its own, such as one to reset a password; the text is wrapped until it is sent."""
    content = json.dumps(documents.numbered({"language": language, "subject": subject, "text": text}))
    wrapped = custody.wrap(content.encode(), CONTENT)
    row = {"kind": MailKind.ACCOUNT, "address": addresses.canonical(address), "wrapped_content": wrapped}
    _owe(session, [row], now=now)


def owe_invitations(session: Session, campaign: Campaign, *, now: datetime) -> int:
    """The first mail of every rater; `campaigns.open` calls it. Returns how many are owed."""
    nonces = session.scalars(asked(campaign)).all()
    return _owe(session, [_to_rater(MailKind.INVITATION, campaign.id, nonce) for nonce in nonces], now=now)


def owe_invitation_again(session: Session, invitation: Invitation, *, now: datetime) -> None:
    """One more mail to one rater: to a corrected address, with a reissued link, or to somebody added later."""
    invitations = select(func.max(Mail.wave)).where(
        Mail.nonce == invitation.nonce, Mail.kind == MailKind.INVITATION
    )
    last = session.scalar(invitations)
    wave = 0 if last is None else last + 1
    _owe(session, [_to_rater(MailKind.INVITATION, invitation.campaign_id, invitation.nonce, wave)], now=now)


def owe_invitations_again(session: Session, newest: Iterable[Mail], *, now: datetime) -> None:
    """One more mail in the place of each of these, the newest to their raters."""
    rows = [
        _to_rater(MailKind.INVITATION, mail.campaign_id, mail.nonce, mail.wave + 1)
        for mail in newest
        if mail.campaign_id is not None and mail.nonce is not None
    ]
    _owe(session, rows, now=now)


def owe_interview(session: Session, campaign_id: int, nonce: bytes, position: int, *, now: datetime) -> None:
    """Tell a client that answers to one of his tasks were entered for him; the task's number is that of the wave."""
    _owe(session, [_to_rater(MailKind.INTERVIEW, campaign_id, nonce, position)], now=now)


def owe_reminders(
    session: Session, campaign: Campaign, nonces: Sequence[bytes], wave: int, *, now: datetime
) -> int:
    rows = [_to_rater(MailKind.REMINDER, campaign.id, nonce, wave) for nonce in nonces]
    return _owe(session, rows, now=now)


def owe_to_people(
    session: Session,
    kind: MailKind,
    campaign: Campaign,
    people: Iterable[Person],
    *,
    offices: Iterable[str] = (),
    now: datetime,
) -> int:
    """A notice about a campaign to those it is for: nominate, approve, or read what was released or said to it.

    offices: addresses of accounts that belong to nobody on the list of people.
    """
    of_kind = select(func.max(Mail.wave)).where(Mail.campaign_id == campaign.id, Mail.kind == kind)
    last = session.scalar(of_kind)
    wave = 0 if last is None else last + 1
    notice = {"kind": kind, "campaign_id": campaign.id, "wave": wave}
    rows: list[dict[str, Any]] = [
        notice | {"person_id": person_id, "address": None} for person_id in {person.id for person in people}
    ]
    rows += [notice | {"person_id": None, "address": address} for address in set(offices)]
    return _owe(session, rows, now=now)


def delivery_counts(session: Session, campaign: Campaign) -> dict[MailState, int]:
    """In which state the invitation mails of a campaign are; each rater counts once, with the newest mail to him."""
    newest = newest_invitations(campaign).where(Invitation.revoked.is_(False)).subquery()
    rows = session.execute(select(newest.c.state, func.count()).group_by(newest.c.state))
    return {MailState(state): number for state, number in rows}


def waiting(session: Session) -> int:
    """How many mails are still to be sent, of any kind."""
    is_waiting = Mail.state.in_((MailState.PENDING, MailState.SENDING, MailState.UNKNOWN))
    return session.scalar(select(func.count()).where(is_waiting)) or 0


def newest_invitations(campaign: Campaign) -> Select[Mail]:
    """The newest invitation mail to each rater."""
    later = aliased(Mail)
    is_superseded = (
        select(later.id)
        .where(later.nonce == Mail.nonce, later.kind == MailKind.INVITATION, later.wave > Mail.wave)
        .exists()
    )
    return (
        select(Mail)
        .join(Invitation, Invitation.nonce == Mail.nonce)
        .where(Mail.campaign_id == campaign.id, Mail.kind == MailKind.INVITATION, ~is_superseded)
    )


def asked(campaign: Campaign) -> Select[bytes]:
    """The links that ask for something."""
    has_task = select(Task.nonce).where(Task.nonce == Invitation.nonce).exists()
    return select(Invitation.nonce).where(
        Invitation.campaign_id == campaign.id, Invitation.revoked.is_(False), has_task
    )


def _to_rater(kind: MailKind, campaign_id: int, nonce: bytes, wave: int = 0) -> dict[str, Any]:
    return {"kind": kind, "campaign_id": campaign_id, "nonce": nonce, "wave": wave}


def _owe(session: Session, rows: list[dict[str, Any]], *, now: datetime) -> int:
    secrets.SystemRandom().shuffle(rows)
    if rows:
        owed = {"state": MailState.PENDING, "attempts": 0, "due_at": now}
        session.execute(
            insert(Mail.metadata.tables[Mail.__tablename__]), [{"wave": 0} | row | owed for row in rows]
        )
        session.info[OWED] = True
    return len(rows)
