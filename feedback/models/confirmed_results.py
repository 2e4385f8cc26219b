"""What was confirmed and told, and what the person says to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.calibrations import CalibrationChange
from feedback.models.people import Person
from feedback.models.rounds import Appraisal


class ConfirmedResult(Base):
    """What was confirmed: version, calibration and what came of them. A later one stands beside it, not in its place.

    change_id: the calibration that its band is of. reply_id: the objection that it answers. fell_at: it was reopened.
    """

    __tablename__ = "confirmed_result"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column()
    qualified: Mapped[bool] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    band: Mapped[str | None] = mapped_column(String(64))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_change.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal_reply.id"))
    bonus: Mapped[float | None] = mapped_column()
    presence: Mapped[float] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    fell_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    change: Mapped[CalibrationChange | None] = relationship()


class AppraisalReplyKind(StrEnum):
    READ = "read"
    OBJECTED = "objected"


class AnswerOutcome(StrEnum):
    UPHELD = "upheld"
    PARTLY = "partly upheld"
    REJECTED = "rejected"


class AppraisalReply(Base):
    """What a person says to his result: that he has read it, or what he objects to, and the answer to that.

    result: the number of the confirmed result that he was told. figures: the ids of the figures of its derivation that
    he objects to. answer_until: the clock of the company.
    """

    __tablename__ = "appraisal_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"))
    result: Mapped[int] = mapped_column()
    kind: Mapped[AppraisalReplyKind] = mapped_column(String(16))
    figures: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_until: Mapped[date | None] = mapped_column(index=True)
    appointed_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    statement: Mapped[str] = mapped_column(Text, default="")
    statement_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    statement_by: Mapped[str | None] = mapped_column(String(254))
    outcome: Mapped[AnswerOutcome | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(254))

    appraisal: Mapped[Appraisal] = relationship()
    appointed: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("appraisal_id", "result"),
        CheckConstraint("kind in ('read', 'objected')", "kind"),
        CheckConstraint("kind = 'read' or text <> ''", "words"),
        CheckConstraint("(kind = 'objected') = (answer_until is not null)", "clock"),
        CheckConstraint("outcome is null or outcome in ('upheld', 'partly upheld', 'rejected')", "outcome"),
        CheckConstraint("outcome is null or (reason <> '' and answered_at is not null)", "answered"),
    )


class Handover(Base):
    """The paper that was handed to a person without an account: from that day his time to object runs."""

    __tablename__ = "handover"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
