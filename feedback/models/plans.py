"""What follows from a result: plans, and what HR decides about pay and promotion."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.rounds import Appraisal


class PlanKind(StrEnum):
    IMPROVEMENT = "improvement"
    TRAINING = "training"


class PlanState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    PAUSED = "paused"
    EXTENDED = "extended"
    MET = "met"
    NOT_MET = "not met"
    DROPPED = "dropped"


PLAN_ENDED = (PlanState.MET, PlanState.NOT_MET, PlanState.DROPPED)


class DevelopmentPlan(Base):
    """What is to become better by when, with which help. Its text is locked when it is published.

    edition: counts the texts; a pause is the only time to change a published one, and it is acknowledged anew.
    """

    __tablename__ = "development_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    kind: Mapped[PlanKind] = mapped_column(String(16))
    state: Mapped[PlanState] = mapped_column(String(16), default=PlanState.DRAFT)
    reason: Mapped[str] = mapped_column(String(500))
    ends: Mapped[date] = mapped_column()
    edition: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(Text, default="")

    appraisal: Mapped[Appraisal] = relationship()
    items: Mapped[list["PlanItem"]] = relationship(order_by="PlanItem.position", cascade="all, delete-orphan")
    follow_ups: Mapped[list["PlanFollowUp"]] = relationship(order_by="PlanFollowUp.due")
    steps: Mapped[list["PlanStep"]] = relationship(order_by="PlanStep.id")

    __table_args__ = (
        CheckConstraint("kind in ('improvement', 'training')", "kind"),
        CheckConstraint(
            "state in ('draft', 'published', 'acknowledged', 'paused', 'extended', 'met', 'not met', 'dropped')",
            "state",
        ),
    )


class PlanItem(Base):
    __tablename__ = "plan_item"

    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(500))
    measure: Mapped[str] = mapped_column(String(500))
    due: Mapped[date] = mapped_column()
    owner: Mapped[str] = mapped_column(String(200))
    resources: Mapped[str] = mapped_column(String(500), default="")
    mentor: Mapped[str] = mapped_column(String(200), default="")


class FollowUpStatus(StrEnum):
    ON_TRACK = "on track"
    AT_RISK = "at risk"
    MISSED = "missed"


class PlanFollowUp(Base):
    """A date on which the plan is looked at, and what was found then."""

    __tablename__ = "plan_follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"))
    due: Mapped[date] = mapped_column(index=True)
    status: Mapped[FollowUpStatus | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor: Mapped[str | None] = mapped_column(String(254))

    __table_args__ = (
        UniqueConstraint("plan_id", "due"),
        CheckConstraint("status is null or status in ('on track', 'at risk', 'missed')", "status"),
        CheckConstraint("(status is null) = (at is null)", "noted"),
    )


class PlanStep(Base):
    __tablename__ = "plan_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"), index=True)
    before: Mapped[PlanState] = mapped_column(String(16))
    after: Mapped[PlanState] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500), default="")


class ConsequenceKind(StrEnum):
    BONUS = "bonus"
    AWARD = "award"
    WARNING = "warning"
    PROMOTION = "promotion"
    PAY_REVIEW = "pay review"
    TRAINING = "training"


class Consequence(Base):
    """What HR decided to follow from a result; before that, what follows is derived from it and stored nowhere.

    share: of the bonus. A decision that differs from what was derived has a reason.
    """

    __tablename__ = "consequence"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    kind: Mapped[ConsequenceKind] = mapped_column(String(16), primary_key=True)
    granted: Mapped[bool] = mapped_column()
    share: Mapped[float | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    __table_args__ = (
        CheckConstraint(
            "kind in ('bonus', 'award', 'warning', 'promotion', 'pay review', 'training')", "kind"
        ),
        CheckConstraint("(kind = 'bonus') = (share is not null)", "share"),
    )
