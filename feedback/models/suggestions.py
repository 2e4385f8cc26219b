from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Base


class SuggestionBatch(Base):
    """A month of the suggestion box: its suggestions are sealed to one key and opened together after the month."""

    __tablename__ = "suggestion_batch"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    opened: Mapped[bool] = mapped_column(default=False)


class SealedSuggestion(Base):
    __tablename__ = "sealed_suggestion"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    month: Mapped[str] = mapped_column(ForeignKey("suggestion_batch.month"), index=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = ({"sqlite_with_rowid": False},)


class Suggestion(Base):
    """An opened suggestion; its random id is the order in which it is shown."""

    __tablename__ = "suggestion"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    month: Mapped[str] = mapped_column(ForeignKey("suggestion_batch.month"), index=True)
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = ({"sqlite_with_rowid": False},)
