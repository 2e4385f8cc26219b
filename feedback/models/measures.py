from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.campaigns import Campaign
from feedback.models.people import Person


class DimensionMeasure(Base):
    """Something that is done about a dimension after a campaign; the next campaign shows what became of it.

    outcome: what was done, as the owner or HR noted it, by whom and when.
    """

    __tablename__ = "dimension_measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    dimension: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(500), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(254))

    campaign: Mapped[Campaign] = relationship()
    owner: Mapped[Person] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(done_at is null) = (done_by is null) and (done_at is null) = (outcome = '')", "done"
        ),
    )
