"""Releasing reports: from here on they are read, never computed again. A correction is a release of its own.

The subject keeps the level and the manager of the first release: what a report says and who reads it stay.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.models.mail import MailKind
from feedback.models.results import ReleasedReport
from feedback.services.ground import audit, documents, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import outbox
from feedback.services.quality import campaign_quality
from feedback.services.reports import reports
from feedback.services.reports.report_document import Correction, Report, ReportPart
from feedback.services.reports.report_summaries import Member
from forms.words import N_

PART_OF = {
    "feedback": ReportPart.FEEDBACK,
    "groups": ReportPart.FEEDBACK,
    "dimensions": ReportPart.FEEDBACK,
    "items": ReportPart.FEEDBACK,
    "satisfaction": ReportPart.FEEDBACK,
    "nps": ReportPart.FEEDBACK,
    "comments": ReportPart.COMMENTS,
    "changes": ReportPart.TREND,
    "history": ReportPart.TREND,
}
OF_THE_RELEASE = {"correction", "released_at"}


def release(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Freeze every report that is not released yet and let its subject read it; he is told by mail."""
    _hold(session, campaign)
    if campaign.state != CampaignState.CLOSED:
        raise NotPossible(
            N_("campaign %(code)s is %(state)s; only a closed one can be released"),
            code=campaign.code,
            state=campaign.state,
        )
    _release(session, campaign, _waiting(session, campaign), actor=actor, now=now)


def release_some(
    session: Session, campaign: Campaign, people: Collection[str], *, actor: str, now: datetime
) -> int:
    """Release the reports on these people, by code, as a manager does for his own; how many were still waiting."""
    _hold(session, campaign)
    if campaign.state not in (CampaignState.CLOSED, CampaignState.RELEASED):
        raise NotPossible(N_("these reports cannot be released now: the campaign has moved on"))
    chosen = [subject for subject in _waiting(session, campaign) if subject.person.code in people]
    if chosen:
        _release(session, campaign, chosen, actor=actor, now=now)
    return len(chosen)


def _release(
    session: Session, campaign: Campaign, subjects: Sequence[Subject], *, actor: str, now: datetime
) -> None:
    """The campaign is released with the last of its reports."""
    built = reports.build_all(session, campaign)
    last = len(_waiting(session, campaign)) == len(subjects)
    for subject in subjects:
        subject.level, subject.manager_id = subject.person.level, subject.person.manager_id
    session.add_all(_stored(subject, 1, replace(built[subject.id], released_at=now)) for subject in subjects)
    campaign.released_at = campaign.released_at or now
    if last:
        campaign.state = CampaignState.RELEASED
        campaign.quality = documents.numbered(campaign_quality.compute(session, campaign).to_document())
    _tell(session, campaign, subjects, now=now)
    act = "campaign released" if last else "reports released"
    audit.record(session, act, campaign.code, actor=actor, now=now, reports=len(subjects))


def _stored(subject: Subject, version: int, report: Report) -> ReleasedReport:
    return ReleasedReport(
        subject_id=subject.id,
        version=version,
        document=documents.numbered(report.to_document()),
        summary=documents.numbered(Member.of(report).to_document()),
    )


@dataclass(frozen=True)
class Difference:
    """A released report that would be different now: in which parts, and what it would be."""

    subject: Subject
    parts: tuple[ReportPart, ...]
    version: int
    report: Report


def differences(session: Session, campaign: Campaign) -> list[Difference]:
    """What a correction would release anew."""
    if campaign.released_at is None or campaign.state == CampaignState.PURGED:
        raise NotPossible(
            N_("campaign %(code)s is %(state)s; only a released one can be corrected"),
            code=campaign.code,
            state=campaign.state,
        )
    newest = _newest(session, campaign)
    subjects = {subject.id: subject for subject in session.scalars(_subjects(campaign))}
    return [
        Difference(subjects[subject_id], parts, before.version, report)
        for subject_id, report in reports.build_all(session, campaign).items()
        if (before := newest.get(subject_id)) and (parts := differing(before.document, report))
    ]


def correct(session: Session, campaign: Campaign, reason: str, *, actor: str, now: datetime) -> list[int]:
    """Release anew the reports that have changed since; the ids of their subjects. Earlier releases stay."""
    _hold(session, campaign)
    if not reason.strip():
        raise NotPossible(N_("a correction needs a reason that its readers understand"))
    found = differences(session, campaign)
    if not found:
        raise NotPossible(N_("nothing has changed since the last release: there is nothing to correct"))
    for difference in found:
        correction = Correction(reason.strip(), difference.parts)
        report = replace(difference.report, correction=correction, released_at=now)
        session.add(_stored(difference.subject, difference.version + 1, report))
    if campaign.state == CampaignState.RELEASED:
        campaign.quality = documents.numbered(campaign_quality.compute(session, campaign).to_document())
    subjects = [difference.subject for difference in found]
    _tell(session, campaign, subjects, now=now)
    audit.record(session, "reports corrected", campaign.code, actor=actor, now=now, reports=len(subjects))
    return [subject.id for subject in subjects]


def _hold(session: Session, campaign: Campaign) -> None:
    row_locks.hold_row(session, campaign)


def _waiting(session: Session, campaign: Campaign) -> list[Subject]:
    done = select(ReleasedReport.subject_id).where(ReleasedReport.subject_id == Subject.id).exists()
    return list(session.scalars(_subjects(campaign).where(~done)))


def _subjects(campaign: Campaign) -> Select[Subject]:
    of_campaign = select(Subject).where(Subject.campaign_id == campaign.id).order_by(Subject.id)
    return of_campaign.options(joinedload(Subject.person))


def _tell(session: Session, campaign: Campaign, subjects: Sequence[Subject], *, now: datetime) -> None:
    session.flush()
    people = [subject.person for subject in subjects]
    outbox.owe_to_people(session, MailKind.RELEASE, campaign, people, now=now)


def differing(before: Mapping[str, Any], report: Report) -> tuple[ReportPart, ...]:
    """The parts of a report that are not as they were released."""
    released, now = Report.from_document(before).to_document(), report.to_document()
    found = {
        PART_OF.get(name, ReportPart.OTHER)
        for name in (before.keys() & released.keys()) - OF_THE_RELEASE
        if not _alike(released[name], now[name])
    }
    return tuple(part for part in ReportPart if part in found)


def _alike(one: Any, other: Any) -> bool:
    """Equal but for the last bits of numbers, which another release of numpy may compute otherwise."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)


def _newest(session: Session, campaign: Campaign) -> dict[int, ReleasedReport]:
    query = select(ReleasedReport).join(Subject, Subject.id == ReleasedReport.subject_id)
    of_campaign = query.where(Subject.campaign_id == campaign.id).order_by(ReleasedReport.version)
    return {report.subject_id: report for report in session.scalars(of_campaign)}
