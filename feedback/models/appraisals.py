from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.campaigns import Subject


class ReplyKind(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"


class ReportReply(Base):
    """What a subject says to his report, once to each release of it; read by his manager and HR.

    An objection is answered once, by one of them, in words that he reads.
    """

    __tablename__ = "report_reply"

    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ReplyKind] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(254))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    subject: Mapped[Subject] = relationship()

    __table_args__ = (
        CheckConstraint("kind in ('acknowledged', 'objected')", "kind"),
        CheckConstraint("kind = 'acknowledged' or text <> ''", "reason"),
        CheckConstraint("answer is null or (kind = 'objected' and answer <> '')", "answer"),
        CheckConstraint(
            "(answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)",
            "answered",
        ),
    )
