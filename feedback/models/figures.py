from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person


class FigureKind(StrEnum):
    TARGET = "target"
    ACTUAL = "actual"


class FigureSource(StrEnum):
    CRM = "crm"
    FINANCE = "finance"
    SURVEY = "survey"
    REGISTER = "register"
    LEADER = "leader"
    MANUAL = "manual"
    IMPORT = "import"


class TargetState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"


class FigureImport(Base):
    """A file of figures as it was carried out: what it was called, and what its bytes were."""

    __tablename__ = "figure_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FigureKind] = mapped_column(String(16))
    file_name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("kind in ('target', 'actual')", "kind"),)


class Figure(Base):
    """A target or an actual of a person's KPI in a month, quarter or year. It is never changed: a newer version counts.

    Either a value, or part and whole; none of them is "no figure", never zero. base: how many cases the value is of.
    state: of targets alone. by_subject: the person himself proposed it, or agreed to it.
    """

    __tablename__ = "figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    period: Mapped[str] = mapped_column(String(16))
    kpi: Mapped[str] = mapped_column(String(64))
    kind: Mapped[FigureKind] = mapped_column(String(16))
    version: Mapped[int] = mapped_column()
    value: Mapped[float | None] = mapped_column()
    part: Mapped[float | None] = mapped_column()
    whole: Mapped[float | None] = mapped_column()
    base: Mapped[float | None] = mapped_column()
    state: Mapped[TargetState | None] = mapped_column(String(16))
    by_subject: Mapped[bool] = mapped_column(default=False)
    source: Mapped[FigureSource] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("figure_import.id"), index=True)
    row: Mapped[int | None] = mapped_column()

    person: Mapped[Person] = relationship()
    imported: Mapped[FigureImport | None] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "period", "kpi", "kind", "version"),
        CheckConstraint("kind in ('target', 'actual')", "kind"),
        CheckConstraint("(part is null) = (whole is null)", "share"),
        CheckConstraint("value is null or part is null", "one_form"),
        CheckConstraint("(kind = 'target') = (state is not null)", "state"),
    )
