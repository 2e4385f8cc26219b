"""What earlier released reports said about the people of a campaign, for the trend over quarters."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Subject
from feedback.models.results import ReleasedReport
from feedback.services.report_document import Report, TrendDimension, TrendPoint

MOST_POINTS = 8


def before(session: Session, campaign: Campaign) -> dict[int, tuple[TrendPoint, ...]]:
    """By person, oldest first: the released campaigns of the same kind that closed before this one."""
    people = select(Subject.person_id).where(Subject.campaign_id == campaign.id)
    rows = session.execute(
        select(Subject.person_id, Campaign.id, ReleasedReport.document)
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
    newest = {(person_id, campaign_id): document for person_id, campaign_id, document in rows}
    points: dict[int, list[TrendPoint]] = {}
    for (person_id, _), document in newest.items():
        points.setdefault(person_id, []).append(_point(Report.from_document(document)))
    return {person_id: tuple(found[-MOST_POINTS:]) for person_id, found in points.items()}


def _point(report: Report) -> TrendPoint:
    return TrendPoint(
        period=report.campaign.period,
        title=report.campaign.title,
        score=report.feedback.score,
        dimensions=tuple(TrendDimension(dimension.id, dimension.total) for dimension in report.dimensions),
    )
