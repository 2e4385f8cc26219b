"""From a roster to links: at opening one invitation per rater, with a task and an empty slot per subject."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.models.people import Person
from feedback.services.ballot_box import ballots
from feedback.services.ballot_box.tokens import new_nonce
from feedback.services.ground.errors import NotPossible

Rater = Person | Contact


def to_be_asked(session: Session, campaign: Campaign) -> list[Nomination]:
    """The approved nominations whose rater is still there to be asked."""
    approved = roster(campaign).where(Nomination.state == NominationState.APPROVED)
    return [nomination for nomination in session.scalars(approved) if nomination.rater.active]


def roster(campaign: Campaign) -> Select[Nomination]:
    """With subjects and raters."""
    return (
        select(Nomination)
        .join(Nomination.subject)
        .where(Subject.campaign_id == campaign.id)
        .options(
            joinedload(Nomination.subject).joinedload(Subject.person),
            joinedload(Nomination.person),
            joinedload(Nomination.contact),
        )
    )


def invite(session: Session, campaign: Campaign, nominations: Iterable[Nomination], slot_key: bytes) -> int:
    """Issue the links of a campaign that opens. Says how many tasks they carry."""
    cells = _cells(session, campaign)
    by_rater: dict[Rater, list[Nomination]] = {}
    for nomination in nominations:
        by_rater.setdefault(nomination.rater, []).append(nomination)
        cells[nomination.subject_id, nomination.group].invited += 1
    invitations = [_invitation(campaign, rater, asked, cells) for rater, asked in by_rater.items()]
    session.add_all(invitations)
    session.flush()
    tasks = [task for invitation in invitations for task in invitation.tasks]
    ballots.issue(session, [_slot(slot_key, task) for task in tasks])
    return len(tasks)


def invite_one(session: Session, campaign: Campaign, nomination: Nomination, slot_key: bytes) -> Invitation:
    """Ask one more rater of an open campaign, or a rater about one more subject."""
    cell = _cells(session, campaign)[nomination.subject_id, nomination.group]
    invitation = _invitation_of(session, campaign, nomination.rater)
    last = max((task.position for task in invitation.tasks), default=0)
    task = Task(position=last + 1, cell=cell)
    invitation.tasks.append(task)
    cell.invited = Cell.invited + 1
    session.flush()
    ballots.issue(session, [_slot(slot_key, task)])
    return invitation


def _cells(session: Session, campaign: Campaign) -> dict[tuple[int, str], Cell]:
    cells = session.scalars(select(Cell).join(Cell.subject).where(Subject.campaign_id == campaign.id))
    return {(cell.subject_id, cell.group): cell for cell in cells}


def _invitation(
    campaign: Campaign, rater: Rater, nominations: Sequence[Nomination], cells: dict[tuple[int, str], Cell]
) -> Invitation:
    """Tasks in the order of the subjects' names, the rater's own first."""
    invitation = _empty_invitation(campaign, rater)
    in_order = sorted(
        nominations, key=lambda asked: (asked.subject.person is not rater, asked.subject.person.name)
    )
    invitation.tasks = [
        Task(position=position, cell=cells[asked.subject_id, asked.group])
        for position, asked in enumerate(in_order, start=1)
    ]
    return invitation


def _empty_invitation(campaign: Campaign, rater: Rater) -> Invitation:
    return Invitation(
        nonce=new_nonce(),
        campaign_id=campaign.id,
        person=rater if isinstance(rater, Person) else None,
        contact=rater if isinstance(rater, Contact) else None,
    )


def _invitation_of(session: Session, campaign: Campaign, rater: Rater) -> Invitation:
    column = Invitation.person_id if isinstance(rater, Person) else Invitation.contact_id
    query = select(Invitation).where(Invitation.campaign_id == campaign.id, column == rater.id)
    invitation = session.scalar(query)
    if invitation is None:
        invitation = _empty_invitation(campaign, rater)
        session.add(invitation)
    elif invitation.revoked:
        raise NotPossible("the link of %(rater)s is revoked: issue a new one first", rater=rater.name)
    return invitation


def _slot(slot_key: bytes, task: Task) -> tuple[bytes, int]:
    return ballots.slot_of(slot_key, task.nonce, task.cell_id), task.cell_id
