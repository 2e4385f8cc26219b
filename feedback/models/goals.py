from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person


class GoalState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    RATED = "rated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class GoalMeasure(StrEnum):
    RATING = "rating"
    MILESTONES = "milestones"
    FIGURE = "figure"


class Goal(Base):
    """A development goal of a person, for a period or, with last_period, for several. What it says are its versions.

    A newest version that is not agreed is what one side proposes; by_subject: which side that is.
    """

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    period: Mapped[str] = mapped_column(String(16), index=True)
    last_period: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[GoalState] = mapped_column(String(16), default=GoalState.DRAFT)
    by_subject: Mapped[bool] = mapped_column()

    person: Mapped[Person] = relationship()
    versions: Mapped[list["GoalVersion"]] = relationship(order_by="GoalVersion.number")
    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.version, Milestone.position")
    ratings: Mapped[list["GoalRating"]] = relationship(order_by="GoalRating.period")

    __table_args__ = (
        CheckConstraint("state in ('draft', 'proposed', 'agreed', 'rated', 'closed', 'cancelled')", "state"),
    )


class GoalVersion(Base):
    """What was agreed, or is proposed. target: of figure goals; parent: a goal of the company.

    cancels: the version that ends it; it says again what the goal was.
    """

    __tablename__ = "goal_version"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[float] = mapped_column()
    measure: Mapped[GoalMeasure] = mapped_column(String(16))
    target: Mapped[float | None] = mapped_column()
    parent: Mapped[str | None] = mapped_column(String(200))
    due: Mapped[date | None] = mapped_column()
    cancels: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed_by: Mapped[str | None] = mapped_column(String(254))

    __table_args__ = (
        CheckConstraint("measure in ('rating', 'milestones', 'figure')", "measure"),
        CheckConstraint("weight >= 0 and weight <= 100", "weight"),
    )


class Milestone(Base):
    """Of one version of a goal."""

    __tablename__ = "milestone"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    weight: Mapped[float] = mapped_column(default=1.0)
    owner: Mapped[str | None] = mapped_column(String(200))
    due: Mapped[date | None] = mapped_column()
    done_on: Mapped[date | None] = mapped_column()


class GoalNote(Base):
    """Progress in words, with a reference to evidence where there is one."""

    __tablename__ = "goal_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(String(500))


class GoalRating(Base):
    """How far a goal was reached in a period, 0-100: what the person says, and what counts with its reason.

    actual: of figure goals.
    """

    __tablename__ = "goal_rating"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(16), primary_key=True)
    own: Mapped[float | None] = mapped_column()
    rating: Mapped[float | None] = mapped_column()
    actual: Mapped[float | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor: Mapped[str | None] = mapped_column(String(254))

    __table_args__ = (
        CheckConstraint("rating is null or rating between 0 and 100", "rating"),
        CheckConstraint("own is null or own between 0 and 100", "own"),
    )
