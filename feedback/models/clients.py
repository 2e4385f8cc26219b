from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.people import Named, Person


class Client(Named, Base):
    """A client organisation and the account manager who serves it."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    tier: Mapped[str] = mapped_column(String(64), default="client")
    account_manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    account_manager: Mapped[Person] = relationship()


class Contact(Named, Base):
    """A person at a client organisation who can be asked."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2), default="zh")
    active: Mapped[bool] = mapped_column(default=True)

    client: Mapped[Client] = relationship()

    @property
    def known_as(self) -> str:
        """What names him on rosters, in the audit log and on the command line; a contact has no code."""
        return self.email
