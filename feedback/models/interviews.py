from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.accounts import User
from feedback.models.campaigns import Cell
from feedback.models.clients import Contact


class Interview(Base):
    """A client who is asked by phone about one subject: the interviewer enters the answers, and is named for it.

    Finished: the interviewer has sent answers. Counted: they went into the box, since there were none before; nobody
    is shown that, and closing keeps the number per cell only.
    """

    __tablename__ = "interview"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True, autoincrement=False)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True, autoincrement=False)
    interviewer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    finished: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[bool] = mapped_column(default=False)

    contact: Mapped[Contact] = relationship()
    cell: Mapped[Cell] = relationship()
    interviewer: Mapped[User] = relationship()

    __table_args__ = ({"sqlite_with_rowid": False},)
