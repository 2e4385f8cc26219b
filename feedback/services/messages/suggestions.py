"""The suggestion box (匿名意见箱): open to everybody, without a link, and opened a month at a time.

A suggestion is sealed to the key of its month. When the month is over, and at least three lie there, they are opened
together, shuffled, and the sealed ones and the key are destroyed; fewer wait for those of the next month. Months are
those of UTC. Nothing says when one was sent, or in which order.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.models.suggestions import SealedSuggestion, Suggestion, SuggestionBatch
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.custody import Custody
from feedback.services.ground import audit
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.protection import SUGGESTIONS_FROM, SUGGESTIONS_STEP
from feedback.services.ground.secure_deletion import forget_deleted_rows
from forms.text_lengths import LONGEST_SUGGESTION
from forms.words import N_

UTF8_MAX_BYTES = 4
ENVELOPE_SIZE = envelopes.OVERHEAD + LONGEST_SUGGESTION * UTF8_MAX_BYTES
MOST_SEALED = 10_000  # so that a flood fills neither the disk nor the day of its readers


@dataclass(frozen=True)
class OpenedBatch:
    """What was opened together, in an order fixed at random."""

    month: str
    texts: tuple[str, ...]


def send(session: Session, custody: Custody, text: str, *, now: datetime) -> None:
    """Seal a suggestion into the box of this month."""
    if _sealed(session) >= MOST_SEALED:
        raise NotPossible(N_("The box is full. Please try again next month."))
    box = _box(session, custody, f"{now:%Y-%m}")
    envelope = envelopes.seal(text.encode(), box.public_key, _info(box.month), size=ENVELOPE_SIZE)
    session.add(SealedSuggestion(id=secrets.token_bytes(16), month=box.month, envelope=envelope))


def prepare(session: Session, custody: Custody, now: datetime) -> None:
    """Have a box ready: if the first suggestion made it, the age of its key would tell when that was sent."""
    _box(session, custody, f"{now:%Y-%m}")


def _box(session: Session, custody: Custody, month: str) -> SuggestionBatch:
    """The box of the month, held until the commit so that opening waits; the next one if it is opened already."""
    box = session.get(SuggestionBatch, month, with_for_update={"read": True})
    if box is None:
        box = _new_box(session, custody, month)
    if box.opened:
        return _box(session, custody, _next(month))
    _require_own_key(custody, box)
    return box


def _require_own_key(custody: Custody, box: SuggestionBatch) -> None:
    """Nothing is sealed to a key that was lost, or that somebody else wrote into the database."""
    name = _key_name(box.month)
    if not custody.holds(name) or custody.public_key(name) != box.public_key:
        raise NotPossible(
            N_(
                "The suggestion box takes nothing at the moment: the key on record is not the one on this server. "
                "Nothing was sent; please tell whoever runs the server."
            )
        )


def _new_box(session: Session, custody: Custody, month: str) -> SuggestionBatch:
    box = SuggestionBatch(month=month, public_key=custody.create_once(_key_name(month)), opened=False)
    try:
        with session.begin_nested():
            session.add(box)
    except IntegrityError:  # somebody else was first; the key is the same
        return session.get_one(SuggestionBatch, month, with_for_update={"read": True})
    return box


def open_due(
    session: Session, custody: Custody, now: datetime, *, actor: str = "calendar", early: bool = False
) -> int:
    """Open the months that are over, and this one too if early; says how many suggestions that were. Commits.

    Can be started again after any interruption.
    """
    last = f"{now:%Y-%m}" if early else _previous(f"{now:%Y-%m}")
    opened = _open(session, custody, last, actor=actor, now=now)
    session.commit()
    left = [month for month in _opened_months(session) if custody.holds(_key_name(month))]
    if left:
        forget_deleted_rows(session)
        for month in left:
            custody.destroy(_key_name(month))
    return opened


def _open(session: Session, custody: Custody, last: str, *, actor: str, now: datetime) -> int:
    due = select(SuggestionBatch).where(SuggestionBatch.opened.is_(False), SuggestionBatch.month <= last)
    boxes = {box.month: box for box in session.scalars(due.order_by("month").with_for_update())}
    sealed = session.scalars(select(SealedSuggestion).where(SealedSuggestion.month.in_(boxes))).all()
    if len(sealed) < SUGGESTIONS_FROM:
        return 0
    keys = {month: custody.private_key(_key_name(month)) for month in boxes}
    # What was sent twice, by a double click or on purpose, is one suggestion.
    texts = {text for one in sealed if (text := _read(one, keys[one.month])) is not None}
    if len(texts) < SUGGESTIONS_FROM:
        return 0
    # All of them under the last month: a single one that had waited would stand alone under its own.
    ids = sorted(secrets.token_bytes(16) for _ in texts)
    shuffled = secrets.SystemRandom().sample(sorted(texts), len(texts))
    rows = [{"id": id, "month": max(boxes), "text": text} for id, text in zip(ids, shuffled, strict=True)]
    session.execute(insert(Suggestion), rows)
    session.execute(delete(SealedSuggestion).where(SealedSuggestion.month.in_(boxes)))
    for box in boxes.values():
        box.opened = True
    early = max(boxes) >= f"{now:%Y-%m}"
    audit.record(
        session, "suggestions opened", max(boxes), actor=actor, now=now, number=len(texts), early=early
    )
    return len(texts)


def _read(sealed: SealedSuggestion, key: X25519PrivateKey) -> str | None:
    try:
        return envelopes.unseal(sealed.envelope, key, _info(sealed.month)).rstrip(b"\0").decode()
    except (envelopes.Unreadable, UnicodeDecodeError):
        return None


def batches(session: Session) -> list[OpenedBatch]:
    """What was opened, the newest month first."""
    texts: dict[str, list[str]] = {}
    for month, text in session.execute(
        select(Suggestion.month, Suggestion.text).order_by(Suggestion.month.desc(), Suggestion.id)
    ):
        texts.setdefault(month, []).append(text)
    return [OpenedBatch(month, tuple(found)) for month, found in texts.items()]


def waiting(session: Session) -> int | None:
    """How many lie in the box at least, None if fewer than three.

    In steps of five: a number that moves with each suggestion would tell whoever watches it when one was sent.
    """
    number = _sealed(session)
    if number < SUGGESTIONS_FROM:
        return None
    return max(SUGGESTIONS_FROM, number - number % SUGGESTIONS_STEP)


def _sealed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SealedSuggestion)) or 0


def _opened_months(session: Session) -> list[str]:
    return list(session.scalars(select(SuggestionBatch.month).where(SuggestionBatch.opened.is_(True))))


def _next(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') + timedelta(days=31):%Y-%m}"


def _previous(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


def _key_name(month: str) -> str:
    """No campaign has a code that begins like this."""
    return f"_suggestions-{month}"


def _info(month: str) -> bytes:
    return f"feedback suggestion 1|{month}".encode()
