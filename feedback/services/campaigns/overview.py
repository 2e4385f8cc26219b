"""What HR sees of campaigns at a glance: their state, and how many answered. Never a score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.services.crowds import response_rates
from feedback.services.crowds.response_rates import RateLine
from feedback.services.ground.bilingual import Bilingual


@dataclass(frozen=True)
class Overview:
    code: str
    title: Bilingual
    period: str
    state: CampaignState
    closes_at: datetime
    subjects: int
    responses: tuple[RateLine, ...]


def of_all(session: Session) -> list[Overview]:
    """Every campaign, newest first, in three statements."""
    query = select(Campaign).order_by(Campaign.closes_at.desc(), Campaign.id.desc())
    return _overviews(session, session.scalars(query.options(undefer(Campaign.scheme))).all())


def of_campaign(session: Session, campaign: Campaign) -> Overview:
    return _overviews(session, [campaign])[0]


def _overviews(session: Session, campaigns: Sequence[Campaign]) -> list[Overview]:
    ids = [campaign.id for campaign in campaigns]
    subjects = _subject_counts(session, ids)
    rates = response_rates.by_campaign(session, campaigns)
    return [
        Overview(
            code=campaign.code,
            title=Bilingual(campaign.title_zh, campaign.title_en),
            period=campaign.period,
            state=CampaignState(campaign.state),
            closes_at=campaign.closes_at,
            subjects=subjects.get(campaign.id, 0),
            responses=rates[campaign.id].groups,
        )
        for campaign in campaigns
    ]


def _subject_counts(session: Session, campaigns: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Subject.campaign_id, func.count())
        .where(Subject.campaign_id.in_(campaigns))
        .group_by(Subject.campaign_id)
    )
    return {campaign_id: count for campaign_id, count in rows}
