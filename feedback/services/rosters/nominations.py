"""Peers by nomination: the subject proposes, the manager approves, and until opening HR decides in the end."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.models.nominations import Nomination, NominationSource, NominationState
from feedback.models.people import Person
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.rosters.nomination_lists import NominationRole, groups_of
from forms.words import N_

SOURCE_OF = {
    NominationRole.SUBJECT: NominationSource.SUBJECT,
    NominationRole.MANAGER: NominationSource.MANAGER,
    NominationRole.HR: NominationSource.HR,
}


def may_propose(campaign: Campaign, part: NominationRole, now: datetime) -> bool:
    return part is not NominationRole.SUBJECT or not _over(campaign.nominations_until, now)


def may_decide(campaign: Campaign, part: NominationRole, now: datetime) -> bool:
    """The subject never; his manager until the approvals end; HR until the campaign opens."""
    return part is NominationRole.HR or (
        part is NominationRole.MANAGER and not _over(campaign.approvals_until, now)
    )


def _over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def propose(
    session: Session,
    subject: Subject,
    rater: str,
    group: str,
    *,
    part: NominationRole,
    actor: str,
    now: datetime,
) -> Nomination:
    """Put a colleague on the roster: as a proposal if it is the subject's, approved if it is anybody else's."""
    campaign = _hold(session, subject)
    allowed = may_propose if part is NominationRole.SUBJECT else may_decide
    if not allowed(campaign, part, now):
        raise NotPossible(N_("the time for that is over; human resources can still help"))
    if group not in {known.id for known in groups_of(campaign)}:
        raise NotPossible(N_("nobody is nominated for the rater group %(group)s"), group=group)
    person = _rater(session, subject, rater)
    _refuse_twice(session, subject, person)
    state = NominationState.PROPOSED if part is NominationRole.SUBJECT else NominationState.APPROVED
    nomination = Nomination(subject=subject, group=group, person=person, source=SOURCE_OF[part], state=state)
    session.add(nomination)
    session.flush()
    note(
        session,
        "rater proposed" if part is NominationRole.SUBJECT else "rater added",
        nomination,
        actor=actor,
        now=now,
    )
    return nomination


def decide(
    session: Session,
    subject: Subject,
    nomination_id: int,
    approved: bool,
    *,
    part: NominationRole,
    actor: str,
    now: datetime,
) -> None:
    campaign = _hold(session, subject)
    if not may_decide(campaign, part, now):
        raise NotPossible(N_("the time for that is over; human resources can still help"))
    nomination = _find(session, subject, nomination_id)
    before, after = nomination.state, NominationState.APPROVED if approved else NominationState.REJECTED
    if before == after:
        return
    nomination.state = after
    act = "rater approved" if approved else "rater rejected"
    note(session, act, nomination, actor=actor, now=now, before=before)


def take_back(
    session: Session, subject: Subject, nomination_id: int, *, part: NominationRole, actor: str, now: datetime
) -> None:
    """The subject takes back a proposal on which nobody has decided."""
    campaign = _hold(session, subject)
    if not may_propose(campaign, part, now):
        raise NotPossible(N_("the time for that is over; human resources can still help"))
    nomination = _find(session, subject, nomination_id)
    if nomination.state != NominationState.PROPOSED:
        raise NotPossible(N_("this proposal has been decided on"))
    note(session, "proposal taken back", nomination, actor=actor, now=now)
    session.delete(nomination)
    session.flush()


def _hold(session: Session, subject: Subject) -> Campaign:
    """Two people who change one roster at once do so one after the other, and not while it is being opened."""
    row_locks.hold_row(session, subject.campaign)
    if subject.campaign.state != CampaignState.NOMINATING:
        raise NotPossible(N_("nominations are not under way in this campaign"))
    return subject.campaign


def _rater(session: Session, subject: Subject, code: str) -> Person:
    person: Person | None = session.scalar(select(Person).where(Person.code == code, Person.active))
    if person is None:
        raise NotFound(N_("there is no person %(code)s"), code=code)
    if person.id == subject.person_id:
        raise NotPossible(N_("nobody is nominated to rate himself"))
    return person


def _refuse_twice(session: Session, subject: Subject, person: Person) -> None:
    query = select(Nomination).where(Nomination.subject_id == subject.id, Nomination.person_id == person.id)
    if session.scalar(query):
        raise NotPossible(N_("%(name)s is on the list already"), name=person.name)


def _find(session: Session, subject: Subject, nomination_id: int) -> Nomination:
    """As it is now that the campaign is held, and only what somebody nominated: reporting lines are HR's matter."""
    groups = [group.id for group in groups_of(subject.campaign)]
    nomination = session.get(Nomination, nomination_id, populate_existing=True)
    if nomination is None or nomination.subject_id != subject.id or nomination.group not in groups:
        raise NotFound(N_("this nomination does not exist any more"))
    return nomination


def note(
    session: Session,
    act: str,
    nomination: Nomination,
    *,
    actor: str,
    now: datetime,
    before: NominationState | None = None,
) -> None:
    """Who did what about whom: an act of those who make the roster, never of a rater."""
    audit.record(
        session,
        act,
        nomination.subject.campaign.code,
        actor=actor,
        now=now,
        before={"state": str(before)} if before else None,
        after={"state": str(nomination.state)} if before else None,
        subject=nomination.subject.person.code,
        rater=nomination.rater.known_as,
        group=nomination.group,
    )
