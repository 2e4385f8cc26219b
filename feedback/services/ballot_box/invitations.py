"""What a link leads to. Reading it takes two statements, whatever the number of tasks and items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box.ballots import Answers, cast, seal, slot_of
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground.errors import LinkClosed, NotPossible, UnknownLink
from forms.questionnaire import Questionnaire
from forms.scheme import Group, Scheme

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
    subject_zh: str
    subject_en: str

    def subject_in(self, language: str) -> str:
        return self.subject_en if language == "en" else self.subject_zh


@dataclass(frozen=True)
class Visit:
    """An open link: the campaign it belongs to and what its holder is asked to do."""

    campaign_id: int
    campaign: str
    title_zh: str
    title_en: str
    closes_at: datetime
    public_key: bytes
    envelope_size: int
    tasks: tuple[OpenTask, ...]

    def title_in(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def task(self, position: int) -> OpenTask:
        for task in self.tasks:
            if task.position == position:
                return task
        raise UnknownLink("this link asks nothing under that number")


@dataclass(frozen=True)
class Instructions:
    """The campaign's frozen questionnaire and scheme, and whether this task was answered."""

    questionnaire: Questionnaire
    scheme: Scheme
    answered: bool

    def group(self, task: OpenTask) -> Group:
        return self.scheme.group(task.group)


def visit(session: Session, custody: Custody, nonce: bytes, *, now: datetime, casting: bool = False) -> Visit:
    """Casting holds the campaign open until the ballot is committed, so that closing cannot overtake it."""
    query = _tasks_of(nonce)
    rows = session.execute(query.with_for_update(read=True, of=Campaign) if casting else query).all()
    if not rows or rows[0].Invitation.revoked:
        raise UnknownLink("the link was never issued or is no longer valid")
    campaign: Campaign = rows[0].Campaign
    if not campaign.accepts_answers(now):
        raise LinkClosed(campaign.title_zh, campaign.title_en, campaign.closes_at)
    if campaign.public_key is None or campaign.envelope_size is None:
        raise NotPossible("an open campaign always has a key")
    slot_key = open_slot_key(custody, campaign)
    return Visit(
        campaign_id=campaign.id,
        campaign=campaign.code,
        title_zh=campaign.title_zh,
        title_en=campaign.title_en,
        closes_at=campaign.closes_at,
        public_key=campaign.public_key,
        envelope_size=campaign.envelope_size,
        tasks=tuple(
            OpenTask(
                position=row.position,
                cell_id=row.cell_id,
                slot=slot_of(slot_key, nonce, row.cell_id),
                group=row.group,
                unit=row.unit,
                invited=row.invited,
                subject_zh=row.name,
                subject_en=row.name_en or row.name,
            )
            for row in rows
        ),
    )


def _tasks_of(nonce: bytes) -> Select[Invitation, Campaign, int, int, str, str | None, int, str, str | None]:
    return (
        select(
            Invitation,
            Campaign,
            Task.position,
            Cell.id.label("cell_id"),
            Cell.group,
            Cell.unit,
            Cell.invited,
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
    """Answered is what has no empty slot: an answer stays behind when its link is issued anew."""
    waiting = and_(Ballot.slot == task.slot, Ballot.envelope.is_(None))
    row = session.execute(
        select(Campaign.questionnaire, Campaign.scheme, Ballot.slot)
        .outerjoin(Ballot, waiting)
        .where(Campaign.id == visit.campaign_id)
    ).one()
    return Instructions(read_questionnaire(row.questionnaire), read_scheme(row.scheme), row.slot is None)


def answered_positions(session: Session, tasks: Sequence[OpenTask]) -> frozenset[int]:
    slots = {task.slot: task.position for task in tasks}
    waiting = session.scalars(select(Ballot.slot).where(Ballot.slot.in_(slots), Ballot.envelope.is_(None)))
    return frozenset(slots.values()) - {slots[slot] for slot in waiting}


def submit(session: Session, visit: Visit, task: OpenTask, answers: Answers) -> bool:
    """Seal the answers and put them in their slot. False: the slot was filled before, and nothing was stored."""
    envelope = seal(answers, visit.envelope_size, visit.public_key, visit.campaign, task.cell_id)
    return cast(session, task.slot, envelope)


def open_slot_key(custody: Custody, campaign: Campaign) -> bytes:
    if campaign.wrapped_slot_key is None:
        raise NotPossible(f"campaign {campaign.code} is not open")
    return custody.unwrap(campaign.wrapped_slot_key, f"slot key of {campaign.code}")


@dataclass(frozen=True)
class Link:
    """A link to hand to its rater through a channel other than mail."""

    url: str
    rater: str
    email: str | None
    phone: str | None
    language: str
    groups: tuple[str, ...]


def links(session: Session, tokens: Tokens, public_url: str, campaign: Campaign) -> list[Link]:
    """Sorted by the rater's name: the order in which links were issued means nothing."""
    if campaign.state != CampaignState.OPEN:
        raise NotPossible(f"campaign {campaign.code} is {campaign.state}; links exist while it is open")
    invitations = session.scalars(
        select(Invitation)
        .where(Invitation.campaign_id == campaign.id, Invitation.revoked.is_(False))
        .options(
            selectinload(Invitation.tasks).joinedload(Task.cell),
            joinedload(Invitation.person),
            joinedload(Invitation.contact),
        )
    )
    return sorted(
        (_link(tokens, public_url, invitation) for invitation in invitations),
        key=lambda link: (link.rater, link.url),
    )


def _link(tokens: Tokens, public_url: str, invitation: Invitation) -> Link:
    rater = invitation.rater
    return Link(
        url=f"{public_url}/s/{tokens.issue(invitation.nonce)}",
        rater=rater.name,
        email=rater.email,
        phone=None if isinstance(rater, Person) else rater.phone,
        language=rater.language,
        groups=tuple(dict.fromkeys(task.cell.group for task in invitation.tasks)),
    )
