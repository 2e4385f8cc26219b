"""Releasing reports: from here on they are read, never computed again. A correction is a release of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.results import ReleasedReport
from feedback.services import audit, reports
from feedback.services.errors import NotPossible
from feedback.services.report_document import Correction, Part, Report
from forms.words import N_

PART_OF = {
    "feedback": Part.FEEDBACK,
    "groups": Part.FEEDBACK,
    "dimensions": Part.FEEDBACK,
    "items": Part.FEEDBACK,
    "satisfaction": Part.FEEDBACK,
    "nps": Part.FEEDBACK,
    "comments": Part.COMMENTS,
    "appraisal": Part.APPRAISAL,
    "changes": Part.TREND,
    "history": Part.TREND,
}


def release(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Freeze every subject's report and let him read it."""
    session.refresh(campaign, with_for_update=True)
    if campaign.state != CampaignState.CLOSED:
        raise NotPossible(
            N_("campaign %(code)s is %(state)s; only a closed one can be released"),
            code=campaign.code,
            state=campaign.state,
        )
    built = reports.build_all(session, campaign)
    session.add_all(
        ReleasedReport(subject_id=subject_id, version=1, document=report.to_document())
        for subject_id, report in built.items()
    )
    campaign.state = CampaignState.RELEASED
    campaign.released_at = now
    audit.record(session, "campaign released", campaign.code, actor=actor, now=now, reports=len(built))


def correct(session: Session, campaign: Campaign, reason: str, *, actor: str, now: datetime) -> list[int]:
    """Release anew the reports that have changed since; the ids of their subjects. Earlier releases stay."""
    session.refresh(campaign, with_for_update=True)
    if campaign.state != CampaignState.RELEASED:
        raise NotPossible(
            N_("campaign %(code)s is %(state)s; only a released one can be corrected"),
            code=campaign.code,
            state=campaign.state,
        )
    if not reason.strip():
        raise NotPossible(N_("a correction needs a reason that its readers understand"))
    newest = _newest(session, campaign)
    corrected = []
    for subject_id, report in reports.build_all(session, campaign).items():
        before = newest[subject_id]
        if changed := differing(before.document, report):
            correction = replace(report, correction=Correction(reason.strip(), changed))
            session.add(
                ReleasedReport(
                    subject_id=subject_id, version=before.version + 1, document=correction.to_document()
                )
            )
            corrected.append(subject_id)
    if not corrected:
        raise NotPossible(N_("nothing has changed since the last release: there is nothing to correct"))
    audit.record(session, "reports corrected", campaign.code, actor=actor, now=now, reports=len(corrected))
    return corrected


def differing(before: Mapping[str, Any], report: Report) -> tuple[Part, ...]:
    """The parts of a report that are not as they were released."""
    released = Report.from_document(before)
    names = [name for name in before if name != "correction"]
    found = {
        PART_OF.get(name, Part.OTHER) for name in names if getattr(released, name) != getattr(report, name)
    }
    return tuple(part for part in Part if part in found)


def _newest(session: Session, campaign: Campaign) -> dict[int, ReleasedReport]:
    ids = [subject.id for subject in campaign.subjects]
    query = select(ReleasedReport).where(ReleasedReport.subject_id.in_(ids))
    return {report.subject_id: report for report in session.scalars(query.order_by(ReleasedReport.version))}
