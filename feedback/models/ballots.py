from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Base


class Ballot(Base):
    """A slot is written when the campaign opens; an envelope in it means used and stored, both at once.

    The slot is a keyed hash of a seat in its cell, under a key outside the database: no ballot belongs to anybody here.
    More slots than raters are written, all at once, so that who is added later is one of many. There is no serial, no
    time, no address: `tests/test_anonymity.py` reads the columns and fails on one.
    """

    __tablename__ = "ballot"

    slot: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True)
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = ({"sqlite_with_rowid": False},)
