from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.campaigns import Subject


class CallBack(Base):
    """A client's wish to be called, in the client's own words: docs/decisions/0011.

    It names the account manager it is about and nothing else: no link, no contact, no ballot, no time. The day from
    which it is shown is erased once it has come.
    """

    __tablename__ = "call_back"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    reach: Mapped[str] = mapped_column(String(200))
    hours: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    shown_from: Mapped[date | None] = mapped_column(Date)
    called_by: Mapped[str | None] = mapped_column(String(254))
    called: Mapped[date | None] = mapped_column(Date)

    subject: Mapped[Subject] = relationship()

    __table_args__ = (
        CheckConstraint("(called_by is null) = (called is null)", "called"),
        {"sqlite_with_rowid": False},
    )
