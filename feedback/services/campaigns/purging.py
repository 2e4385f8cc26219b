"""Forgetting who was asked, and every word that was written. Counts, scores and the audit log stay."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from feedback.models.call_backs import CallBack
from feedback.models.campaigns import Campaign, CampaignState, Cell, Subject
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, Reminder
from feedback.models.nominations import Nomination
from feedback.models.results import Comment, ReleasedReport
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from forms.words import N_


def purge(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    row_locks.hold_row(session, campaign)
    if campaign.state not in (CampaignState.CLOSED, CampaignState.RELEASED):
        raise NotPossible(N_("campaign %(code)s is not closed, or purged already"), code=campaign.code)
    for table, condition in _names_of_raters(campaign):
        session.execute(delete(table).where(condition), execution_options={"synchronize_session": False})
    _empty_released_comments(session, campaign)
    campaign.state, campaign.recurring = CampaignState.PURGED, False
    session.flush()
    audit.record(session, "campaign purged", campaign.code, actor=actor, now=now)


def _names_of_raters(campaign: Campaign) -> list[tuple[type[Any], ColumnElement[bool]]]:
    """Rows that refer to others come before those."""
    subjects = select(Subject.id).where(Subject.campaign_id == campaign.id)
    cells = select(Cell.id).where(Cell.subject_id.in_(subjects))
    links: Select[bytes] = select(Invitation.nonce).where(Invitation.campaign_id == campaign.id)
    return [
        (CallBack, CallBack.subject_id.in_(subjects)),
        (Interview, Interview.cell_id.in_(cells)),
        (Mail, Mail.campaign_id == campaign.id),
        (Reminder, Reminder.campaign_id == campaign.id),
        (Task, Task.nonce.in_(links)),
        (Invitation, Invitation.campaign_id == campaign.id),
        (Nomination, Nomination.subject_id.in_(subjects)),
        (Comment, Comment.cell_id.in_(cells)),
    ]


def _empty_released_comments(session: Session, campaign: Campaign) -> None:
    """The one thing that a released report ever loses."""
    reports = session.scalars(
        select(ReleasedReport)
        .join(Subject, Subject.id == ReleasedReport.subject_id)
        .where(Subject.campaign_id == campaign.id)
    )
    for report in reports:
        report.document = report.document | {"comments": []}
