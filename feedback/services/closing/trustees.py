"""Trustees: three accounts, each with a passphrase that is stored nowhere; two of them close the campaign.

How they set their passphrases, and see that these open what is sealed: see `enrolment`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import (
    BEFORE_OPENING,
    SEALED,
    WITH_RESULTS,
    Campaign,
    KeyCustody,
    Trustee,
)
from feedback.services.ballot_box import enrolled_keys
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.enrolled_keys import NUMBER_OF_TRUSTEES, KeyState, TrusteeKey
from feedback.services.ballot_box.envelopes import Unreadable
from feedback.services.ballot_box.quorum import Quorum
from feedback.services.closing import campaign_closing
from feedback.services.closing.passphrases import SPOILED, public_of, unlock
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.ground.work_progress import Progress, no_progress
from feedback.services.people import addresses
from forms.words import N_


class TrusteeTask(StrEnum):
    """What a trustee still has to do so that the campaign can open, and so that all know that it will close."""

    ENROL = "enrol"
    CONFIRM = "confirm"
    TEST = "test"


@dataclass(frozen=True)
class TrusteeState:
    key: TrusteeKey
    has_opened: bool


def members(session: Session, custody: Custody, campaign: Campaign) -> list[TrusteeState]:
    """The trustees of a campaign, and how far each of them is."""
    keys = enrolled_keys.on_record(session, custody, campaign)
    shared = keys and campaign.state in SEALED and custody.holds(campaign.code)
    quorum = custody.quorum(campaign.code) if shared else None
    first = quorum.peeled.by if quorum and quorum.peeled else None
    return [TrusteeState(key, has_opened=key.public_key.hex() == first) for key in keys]


def tasks(session: Session, custody: Custody, user_id: int) -> list[tuple[Campaign, TrusteeTask]]:
    """What somebody has to do as a trustee at this moment."""
    under_way = [each for each in campaigns_of(session, user_id) if each.state not in WITH_RESULTS]
    found = [(campaign, _task(session, custody, campaign, user_id)) for campaign in under_way]
    return [(campaign, task) for campaign, task in found if task]


def _task(session: Session, custody: Custody, campaign: Campaign, user_id: int) -> TrusteeTask | None:
    keys = enrolled_keys.on_record(session, custody, campaign)
    mine = next(key for key in keys if key.user_id == user_id)
    if campaign.state in SEALED:
        return None if mine.has_tested else TrusteeTask.TEST
    if not mine.is_set:
        return TrusteeTask.ENROL
    to_confirm = mine.state is KeyState.UNCONFIRMED and all_set(keys)
    return TrusteeTask.CONFIRM if to_confirm else None


def all_set(keys: Sequence[TrusteeKey]) -> bool:
    return len(keys) == NUMBER_OF_TRUSTEES and all(key.is_set for key in keys)


def accounts_of(session: Session, campaign: Campaign) -> list[User]:
    """Those of the trustees that can sign in."""
    query = select(User).join(Trustee, Trustee.user_id == User.id)
    of_campaign = query.where(Trustee.campaign_id == campaign.id, User.active.is_(True))
    return list(session.scalars(of_campaign.order_by(User.email)).unique())


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
    key = unlock(session, custody, campaign, trustee, passphrase, now=now)
    row_locks.hold_row(session, campaign)
    if campaign.state not in SEALED:
        raise NotPossible(N_("campaign %(campaign)s is closed already"), campaign=campaign.code)
    quorum = custody.quorum(campaign.code)
    if quorum.peeled is None or quorum.peeled.by == public_of(key).hex():
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


def _peel(quorum: Quorum, key: X25519PrivateKey) -> Quorum:
    try:
        return quorum.peel(key)
    except Unreadable:
        raise NotPossible(SPOILED) from None


def _open(quorum: Quorum, key: X25519PrivateKey) -> X25519PrivateKey:
    try:
        return quorum.open(key)
    except Unreadable:
        raise NotPossible(SPOILED) from None
