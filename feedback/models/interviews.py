from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.accounts import User
from feedback.models.campaigns import Cell
from feedback.models.clients import Contact


class Interview(Base):
    """A client who is asked by phone about one subject: the interviewer enters the answers, and is named for it.

    The envelope holds what he sent, sealed. It stays here until the close, which counts it if the client has not
    answered by link: his place in the box is not touched, so nobody can see from here whether he has.
    """

    __tablename__ = "interview"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True, autoincrement=False)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True, autoincrement=False)
    interviewer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    seat: Mapped[int | None] = mapped_column()
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    finished: Mapped[bool] = mapped_column(default=False)

    contact: Mapped[Contact] = relationship()
    cell: Mapped[Cell] = relationship()
    interviewer: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint("finished = (envelope is not null)", "sent"),
        {"sqlite_with_rowid": False},
    )
