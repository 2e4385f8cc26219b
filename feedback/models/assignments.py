from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.people import Department, Person


class AssignmentKind(StrEnum):
    """Leave overlaps work; work and probation follow one another without gap or overlap."""

    WORK = "work"
    PROBATION = "probation"
    LEAVE = "leave"


class Assignment(Base):
    """What a person was from one day to another, both counted: post, level, manager, department; or on leave.

    Somebody without any has today's record since ever.
    """

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[AssignmentKind] = mapped_column(String(16), default=AssignmentKind.WORK)
    starts: Mapped[date] = mapped_column()
    ends: Mapped[date | None] = mapped_column()
    post: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[str | None] = mapped_column(String(64))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    manager: Mapped[Person | None] = relationship(foreign_keys=[manager_id])
    department: Mapped[Department | None] = relationship()

    __table_args__ = (
        CheckConstraint("kind in ('work', 'probation', 'leave')", "kind"),
        CheckConstraint("ends is null or ends >= starts", "order"),
    )
