from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.campaigns import Campaign
from feedback.models.invitations import Invitation
from feedback.models.notices import Notice
from feedback.models.people import Person


class MailKind(StrEnum):
    INVITATION = "invitation"
    REMINDER = "reminder"
    INTERVIEW = "interview"
    NOMINATION = "nomination"
    APPROVAL = "approval"
    RELEASE = "release"
    OBJECTION = "objection"
    APPRAISAL = "appraisal"
    ACCOUNT = "account"


class MailState(StrEnum):
    """Unknown: it may or may not have gone out; it is sent again under the same Message-ID."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    FAILED = "failed"


class Mail(Base):
    """The outbox: a mail that is owed, committed with the change that owes it.

    A mail about a campaign is written when it is sent, from its template; the row holds no text and no link. One about
    appraisals belongs to no campaign and has its lines in `notice`. Only a mail about an account carries its content,
    wrapped with the server's secret and dropped once it is sent.
    A reminder's row is the same for those who answered and those who did not, and is deleted once it is dealt with.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MailKind] = mapped_column(String(16))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    nonce: Mapped[bytes | None] = mapped_column(ForeignKey("invitation.nonce", onupdate="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    wave: Mapped[int] = mapped_column(default=0)
    address: Mapped[str | None] = mapped_column(String(254))
    wrapped_content: Mapped[bytes | None] = mapped_column(LargeBinary)

    state: Mapped[MailState] = mapped_column(String(16), default=MailState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(300))

    campaign: Mapped[Campaign | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    person: Mapped[Person | None] = relationship()
    notices: Mapped[list[Notice]] = relationship(order_by="Notice.id", passive_deletes=True)

    __table_args__ = (
        UniqueConstraint("nonce", "kind", "wave"),
        UniqueConstraint("campaign_id", "person_id", "kind", "wave"),
        CheckConstraint(
            "kind in ('invitation', 'reminder', 'interview', 'nomination', 'approval', 'release', 'objection', "
            "'appraisal', 'account')",
            "kind",
        ),
        CheckConstraint("state in ('pending', 'sending', 'sent', 'unknown', 'refused', 'failed')", "state"),
        CheckConstraint("(kind in ('invitation', 'reminder', 'interview')) = (nonce is not null)", "invited"),
        CheckConstraint("kind = 'account' or wrapped_content is null", "content"),
        CheckConstraint("kind <> 'account' or address is not null", "addressed"),
        CheckConstraint("kind <> 'reminder' or (attempts = 0 and error is null)", "no_trace"),
        CheckConstraint("(state = 'sending') = (leased_until is not null)", "leased"),
        Index("ix_mail_due", "state", "due_at"),
    )


class Reminder(Base):
    """A wave of reminders of a campaign. Whom it reaches is found out when it is sent, and stored nowhere."""

    __tablename__ = "reminder"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    wave: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    campaign: Mapped[Campaign] = relationship()


class MailTemplate(Base):
    """HR's own wording of a kind of mail in one language, in place of the shipped one."""

    __tablename__ = "mail_template"

    kind: Mapped[MailKind] = mapped_column(String(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
