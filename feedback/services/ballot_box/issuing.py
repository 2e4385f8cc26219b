"""From a roster to links: at opening one invitation per rater, with a task and a seat per subject.

A seat is a number in a cell; the slot that belongs to it follows from it under a key outside the database. All
slots of a campaign are written at its opening, more of them than raters: whoever is added later takes a seat that
is there, so that no transaction ever holds a rater beside the one slot that is his.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.models.people import Person
from feedback.services.ballot_box import ballots
from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.ballot_box.invitations import seat_of
from feedback.services.ballot_box.tokens import new_nonce
from feedback.services.ground.errors import NotPossible
from forms.words import N_

SPARE_SEATS = 6  # in every cell, for raters who are added after the opening

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


def invite(session: Session, campaign: Campaign, nominations: Iterable[Nomination], keys: BoxKeys) -> int:
    """Issue the links of a campaign that opens. Says how many tasks they carry."""
    cells = _cells(session, campaign)
    by_rater: dict[Rater, list[Nomination]] = {}
    for nomination in nominations:
        by_rater.setdefault(nomination.rater, []).append(nomination)
        cells[nomination.subject_id, nomination.group].invited += 1
    invitations = [_invitation(campaign, rater, asked, cells, keys) for rater, asked in by_rater.items()]
    session.add_all(invitations)
    session.flush()
    ballots.issue(session, _slots(keys, cells.values()))
    return sum(len(invitation.tasks) for invitation in invitations)


def _slots(keys: BoxKeys, cells: Iterable[Cell]) -> list[tuple[bytes, int]]:
    return [
        (keys.slot(cell.id, number), cell.id)
        for cell in cells
        for number in range(1, cell.seats + SPARE_SEATS + 1)
    ]


def invite_one(session: Session, campaign: Campaign, nomination: Nomination, keys: BoxKeys) -> Invitation:
    """Ask one more rater of an open campaign, or a rater about one more subject."""
    cell = _cells(session, campaign)[nomination.subject_id, nomination.group]
    _require_seat(session, cell, keys)
    invitation = _invitation_of(session, campaign, nomination.rater)
    last = max((task.position for task in invitation.tasks), default=0)
    invitation.tasks.append(_task(invitation, last + 1, cell, keys))
    cell.invited += 1
    session.flush()
    return invitation


def _require_seat(session: Session, cell: Cell, keys: BoxKeys) -> None:
    if not ballots.is_issued(session, keys.slot(cell.id, cell.seats + 1)):
        raise NotPossible(
            N_(
                "no more than %(number)s raters can be added to a group after the opening: "
                "a place in the box made for one person would tell whether that person answers"
            ),
            number=SPARE_SEATS,
        )


def _cells(session: Session, campaign: Campaign) -> dict[tuple[int, str], Cell]:
    cells = session.scalars(select(Cell).join(Cell.subject).where(Subject.campaign_id == campaign.id))
    return {(cell.subject_id, cell.group): cell for cell in cells}


def _invitation(
    campaign: Campaign,
    rater: Rater,
    nominations: Sequence[Nomination],
    cells: dict[tuple[int, str], Cell],
    keys: BoxKeys,
) -> Invitation:
    """Tasks in the order of the subjects' names, the rater's own first."""
    invitation = _empty_invitation(campaign, rater)
    in_order = sorted(
        nominations, key=lambda asked: (asked.subject.person is not rater, asked.subject.person.name)
    )
    invitation.tasks = [
        _task(invitation, position, cells[asked.subject_id, asked.group], keys)
        for position, asked in enumerate(in_order, start=1)
    ]
    return invitation


def _task(invitation: Invitation, position: int, cell: Cell, keys: BoxKeys) -> Task:
    cell.seats += 1
    proof = keys.proof(seat_of(invitation, cell.id, cell.seats))
    return Task(position=position, cell=cell, seat=cell.seats, proof=proof)


def _empty_invitation(campaign: Campaign, rater: Rater) -> Invitation:
    person, contact = (rater if isinstance(rater, kind) else None for kind in (Person, Contact))
    return Invitation(
        nonce=new_nonce(),
        campaign_id=campaign.id,
        person=person,
        contact=contact,
        person_id=person and person.id,
        contact_id=contact and contact.id,
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
