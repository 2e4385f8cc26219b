"""What a link leads to. Reading it takes two statements, whatever the number of tasks and items."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, undefer

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box.ballots import Answers, Place, cast, seal
from feedback.services.ballot_box.box_keys import BoxKeys, Seat, promises_of
from feedback.services.ballot_box.custody import Custody
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground.errors import BoxRefused, LinkClosed, UnknownLink
from forms.questionnaire import Questionnaire
from forms.scheme import Group, Scheme
from forms.words import N_


class Holding(Enum):
    """Whether the campaign stays open until the commit; alone: nobody else casts or changes the roster meanwhile."""

    NOT = None
    SHARED = "shared"
    ALONE = "alone"


ADDRESS_FIELDS = ("token", "task", "lang")  # what the answer form sends beside the answers


@dataclass(frozen=True)
class OpenTask:
    """One subject to rate through this link."""

    position: int
    cell_id: int
    slot: bytes
    group: str
    unit: str | None
    invited: int
    subject_id: int
    subject_zh: str
    subject_en: str

    def subject_in(self, language: str) -> str:
        return self.subject_en if language == "en" else self.subject_zh


@dataclass(frozen=True)
class Visit:
    """An open link: the campaign it belongs to and what its holder is asked to do."""

    nonce: bytes
    campaign_id: int
    campaign: str
    title_zh: str
    title_en: str
    closes_at: datetime
    shared: bool
    keys: BoxKeys
    tasks: tuple[OpenTask, ...]

    def title_in(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def task(self, position: int) -> OpenTask:
        for task in self.tasks:
            if task.position == position:
                return task
        raise UnknownLink("this link asks nothing under that number")

    def place(self, task: OpenTask, spot: bytes) -> Place:
        return Place(self.campaign, task.cell_id, task.group, task.subject_id, spot)


@dataclass(frozen=True)
class Instructions:
    """The campaign's frozen questionnaire and scheme, and whether this task was answered: never of a shared link."""

    questionnaire: Questionnaire
    scheme: Scheme
    answered: bool

    def group(self, task: OpenTask) -> Group:
        return self.scheme.group(task.group)


def visit(
    session: Session, custody: Custody, nonce: bytes, *, now: datetime, holding: Holding = Holding.NOT
) -> Visit:
    """Casting holds the campaign open until the ballot is committed, so that closing cannot overtake it.

    Raises BoxRefused where the database does not say what the server keeps outside it.
    """
    query = _tasks_of(nonce)
    if holding is not Holding.NOT:
        # Never the invitation: in PostgreSQL its row would have the number of the transaction that filled the slot.
        query = query.with_for_update(read=holding is Holding.SHARED, of=Campaign)
    rows = session.execute(query).all()
    if not rows or rows[0].Invitation.revoked:
        raise UnknownLink("the link was never issued or is no longer valid")
    invitation, campaign = rows[0].Invitation, rows[0].Campaign
    if not campaign.accepts_answers(now):
        early = not campaign.is_over(now)
        raise LinkClosed(campaign.title_zh, campaign.title_en, campaign.closes_at, early=early)
    keys = box_of(custody, campaign)
    return Visit(
        nonce=nonce,
        campaign_id=campaign.id,
        campaign=campaign.code,
        title_zh=campaign.title_zh,
        title_en=campaign.title_en,
        closes_at=campaign.closes_at,
        shared=invitation.shared,
        keys=keys,
        tasks=tuple(_open_task(keys, row) for row in rows),
    )


def box_of(custody: Custody, campaign: Campaign) -> BoxKeys:
    """The keys of an open campaign's box. Raises BoxRefused if another key than ours would be sealed to."""
    custody.require_not_counted(campaign.code)
    keys = custody.box(campaign.code)
    if (campaign.public_key, campaign.envelope_size) != (keys.public_key, keys.envelope_size):
        raise BoxRefused(
            N_(
                "the key of campaign %(campaign)s was changed in the database: it takes no answers until that is mended"
            ),
            campaign=campaign.code,
        )
    return keys


def require_promises(keys: BoxKeys, campaign: Campaign) -> None:
    if promises_of(campaign) != keys.promises:
        raise BoxRefused(
            N_(
                "what raters of campaign %(campaign)s are asked or promised was changed in the database: "
                "it takes no answers until that is mended"
            ),
            campaign=campaign.code,
        )


def slot_of(keys: BoxKeys, invitation: Invitation, task: Task) -> bytes:
    """Raises BoxRefused for a task that we did not give to this link."""
    seat = seat_of(invitation, task.cell_id, task.seat)
    return _slot(keys, seat, task.proof)


def seat_of(invitation: Invitation, cell_id: int, number: int) -> Seat:
    return Seat(invitation.nonce, cell_id, number, invitation.person_id, invitation.contact_id)


def _slot(keys: BoxKeys, seat: Seat, proof: bytes) -> bytes:
    if not hmac.compare_digest(keys.proof(seat), proof):
        raise BoxRefused(
            N_("what this link asks was changed in the database: it takes no answers until that is mended")
        )
    return keys.slot(seat.cell_id, seat.number)


def _open_task(keys: BoxKeys, row: Row) -> OpenTask:  # type: ignore[type-arg]
    return OpenTask(
        position=row.position,
        cell_id=row.cell_id,
        slot=_slot(keys, seat_of(row.Invitation, row.cell_id, row.seat), row.proof),
        group=row.group,
        unit=row.unit,
        invited=row.invited,
        subject_id=row.subject_id,
        subject_zh=row.name,
        subject_en=row.name_en or row.name,
    )


def _tasks_of(
    nonce: bytes,
) -> Select[Invitation, Campaign, int, int, bytes, int, str, str | None, int, int, str, str | None]:
    return (
        select(
            Invitation,
            Campaign,
            Task.position,
            Task.seat,
            Task.proof,
            Cell.id.label("cell_id"),
            Cell.group,
            Cell.unit,
            Cell.invited,
            Person.id.label("subject_id"),
            Person.name,
            Person.name_en,
        )
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .join(Task, Task.nonce == Invitation.nonce)
        .join(Cell, Cell.id == Task.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .join(Person, Person.id == Subject.person_id)
        .where(Invitation.nonce == nonce)
        .order_by(Task.position)
    )


def instructions(session: Session, visit: Visit, task: OpenTask) -> Instructions:
    """Raises BoxRefused where something else would be asked or promised than what was frozen at opening."""
    filled = and_(Ballot.slot == task.slot, Ballot.envelope.is_not(None))
    campaign, slot = session.execute(
        select(Campaign, Ballot.slot)
        .outerjoin(Ballot, filled)
        .where(Campaign.id == visit.campaign_id)
        .options(undefer(Campaign.questionnaire), undefer(Campaign.scheme))
        .execution_options(populate_existing=True)
    ).one()
    require_promises(visit.keys, campaign)
    answered = slot is not None and not visit.shared
    return Instructions(read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme), answered)


def answered_positions(session: Session, visit: Visit, tasks: Sequence[OpenTask]) -> frozenset[int]:
    """Of a shared link nothing is ever answered: whoever else has seen it does not get to know."""
    slots = {task.slot: task.position for task in tasks}
    filled = session.scalars(select(Ballot.slot).where(Ballot.slot.in_(slots), Ballot.envelope.is_not(None)))
    positions = frozenset(slots[slot] for slot in filled)
    return frozenset() if visit.shared else positions


def submit(session: Session, visit: Visit, task: OpenTask, answers: Answers) -> bool:
    """Seal the answers and put them in their slot. False: the slot was filled before, and nothing was stored.

    Raises UnknownLink if the link was changed, or its task taken away, while this one waited for the campaign.
    """
    envelope = seal(answers, visit.keys, visit.place(task, task.slot))
    asks = select(Task.position).where(Task.nonce == visit.nonce, Task.cell_id == task.cell_id)
    valid = select(Invitation.nonce).where(Invitation.nonce == visit.nonce, Invitation.revoked.is_(False))
    stored = cast(session, task.slot, envelope, asks.exists(), valid.exists())
    if stored is None:
        raise UnknownLink("the link is no longer valid, or asks this no more")
    return stored
