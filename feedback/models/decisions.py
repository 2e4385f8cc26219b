"""What a reviewer writes and records over a computed appraisal, and who may do it for him."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person


class Deputy(Base):
    """Who acts for a manager from one day to another, both counted; what he does says for whom."""

    __tablename__ = "deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts: Mapped[date] = mapped_column()
    ends: Mapped[date] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    manager: Mapped[Person] = relationship(foreign_keys=[manager_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])

    __table_args__ = (
        CheckConstraint("ends >= starts", "order"),
        CheckConstraint("manager_id <> deputy_id", "another"),
    )


class Review(Base):
    """What the reviewer writes: a draft until it is handed in, and again after a reopening.

    edition: counts what was saved, so that of two who write at once the second notices.
    """

    __tablename__ = "review"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    edition: Mapped[int] = mapped_column()
    strengths: Mapped[str] = mapped_column(Text, default="")
    to_improve: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    adjustment: Mapped[float] = mapped_column(default=0.0)
    award: Mapped[bool] = mapped_column(default=False)
    promotion: Mapped[bool] = mapped_column(default=False)
    training: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewerContribution(Base):
    """What a former reviewer says of his time with the person: text, no score."""

    __tablename__ = "reviewer_contribution"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    person: Mapped[Person] = relationship()


class AppraisalInterview(Base):
    """The record of the conversation about a result. Who changes it asks both for their confirmation anew."""

    __tablename__ = "appraisal_interview"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    day: Mapped[date] = mapped_column()
    present: Mapped[str] = mapped_column(String(500))
    topics: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    reviewer_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agreements: Mapped[list["InterviewAgreement"]] = relationship(
        order_by="InterviewAgreement.position", cascade="all, delete-orphan"
    )


class InterviewAgreement(Base):
    __tablename__ = "interview_agreement"

    appraisal_id: Mapped[int] = mapped_column(
        ForeignKey("appraisal_interview.appraisal_id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(500))
    owner: Mapped[str] = mapped_column(String(200))
    due: Mapped[date | None] = mapped_column()
