from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person


class RoundState(StrEnum):
    PREPARING = "preparing"
    RUNNING = "running"
    ENDED = "ended"


class Round(Base):
    """The appraisal of everybody in a period. Its scheme is frozen when it starts."""

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[RoundState] = mapped_column(String(16), default=RoundState.PREPARING)
    scheme_code: Mapped[str] = mapped_column(String(64))
    scheme_version: Mapped[int] = mapped_column()
    scheme: Mapped[str] = mapped_column(Text, deferred=True)
    scheme_digest: Mapped[str] = mapped_column(String(64))
    targets_by: Mapped[date | None] = mapped_column()
    figures_by: Mapped[date | None] = mapped_column()
    review_by: Mapped[date | None] = mapped_column()
    calibrate_by: Mapped[date | None] = mapped_column()

    appraisals: Mapped[list["Appraisal"]] = relationship(back_populates="round")

    __table_args__ = (CheckConstraint("state in ('preparing', 'running', 'ended')", "state"),)


class AppraisalState(StrEnum):
    """The order in which an appraisal goes; some steps are left out by the scheme."""

    PREPARING = "preparing"
    RUNNING = "running"
    COMPUTED = "computed"
    REVIEWED = "reviewed"
    CALIBRATED = "calibrated"
    CONFIRMED = "confirmed"
    NOTIFIED = "notified"
    READ = "read"
    DEEMED_READ = "deemed read"
    OBJECTED = "objected"
    ANSWERED = "answered"
    FINAL = "final"
    NOT_APPRAISED = "not appraised"


BEFORE_CONFIRMATION = (
    AppraisalState.PREPARING,
    AppraisalState.RUNNING,
    AppraisalState.COMPUTED,
    AppraisalState.REVIEWED,
    AppraisalState.CALIBRATED,
)
TOLD = (
    AppraisalState.NOTIFIED,
    AppraisalState.READ,
    AppraisalState.DEEMED_READ,
    AppraisalState.OBJECTED,
    AppraisalState.ANSWERED,
    AppraisalState.FINAL,
)


class Appraisal(Base):
    """One person in one round. What was computed are its versions; calibrated and final are layers over the newest.

    held: why there is nothing official although it is computed (a code of `Held`). adjustment: points of the reviewer,
    which enter the next version. fallen_band: what a calibration gave and an incident does not leave; it comes back
    with the incident's withdrawal. reviewer, department: those of the period's end; a change of the reviewer stands in
    `appraisal_reviewer`, who stood above him then in `appraisal_line`.
    """

    __tablename__ = "appraisal"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[AppraisalState] = mapped_column(String(16), default=AppraisalState.PREPARING)
    held: Mapped[str | None] = mapped_column(String(64))
    not_appraised: Mapped[str | None] = mapped_column(String(500))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    version: Mapped[int | None] = mapped_column()
    adjustment: Mapped[float | None] = mapped_column()
    adjustment_reason: Mapped[str | None] = mapped_column(String(500))
    adjusted_by: Mapped[str | None] = mapped_column(String(254))
    calibrated_band: Mapped[str | None] = mapped_column(String(64))
    fallen_band: Mapped[str | None] = mapped_column(String(64))
    objections: Mapped[int] = mapped_column(default=0)
    reply_until: Mapped[date | None] = mapped_column()

    round: Mapped[Round] = relationship(back_populates="appraisals")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id])

    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint(
            "state in ('preparing', 'running', 'computed', 'reviewed', 'calibrated', 'confirmed', 'notified', 'read', "
            "'deemed read', 'objected', 'answered', 'final', 'not appraised')",
            "state",
        ),
        CheckConstraint("(state = 'not appraised') = (not_appraised is not null)", "not_appraised"),
        CheckConstraint("(adjustment is null) = (adjustment_reason is null)", "adjustment"),
    )


class AppraisalReviewer(Base):
    """Who else reviewed, or led the person for 30 days of the period and more and contributes a text.

    Former reviewers keep what they may read; they have a reason why somebody else took over. at: since when.
    """

    __tablename__ = "appraisal_reviewer"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(String(500), default="")
    contributes: Mapped[bool] = mapped_column(default=False)


class AppraisalLine(Base):
    """Who stood above the reviewer at the end of the period, directly or through others."""

    __tablename__ = "appraisal_line"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class VersionCause(StrEnum):
    FIRST = "first"
    FIGURE = "figure corrected"
    INCIDENT = "incident"
    OBJECTION = "objection upheld"
    SCHEME = "scheme changed"
    FEEDBACK = "feedback corrected"
    GOAL = "goal changed"
    HISTORY = "history corrected"
    ADJUSTMENT = "adjusted by the reviewer"
    FORMULA = "formula changed"


class AppraisalVersion(Base):
    """What an appraisal was computed to be, with everything it was made from. It never changes.

    document: JSON, byte for byte as it was written. summary: the part of it that pages about many people show.
    """

    __tablename__ = "appraisal_version"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(Text)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    formula: Mapped[str] = mapped_column(String(64))
    cause: Mapped[VersionCause] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    __table_args__ = (
        CheckConstraint(
            "cause in ('first', 'figure corrected', 'incident', 'objection upheld', 'scheme changed', "
            "'feedback corrected', 'goal changed', 'history corrected', 'adjusted by the reviewer', 'formula changed')",
            "cause",
        ),
    )


class AppraisalMove(Base):
    """A step of an appraisal from one state to another: who, when, for whom as a deputy, why."""

    __tablename__ = "appraisal_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    before: Mapped[AppraisalState] = mapped_column(String(16))
    after: Mapped[AppraisalState] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500), default="")
