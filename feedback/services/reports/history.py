"""What earlier released reports said about the people of a campaign, for the trend over quarters."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Subject
from feedback.models.results import ReleasedReport
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import restore
from feedback.services.reports.report_document import TrendDimension, TrendPoint
from feedback.services.scores.scorecards import Estimate

MOST_POINTS = 8


@dataclass(frozen=True)
class _Feedback:
    score: Estimate | None


@dataclass(frozen=True)
class _Earlier:
    """What is needed of the summary of an earlier report."""

    period: str
    feedback: _Feedback
    dimensions: tuple[TrendDimension, ...]


def before(session: Session, campaign: Campaign) -> dict[int, tuple[TrendPoint, ...]]:
    """By person, oldest first: the released campaigns of the same kind that closed before this one."""
    people = select(Subject.person_id).where(Subject.campaign_id == campaign.id)
    rows = session.execute(
        select(Subject.person_id, Campaign.id, Campaign.title_zh, Campaign.title_en, ReleasedReport.summary)
        .join(Subject, Subject.id == ReleasedReport.subject_id)
        .join(Campaign, Campaign.id == Subject.campaign_id)
        .where(
            Subject.person_id.in_(people),
            Campaign.kind == campaign.kind,
            Campaign.released_at.is_not(None),
            Campaign.closes_at < campaign.closes_at,
        )
        .order_by(Campaign.closes_at, Campaign.id, ReleasedReport.version)
    )
    newest = {
        (person_id, campaign_id): (Bilingual(*titles), restore(_Earlier, summary))
        for person_id, campaign_id, *titles, summary in rows
    }
    points: dict[int, list[TrendPoint]] = {}
    for (person_id, _), (title, earlier) in newest.items():
        points.setdefault(person_id, []).append(_point(title, earlier))
    return {person_id: tuple(found[-MOST_POINTS:]) for person_id, found in points.items()}


def _point(title: Bilingual, earlier: _Earlier) -> TrendPoint:
    return TrendPoint(earlier.period, title, earlier.feedback.score, earlier.dimensions)
