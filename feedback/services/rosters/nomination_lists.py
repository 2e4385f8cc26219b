"""Who is nominated for whom, and who may see it: the subject, those who lead him, and HR."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.models.clients import Contact
from feedback.models.nominations import Nomination, NominationSource, NominationState
from feedback.models.people import Person
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import campaign_codes
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotFound
from feedback.services.ground.pagination import mentions
from feedback.services.rosters import rosters
from forms.scheme import Group
from forms.words import N_

FEWEST_RATERS, MOST_RATERS, MOST_REQUESTS = 6, 15, 10
RECOMMENDED = (8, 12)
FOUND_AT_ONCE = 20
STANDING = (NominationState.PROPOSED, NominationState.APPROVED)


class NominationRole(StrEnum):
    """What somebody is in the nomination of a subject's raters."""

    SUBJECT = "subject"
    MANAGER = "manager"
    HR = "hr"


@dataclass(frozen=True)
class RosterLine:
    """A rater on the roster, with the number of subjects he is to be asked about in this campaign."""

    id: int
    code: str
    name: Bilingual
    place: Bilingual
    group: str
    state: NominationState
    source: NominationSource
    requests: int

    @property
    def overloaded(self) -> bool:
        return self.requests > MOST_REQUESTS


def under_way(session: Session, reader: Reader) -> list[Subject]:
    """The subjects in whose nominations the reader has a part now: himself first, then those whom he leads."""
    query = _subjects(reader).where(Campaign.state == CampaignState.NOMINATING)
    found = session.scalars(query.order_by(Campaign.id.desc(), Person.code)).all()
    return sorted(found, key=lambda subject: subject.person_id != reader.person_id)


def find_subject(session: Session, reader: Reader, campaign: str, person: str) -> Subject:
    """While nominations are under way; afterwards the roster is nobody's but HR's."""
    called = Campaign.code == campaign_codes.stored(session, campaign)
    query = _subjects(reader).where(called, Person.code == person)
    subject: Subject | None = session.scalars(
        query.where(Campaign.state == CampaignState.NOMINATING)
    ).one_or_none()
    if subject is None or not groups_of(subject.campaign):
        raise NotFound(N_("there are no nominations for %(person)s to see"), person=person)
    return subject


def _subjects(reader: Reader) -> Select[Subject]:
    return (
        select(Subject)
        .join(Subject.campaign)
        .join(Subject.person)
        .where(_takes_part(reader))
        .options(
            contains_eager(Subject.campaign), contains_eager(Subject.person).joinedload(Person.department)
        )
    )


def _takes_part(reader: Reader) -> ColumnElement[bool]:
    if reader.reads_everything:
        return true()
    if reader.person_id is None:
        return false()
    return or_(Subject.person_id == reader.person_id, reading_rights.led_by(reader))


def part_of(reader: Reader, subject: Subject) -> NominationRole:
    if subject.person_id == reader.person_id:
        return NominationRole.SUBJECT
    return NominationRole.HR if reader.reads_everything else NominationRole.MANAGER


def groups_of(campaign: Campaign) -> list[Group]:
    """The rater groups of the campaign that are filled by nomination."""
    asked = rosters.groups(read_scheme(campaign.scheme), campaign.kind)
    return rosters.nominated_groups(asked)


def lines(session: Session, subject: Subject, groups: Sequence[str] | None = None) -> list[RosterLine]:
    """The subject's roster, or some groups of it, by group and name."""
    query = (
        select(Nomination)
        .where(Nomination.subject_id == subject.id)
        .options(
            joinedload(Nomination.person).joinedload(Person.department),
            joinedload(Nomination.contact).joinedload(Contact.client),
        )
    )
    if groups is not None:
        query = query.where(Nomination.group.in_(groups))
    load = requests_by_person(session, subject.campaign_id)
    found = [_line(nomination, load) for nomination in session.scalars(query)]
    return sorted(found, key=lambda line: (line.group, line.name.zh, line.id))


def _line(nomination: Nomination, load: Mapping[int | None, int]) -> RosterLine:
    rater = nomination.rater
    place = rater.department if isinstance(rater, Person) else rater.client
    return RosterLine(
        id=nomination.id,
        code=rater.known_as,
        name=Bilingual(rater.name_in("zh"), rater.name_in("en")),
        place=Bilingual(place.name_in("zh"), place.name_in("en")),
        group=nomination.group,
        state=NominationState(nomination.state),
        source=NominationSource(nomination.source),
        requests=load.get(nomination.person_id, 0) if nomination.person_id else 0,
    )


def requests_by_person(session: Session, campaign_id: int) -> dict[int | None, int]:
    """How many subjects each colleague is, or is proposed, to be asked about; himself not counted."""
    rows = session.execute(
        select(Nomination.person_id, func.count())
        .join(Nomination.subject)
        .where(
            Subject.campaign_id == campaign_id,
            Nomination.state.in_(STANDING),
            Nomination.person_id != Subject.person_id,
        )
        .group_by(Nomination.person_id)
    )
    return Counter({person_id: number for person_id, number in rows})


def standing(lines: Sequence[RosterLine]) -> int:
    """How many raters the subject would have."""
    return sum(line.state in STANDING for line in lines)


def search(session: Session, subject: Subject, words: str) -> list[Person]:
    """Colleagues whom somebody could add to the roster, by name, code or department."""
    listed = select(Nomination.person_id).where(
        Nomination.subject_id == subject.id, Nomination.person_id.is_not(None)
    )
    query = select(Person).join(Person.department).where(Person.active, Person.id != subject.person_id)
    query = query.where(Person.id.not_in(listed), *(_mentions(word) for word in words.split()))
    found = query.options(contains_eager(Person.department)).order_by(Person.code).limit(FOUND_AT_ONCE)
    return list(session.scalars(found))


def _mentions(word: str) -> ColumnElement[bool]:
    department = Person.department.property.mapper.class_
    columns = (Person.name, Person.name_en, Person.code, department.name, department.name_en)
    return mentions(word, *columns)


Sizes = Mapping[tuple[int, str, NominationState], int]


def sizes(session: Session, campaign: Campaign) -> Sizes:
    """How many raters stand on the roster, by subject, rater group and state."""
    return _sizes(session, Subject.campaign_id == campaign.id)


def sizes_of(session: Session, subjects: Sequence[Subject]) -> Sizes:
    return _sizes(session, Subject.id.in_([subject.id for subject in subjects]))


def _sizes(session: Session, condition: ColumnElement[bool]) -> Sizes:
    rows = session.execute(
        select(Nomination.subject_id, Nomination.group, Nomination.state, func.count())
        .join(Nomination.subject)
        .where(condition)
        .group_by(Nomination.subject_id, Nomination.group, Nomination.state)
    )
    return {(subject_id, group, NominationState(state)): number for subject_id, group, state, number in rows}


def others(session: Session, subject: Subject, groups: Sequence[str]) -> int:
    """How many raters the subject has beside the nominated, himself not counted."""
    query = select(func.count()).where(
        Nomination.subject_id == subject.id,
        Nomination.group.not_in(groups),
        Nomination.state == NominationState.APPROVED,
        Nomination.person_id.is_distinct_from(subject.person_id),
    )
    return session.scalar(query) or 0
