from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person


class Severity(StrEnum):
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class IncidentState(StrEnum):
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Incident(Base):
    """A compliance breach, reported by one account and decided by another.

    period: the one that it hits. effect: what the scheme said it does, frozen when it was confirmed.
    """

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    period: Mapped[str] = mapped_column(String(16), index=True)
    severity: Mapped[Severity] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(64))
    occurred: Mapped[date] = mapped_column()
    evidence: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[IncidentState] = mapped_column(String(16), default=IncidentState.REPORTED)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_by: Mapped[str] = mapped_column(String(254))
    effect: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    valid_until: Mapped[date | None] = mapped_column()

    person: Mapped[Person] = relationship()
    steps: Mapped[list["IncidentStep"]] = relationship(order_by="IncidentStep.id")

    __table_args__ = (
        CheckConstraint("severity in ('minor', 'major', 'critical')", "severity"),
        CheckConstraint("state in ('reported', 'confirmed', 'rejected', 'withdrawn', 'expired')", "state"),
        CheckConstraint("(effect is not null) = (state in ('confirmed', 'withdrawn', 'expired'))", "effect"),
    )


class IncidentStep(Base):
    """Who moved it to which state, when and why. A withdrawal has two: it is asked for, and agreed to.

    actor: the account. shell: who typed it, where the account was named on the command line.
    """

    __tablename__ = "incident_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    act: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    shell: Mapped[str | None] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(String(500), default="")
