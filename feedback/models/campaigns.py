from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Department, Person


class CampaignState(StrEnum):
    """A campaign only moves forward."""

    DRAFT = "draft"
    NOMINATING = "nominating"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    RELEASED = "released"
    PURGED = "purged"


BEFORE_OPENING = (CampaignState.DRAFT, CampaignState.NOMINATING)
SEALED = (CampaignState.OPEN, CampaignState.CLOSING)
WITH_RESULTS = (CampaignState.CLOSED, CampaignState.RELEASED, CampaignState.PURGED)


class CampaignKind(StrEnum):
    """A survey of clients, a 360 among colleagues, or both in one campaign."""

    CLIENT = "client"
    COLLEAGUES = "360"
    BOTH = "both"


class KeyCustody(StrEnum):
    """Who can open the ballots at closing: this server alone, or two of three trustees."""

    SERVER = "server"
    TRUSTEES = "trustees"


class Campaign(Base):
    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    period: Mapped[str] = mapped_column(String(16), index=True)
    state: Mapped[CampaignState] = mapped_column(String(16), default=CampaignState.DRAFT)
    kind: Mapped[CampaignKind] = mapped_column(String(16))
    languages: Mapped[str] = mapped_column(String(8), default="zh,en")
    key_custody: Mapped[KeyCustody] = mapped_column(String(16), default=KeyCustody.SERVER)

    nominations_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approvals_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers_ended: Mapped[bool] = mapped_column(
        default=False
    )  # that a clock was past closes_at while it was open
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Each quarter the next campaign is prepared from the last one.
    recurring: Mapped[bool] = mapped_column(default=False)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), unique=True)

    # Frozen when the campaign opens: what raters were asked and how their answers count never changes later.
    questionnaire_code: Mapped[str] = mapped_column(String(64))
    questionnaire_version: Mapped[int] = mapped_column()
    scheme_code: Mapped[str] = mapped_column(String(64))
    scheme_version: Mapped[int] = mapped_column()
    questionnaire: Mapped[str] = mapped_column(Text, deferred=True)
    scheme: Mapped[str] = mapped_column(Text, deferred=True)

    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    envelope_size: Mapped[int | None] = mapped_column()

    unreadable: Mapped[int | None] = mapped_column()
    statistics: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)  # as its last release has it

    subjects: Mapped[list["Subject"]] = relationship(back_populates="campaign")

    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'nominating', 'open', 'closing', 'closed', 'released', 'purged')", "state"
        ),
        CheckConstraint("(state in ('draft', 'nominating')) = (public_key is null)", "sealed_once_open"),
        CheckConstraint("kind in ('client', '360', 'both')", "kind"),
        CheckConstraint("key_custody in ('server', 'trustees')", "key_custody"),
    )

    def title_in(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def accepts_answers(self, now: datetime) -> bool:
        return self.state == CampaignState.OPEN and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether its time has come, also if the clock was set back since."""
        return self.answers_ended or self.closes_at <= now


class Trustee(Base):
    """One of three who hold the key together. His key pair comes from his passphrase, which is nowhere.

    The tags are made with the server's secrets: that he set this key, that he confirmed it together with the other
    two, and that he opened the test envelope of the opening. Whoever writes to the database can make none of them.
    """

    __tablename__ = "trustee"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    enrolment_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmation_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    test_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("(salt is null) = (public_key is null)", "enrolled"),)


class ResponseDay(Base):
    """How many had answered in the whole campaign by the end of a day; for the chart over days, and no finer."""

    __tablename__ = "response_day"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    answered: Mapped[int] = mapped_column()


class Subject(Base):
    """A person who is rated in a campaign.

    The department is that of the opening: who moves on while answers come in would tell, by the difference between
    two departments, how many were about him. Level and manager are those of the first release of his report: neither
    what it says nor who reads it follows a later promotion or move.
    """

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    level: Mapped[str | None] = mapped_column(String(64))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    campaign: Mapped[Campaign] = relationship(back_populates="subjects")
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    manager: Mapped[Person | None] = relationship(foreign_keys=manager_id)
    department: Mapped[Department | None] = relationship()
    cells: Mapped[list["Cell"]] = relationship(back_populates="subject")

    __table_args__ = (UniqueConstraint("campaign_id", "person_id"),)

    def is_of(self, department: str) -> bool:
        return self.department is not None and self.department.code == department


class Crowd(Base):
    """Requests that response rates count together or not at all, so that no number is about fewer people.

    Made when the campaign opens, from who is asked. Dissolved when a change of the roster leaves too few in it: then
    they are in no number any more. groups: theirs, joined by "+" in the order of the scheme; department: that of all
    their subjects, if it is one. id: the least of its cells'.
    """

    __tablename__ = "crowd"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    groups: Mapped[str] = mapped_column(Text)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    dissolved: Mapped[bool] = mapped_column(default=False)


class CellStatus(StrEnum):
    """Withheld also stands for a cell without answers, where that would say too much about the few who were asked."""

    SHOWN = "shown"
    MERGED = "merged"
    WITHHELD = "withheld"
    ABSENT = "absent"


class Cell(Base):
    """A subject and a rater group; at closing also the pool into which small groups of one family are merged.

    The unit is fixed when the campaign opens, by the people asked: the group itself, the pool of its family,
    or none where too few are asked to be counted at all (docs/decisions/0026). Seats: how many places in the box were
    given to raters so far. One that was given is never given again.
    """

    __tablename__ = "cell"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    group: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str | None] = mapped_column(String(64))
    invited: Mapped[int] = mapped_column(default=0)
    seats: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int | None] = mapped_column()
    interviewed: Mapped[int | None] = mapped_column()
    status: Mapped[CellStatus | None] = mapped_column(String(16))
    is_pool: Mapped[bool] = mapped_column(default=False)
    crowd_id: Mapped[int | None] = mapped_column(ForeignKey("crowd.id"))

    subject: Mapped[Subject] = relationship(back_populates="cells")
    crowd: Mapped[Crowd | None] = relationship()

    @property
    def heard(self) -> int:
        """Of the answers of a shown cell, those that an interviewer knows, if there are others beside them."""
        interviewed = self.interviewed or 0
        return interviewed if interviewed < (self.answered or 0) else 0

    __table_args__ = (
        UniqueConstraint("subject_id", "group"),
        CheckConstraint("invited >= 0", "invited"),
        CheckConstraint("answered is null or answered between 0 and invited", "answered"),
        CheckConstraint("status in ('shown', 'merged', 'withheld', 'absent')", "status"),
    )
