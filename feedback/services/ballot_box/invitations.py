"""What a link leads to. Reading it takes two statements, whatever the number of tasks and items.

They are made once, and their rows are plain values: a form is asked for more often than anything else.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection, Row, Select, Update, and_, bindparam, false, select
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box import ballots
from feedback.services.ballot_box.ballots import Answers, Place, casting, seal
from feedback.services.ballot_box.box_keys import Box, BoxKeys, Frozen, Seat, promises_of
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


# A session, or a bare connection where nothing else is done with it.
Bare = Connection
Database = Session | Bare

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
    database: Database, custody: Custody, nonce: bytes, *, now: datetime, holding: Holding = Holding.NOT
) -> Visit:
    """Casting holds the campaign open until the ballot is committed, so that closing cannot overtake it.

    Raises BoxRefused where the database does not say what the server keeps outside it.
    """
    rows = database.execute(TASKS_OF[holding], {"nonce": nonce}).all()
    if not rows or rows[0].revoked:
        raise UnknownLink("the link was never issued or is no longer valid")
    first = rows[0]
    is_over = first.answers_ended or first.closes_at <= now
    if first.state != CampaignState.OPEN or is_over:
        raise LinkClosed(first.title_zh, first.title_en, first.closes_at, early=not is_over)
    keys = box_of(custody, first)
    return Visit(
        nonce=nonce,
        campaign_id=first.campaign_id,
        campaign=first.code,
        title_zh=first.title_zh,
        title_en=first.title_en,
        closes_at=first.closes_at,
        shared=first.shared,
        keys=keys,
        tasks=tuple(_open_task(keys, row) for row in rows),
    )


def box_of(custody: Custody, campaign: Box) -> BoxKeys:
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


def require_promises(keys: BoxKeys, campaign: Frozen) -> None:
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
    seat = Seat(row.nonce, row.cell_id, row.seat, row.person_id, row.contact_id)
    return OpenTask(
        position=row.position,
        cell_id=row.cell_id,
        slot=_slot(keys, seat, row.proof),
        group=row.group,
        unit=row.unit,
        invited=row.invited,
        subject_id=row.subject_id,
        subject_zh=row.name,
        subject_en=row.name_en or row.name,
    )


def _tasks_of_a_link() -> Select[*tuple[object, ...]]:
    invitation, campaign, task = (kind.__table__ for kind in (Invitation, Campaign, Task))
    cell, subject, person = (kind.__table__ for kind in (Cell, Subject, Person))
    return (
        select(
            *(invitation.c[name] for name in ("nonce", "person_id", "contact_id", "revoked", "shared")),
            campaign.c.id.label("campaign_id"),
            *(campaign.c[name] for name in ("code", "title_zh", "title_en", "state", "closes_at")),
            *(campaign.c[name] for name in ("answers_ended", "public_key", "envelope_size")),
            *(task.c[name] for name in ("position", "seat", "proof", "cell_id")),
            *(cell.c[name] for name in ("group", "unit", "invited")),
            person.c.id.label("subject_id"),
            *(person.c[name] for name in ("name", "name_en")),
        )
        .join(campaign, campaign.c.id == invitation.c.campaign_id)
        .join(task, task.c.nonce == invitation.c.nonce)
        .join(cell, cell.c.id == task.c.cell_id)
        .join(subject, subject.c.id == cell.c.subject_id)
        .join(person, person.c.id == subject.c.person_id)
        .where(invitation.c.nonce == bindparam("nonce"))
        .order_by(task.c.position)
    )


def _holding(query: Select[*tuple[object, ...]], holding: Holding) -> Select[*tuple[object, ...]]:
    """Never the invitation: in PostgreSQL its row would have the number of the transaction that filled the slot."""
    if holding is Holding.NOT:
        return query
    return query.with_for_update(read=holding is Holding.SHARED, of=Campaign.__table__)


TASKS_OF = {holding: _holding(_tasks_of_a_link(), holding) for holding in Holding}


def _frozen_and_answered() -> Select[*tuple[object, ...]]:
    campaign, ballot = Campaign.__table__, Ballot.__table__
    filled = and_(ballot.c.slot == bindparam("slot"), ballot.c.envelope.is_not(None))
    return (
        select(
            *(campaign.c[name] for name in ("code", "questionnaire", "scheme", "key_custody")), ballot.c.slot
        )
        .select_from(campaign.outerjoin(ballot, filled))
        .where(campaign.c.id == bindparam("campaign"))
    )


FROZEN_AND_ANSWERED = _frozen_and_answered()


def instructions(database: Database, visit: Visit, task: OpenTask) -> Instructions:
    """Raises BoxRefused where something else would be asked or promised than what was frozen at opening."""
    asked = {"slot": task.slot, "campaign": visit.campaign_id}
    campaign = database.execute(FROZEN_AND_ANSWERED, asked).one()
    require_promises(visit.keys, campaign)
    answered = campaign.slot is not None and not visit.shared
    return Instructions(read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme), answered)


def answered_positions(session: Session, visit: Visit, tasks: Sequence[OpenTask]) -> frozenset[int]:
    """Of a shared link nothing is ever answered: whoever else has seen it does not get to know."""
    slots = {task.slot: task.position for task in tasks}
    filled = session.scalars(select(Ballot.slot).where(Ballot.slot.in_(slots), Ballot.envelope.is_not(None)))
    positions = frozenset(slots[slot] for slot in filled)
    return frozenset() if visit.shared else positions


def _casting_through_a_link() -> Update:
    """As long as the link is valid and asks this, and the campaign is open: also if it was not held since the look."""
    invitation, campaign, task = (kind.__table__ for kind in (Invitation, Campaign, Task))
    asks = select(task.c.position).where(
        task.c.nonce == bindparam("nonce"), task.c.cell_id == bindparam("cell")
    )
    valid = select(invitation.c.nonce).where(
        invitation.c.nonce == bindparam("nonce"), invitation.c.revoked == false()
    )
    is_open = select(campaign.c.id).where(
        campaign.c.id == bindparam("campaign"),
        campaign.c.state == CampaignState.OPEN,
        campaign.c.answers_ended == false(),
    )
    return casting(asks.exists(), valid.exists(), is_open.exists())


CASTING = _casting_through_a_link()


def submit(database: Database, visit: Visit, task: OpenTask, answers: Answers) -> bool:
    """Seal the answers and put them in their slot. False: the slot was filled before, and nothing was stored.

    Raises UnknownLink if the link was changed, its task taken away or the campaign closed since the visit.
    """
    stored = cast(database, visit, task, sealed(visit, task, answers))
    if stored is None:
        raise UnknownLink("the link is no longer valid, or asks this no more")
    return stored


def sealed(visit: Visit, task: OpenTask, answers: Answers) -> bytes:
    return seal(answers, visit.keys, visit.place(task, task.slot))


def cast(database: Database, visit: Visit, task: OpenTask, envelope: bytes) -> bool | None:
    """None: what the visit found does not hold any more."""
    facts = {"nonce": visit.nonce, "cell": task.cell_id, "campaign": visit.campaign_id}
    return ballots.cast(database, task.slot, envelope, CASTING, **facts)
