"""Trustees: three accounts, each with a passphrase that is stored nowhere; two of them close the campaign.

A passphrase becomes an X25519 key pair (Argon2id with a salt of its own). Only the public half is kept.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignState, KeyCustody, Trustee
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.enrolled_keys import NUMBER_OF_TRUSTEES
from feedback.services.ballot_box.envelopes import Unreadable
from feedback.services.ballot_box.quorum import Quorum
from feedback.services.closing import campaign_closing
from feedback.services.ground import audit, lock_outs, row_locks
from feedback.services.ground.errors import DomainError, NotFound, NotPossible
from feedback.services.ground.work_progress import Progress, no_progress
from feedback.services.people import addresses
from forms.words import N_

SHORTEST_PASSPHRASE = 12
SALT_SIZE = 16
MEMORY_KIB = 64 * 1024


class WrongPassphrase(DomainError):
    """Nothing was opened, and nothing changed but the number of attempts."""


@dataclass(frozen=True)
class TrusteeState:
    user_id: int
    email: str
    enrolled: bool
    has_opened: bool


def members(session: Session, custody: Custody, campaign: Campaign) -> list[TrusteeState]:
    """The trustees of a campaign, and how far each of them is."""
    rows = session.execute(
        select(Trustee, User.email)
        .join(User, User.id == Trustee.user_id)
        .where(Trustee.campaign_id == campaign.id)
        .order_by(User.email)
    ).all()
    closing = campaign.state in (CampaignState.OPEN, CampaignState.CLOSING)
    shared = rows and closing and custody.holds(campaign.code)
    quorum = custody.quorum(campaign.code) if shared else None
    first = quorum.peeled.by if quorum and quorum.peeled else ""
    return [
        TrusteeState(
            user_id=trustee.user_id,
            email=email,
            enrolled=trustee.public_key is not None,
            has_opened=trustee.public_key is not None and trustee.public_key.hex() == first,
        )
        for trustee, email in rows
    ]


def emails(session: Session, campaign: Campaign) -> list[str]:
    query = select(User.email).join(Trustee, Trustee.user_id == User.id)
    return list(session.scalars(query.where(Trustee.campaign_id == campaign.id).order_by(User.email)))


def campaigns_of(session: Session, user_id: int) -> list[Campaign]:
    """Where somebody is a trustee, the newest campaign first."""
    return list(
        session.scalars(
            select(Campaign)
            .join(Trustee, Trustee.campaign_id == Campaign.id)
            .where(Trustee.user_id == user_id)
            .order_by(Campaign.id.desc())
        )
    )


def find(session: Session, campaign: Campaign, user_id: int) -> Trustee:
    trustee = session.get(Trustee, (campaign.id, user_id))
    if trustee is None:
        raise NotFound(N_("this account is no trustee of campaign %(campaign)s"), campaign=campaign.code)
    return trustee


def find_by_email(session: Session, campaign: Campaign, email: str) -> Trustee:
    user_id = session.scalar(select(User.id).where(User.email == addresses.to_look_for(email)))
    return find(session, campaign, user_id or 0)


def appoint(
    session: Session, campaign: Campaign, emails: Sequence[str], *, actor: str, now: datetime
) -> None:
    """Put the campaign's key into the hands of three accounts. Who was one before keeps his passphrase."""
    row_locks.hold_row(session, campaign)
    if campaign.state not in BEFORE_OPENING:
        raise NotPossible(N_("trustees are appointed before the campaign opens"))
    wanted = [addresses.to_look_for(email) for email in emails]
    query = select(User.id, User.email).where(User.email.in_(wanted), User.active.is_(True))
    users = {email: user_id for user_id, email in session.execute(query)}
    if len(users) != NUMBER_OF_TRUSTEES or len(emails) != NUMBER_OF_TRUSTEES:
        raise NotPossible(N_("a key is entrusted to three different accounts that can sign in"))
    trustees = select(Trustee).where(Trustee.campaign_id == campaign.id)
    present = {trustee.user_id: trustee for trustee in session.scalars(trustees)}
    for user_id in present.keys() - users.values():
        session.delete(present[user_id])
    session.add_all(
        Trustee(campaign_id=campaign.id, user_id=user_id)
        for user_id in users.values()
        if user_id not in present
    )
    campaign.key_custody = KeyCustody.TRUSTEES
    session.flush()
    audit.record(
        session, "trustees appointed", campaign.code, actor=actor, now=now, after={"trustees": sorted(users)}
    )


def enrol(
    session: Session, campaign: Campaign, trustee: Trustee, passphrase: str, *, actor: str, now: datetime
) -> None:
    """Set the passphrase, or another one as long as the campaign has not opened."""
    row_locks.hold_row(session, campaign)
    if campaign.state not in BEFORE_OPENING:
        raise NotPossible(N_("the passphrases were fixed when the campaign opened"))
    row_locks.hold_row(session, trustee)
    if len(_normal(passphrase)) < SHORTEST_PASSPHRASE:
        raise NotPossible(N_("a passphrase needs at least %(number)s characters"), number=SHORTEST_PASSPHRASE)
    trustee.salt = secrets.token_bytes(SALT_SIZE)
    key = _key(passphrase, trustee.salt, campaign.code)
    trustee.public_key = key.public_key().public_bytes_raw()
    trustee.failed_attempts, trustee.locked_until = 0, None
    session.flush()
    audit.record(session, "trustee enrolled", campaign.code, actor=actor, now=now)


def contribute(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    trustee: Trustee,
    passphrase: str,
    *,
    actor: str,
    now: datetime,
    early: bool = False,
    progress: Progress = no_progress,
) -> bool:
    """Use a passphrase for closing. The first trustee's is kept as a peeled layer; the second one's closes: True.

    Commits. After an interrupted closing the second trustee, or the third, gives his passphrase again.
    """
    campaign_closing.require_closable(campaign, now=now, early=early)
    key = unlock(session, campaign, trustee, passphrase, now=now)
    row_locks.hold_row(session, campaign)
    if campaign.state not in (CampaignState.OPEN, CampaignState.CLOSING):
        raise NotPossible(N_("campaign %(campaign)s is closed already"), campaign=campaign.code)
    quorum = custody.quorum(campaign.code)
    if quorum.peeled is None or quorum.peeled.by == _public(key).hex():
        custody.keep(_peel(quorum, key))
        audit.record(session, "trustee opened the first part", campaign.code, actor=actor, now=now)
        session.commit()
        return False
    opened_key = _open(quorum, key)
    audit.record(session, "trustee opened the key", campaign.code, actor=actor, now=now)
    campaign_closing.close(
        session,
        custody,
        campaign,
        actor=actor,
        now=now,
        early=early,
        progress=progress,
        opened_key=opened_key,
    )
    return True


def unlock(
    session: Session, campaign: Campaign, trustee: Trustee, passphrase: str, *, now: datetime
) -> X25519PrivateKey:
    """The trustee's own key. Commits each attempt before it is made, so that no rollback forgets it."""
    if trustee.salt is None:
        raise NotPossible(N_("this trustee never set a passphrase"))
    _spend_attempt(session, trustee, now)
    key = _key(passphrase, trustee.salt, campaign.code)
    if _public(key) != trustee.public_key:
        raise WrongPassphrase(N_("this is not your passphrase for this campaign; nothing was changed"))
    trustee.failed_attempts, trustee.locked_until = 0, None
    session.commit()
    return key


def _spend_attempt(session: Session, trustee: Trustee, now: datetime) -> None:
    row_locks.hold_row(session, trustee)
    if trustee.locked_until and now < trustee.locked_until:
        raise NotPossible(
            N_("too many wrong passphrases: please try again in %(minutes)s minutes"),
            minutes=-(-(trustee.locked_until - now) // timedelta(minutes=1)),
        )
    spent = trustee.failed_attempts + 1
    trustee.failed_attempts, trustee.locked_until = lock_outs.after(spent, now)
    session.commit()


def _peel(quorum: Quorum, key: X25519PrivateKey) -> Quorum:
    try:
        return quorum.peel(key)
    except Unreadable:
        raise NotPossible(_SPOILED) from None


def _open(quorum: Quorum, key: X25519PrivateKey) -> X25519PrivateKey:
    try:
        return quorum.open(key)
    except Unreadable:
        raise NotPossible(_SPOILED) from None


_SPOILED = N_("the passphrase is right, but what was sealed to it has been damaged")


def _key(passphrase: str, salt: bytes, campaign: str) -> X25519PrivateKey:
    """Argon2id with the parameters that RFC 9106 recommends where memory is limited."""
    derivation = Argon2id(
        salt=salt, length=32, iterations=3, lanes=4, memory_cost=MEMORY_KIB, ad=campaign.encode()
    )
    return X25519PrivateKey.from_private_bytes(derivation.derive(_normal(passphrase).encode()))


def _public(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _normal(passphrase: str) -> str:
    """The same however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", passphrase)
