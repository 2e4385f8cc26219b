"""Phone interviews: a client answers by telling an interviewer, who enters it; it is sealed, and kept beside the box.

Only the close looks whether the client has answered by link too: then his own answer goes first, and what was
entered is destroyed unopened. So nothing that anybody sees while the campaign is open depends on it. The client is
told by mail that answers were entered for him. That an interview took place is known to the interviewer, to HR and
to him.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.orm import Session, joinedload

from feedback.models.accounts import User
from feedback.models.campaigns import Campaign, CampaignState, Cell, Subject
from feedback.models.clients import Client, Contact
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.ballots import Answers, seal
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import Holding, OpenTask, Visit
from feedback.services.ground import audit, protection, row_locks
from feedback.services.ground.errors import LinkClosed, NotFound, NotPossible, UnknownLink
from forms.words import N_

Key = tuple[int, int]  # a contact and a cell


@dataclass(frozen=True)
class Candidate:
    """A client who is asked in a campaign, about one subject, and who is to phone him if anybody.

    Crowd: who has the same one is counted together with him.
    """

    contact: Contact
    cell_id: int
    subject: Person
    interviewer: str | None
    finished: bool
    crowd: int


def candidates(session: Session, campaign: Campaign) -> list[Candidate]:
    rows = session.execute(_asked(campaign).order_by(Client.name, Contact.name, Person.code))
    return [
        Candidate(contact, cell_id, subject, email, bool(done), crowd)
        for contact, cell_id, subject, email, done, crowd in rows
    ]


def _asked(campaign: Campaign) -> Select[Contact, int, Person, str, bool, int]:
    is_its = and_(Interview.contact_id == Contact.id, Interview.cell_id == Task.cell_id)
    return (
        select(
            Contact,
            Task.cell_id,
            Person,
            User.email,
            Interview.finished,
            func.coalesce(Cell.crowd_id, Cell.id),
        )
        .join(Invitation, Invitation.contact_id == Contact.id)
        .join(Task, Task.nonce == Invitation.nonce)
        .join(Cell, Cell.id == Task.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .join(Person, Person.id == Subject.person_id)
        .join(Client, Client.id == Contact.client_id)
        .outerjoin(Interview, is_its)
        .outerjoin(User, User.id == Interview.interviewer_id)
        .where(Invitation.campaign_id == campaign.id, Invitation.revoked.is_(False))
        .options(joinedload(Contact.client))
    )


def open_campaigns(session: Session) -> list[Campaign]:
    """Those in which clients are asked now, the newest first."""
    clients_are_asked = select(Invitation.campaign_id).where(Invitation.contact_id.is_not(None))
    return list(
        session.scalars(
            select(Campaign)
            .where(Campaign.state == CampaignState.OPEN, Campaign.id.in_(clients_are_asked))
            .order_by(Campaign.id.desc())
        )
    )


def assign(
    session: Session,
    campaign: Campaign,
    keys: Sequence[Key],
    interviewer: User,
    *,
    actor: str,
    now: datetime,
) -> int:
    """Have somebody phone these clients; says how many. An interview that took place stays as it is."""
    row_locks.hold_row(session, campaign)
    if not campaign.accepts_answers(now):
        raise NotPossible(N_("campaign %(campaign)s takes no answers now"), campaign=campaign.code)
    asked = {
        (candidate.contact.id, candidate.cell_id): candidate for candidate in candidates(session, campaign)
    }
    if not keys or any(key not in asked for key in keys):
        raise NotPossible(N_("choose clients who are asked in this campaign"))
    chosen = [candidate for key, candidate in asked.items() if key in keys and not candidate.finished]
    crowds = {asked[key].crowd for key in keys}
    phoned = [one for key, one in asked.items() if key in keys or one.interviewer]
    for crowd in crowds:
        _require_crowd([one for one in phoned if one.crowd == crowd])
    if any(candidate.subject.id == interviewer.person_id for candidate in chosen):
        raise NotPossible(N_("nobody interviews clients about himself"))
    for candidate in chosen:
        _assign_one(session, campaign, candidate, interviewer, actor=actor, now=now)
    return len(chosen)


def _require_crowd(phoned: Sequence[Candidate]) -> None:
    if len({candidate.contact.id for candidate in phoned}) < protection.INTERVIEWS_FROM:
        raise NotPossible(
            N_(
                "choose at least %(number)s clients of an account manager: with fewer interviews, the number of "
                "answers after the close would tell whether one of them had also answered by link"
            ),
            number=protection.INTERVIEWS_FROM,
        )


def _assign_one(
    session: Session,
    campaign: Campaign,
    candidate: Candidate,
    interviewer: User,
    *,
    actor: str,
    now: datetime,
) -> None:
    key = {"contact_id": candidate.contact.id, "cell_id": candidate.cell_id}
    session.merge(Interview(**key, interviewer_id=interviewer.id))
    audit.record(
        session,
        "interview assigned",
        campaign.code,
        actor=actor,
        now=now,
        before={"interviewer": candidate.interviewer},
        after={"interviewer": interviewer.email},
        contact=candidate.contact.email,
        subject=candidate.subject.code,
    )


def take_back(session: Session, interview: Interview, *, actor: str, now: datetime) -> None:
    subject = interview.cell.subject
    row_locks.hold_row(session, subject.campaign)
    row_locks.hold_row(session, interview)
    if interview.finished:
        raise NotPossible(N_("this interview took place already"))
    audit.record(
        session,
        "interview taken back",
        subject.campaign.code,
        actor=actor,
        now=now,
        before={"interviewer": interview.interviewer.email},
        after={"interviewer": None},
        contact=interview.contact.email,
        subject=subject.person.code,
    )
    session.delete(interview)


def find(session: Session, key: Key) -> Interview:
    interview = session.get(Interview, key)
    if interview is None:
        raise NotFound(N_("there is no such interview"))
    return interview


def of_interviewer(session: Session, user_id: int) -> list[Interview]:
    """What somebody is to do or has done in campaigns that are still open."""
    query = select(Interview).join(Cell).join(Subject).join(Campaign).join(Contact)
    query = query.where(Interview.interviewer_id == user_id, Campaign.state == CampaignState.OPEN)
    subject = joinedload(Interview.cell).joinedload(Cell.subject)
    return list(
        session.scalars(
            query.order_by(Interview.finished, Contact.name, Interview.cell_id).options(
                joinedload(Interview.contact).joinedload(Contact.client),
                subject.joinedload(Subject.person),
                subject.joinedload(Subject.campaign),
            )
        )
    )


def visit(
    session: Session,
    custody: Custody,
    interview: Interview,
    *,
    now: datetime,
    holding: Holding = Holding.NOT,
) -> tuple[Visit, OpenTask]:
    """What the client's own link leads to, for this one subject."""
    nonce = session.scalar(
        select(Invitation.nonce)
        .join(Subject, Subject.campaign_id == Invitation.campaign_id)
        .join(Cell, Cell.subject_id == Subject.id)
        .where(Cell.id == interview.cell_id, Invitation.contact_id == interview.contact_id)
    )
    try:
        found = invitations.visit(session, custody, nonce or b"", now=now, holding=holding)
    except UnknownLink:
        raise NotFound(N_("this client is no longer asked in this campaign")) from None
    except LinkClosed:
        raise NotPossible(N_("the campaign takes no more answers")) from None
    for task in found.tasks:
        if task.cell_id == interview.cell_id:
            return found, task
    raise NotFound(N_("this client is no longer asked in this campaign"))


def submit(session: Session, interview: Interview, visit: Visit, task: OpenTask, answers: Answers) -> bool:
    """Seal what the interviewer enters, beside the client's place in the box. False: he has done it before."""
    key = (Interview.contact_id == interview.contact_id, Interview.cell_id == interview.cell_id)
    seat = session.scalar(
        select(Task.seat)
        .join(Invitation, Invitation.nonce == Task.nonce)
        .where(Task.cell_id == interview.cell_id, Invitation.contact_id == interview.contact_id)
    )
    place = visit.place(task, spot(interview.contact_id, seat or 0))
    done = session.execute(
        update(Interview)
        .where(*key, Interview.finished.is_(False))
        .values(finished=True, seat=seat, envelope=seal(answers, visit.keys, place)),
        execution_options={"synchronize_session": False},
    )
    session.expire(interview)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def spot(contact_id: int, seat: int) -> bytes:
    """Where an interview's envelope belongs: to a client, and to his seat in the box, which goes first."""
    return f"interview {contact_id} {seat}".encode()
