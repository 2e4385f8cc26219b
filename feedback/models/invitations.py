from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.campaigns import Campaign, Cell
from feedback.models.clients import Contact
from feedback.models.people import Person

NONCE_SIZE = 15


class Invitation(Base):
    """One rater in one campaign. The nonce is what a link carries; nothing here says whether it was used.

    A link that is issued anew is a new nonce in the same row: what refers to it follows. Shared: somebody else than its
    rater has seen the link, and from then on it looks the same whether it was used or not.
    """

    __tablename__ = "invitation"

    nonce: Mapped[bytes] = mapped_column(LargeBinary(NONCE_SIZE), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    revoked: Mapped[bool] = mapped_column(default=False)
    shared: Mapped[bool] = mapped_column(default=False)

    campaign: Mapped[Campaign] = relationship()
    person: Mapped[Person | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    tasks: Mapped[list["Task"]] = relationship(back_populates="invitation", order_by="Task.position")

    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        UniqueConstraint("campaign_id", "contact_id"),
        CheckConstraint("(person_id is null) <> (contact_id is null)", "one_rater"),
        {"sqlite_with_rowid": False},
    )

    @property
    def rater(self) -> Person | Contact:
        rater = self.person or self.contact
        if rater is None:
            raise LookupError("an invitation always has a rater")
        return rater


class Task(Base):
    """One subject that the invited rater is asked to rate, in the role of one rater group.

    The seat says which slot of the cell is his; the proof, that we gave it to this very link and rater.
    """

    __tablename__ = "task"

    nonce: Mapped[bytes] = mapped_column(ForeignKey("invitation.nonce", onupdate="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    seat: Mapped[int] = mapped_column()
    proof: Mapped[bytes] = mapped_column(LargeBinary(32))

    invitation: Mapped[Invitation] = relationship(back_populates="tasks")
    cell: Mapped[Cell] = relationship()

    __table_args__ = (
        UniqueConstraint("nonce", "cell_id"),
        UniqueConstraint("cell_id", "seat"),
        {"sqlite_with_rowid": False},
    )
