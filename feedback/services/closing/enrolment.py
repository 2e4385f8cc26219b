"""Trustees set their passphrases, confirm each other's keys, and test what was sealed to them.

A passphrase becomes an X25519 key pair (Argon2id with a salt of its own). Only the public half is kept, where whoever
writes to the database could swap it. So before the campaign opens, each trustee confirms the three public halves with
his passphrase, which opens a test envelope; and after the opening it opens the one that lies beside the real ones.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.orm import Session

from feedback.models.campaigns import BEFORE_OPENING, SEALED, Campaign, Trustee
from feedback.services.ballot_box import enrolled_keys
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.enrolled_keys import TrusteeKey
from feedback.services.ballot_box.envelopes import Unreadable
from feedback.services.ballot_box.quorum import Quorum
from feedback.services.closing.passphrases import SPOILED, key_of, public_of, require_long, unlock
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from forms.words import N_

SALT_SIZE = 16


def enrol(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    trustee: Trustee,
    passphrase: str,
    *,
    actor: str,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Set the passphrase, or another one as long as the campaign has not opened; earlier confirmations are void.

    seen: what the last one saw of the keys of the other two, if he confirms all three in the same act.
    """
    row_locks.hold_row(session, campaign)
    _require_before_opening(campaign)
    row_locks.hold_row(session, trustee)
    require_long(passphrase)
    trustee.salt = secrets.token_bytes(SALT_SIZE)
    key = key_of(passphrase, trustee.salt, campaign.code)
    trustee.public_key = public_of(key)
    trustee.failed_attempts, trustee.locked_until = 0, None
    enrolled_keys.mark_enrolled(custody, campaign, trustee)
    session.flush()
    mine = _of(enrolled_keys.on_record(session, custody, campaign), trustee)
    audit.record(
        session, "trustee enrolled", campaign.code, actor=actor, now=now, fingerprint=mine.fingerprint
    )
    if seen is not None:
        _confirm(session, custody, campaign, trustee, key, seen=seen, actor=actor, now=now)


def confirm(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    trustee: Trustee,
    passphrase: str,
    *,
    seen: str,
    actor: str,
    now: datetime,
) -> None:
    """Say that these three keys are right, having opened a test envelope sealed to them. Commits the attempt.

    seen: what he saw of the keys of the other two; if they are others by now, he confirms nothing.
    """
    _require_before_opening(campaign)
    key = unlock(session, custody, campaign, trustee, passphrase, now=now)
    row_locks.hold_row(session, campaign)
    _require_before_opening(campaign)
    row_locks.hold_row(session, trustee)
    _confirm(session, custody, campaign, trustee, key, seen=seen, actor=actor, now=now)


def _confirm(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    trustee: Trustee,
    key: X25519PrivateKey,
    *,
    seen: str,
    actor: str,
    now: datetime,
) -> None:
    keys = enrolled_keys.on_record(session, custody, campaign)
    enrolled_keys.require_set(keys)
    if seen != enrolled_keys.others_seen(keys, trustee.user_id):
        raise NotPossible(
            N_("the keys of the others have changed meanwhile: compare the fingerprints once more")
        )
    _rehearse(campaign, keys, key)
    enrolled_keys.mark_confirmed(session, custody, campaign, trustee)
    session.flush()
    fingerprints = {"fingerprints": [each.fingerprint for each in keys]}
    audit.record(
        session, "trustee confirmed the keys", campaign.code, actor=actor, now=now, after=fingerprints
    )


def _rehearse(campaign: Campaign, keys: Sequence[TrusteeKey], key: X25519PrivateKey) -> None:
    """Seal a key that is thrown away just as opening will seal the campaign's, and open one's own test envelope."""
    trial = X25519PrivateKey.generate()
    quorum = Quorum.of(campaign.code, trial.private_bytes_raw(), [each.public_key for each in keys])
    if _tested(quorum, key) != public_of(trial):
        raise NotPossible(SPOILED)


def open_test(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    trustee: Trustee,
    passphrase: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Open the test envelope of the opening: what was sealed then opens with this passphrase. Commits the attempt."""
    _require_sealed(campaign)
    key = unlock(session, custody, campaign, trustee, passphrase, now=now)
    row_locks.hold_row(session, campaign)
    _require_sealed(campaign)
    row_locks.hold_row(session, trustee)
    if _tested(custody.quorum(campaign.code), key) != campaign.public_key:
        raise NotPossible(
            N_(
                "your passphrase is right, but answers are not sealed to the key that was sealed to the trustees"
            )
        )
    enrolled_keys.mark_tested(custody, campaign, trustee)
    audit.record(session, "trustee opened the test envelope", campaign.code, actor=actor, now=now)


def _tested(quorum: Quorum, key: X25519PrivateKey) -> bytes:
    try:
        return quorum.open_test(key)
    except Unreadable:
        raise NotPossible(SPOILED) from None


def _require_before_opening(campaign: Campaign) -> None:
    if campaign.state not in BEFORE_OPENING:
        raise NotPossible(N_("the passphrases were fixed when the campaign opened"))


def _require_sealed(campaign: Campaign) -> None:
    if campaign.state not in SEALED:
        raise NotPossible(N_("nothing is sealed in campaign %(campaign)s at present"), campaign=campaign.code)


def _of(keys: Sequence[TrusteeKey], trustee: Trustee) -> TrusteeKey:
    return next(key for key in keys if key.user_id == trustee.user_id)
