"""Which campaign somebody means: most are called as their period is, which people also write in other ways."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from forms import periods


def stored(session: Session, code: str) -> str:
    """The code as it is stored: ２０２６Q4 is 2026Q4, unless a campaign is called just that."""
    spelled = periods.canonical(code)
    if spelled != code and session.scalar(select(Campaign.id).where(Campaign.code == code)) is None:
        return spelled
    return code
