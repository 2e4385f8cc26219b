from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Base


class Count(Base):
    """How many ratings of a shown cell chose a value of an item, where ten rated it. No row joins one person's answers.

    The value is its place on the scale as it was answered, 1 for the first, before any reversing.
    """

    __tablename__ = "count"

    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column()

    __table_args__ = (CheckConstraint("count > 0", "count"), {"sqlite_with_rowid": False})


class ItemTotal(Base):
    """What the ratings of an item add up to in a shown cell where too few rated it for counts per value.

    points: in parts of a point, reversed and trimmed as the campaign's definitions say; top: how many of the ratings
    are one of the two best, where a figure needs it.
    """

    __tablename__ = "item_total"

    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    ratings: Mapped[int] = mapped_column()
    points: Mapped[int] = mapped_column(BigInteger)
    top: Mapped[int | None] = mapped_column()

    __table_args__ = (
        CheckConstraint("ratings > 0", "ratings"),
        CheckConstraint("top is null or top between 0 and ratings", "top"),
        {"sqlite_with_rowid": False},
    )


class Comment(Base):
    """A comment of a shown cell, apart from the scores; its random id is the order in which it is shown.

    HR may hide one with a reason; nobody can rewrite it.
    """

    __tablename__ = "comment"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True)
    item: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    hidden_because: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = ({"sqlite_with_rowid": False},)


class ReleasedReport(Base):
    """The report of one subject as it was released; it never changes. A correction is a release of its own.

    The summary is the part of it that pages about many people show.
    """

    __tablename__ = "released_report"

    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
