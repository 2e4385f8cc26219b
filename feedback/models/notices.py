from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.accounts import User
from feedback.models.people import Person
from feedback.models.rounds import Appraisal


class NoticeKind(StrEnum):
    TARGETS_TO_AGREE = "targets to agree"
    GOALS_TO_AGREE = "goals to agree"
    FIGURES_DUE = "figures due"
    REVIEW_DUE = "review due"
    CONTRIBUTION_ASKED = "contribution asked"
    REVIEWER_CHANGED = "reviewer changed"
    INTERVIEW_TO_CONFIRM = "interview to confirm"
    APPRAISAL_READY = "appraisal ready"
    TIME_TO_OBJECT_ENDS = "time to object ends"
    OBJECTION_RECEIVED = "objection received"
    OBJECTION_TO_ANSWER = "objection to answer"
    OBJECTION_ANSWERED = "objection answered"
    PLAN_PUBLISHED = "plan published"
    FOLLOW_UP_DUE = "follow-up due"
    FOLLOW_UP_OVERDUE = "follow-up overdue"
    MEASURE_DUE = "measure due"
    MEASURE_OVERDUE = "measure overdue"


class Notice(Base):
    """Something that a person is told by mail: a line of the one letter of a day. No score, and no name of another.

    To a person, or to an account that belongs to none. occasion: what it is about, so that it is told once.
    day: the deadline that it tells of. mailed_on: the day of its letter.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[NoticeKind] = mapped_column(String(32))
    occasion: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(16))
    day: Mapped[date | None] = mapped_column()
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    mailed_on: Mapped[date | None] = mapped_column(index=True)

    person: Mapped[Person | None] = relationship()
    user: Mapped[User | None] = relationship()
    appraisal: Mapped[Appraisal | None] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "kind", "occasion"),
        UniqueConstraint("user_id", "kind", "occasion"),
        CheckConstraint("(person_id is null) <> (user_id is null)", "one_recipient"),
        CheckConstraint(
            "kind in ('targets to agree', 'goals to agree', 'figures due', 'review due', 'contribution asked', "
            "'reviewer changed', 'interview to confirm', 'appraisal ready', 'time to object ends', "
            "'objection received', 'objection to answer', 'objection answered', 'plan published', "
            "'follow-up due', 'follow-up overdue', 'measure due', 'measure overdue')",
            "kind",
        ),
    )
