from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.campaigns import Subject
from feedback.models.clients import Contact
from feedback.models.people import Person


class NominationSource(StrEnum):
    """Where a rater on the roster comes from."""

    LINE = "line"
    CLIENT = "client"
    SUBJECT = "subject"
    MANAGER = "manager"
    HR = "hr"


class NominationState(StrEnum):
    """Only the approved are invited. Skipped: a client who was asked not long ago. Withdrawn: after opening, by HR."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    DECLINED = "declined"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Nomination(Base):
    """A rater on the roster of a subject, in the role of a rater group. Opening invites the approved ones."""

    __tablename__ = "nomination"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    group: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    source: Mapped[NominationSource] = mapped_column(String(16))
    state: Mapped[NominationState] = mapped_column(String(16), default=NominationState.PROPOSED)

    subject: Mapped[Subject] = relationship()
    person: Mapped[Person | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    __table_args__ = (
        UniqueConstraint("subject_id", "person_id"),
        UniqueConstraint("subject_id", "contact_id"),
        CheckConstraint("(person_id is null) <> (contact_id is null)", "one_rater"),
        CheckConstraint("source in ('line', 'client', 'subject', 'manager', 'hr')", "source"),
        CheckConstraint(
            "state in ('proposed', 'approved', 'rejected', 'declined', 'skipped', 'withdrawn')", "state"
        ),
    )

    @property
    def rater(self) -> Person | Contact:
        rater = self.person or self.contact
        if rater is None:
            raise LookupError("a nomination always has a rater")
        return rater
