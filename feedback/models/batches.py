from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.campaigns import Campaign


class BatchState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Batch(Base):
    """Reports to be put into one file of PDFs. The file goes by the token; both are swept away after a day."""

    __tablename__ = "batch"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    subject_ids: Mapped[list[int]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[BatchState] = mapped_column(String(16), default=BatchState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()

    __table_args__ = (CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", "state"),)

    @property
    def is_under_way(self) -> bool:
        return self.state in (BatchState.WAITING, BatchState.RUNNING)
