from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.results import Comment

TextsByCell = Mapping[tuple[int, str], list[str]]


def by_cell(session: Session, campaign: Campaign) -> TextsByCell:
    """The comments of a campaign by (cell, item), in the order of their random ids."""
    rows = session.execute(
        select(Comment.cell_id, Comment.item, Comment.text)
        .join(Cell, Cell.id == Comment.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id)
        .order_by(Comment.id)
    )
    texts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for cell_id, item, text in rows:
        texts[cell_id, item].append(text)
    return texts
