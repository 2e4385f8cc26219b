from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import UtcDateTime, db


class AuditEntry(db.Model):
    """One administrative act. Respondents are never in it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    act: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(254))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
