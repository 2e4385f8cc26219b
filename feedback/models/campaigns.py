from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import UtcDateTime, db
from feedback.models.people import Person


class CampaignState(StrEnum):
    """A campaign only moves forward."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    RELEASED = "released"


class Campaign(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    period: Mapped[str] = mapped_column(String(16), index=True)
    state: Mapped[CampaignState] = mapped_column(String(16), default=CampaignState.DRAFT)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Frozen when the campaign is made: what raters were asked and how their answers count never changes later.
    questionnaire: Mapped[str] = mapped_column(Text, deferred=True)
    scheme: Mapped[str] = mapped_column(Text, deferred=True)

    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrapped_slot_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    envelope_size: Mapped[int | None] = mapped_column()

    unreadable: Mapped[int | None] = mapped_column()
    statistics: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)

    subjects: Mapped[list["Subject"]] = relationship(back_populates="campaign")

    __table_args__ = (
        CheckConstraint("state in ('draft', 'open', 'closing', 'closed', 'released')", "state"),
        CheckConstraint("(state = 'draft') = (public_key is null)", "sealed_once_open"),
        CheckConstraint("(state = 'open') = (wrapped_slot_key is not null)", "slot_key_while_open"),
    )

    def title_in(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def accepts_answers(self, now: datetime) -> bool:
        return self.state == CampaignState.OPEN and now < self.closes_at


class Subject(db.Model):
    """A person who is rated in a campaign."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    campaign: Mapped[Campaign] = relationship(back_populates="subjects")
    person: Mapped[Person] = relationship()
    cells: Mapped[list["Cell"]] = relationship(back_populates="subject")

    __table_args__ = (UniqueConstraint("campaign_id", "person_id"),)


class CellStatus(StrEnum):
    SHOWN = "shown"
    MERGED = "merged"
    WITHHELD = "withheld"
    ABSENT = "absent"


class Cell(db.Model):
    """A subject and a rater group; at closing also the pool into which small groups of one family are merged."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    group: Mapped[str] = mapped_column(String(64))
    invited: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int | None] = mapped_column()
    status: Mapped[CellStatus | None] = mapped_column(String(16))
    is_pool: Mapped[bool] = mapped_column(default=False)

    subject: Mapped[Subject] = relationship(back_populates="cells")

    __table_args__ = (
        UniqueConstraint("subject_id", "group"),
        CheckConstraint("invited >= 0", "invited"),
        CheckConstraint("answered is null or answered between 0 and invited", "answered"),
        CheckConstraint("status in ('shown', 'merged', 'withheld', 'absent')", "status"),
    )
