from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Base, UtcDateTime


class Upload(Base):
    """A file between its preview and its confirmation. Old ones are swept away."""

    __tablename__ = "upload"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(255))
    period: Mapped[str | None] = mapped_column(String(16))
    scheme_code: Mapped[str | None] = mapped_column(String(64))
    scheme_version: Mapped[int | None] = mapped_column()
    reason: Mapped[str | None] = mapped_column(String(500))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
