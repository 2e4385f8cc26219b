from datetime import date

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base
from feedback.models.campaigns import Campaign
from feedback.models.people import Person


class DimensionMeasure(Base):
    """Something that is done about a dimension after a campaign; the next campaign shows what became of it."""

    __tablename__ = "dimension_measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    dimension: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due: Mapped[date] = mapped_column(Date)

    campaign: Mapped[Campaign] = relationship()
    owner: Mapped[Person] = relationship()
