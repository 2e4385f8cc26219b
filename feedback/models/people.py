from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base


class Named:
    """A name as its owner writes it, and how it is written in English where that differs."""

    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))

    def name_in(self, language: str) -> str:
        return self.name_en or self.name if language == "en" else self.name


class Department(Named, Base):
    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)


class Person(Named, Base):
    """An employee, as of today. Account managers are the people with a level. What was before: `assignment`."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    post: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[str | None] = mapped_column(String(64))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    department: Mapped[Department] = relationship()
    manager: Mapped["Person | None"] = relationship(remote_side=[id])

    @property
    def known_as(self) -> str:
        """What names him on rosters, in the audit log and on the command line."""
        return self.code
