"""A campaign's way, always forward, and what each step would do, told before it is done."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignState, Cell, Subject
from feedback.models.mail import Mail, MailKind
from feedback.models.nominations import Nomination, NominationState
from feedback.models.people import Person
from feedback.services.ballot_box import enrolled_keys, issuing
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.enrolled_keys import KeyState
from feedback.services.ballot_box.issuing import Rater
from feedback.services.campaigns import campaigns, units
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import outbox
from feedback.services.people import contact_rest
from feedback.services.rosters import nomination_lists
from feedback.services.rosters.nomination_lists import FEWEST_RATERS, MOST_RATERS, MOST_REQUESTS
from forms.words import N_


class Step(StrEnum):
    NOMINATE = "nominate"
    OPEN = "open"
    CLOSE = "close"
    RELEASE = "release"
    PURGE = "purge"
    DISCARD = "discard"


STEPS = {
    CampaignState.DRAFT: (Step.NOMINATE, Step.OPEN, Step.DISCARD),
    CampaignState.NOMINATING: (Step.OPEN, Step.DISCARD),
    CampaignState.OPEN: (Step.CLOSE,),
    CampaignState.CLOSING: (Step.CLOSE,),
    CampaignState.CLOSED: (Step.RELEASE, Step.PURGE),
    CampaignState.RELEASED: (Step.PURGE,),
    CampaignState.PURGED: (),
}


OF_MANAGERS = joinedload(Nomination.subject).joinedload(Subject.person).joinedload(Person.manager)


def steps(campaign: Campaign) -> tuple[Step, ...]:
    """What may come next; the first is the usual one."""
    possible = STEPS[CampaignState(campaign.state)]
    if nomination_lists.groups_of(campaign):
        return possible
    return tuple(step for step in possible if step is not Step.NOMINATE)


def start_nominating(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Let the subjects propose their peers. They are told by mail."""
    row_locks.hold_row(session, campaign)
    if Step.NOMINATE not in steps(campaign):
        raise NotPossible(N_("campaign %(code)s is not a draft that asks peers"), code=campaign.code)
    about = select(Person).join(Subject, Subject.person_id == Person.id)
    people = session.scalars(about.where(Subject.campaign_id == campaign.id)).all()
    if not people:
        raise NotPossible(N_("campaign %(code)s is about nobody yet"), code=campaign.code)
    campaign.state = CampaignState.NOMINATING
    outbox.owe_to_people(session, MailKind.NOMINATION, campaign, people, now=now)
    audit.record(session, "nominations started", campaign.code, actor=actor, now=now, subjects=len(people))


def tell_managers(session: Session, *, now: datetime) -> None:
    """Once the time for proposals is over, a mail to those who have some to decide on; once per campaign."""
    told = select(Mail.id).where(Mail.campaign_id == Campaign.id, Mail.kind == MailKind.APPROVAL).exists()
    over = select(Campaign).where(
        Campaign.state == CampaignState.NOMINATING, Campaign.nominations_until <= now, ~told
    )
    for campaign in session.scalars(over).all():
        row_locks.hold_row(session, campaign)
        if session.scalar(over.where(Campaign.id == campaign.id)):  # no other worker was faster
            waiting = issuing.roster(campaign).where(Nomination.state == NominationState.PROPOSED)
            managers = {line.subject.person.manager for line in session.scalars(waiting.options(OF_MANAGERS))}
            people = [manager for manager in managers if manager and manager.active]
            outbox.owe_to_people(session, MailKind.APPROVAL, campaign, people, now=now)


@dataclass(frozen=True)
class SmallGroup:
    """A rater group of a subject in which fewer are asked than must answer for it to be shown by itself.

    together: the groups that are counted with it, itself among them; none where it would not be shown at all.
    """

    subject: Bilingual
    group: Bilingual
    asked: int
    minimum: int
    together: tuple[Bilingual, ...]


@dataclass(frozen=True)
class Outlook:
    """What opening would do as things stand."""

    subjects: int
    raters: int
    requests: int
    without_address: int
    undecided: int
    skipped: int
    absent: int
    few: tuple[Bilingual, ...]
    many: tuple[Bilingual, ...]
    overloaded: tuple[Bilingual, ...]
    small: tuple[SmallGroup, ...]
    trustees_missing: Mapping[KeyState, Sequence[str]]
    too_late: bool

    @property
    def possible(self) -> bool:
        return bool(self.requests) and not self.too_late and not self.trustees_missing

    @property
    def mails(self) -> int:
        return self.raters - self.without_address


@dataclass(frozen=True)
class _Roster:
    """Who would be asked, and how many stand on the roster in each other state."""

    asked: Sequence[Nomination]
    states: Counter[NominationState]

    @property
    def raters(self) -> set[Rater]:
        return {nomination.rater for nomination in self.asked}


def outlook(session: Session, custody: Custody, campaign: Campaign, *, now: datetime) -> Outlook:
    roster = _roster(session, campaign, now)
    subjects = campaigns.subjects(session, campaign)
    of_others = [line for line in roster.asked if line.person_id != line.subject.person_id]
    raters_of = Counter(line.subject_id for line in of_others)
    load = Counter(line.rater for line in of_others)
    return Outlook(
        subjects=len(subjects),
        raters=len(roster.raters),
        requests=len(roster.asked),
        without_address=sum(not rater.email for rater in roster.raters),
        undecided=roster.states[NominationState.PROPOSED],
        skipped=roster.states[NominationState.SKIPPED],
        absent=roster.states[NominationState.APPROVED] - len(roster.asked),
        few=_names(subject.person for subject in subjects if raters_of[subject.id] < FEWEST_RATERS),
        many=_names(subject.person for subject in subjects if raters_of[subject.id] > MOST_RATERS),
        overloaded=_names(rater for rater, number in load.items() if number > MOST_REQUESTS),
        small=_small_groups(campaign, roster.asked),
        trustees_missing=_trustees_missing(session, custody, campaign),
        too_late=campaign.closes_at <= now,
    )


def _roster(session: Session, campaign: Campaign, now: datetime) -> _Roster:
    resting = contact_rest.recently_asked(session, now=now, beside=campaign)
    lines = session.scalars(issuing.roster(campaign)).all()
    states = {line.id: contact_rest.state_now(line, resting) for line in lines}
    asked = [line for line in lines if states[line.id] == NominationState.APPROVED and line.rater.active]
    return _Roster(asked, Counter(states.values()))


def _names(people: Iterable[Rater]) -> tuple[Bilingual, ...]:
    return tuple(sorted((_name(person) for person in people), key=lambda name: name.zh))


def _name(person: Rater) -> Bilingual:
    return Bilingual(person.name_in("zh"), person.name_in("en"))


def small_groups(session: Session, campaign: Campaign, *, now: datetime) -> tuple[SmallGroup, ...]:
    """What would become of them, and from the opening on what was fixed."""
    if campaign.state in BEFORE_OPENING:
        return _small_groups(campaign, _roster(session, campaign, now).asked)
    cells = session.scalars(select(Cell).join(Cell.subject).where(Subject.campaign_id == campaign.id)).all()
    members = [cell for cell in cells if not cell.is_pool]
    sizes = {(cell.subject_id, cell.group): cell.invited for cell in members if cell.unit != cell.group}
    return _fates(campaign, sizes, {(cell.subject_id, cell.group): cell.unit for cell in members})


def _small_groups(campaign: Campaign, asked: Sequence[Nomination]) -> tuple[SmallGroup, ...]:
    sizes = Counter((line.subject_id, line.group) for line in asked)
    subjects = [subject.id for subject in campaign.subjects]
    return _fates(campaign, sizes, units.formed(read_scheme(campaign.scheme), subjects, sizes))


def _fates(
    campaign: Campaign, sizes: Mapping[tuple[int, str], int], units: Mapping[tuple[int, str], str | None]
) -> tuple[SmallGroup, ...]:
    scheme = read_scheme(campaign.scheme)
    people: dict[int, Person] = {subject.id: subject.person for subject in campaign.subjects}
    titles = {group.id: Bilingual.of(group.title, group.id) for group in scheme.groups}

    def together(subject_id: int, unit: str | None) -> tuple[Bilingual, ...]:
        return tuple(
            title for name, title in titles.items() if unit and units.get((subject_id, name)) == unit
        )

    found = [
        SmallGroup(
            _name(people[subject_id]), titles[name], number, minimum, together(subject_id, units[place])
        )
        for place, number in sizes.items()
        for subject_id, name in [place]
        if number < (minimum := scheme.group(name).minimum)
    ]
    return tuple(sorted(found, key=lambda small: (small.subject.zh, small.group.zh)))


def _trustees_missing(
    session: Session, custody: Custody, campaign: Campaign
) -> Mapping[KeyState, Sequence[str]]:
    """For whom opening waits, by what their keys lack or what is wrong with them."""
    found: dict[KeyState, list[str]] = defaultdict(list)
    for key in enrolled_keys.on_record(session, custody, campaign):
        if key.state is not KeyState.CONFIRMED:
            found[key.state].append(key.email)
    return found
