"""The sealed ballot box: an answer is encrypted the moment it is valid, and stored by one conditional UPDATE."""

import hashlib
import hmac
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.services.ballot_box import envelopes
from forms.questionnaire import COMMENT_MAX_LENGTH, Questionnaire

UTF8_MAX_BYTES = 4
LENGTH = struct.Struct(">I")


class UnreadableBallot(Exception):
    """An envelope that the campaign's key does not open, or that does not hold what this questionnaire asks."""


@dataclass(frozen=True)
class Answers:
    """One rater's answers on one subject: a byte per rated item (0 is "no rating"), a text per comment item."""

    ratings: bytes
    comments: tuple[str, ...]

    @classmethod
    def of(
        cls, questionnaire: Questionnaire, ratings: Mapping[str, int], comments: Mapping[str, str]
    ) -> "Answers":
        """Ratings are positions on their scale, 1 for the first point."""
        return cls(
            bytes(ratings.get(item.id, 0) for item in questionnaire.counted_items),
            tuple(comments.get(item.id, "") for item in questionnaire.comment_items),
        )


def envelope_size(questionnaire: Questionnaire) -> int:
    """One size for the whole campaign, so that the length of a comment tells nothing."""
    return envelopes.OVERHEAD + _payload_size(questionnaire)


def _payload_size(questionnaire: Questionnaire) -> int:
    comment_size = LENGTH.size + COMMENT_MAX_LENGTH * UTF8_MAX_BYTES
    return len(questionnaire.counted_items) + len(questionnaire.comment_items) * comment_size


def seal(answers: Answers, size: int, public_key: bytes, campaign: str, cell_id: int) -> bytes:
    texts = [text.encode() for text in answers.comments]
    payload = answers.ratings + b"".join(LENGTH.pack(len(text)) + text for text in texts)
    return envelopes.seal(payload, public_key, _info(campaign, cell_id), size=size)


def unseal(
    envelope: bytes, key: X25519PrivateKey, campaign: str, cell_id: int, rated: int, comments: int
) -> Answers:
    try:
        payload = envelopes.unseal(envelope, key, _info(campaign, cell_id))
        return Answers(payload[:rated], _unpack_texts(payload[rated:], comments))
    except (envelopes.Unreadable, ValueError, struct.error):
        raise UnreadableBallot from None


def _unpack_texts(payload: bytes, comments: int) -> tuple[str, ...]:
    texts: list[str] = []
    position = 0
    for _ in range(comments):
        start = position + LENGTH.size
        position = start + LENGTH.unpack_from(payload, position)[0]
        if position > len(payload):
            raise ValueError("a comment is longer than its envelope")
        texts.append(payload[start:position].decode())
    return tuple(texts)


def _info(campaign: str, cell_id: int) -> bytes:
    return f"feedback ballot 1|{campaign}|{cell_id}".encode()


def slot_of(slot_key: bytes, nonce: bytes, cell_id: int) -> bytes:
    return hmac.digest(slot_key, nonce + cell_id.to_bytes(8, "big"), hashlib.sha256)


def cast(session: Session, slot: bytes, envelope: bytes) -> bool:
    """Store the envelope if its slot exists and is empty. The first one wins; False says that nothing was stored."""
    result = session.execute(
        update(Ballot).where(Ballot.slot == slot, Ballot.envelope.is_(None)).values(envelope=envelope)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def issue(session: Session, slots: Sequence[tuple[bytes, int]]) -> None:
    """Write the empty slots of (slot, cell id), in the order of the slots: the table's order says nothing."""
    # By the table, not by the class: one statement in this very order.
    table = Ballot.metadata.tables[Ballot.__tablename__]
    session.execute(table.insert(), [{"slot": slot, "cell_id": cell} for slot, cell in sorted(slots)])
