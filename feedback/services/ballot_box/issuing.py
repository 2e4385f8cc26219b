"""From a roster to links: at opening one invitation per rater, with a task and a seat per subject.

A seat is a number in a cell; the slot that belongs to it follows from it under a key outside the database. All
slots of a campaign are written at its opening, more of them than raters: whoever is added later takes a seat that
is there, so that no transaction ever holds a rater beside the one slot that is his.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.models.people import Person
from feedback.services.ballot_box import ballots
from feedback.services.ballot_box.box_keys import BoxKeys, Seat
from feedback.services.ballot_box.invitations import seat_of
from feedback.services.ballot_box.tokens import new_nonce
from feedback.services.ground.errors import NotPossible
from forms.words import N_

SPARE_SEATS = 6  # in every cell, for raters who are added after the opening

Rater = Person | Contact
RaterId = tuple[int | None, int | None]  # a rater by the id of a person or of a contact
Link = tuple[bytes, int | None, int | None]  # a nonce and its rater
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskedAtOpening:
    """A rater, who is a person or a contact, asked about a subject. Of very many: plain values, as all that follows."""

    subject_id: int
    group: str
    person_id: int | None
    contact_id: int | None
    about: int
    name: str

    @property
    def turn(self) -> tuple[bool, str]:
        """Subjects by name, the rater himself first."""
        return self.about != self.person_id, self.name


def to_be_asked(session: Session, campaign: Campaign) -> list[AskedAtOpening]:
    """The approved nominations whose rater is still there to be asked."""
    rater = aliased(Person)
    columns = (Nomination.subject_id, Nomination.group, Nomination.person_id, Nomination.contact_id)
    rows = session.execute(
        select(*columns, Subject.person_id, Person.name)
        .join(Subject, Subject.id == Nomination.subject_id)
        .join(Person, Person.id == Subject.person_id)
        .outerjoin(rater, rater.id == Nomination.person_id)
        .outerjoin(Contact, Contact.id == Nomination.contact_id)
        .where(
            Subject.campaign_id == campaign.id,
            Nomination.state == NominationState.APPROVED,
            func.coalesce(rater.active, Contact.active),
        )
        .order_by(Nomination.id)
    )
    return [AskedAtOpening(*row) for row in rows]


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


def invite(session: Session, campaign: Campaign, asked: Iterable[AskedAtOpening], keys: BoxKeys) -> int:
    """Issue the links of a campaign that opens. Says how many tasks they carry."""
    ids = _cell_ids(session, campaign)
    seats = dict.fromkeys(ids.values(), 0)
    by_rater: dict[RaterId, list[AskedAtOpening]] = {}
    for one in asked:
        by_rater.setdefault((one.person_id, one.contact_id), []).append(one)
    links = [(new_nonce(), *rater) for rater in by_rater]
    _store(session, Invitation, [_invitation(campaign.id, *link) for link in links])
    tasks = [
        _task_of(link, position, ids[one.subject_id, one.group], seats, keys)
        for link, mine in zip(links, by_rater.values(), strict=True)
        for position, one in enumerate(sorted(mine, key=lambda one: one.turn), start=1)
    ]
    _store(session, Task, tasks)
    session.execute(update(Cell), [{"id": id, "seats": n, "invited": n} for id, n in seats.items() if n])
    ballots.issue(session, _slots(keys, seats))
    return len(tasks)


def _cell_ids(session: Session, campaign: Campaign) -> dict[tuple[int, str], int]:
    cells = select(Cell.subject_id, Cell.group, Cell.id).join(Cell.subject)
    rows = session.execute(cells.where(Subject.campaign_id == campaign.id))
    return {(subject, group): id for subject, group, id in rows}


def _invitation(campaign_id: int, nonce: bytes, person_id: int | None, contact_id: int | None) -> Row:
    rater = {"person_id": person_id, "contact_id": contact_id}
    return {"campaign_id": campaign_id, "nonce": nonce, **rater, "revoked": False, "shared": False}


def _task_of(link: Link, position: int, cell_id: int, seats: dict[int, int], keys: BoxKeys) -> Row:
    """With the next seat of its cell."""
    nonce, person_id, contact_id = link
    seats[cell_id] += 1
    proof = keys.proof(Seat(nonce, cell_id, seats[cell_id], person_id, contact_id))
    return {
        "nonce": nonce,
        "position": position,
        "cell_id": cell_id,
        "seat": seats[cell_id],
        "proof": proof,
    }


def _store(session: Session, model: type[Invitation | Task], rows: list[Row]) -> None:
    session.execute(insert(model.metadata.tables[model.__tablename__]), rows)


def _slots(keys: BoxKeys, seats: Mapping[int, int]) -> list[tuple[bytes, int]]:
    return [
        (keys.slot(cell_id, number), cell_id)
        for cell_id, given in seats.items()
        for number in range(1, given + SPARE_SEATS + 1)
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
