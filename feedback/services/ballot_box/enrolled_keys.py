"""The public keys of a campaign's trustees: whether each is still the one that was set, and who confirmed all three.

Whoever writes to the database can put his own key there, or a copied row. What he cannot make are the tags beside it:
nothing but this server's secrets, which are outside of the database, makes them and checks them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import BEFORE_OPENING, WITH_RESULTS, Campaign, KeyCustody, Trustee
from feedback.services.ballot_box.custody import Custody
from feedback.services.ground.errors import NotPossible
from forms.words import N_

NUMBER_OF_TRUSTEES = 3
DIGITS, GROUP = 24, 4  # 80 bits: to make a key with the fingerprint of another one takes 2^80 attempts

ALTERED = N_(
    "the key on record of %(trustees)s is not the one that was set with a passphrase: somebody has changed the "
    "database, or an older secret of this server was taken away"
)
INCOMPLETE = N_("%(enrolled)s of %(needed)s trustees have set their passphrase; it opens when all have")
UNCONFIRMED = N_(
    "%(trustees)s still have to confirm the three keys with their passphrase; it opens when all have"
)
NOT_ENTRUSTED = N_(
    "campaign %(campaign)s has trustees, and yet it says that the server holds its key: somebody has changed the "
    "database. Save who holds the key once more"
)


class KeyState(StrEnum):
    """Unconfirmed: not by this trustee, or not together with the other two keys as they are now."""

    MISSING = "missing"
    ALTERED = "altered"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class TrusteeKey:
    """What is on record of one trustee, and what of it holds; without a key where it is not the one that was set."""

    user_id: int
    email: str
    state: KeyState
    public_key: bytes
    has_tested: bool

    @property
    def is_set(self) -> bool:
        return self.state in (KeyState.UNCONFIRMED, KeyState.CONFIRMED)

    @property
    def is_confirmed(self) -> bool:
        return self.state is KeyState.CONFIRMED

    @property
    def fingerprint(self) -> str:
        """Digits in short groups, to be read out on the telephone; none of a key that nobody set."""
        if not self.is_set:
            return ""
        number = int.from_bytes(hashlib.sha256(b"feedback trustee " + self.public_key).digest())
        digits = f"{number % 10**DIGITS:0{DIGITS}}"
        return " ".join(digits[start : start + GROUP] for start in range(0, DIGITS, GROUP))


def on_record(session: Session, custody: Custody, campaign: Campaign) -> list[TrusteeKey]:
    """The trustees of a campaign by address, as the database has them at this moment."""
    found = _rows(session, campaign)
    trustees = [trustee for trustee, _ in found]
    is_whole = len(found) == NUMBER_OF_TRUSTEES and all(is_own(custody, campaign, each) for each in trustees)
    together = _confirmed(campaign, trustees) if is_whole else None
    return [
        TrusteeKey(
            user_id=trustee.user_id,
            email=email,
            state=_state(custody, campaign, trustee, together),
            public_key=_own_key(custody, campaign, trustee),
            has_tested=_holds(custody, trustee.test_tag, _tested(campaign, trustee)),
        )
        for trustee, email in found
    ]


def _own_key(custody: Custody, campaign: Campaign, trustee: Trustee) -> bytes:
    return trustee.public_key or b"" if is_own(custody, campaign, trustee) else b""


def public_keys(session: Session, custody: Custody, campaign: Campaign) -> Sequence[bytes] | None:
    """What opening seals the campaign's key to, confirmed by all three; None where the server keeps it."""
    keys = on_record(session, custody, campaign)
    if campaign.key_custody == KeyCustody.TRUSTEES:
        require_set(keys)
        _require(UNCONFIRMED, _with(keys, KeyState.UNCONFIRMED))
        return [key.public_key for key in keys]
    if keys:
        raise NotPossible(NOT_ENTRUSTED, campaign=campaign.code)
    return None


def require_set(keys: Sequence[TrusteeKey]) -> None:
    """Raises NotPossible unless all three have set their passphrase, and nobody has changed what came of it."""
    _require(ALTERED, _with(keys, KeyState.ALTERED))
    enrolled = [key for key in keys if key.is_set]
    if not len(enrolled) == len(keys) == NUMBER_OF_TRUSTEES:
        needed = max(len(keys), NUMBER_OF_TRUSTEES)
        raise NotPossible(INCOMPLETE, enrolled=len(enrolled), needed=needed)


def faults(session: Session, custody: Custody, campaign: Campaign) -> Iterator[str]:
    """What somebody has changed of the keys of a campaign that is not counted yet."""
    if campaign.state in WITH_RESULTS:
        return
    keys = on_record(session, custody, campaign)
    for email in _with(keys, KeyState.ALTERED):
        yield f"{campaign.code}: the key on record of {email} is not the one that was set with a passphrase"
    if keys and campaign.key_custody == KeyCustody.SERVER:
        yield f"{campaign.code} has trustees, and yet it says that the server holds its key"
    on_record_now = {key.public_key for key in keys}
    if campaign.state not in BEFORE_OPENING and on_record_now != _sealed_to(custody, campaign):
        yield f"{campaign.code}: its key is not sealed to the trustees on record"


def others_seen(keys: Iterable[TrusteeKey], user_id: int) -> str:
    """Names what somebody saw of the other two before he confirmed; his own key he proves with his passphrase."""
    facts = [(key.user_id, key.public_key) for key in keys if key.user_id != user_id]
    return hashlib.sha256(_bound("seen", facts).encode()).hexdigest()


def is_own(custody: Custody, campaign: Campaign, trustee: Trustee) -> bool:
    """Whether salt and key are what this trustee's passphrase made, for this campaign."""
    return _holds(custody, trustee.enrolment_tag, _enrolled(campaign, trustee))


def mark_enrolled(custody: Custody, campaign: Campaign, trustee: Trustee) -> None:
    trustee.enrolment_tag = custody.wrap(b"", _enrolled(campaign, trustee))
    trustee.confirmation_tag = trustee.test_tag = None


def mark_confirmed(session: Session, custody: Custody, campaign: Campaign, trustee: Trustee) -> None:
    """For exactly these three accounts and keys."""
    trustees = [other for other, _ in _rows(session, campaign)]
    claim = _by(_confirmed(campaign, trustees), trustee)
    trustee.confirmation_tag = custody.wrap(b"", claim)


def mark_tested(custody: Custody, campaign: Campaign, trustee: Trustee) -> None:
    trustee.test_tag = custody.wrap(b"", _tested(campaign, trustee))


def _sealed_to(custody: Custody, campaign: Campaign) -> set[bytes]:
    try:
        return custody.quorum(campaign.code).trustees
    except NotPossible:  # the server's own, or lost, which is said elsewhere
        return set()


def _rows(session: Session, campaign: Campaign) -> list[tuple[Trustee, str]]:
    query = (
        select(Trustee, User.email)
        .join(User, User.id == Trustee.user_id)
        .where(Trustee.campaign_id == campaign.id)
        .order_by(User.email)
        .execution_options(populate_existing=True)
    )
    return [(trustee, email) for trustee, email in session.execute(query)]


def _state(custody: Custody, campaign: Campaign, trustee: Trustee, together: str | None) -> KeyState:
    if trustee.public_key is None:
        return KeyState.MISSING
    if not is_own(custody, campaign, trustee):
        return KeyState.ALTERED
    has_confirmed = together is not None and _holds(custody, trustee.confirmation_tag, _by(together, trustee))
    return KeyState.CONFIRMED if has_confirmed else KeyState.UNCONFIRMED


def _with(keys: Iterable[TrusteeKey], state: KeyState) -> list[str]:
    return [key.email for key in keys if key.state is state]


def _require(sentence: str, trustees: Sequence[str]) -> None:
    if trustees:
        raise NotPossible(sentence, trustees=", ".join(trustees))


def _holds(custody: Custody, tag: bytes | None, claim: str) -> bool:
    """A tag is an empty secret, wrapped for what it says: it unwraps for nothing else, under any secret of today.

    SQLite keeps whatever is written into a column, a text among bytes too.
    """
    try:
        return isinstance(tag, bytes) and custody.unwrap(tag, claim) == b""
    except (NotPossible, ValueError):
        return False


def _enrolled(campaign: Campaign, trustee: Trustee) -> str:
    return _bound("trustee enrolled", campaign.code, *_facts(trustee))


def _confirmed(campaign: Campaign, trustees: Iterable[Trustee]) -> str:
    return _bound("trustee confirmed", campaign.code, sorted(map(_facts, trustees)))


def _by(claim: str, trustee: Trustee) -> str:
    return f"{claim} by {trustee.user_id}"


def _tested(campaign: Campaign, trustee: Trustee) -> str:
    return _bound("trustee tested", campaign.code, campaign.public_key, *_facts(trustee))


def _facts(trustee: Trustee) -> tuple[int, bytes, bytes]:
    return trustee.user_id, trustee.salt or b"", trustee.public_key or b""


def _bound(purpose: str, *facts: object) -> str:
    return f"{purpose} {json.dumps(facts, default=bytes.hex)}"
