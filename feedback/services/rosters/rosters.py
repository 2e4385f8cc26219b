"""Who is asked about whom: from clients, reporting lines and nominated peers to requests."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import CampaignKind
from feedback.models.clients import Contact
from feedback.models.nominations import NominationSource, NominationState
from feedback.models.people import Person
from feedback.services.people.clients import DEFAULT_TIER
from forms.scheme import Family, Group, Scheme

PEER, SUBORDINATE = "peer", "subordinate"

Member = TypeVar("Member")


@dataclass(frozen=True)
class Request:
    """A rater who is to be asked about a subject, in the role of a rater group."""

    subject: Person
    group: str
    rater: Person | Contact
    source: NominationSource = NominationSource.HR
    state: NominationState = NominationState.APPROVED


@dataclass(frozen=True)
class Company:
    """Everybody who is there to rate or be rated: people by code, contacts and direct reports by whom they belong to.

    Recently asked: ids of contacts who were asked in another campaign not long ago.
    """

    people: Mapping[str, Person]
    contacts: Mapping[int, Sequence[Contact]]
    reports: Mapping[int, Sequence[Person]]
    recently_asked: Collection[int] = frozenset()


def company(session: Session, recently_asked: Collection[int] = frozenset()) -> Company:
    people = session.scalars(
        select(Person)
        .where(Person.active)
        .options(joinedload(Person.department), joinedload(Person.manager))
        .order_by(Person.code)
    ).all()
    contacts = session.scalars(
        select(Contact).where(Contact.active).options(joinedload(Contact.client)).order_by(Contact.email)
    )
    return Company(
        people={person.code: person for person in people},
        contacts=_grouped((contact.client.account_manager_id, contact) for contact in contacts),
        reports=_grouped((person.manager_id, person) for person in people),
        recently_asked=recently_asked,
    )


def _grouped(pairs: Iterable[tuple[int | None, Member]]) -> dict[int, list[Member]]:
    grouped: dict[int, list[Member]] = {}
    for key, member in pairs:
        if key is not None:
            grouped.setdefault(key, []).append(member)
    return grouped


def groups(scheme: Scheme, kind: CampaignKind) -> tuple[Group, ...]:
    """The rater groups of a scheme that a kind of campaign asks."""
    if kind == CampaignKind.BOTH:  # a stored kind is equal to it, not the same
        return scheme.groups
    return tuple(
        group for group in scheme.groups if (group.family is Family.CLIENTS) == (kind == CampaignKind.CLIENT)
    )


def nominated_groups(groups: Sequence[Group]) -> list[Group]:
    """The rater groups whose members nothing but a nomination names."""
    return [group for group in groups if group.family is Family.COLLEAGUES and group.id != SUBORDINATE]


def requests(
    company: Company,
    groups: Sequence[Group],
    subjects: Sequence[Person],
    peers: Mapping[str, Sequence[Person]],
) -> tuple[Request, ...]:
    """Everybody who is to be asked. A group that neither clients, lines nor peers can fill has nobody."""
    return tuple(
        _request(company, subject, group, rater)
        for subject in subjects
        for group, raters in _raters(company, groups, subject, peers.get(subject.code, ())).items()
        for rater in raters
    )


def _request(company: Company, subject: Person, group: str, rater: Person | Contact) -> Request:
    if isinstance(rater, Contact):
        skipped = rater.id in company.recently_asked
        state = NominationState.SKIPPED if skipped else NominationState.APPROVED
        return Request(subject, group, rater, NominationSource.CLIENT, state)
    return Request(subject, group, rater, NominationSource.HR if group == PEER else NominationSource.LINE)


def _raters(
    company: Company, groups: Sequence[Group], subject: Person, peers: Sequence[Person]
) -> dict[str, list[Person | Contact]]:
    raters: dict[str, list[Person | Contact]] = {group.id: [] for group in groups}
    tiers = [group.id for group in groups if group.family is Family.CLIENTS]
    for contact in company.contacts.get(subject.id, ()) if tiers else ():
        raters[_tier_group(contact.client.tier, tiers)].append(contact)
    for group in groups:
        if group.family is Family.SELF:
            raters[group.id] = [subject]
        elif group.family is Family.SUPERVISOR and subject.manager and subject.manager.active:
            raters[group.id] = [subject.manager]
    if PEER in raters:
        raters[PEER] += peers
    if SUBORDINATE in raters:
        raters[SUBORDINATE] += company.reports.get(subject.id, ())
    return raters


def _tier_group(tier: str, tiers: Sequence[str]) -> str:
    """Clients of a tier that the scheme does not tell apart count as clients."""
    if tier in tiers:
        return tier
    return DEFAULT_TIER if DEFAULT_TIER in tiers else tiers[0]


def asked_twice(requests: Iterable[Request]) -> list[tuple[Request, Request]]:
    """Pairs of requests to the same rater about the same subject, the earlier one first."""
    asked: dict[tuple[Person, Person | Contact], Request] = {}
    return [
        (first, request)
        for request in requests
        if (first := asked.setdefault((request.subject, request.rater), request)) is not request
    ]
