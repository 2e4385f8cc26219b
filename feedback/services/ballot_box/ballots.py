"""The sealed ballot box: an answer is encrypted the moment it is valid, and stored by one UPDATE of an empty slot."""

import hmac
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import ColumnElement, Connection, LargeBinary, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.box_keys import MARK_SIZE, BoxKeys
from forms.questionnaire import Questionnaire

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


@dataclass(frozen=True)
class Place:
    """What a ballot is bound to: copied or moved to any other one, it is unreadable.

    spot: the slot, or whom an interviewer asked. subject_id is that of the person who is rated.
    """

    campaign: str
    cell_id: int
    group: str
    subject_id: int
    spot: bytes

    def to_bytes(self) -> bytes:
        return (
            f"feedback ballot 2|{self.campaign}|{self.cell_id}|{self.subject_id}|{self.group}|".encode()
            + self.spot
        )


def envelope_size(questionnaire: Questionnaire) -> int:
    """One size for the whole campaign, so that the length of a comment tells nothing."""
    return MARK_SIZE + envelopes.OVERHEAD + _payload_size(questionnaire)


def _payload_size(questionnaire: Questionnaire) -> int:
    comments = sum(LENGTH.size + item.largest for item in questionnaire.comment_items)
    return len(questionnaire.counted_items) + comments


def seal(answers: Answers, keys: BoxKeys, place: Place) -> bytes:
    """The envelope and, before it, the mark that only this server can make: the box takes nothing else for cast."""
    texts = [text.encode() for text in answers.comments]
    payload = answers.ratings + b"".join(LENGTH.pack(len(text)) + text for text in texts)
    bound, size = place.to_bytes(), keys.envelope_size - MARK_SIZE
    envelope = envelopes.seal(payload, keys.public_key, bound, size=size)
    return keys.mark(bound, envelope) + envelope


def is_ours(marked: bytes, keys: BoxKeys, place: Place) -> bool:
    """Whether this server cast it, and into this very place."""
    mark, envelope = marked[:MARK_SIZE], marked[MARK_SIZE:]
    return hmac.compare_digest(mark, keys.mark(place.to_bytes(), envelope))


def unseal(
    marked: bytes, key: X25519PrivateKey, keys: BoxKeys, place: Place, rated: int, comments: int
) -> Answers:
    if not is_ours(marked, keys, place):
        raise UnreadableBallot
    try:
        payload = envelopes.unseal(marked[MARK_SIZE:], key, place.to_bytes())
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


def casting(*conditions: ColumnElement[bool]) -> Update:
    """The statement that stores an envelope if its slot is empty and the conditions hold.

    A filled slot is written once more as it is: how long it takes tells nobody which of the two it was.
    """
    table = Ballot.metadata.tables[Ballot.__tablename__]
    envelope = bindparam("sealed", type_=LargeBinary)
    return (
        update(table)
        .where(table.c.slot == bindparam("place"), *conditions)
        .values(envelope=func.coalesce(table.c.envelope, envelope))
        .returning(table.c.envelope == envelope)
    )


ANYWHERE = casting()


def cast(
    database: Session | Connection,
    slot: bytes,
    envelope: bytes,
    statement: Update = ANYWHERE,
    **facts: object,
) -> bool | None:
    """The first one wins; False says that this one was not stored. None: there is no such slot, or what the statement
    asks of the facts does not hold."""
    found = database.execute(statement, {"place": slot, "sealed": envelope} | facts).scalar()
    return None if found is None else bool(found)


def issue(session: Session, slots: Sequence[tuple[bytes, int]]) -> None:
    """Write the empty slots of (slot, cell id), in the order of the slots: the table's order says nothing."""
    # By the table, not by the class: one statement in this very order.
    table = Ballot.metadata.tables[Ballot.__tablename__]
    session.execute(table.insert(), [{"slot": slot, "cell_id": cell} for slot, cell in sorted(slots)])


def is_issued(session: Session, slot: bytes) -> bool:
    return session.scalar(select(Ballot.cell_id).where(Ballot.slot == slot)) is not None


def is_filled(session: Session, slot: bytes) -> bool:
    filled = select(Ballot.cell_id).where(Ballot.slot == slot, Ballot.envelope.is_not(None))
    return session.scalar(filled) is not None
