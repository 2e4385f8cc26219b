from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.results import ReleasedReport
from feedback.services import audit, reports
from feedback.services.errors import NotPossible


def release(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Freeze every subject's report: from here on it is read, never computed again."""
    session.refresh(campaign, with_for_update=True)
    if campaign.state != CampaignState.CLOSED:
        raise NotPossible(f"campaign {campaign.code} is {campaign.state}; only a closed one can be released")
    built = reports.build_all(session, campaign)
    session.add_all(
        ReleasedReport(subject_id=subject_id, document=report.to_document())
        for subject_id, report in built.items()
    )
    campaign.state = CampaignState.RELEASED
    campaign.released_at = now
    audit.record(session, "campaign released", campaign.code, actor=actor, now=now, reports=len(built))
