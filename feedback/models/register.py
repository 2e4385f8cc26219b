from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.clients import Client
from feedback.models.people import Person


class RegisterKind(StrEnum):
    VISIT = "visit"
    COMPLAINT = "complaint"


class RegisterEntry(Base):
    """A return visit (回访) to a client, or a client's complaint and what became of it. Never joined with answers.

    channel: of a visit, by phone, on site and the like. satisfied: as the client said then; None is unknown.
    """

    __tablename__ = "register_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RegisterKind] = mapped_column(String(16))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened: Mapped[date] = mapped_column(index=True)
    due: Mapped[date | None] = mapped_column()
    done: Mapped[date | None] = mapped_column()
    channel: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[str] = mapped_column(String(500), default="")
    satisfied: Mapped[bool | None] = mapped_column()
    source: Mapped[str] = mapped_column(String(64), default="")

    client: Mapped[Client] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        CheckConstraint("kind in ('visit', 'complaint')", "kind"),
        CheckConstraint("done is null or done >= opened", "order"),
        CheckConstraint("kind = 'complaint' or (due is null and done is null)", "complaint"),
    )
