"""When reports were released. A campaign's first release dates them all: a moment of each is nobody's business."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Subject
from feedback.services import releases


def by_code(session: Session, campaign: Campaign, subjects: Sequence[Subject]) -> dict[str, datetime]:
    """By the codes of those whose report is released."""
    if campaign.released_at is None:
        return {}
    released = releases.released_ids(session, subjects)
    return {subject.person.code: campaign.released_at for subject in subjects if subject.id in released}
