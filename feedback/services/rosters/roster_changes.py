"""HR's hand on the roster: before opening freely, afterwards audited and without a word on who has answered."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignState, Subject
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationSource, NominationState
from feedback.models.people import Person
from feedback.services.ballot_box import issuing
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import box_of
from feedback.services.ballot_box.issuing import Rater
from feedback.services.crowds import crowds
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import outbox
from feedback.services.people import addresses
from feedback.services.rosters import rosters
from feedback.services.rosters.nominations import note
from forms.scheme import Family
from forms.words import N_

ADDED, WITHDRAWN, REISSUED, REVOKED = "rater added", "rater withdrawn", "link reissued", "link revoked"
BY_HAND = (NominationSource.SUBJECT, NominationSource.MANAGER, NominationSource.HR)


def find_subject(session: Session, campaign: Campaign, person: str) -> Subject:
    subject: Subject | None = session.scalar(
        select(Subject).join(Subject.person).where(Subject.campaign_id == campaign.id, Person.code == person)
    )
    if subject is None:
        raise NotFound(
            N_("campaign %(campaign)s is not about %(person)s"), campaign=campaign.code, person=person
        )
    return subject


def find_rater(session: Session, name: str) -> Rater:
    """A colleague by code, a client by e-mail address."""
    if "@" in name:
        address = addresses.to_look_for(name)
        contact = session.scalar(select(Contact).where(Contact.email == address, Contact.active))
        found: Rater | None = contact
    else:
        found = session.scalar(select(Person).where(Person.code == name, Person.active))
    if found is None:
        raise NotFound(N_("there is nobody called %(name)s to ask"), name=name)
    return found


def add(
    session: Session,
    custody: Custody,
    subject: Subject,
    group: str,
    rater: Rater,
    *,
    actor: str,
    now: datetime,
) -> Nomination:
    """Once the campaign is open the rater gets a link, and a mail with it, at once."""
    campaign = _hold(session, subject.campaign)
    _require_fitting(campaign, subject, group, rater)
    nomination = _standing(session, subject, rater)
    if nomination is None:
        nomination = Nomination(subject=subject, person=_person(rater), contact=_contact(rater))
        session.add(nomination)
    nomination.group, nomination.state = group, NominationState.APPROVED
    nomination.source = NominationSource.HR
    session.flush()
    if campaign.state == CampaignState.OPEN:
        invitation = issuing.invite_one(session, campaign, nomination, box_of(custody, campaign))
        crowds.review(session, subject.id)
        outbox.owe_invitation_again(session, invitation, now=now)
    note(session, ADDED, nomination, actor=actor, now=now)
    return nomination


def remove(session: Session, nomination: Nomination, *, actor: str, now: datetime) -> None:
    """Before opening the rater is just not asked. Afterwards his link loses this subject, answered or not.

    An answer that is in the box stays there and is counted, and so does the number of those who were asked: if either
    changed, it would tell whether there is one.
    """
    campaign = _hold(session, nomination.subject.campaign)
    nomination = find(session, campaign, nomination.id)
    note(session, WITHDRAWN, nomination, actor=actor, now=now)
    if campaign.state == CampaignState.OPEN:
        if nomination.state != NominationState.APPROVED:
            raise NotPossible(N_("this rater is not asked"))
        nomination.state = NominationState.WITHDRAWN
        _take_task(session, campaign, nomination)
        crowds.review(session, nomination.subject_id)
    elif nomination.source in BY_HAND and nomination.state != NominationState.REJECTED:
        session.delete(nomination)
    else:
        nomination.state, nomination.source = NominationState.REJECTED, NominationSource.HR
    session.flush()


def ask_anyway(session: Session, nomination: Nomination, *, actor: str, now: datetime) -> None:
    """A client who was asked not long ago, or a rater who was taken off the list before opening."""
    campaign = _hold(session, nomination.subject.campaign)
    if campaign.state not in BEFORE_OPENING:
        raise NotPossible(N_("the roster was fixed when the campaign opened"))
    nomination = find(session, campaign, nomination.id)
    before = nomination.state
    nomination.state, nomination.source = NominationState.APPROVED, NominationSource.HR
    note(session, "rater asked anyway", nomination, actor=actor, now=now, before=before)


def find(session: Session, campaign: Campaign, nomination_id: int) -> Nomination:
    """As the database has it now, which may be less than we have read of it before."""
    nomination = session.get(Nomination, nomination_id, populate_existing=True)
    if nomination is None or nomination.subject.campaign_id != campaign.id:
        raise NotFound(N_("this nomination does not exist any more"))
    return nomination


def find_by_rater(session: Session, subject: Subject, rater: Rater) -> Nomination:
    nomination = _of(session, subject, rater)
    if nomination is None:
        raise NotFound(N_("%(name)s is not on this roster"), name=rater.name)
    return nomination


def since_opening(session: Session, campaign: Campaign) -> list[AuditEntry]:
    """The changes that the campaign's page shows, newest first."""
    if campaign.opened_at is None:
        return []
    return list(
        session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.target == campaign.code,
                AuditEntry.act.in_((ADDED, WITHDRAWN, REISSUED, REVOKED)),
                AuditEntry.at >= campaign.opened_at,
            )
            .order_by(AuditEntry.id.desc())
        )
    )


def _hold(session: Session, campaign: Campaign) -> Campaign:
    """No ballot is cast and nobody opens or closes the campaign while its roster changes."""
    row_locks.hold_row(session, campaign)
    if campaign.state not in (*BEFORE_OPENING, CampaignState.OPEN):
        raise NotPossible(N_("the campaign is closed: its roster is history"))
    return campaign


def _require_fitting(campaign: Campaign, subject: Subject, group: str, rater: Rater) -> None:
    groups = {known.id: known for known in rosters.groups(read_scheme(campaign.scheme), campaign.kind)}
    if group not in groups:
        raise NotPossible(N_("this campaign does not ask the rater group %(group)s"), group=group)
    family = groups[group].family
    if (family is Family.CLIENTS) != isinstance(rater, Contact):
        raise NotPossible(N_("%(name)s cannot rate as %(group)s"), name=rater.name, group=group)
    if (family is Family.SELF) != (_person(rater) is subject.person):
        raise NotPossible(N_("%(name)s cannot rate as %(group)s"), name=rater.name, group=group)


def _standing(session: Session, subject: Subject, rater: Rater) -> Nomination | None:
    """The line that the rater already has, if it may be used again."""
    nomination = _of(session, subject, rater)
    reusable = (NominationState.REJECTED, NominationState.SKIPPED, NominationState.PROPOSED)
    if nomination is not None and nomination.state not in reusable:
        raise NotPossible(N_("%(name)s is on the list already"), name=rater.name)
    return nomination


def _of(session: Session, subject: Subject, rater: Rater) -> Nomination | None:
    query = select(Nomination).where(Nomination.subject_id == subject.id, _is(rater))
    found: Nomination | None = session.scalar(query.execution_options(populate_existing=True))
    return found


def _is(rater: Rater) -> ColumnElement[bool]:
    if isinstance(rater, Person):
        return Nomination.person_id == rater.id
    return Nomination.contact_id == rater.id


def _person(rater: Rater) -> Person | None:
    return rater if isinstance(rater, Person) else None


def _contact(rater: Rater) -> Contact | None:
    return rater if isinstance(rater, Contact) else None


def _take_task(session: Session, campaign: Campaign, nomination: Nomination) -> None:
    """The slot stays as it is, empty or filled: nothing that anybody sees depends on it."""
    cell = next(cell for cell in nomination.subject.cells if cell.group == nomination.group)
    invitations = select(Invitation.nonce).where(
        Invitation.campaign_id == campaign.id,
        Invitation.person_id == nomination.person_id,
        Invitation.contact_id == nomination.contact_id,
    )
    session.execute(delete(Task).where(Task.cell_id == cell.id, Task.nonce.in_(invitations)))
