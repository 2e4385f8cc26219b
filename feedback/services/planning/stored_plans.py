"""From a stored campaign back to a plan, to be changed and stored again or to make the next one from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import Campaign, CampaignKind, KeyCustody, Subject, Trustee
from feedback.models.nominations import Nomination, NominationState
from feedback.models.people import Person
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.people import contact_rest
from feedback.services.rosters import rosters


def of_campaign(session: Session, campaign: Campaign, *, now: datetime) -> CampaignPlan:
    """The plan of a campaign as it stands, with the roster that accounts and reporting lines give today."""
    scheme = read_scheme(campaign.scheme)
    plan = CampaignPlan(
        code=campaign.code,
        title_zh=campaign.title_zh,
        title_en=campaign.title_en,
        period=campaign.period,
        kind=CampaignKind(campaign.kind),
        closes_at=campaign.closes_at,
        questionnaire=read_questionnaire(campaign.questionnaire),
        scheme=scheme,
        groups=(),
        subjects=tuple(_people(session, campaign)),
        requests=(),
        nominations_until=campaign.nominations_until,
        approvals_until=campaign.approvals_until,
        languages=campaign.languages,
        key_custody=KeyCustody(campaign.key_custody),
        trustees=trustees(session, campaign),
        recurring=campaign.recurring,
    )
    return with_roster(session, plan, now=now, beside=campaign)


def _people(session: Session, campaign: Campaign) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .join(Subject, Subject.person_id == Person.id)
        .where(Subject.campaign_id == campaign.id)
        .options(joinedload(Person.department))
        .order_by(Person.code)
    ).all()


def trustees(session: Session, campaign: Campaign) -> tuple[int, ...]:
    return tuple(session.scalars(select(Trustee.user_id).where(Trustee.campaign_id == campaign.id)))


def with_roster(
    session: Session,
    plan: CampaignPlan,
    *,
    now: datetime,
    beside: Campaign | None = None,
    peers: Mapping[str, Sequence[Person]] | None = None,
) -> CampaignPlan:
    """The plan with the rater groups of its kind and scheme, and everybody who follows from lines and accounts.

    A peer who would be asked as something else as well is asked as that.
    """
    company = rosters.company(session, contact_rest.recently_asked(session, now=now, beside=beside))
    groups = rosters.groups(plan.scheme, plan.kind)
    requests = rosters.requests(company, groups, plan.subjects, peers or {})
    twice = {id(second) for _, second in rosters.asked_twice(requests)}
    return replace(
        plan,
        groups=tuple(group.id for group in groups),
        requests=tuple(request for request in requests if id(request) not in twice),
    )


def approved_peers(session: Session, campaign: Campaign, groups: Collection[str]) -> dict[str, list[Person]]:
    """By the code of their subject; those who are not there any more are left out."""
    nominations = session.scalars(
        select(Nomination)
        .join(Nomination.subject)
        .join(Nomination.person)
        .where(
            Subject.campaign_id == campaign.id,
            Nomination.group.in_(groups),
            Nomination.state == NominationState.APPROVED,
            Person.active,
        )
        .options(joinedload(Nomination.person), joinedload(Nomination.subject).joinedload(Subject.person))
        .order_by(Person.code)
    )
    peers: dict[str, list[Person]] = {}
    for nomination in nominations:
        if nomination.person:
            peers.setdefault(nomination.subject.person.code, []).append(nomination.person)
    return peers


def free_code(session: Session, period: str, kind: CampaignKind) -> str:
    """The period itself, or with the kind, or with a number: the first that no campaign has."""
    taken = set(session.scalars(select(Campaign.code).where(Campaign.code.startswith(period))))
    candidates = chain((period, f"{period}-{kind}"), (f"{period}-{kind}-{n}" for n in count(2)))
    return next(code for code in candidates if code not in taken)
