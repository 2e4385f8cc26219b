"""Trustees' passphrases: what is made of one, and what a wrong one costs. They are stored nowhere."""

import unicodedata
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Trustee
from feedback.services.ballot_box import enrolled_keys
from feedback.services.ballot_box.custody import Custody
from feedback.services.ground import lock_outs, row_locks
from feedback.services.ground.errors import DomainError, NotPossible
from forms.words import N_

SHORTEST_PASSPHRASE = 12
MEMORY_KIB = 64 * 1024
SPOILED = N_("the passphrase is right, but what was sealed to it has been damaged")


class WrongPassphrase(DomainError):
    """Nothing was opened, and nothing changed but the number of attempts."""


def key_of(passphrase: str, salt: bytes, campaign: str) -> X25519PrivateKey:
    """Argon2id with the parameters that RFC 9106 recommends where memory is limited."""
    derivation = Argon2id(
        salt=salt, length=32, iterations=3, lanes=4, memory_cost=MEMORY_KIB, ad=campaign.encode()
    )
    return X25519PrivateKey.from_private_bytes(derivation.derive(_normal(passphrase).encode()))


def public_of(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def require_long(passphrase: str) -> None:
    if len(_normal(passphrase)) < SHORTEST_PASSPHRASE:
        raise NotPossible(N_("a passphrase needs at least %(number)s characters"), number=SHORTEST_PASSPHRASE)


def unlock(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    trustee: Trustee,
    passphrase: str,
    *,
    now: datetime,
) -> X25519PrivateKey:
    """The trustee's own key. Commits each attempt before it is made, so that no rollback forgets it."""
    if trustee.salt is None:
        raise NotPossible(N_("this trustee never set a passphrase"))
    if not enrolled_keys.is_own(custody, campaign, trustee):
        raise NotPossible(
            N_(
                "the key on record is not the one that you set with your passphrase: somebody has changed the "
                "database, or an older secret of this server was taken away; nothing was opened"
            )
        )
    _spend_attempt(session, trustee, now)
    key = key_of(passphrase, trustee.salt, campaign.code)
    if public_of(key) != trustee.public_key:
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


def _normal(passphrase: str) -> str:
    """The same however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", passphrase)
