from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import db
from feedback.models.accounts import User
from feedback.models.invitations import Invitation


class Interview(db.Model):
    """A client who is asked by phone: the interviewer enters the answers, and is named for it."""

    nonce: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("invitation.nonce"), primary_key=True)
    interviewer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    done: Mapped[bool] = mapped_column(default=False)

    invitation: Mapped[Invitation] = relationship()
    interviewer: Mapped[User] = relationship()

    __table_args__ = ({"sqlite_with_rowid": False},)
