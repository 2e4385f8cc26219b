from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Base, UtcDateTime


class ClockRecord(Base):
    """When a worker last looked at the clock, and what is wrong with it: one row, docs/decisions/0028.

    Ticks are seconds since the machine was started, of the start that is named: nobody can set them.
    """

    __tablename__ = "clock_record"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    boot: Mapped[str] = mapped_column(String(64))
    ticks: Mapped[int]

    # While it is not believed: from and to which moment it went, and until when it has to go on steadily.
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    came_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    doubted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("id = 1", "one_row"),
        CheckConstraint(
            "(left_at is null) = (doubted_until is null) and (came_to is null) = (doubted_until is null)",
            "doubt",
        ),
    )
