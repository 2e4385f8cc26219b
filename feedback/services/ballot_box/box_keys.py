"""What a campaign's ballot box is made of, kept outside the database: whoever can only write there cannot make any
of it.

From one secret of the campaign follow the slots, the proofs that a task is one that we gave to this link, and the
marks on what we cast ourselves. Beside it stands what was frozen at opening: the public key that is sealed to, and
a digest of what raters are asked and promised. The database is compared with it at every cast.
"""

import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Cell, Subject

SECRET_SIZE = 32
LAYOUT = struct.Struct(">32s32s32s32sI")
MARK_SIZE = 32
NOBODY = 0  # no person and no contact has this id


@dataclass(frozen=True)
class Seat:
    """A place in a cell, given to one task of one link, and the rater it was given to."""

    nonce: bytes
    cell_id: int
    number: int
    person_id: int | None
    contact_id: int | None


@dataclass(frozen=True)
class BoxKeys:
    """promises and cells: see `promises_of` and `cells_of`. envelope_size in bytes, with the mark."""

    secret: bytes
    public_key: bytes
    promises: bytes
    cells: bytes
    envelope_size: int

    @classmethod
    def for_opening(cls, campaign: Campaign, public_key: bytes, envelope_size: int) -> "BoxKeys":
        """Before the cells are as they will be."""
        return cls(secrets.token_bytes(SECRET_SIZE), public_key, promises_of(campaign), b"", envelope_size)

    @classmethod
    def from_bytes(cls, data: bytes) -> "BoxKeys":
        return cls(*LAYOUT.unpack(data))

    def to_bytes(self) -> bytes:
        return LAYOUT.pack(self.secret, self.public_key, self.promises, self.cells, self.envelope_size)

    def slot(self, cell_id: int, number: int) -> bytes:
        return _keyed(self._slots, cell_id.to_bytes(8, "big"), number.to_bytes(4, "big"))

    def proof(self, seat: Seat) -> bytes:
        """Of a task: without it, whoever writes to the database could give his own link the seats of others."""
        numbers = (seat.cell_id, seat.number, seat.person_id or NOBODY, seat.contact_id or NOBODY)
        return _keyed(self._proofs, seat.nonce, *(number.to_bytes(8, "big") for number in numbers))

    def mark(self, place: bytes, envelope: bytes) -> bytes:
        """What only this server puts on an envelope that it casts into this place."""
        return _keyed(self._marks, place, envelope)

    @cached_property
    def _slots(self) -> bytes:
        return _keyed(self.secret, b"slots")

    @cached_property
    def _proofs(self) -> bytes:
        return _keyed(self.secret, b"proofs of tasks")

    @cached_property
    def _marks(self) -> bytes:
        return _keyed(self.secret, b"marks of casting")


class Box(Protocol):
    """What the database says of a campaign's ballot box."""

    @property
    def code(self) -> str: ...
    @property
    def public_key(self) -> bytes | None: ...
    @property
    def envelope_size(self) -> int | None: ...


class Frozen(Protocol):
    """What is frozen with a campaign."""

    @property
    def code(self) -> str: ...
    @property
    def questionnaire(self) -> str: ...
    @property
    def scheme(self) -> str: ...
    @property
    def key_custody(self) -> str: ...


def promises_of(campaign: Frozen) -> bytes:
    """A digest of what raters are asked, how their answers are counted and shown, and who holds the key."""
    return _digest_of(campaign.code, campaign.questionnaire, campaign.scheme, campaign.key_custody)


@lru_cache(maxsize=64)
def _digest_of(*frozen: str) -> bytes:
    return hashlib.sha256(_framed(*(text.encode() for text in frozen))).digest()


def cells_of(session: Session, campaign: Campaign) -> bytes:
    """A digest of whom each cell is about, and with whom it is counted."""
    cells = session.execute(
        select(Cell.id, Subject.person_id, Cell.group, Cell.unit)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id, Cell.is_pool.is_(False))
        .order_by(Cell.id)
    )
    return hashlib.sha256(_framed(*(repr(tuple(cell)).encode() for cell in cells))).digest()


def _keyed(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, _framed(*parts), hashlib.sha256)


def _framed(*parts: bytes) -> bytes:
    """Each part with its length before it: no two sequences of parts are the same bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
