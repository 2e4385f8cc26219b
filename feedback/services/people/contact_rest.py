"""The rest that clients are given: who was asked in another survey of clients not long ago is skipped in the next."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, CampaignKind, Subject
from feedback.models.invitations import Invitation
from feedback.models.nominations import Nomination, NominationSource, NominationState
from feedback.services.ground import row_locks

REST = timedelta(days=90)


def recently_asked(session: Session, *, now: datetime, beside: Campaign | None = None) -> frozenset[int]:
    """The contacts who got a link in the last days, in another campaign than this."""
    query = (
        select(Invitation.contact_id)
        .join(Invitation.campaign)
        .where(
            Invitation.contact_id.is_not(None),
            Campaign.kind != CampaignKind.COLLEAGUES,
            Campaign.opened_at > now - REST,
        )
    )
    if beside is not None:
        query = query.where(Campaign.id != beside.id)
    return frozenset(contact for contact in session.scalars(query) if contact is not None)


def refresh(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Time has passed since the roster was made. What HR decided about one contact stays as it is.

    Of nearly all nothing changes: they are not read.
    """
    resting = recently_asked(session, now=now, beside=campaign)
    nominations = session.scalars(
        select(Nomination)
        .join(Nomination.subject)
        .where(
            Subject.campaign_id == campaign.id,
            Nomination.source == NominationSource.CLIENT,
            or_(
                Nomination.state != NominationState.APPROVED, row_locks.among(Nomination.contact_id, resting)
            ),
        )
    )
    for nomination in nominations:
        nomination.state = state_now(nomination, resting)
    session.flush()


def state_now(nomination: Nomination, resting: frozenset[int]) -> NominationState:
    """What `refresh` would make of it."""
    if nomination.source != NominationSource.CLIENT:
        return NominationState(nomination.state)
    return NominationState.SKIPPED if nomination.contact_id in resting else NominationState.APPROVED
