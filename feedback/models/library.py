from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Base


class DefinitionKind(StrEnum):
    QUESTIONNAIRE = "questionnaire"
    SCHEME = "scheme"


class Definition(Base):
    """A version of a questionnaire or of an appraisal scheme. Once a campaign has opened with it, it never changes."""

    __tablename__ = "definition"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DefinitionKind] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()
    document: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("kind", "code", "version"),
        CheckConstraint("kind in ('questionnaire', 'scheme')", "kind"),
        CheckConstraint("version > 0", "version"),
    )
