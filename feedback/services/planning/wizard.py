"""A campaign made step by step in the browser: after each step it is stored as a draft, whole and with defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import Campaign, CampaignKind, KeyCustody
from feedback.models.people import Department, Person
from feedback.services.ballot_box.enrolled_keys import NUMBER_OF_TRUSTEES
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.days import end_of
from feedback.services.ground.errors import NotPossible
from feedback.services.planning import campaign_file_format, draft_changes, stored_plans
from feedback.services.rosters import rosters
from forms.document import InvalidDocument
from forms.scheme import Scheme, with_minimum
from forms.words import N_

NOMINATING, APPROVING, COLLECTING = timedelta(days=5), timedelta(days=5), timedelta(days=14)
TITLES = {
    CampaignKind.CLIENT: ("客户满意度调查", "Client survey"),
    CampaignKind.COLLEAGUES: ("360 度评价", "360-degree feedback"),
    CampaignKind.BOTH: ("客户经理考核", "Appraisal of account managers"),
}


@dataclass(frozen=True)
class Basics:
    """The first step. Definitions by code and version; a title that is left out follows from kind and period."""

    kind: CampaignKind
    period: str
    title_zh: str
    title_en: str
    questionnaire: tuple[str, int]
    scheme: tuple[str, int]
    languages: str
    recurring: bool


@dataclass(frozen=True)
class Terms:
    """The last step: until when, from how many answers on, and who holds the key."""

    nominations_until: date | None
    approvals_until: date | None
    closes_on: date
    minimum: Mapping[str, int]
    trustees: tuple[int, ...]


def start(
    session: Session, basics: Basics, first_day: date, zone: ZoneInfo, *, actor: str, now: datetime
) -> Campaign:
    """A draft about all account managers, with the usual calendar."""
    plan = _with_basics(session, _empty(session, basics), basics, now)
    plan = _with_calendar(plan, first_day, zone)
    plan = replace(plan, subjects=tuple(select_people(session, "all", ())))
    return campaigns.create(session, _with_roster(session, plan, now), actor=actor, now=now)


def _empty(session: Session, basics: Basics) -> CampaignPlan:
    return CampaignPlan(
        code=stored_plans.free_code(session, basics.period, basics.kind),
        title_zh="",
        title_en="",
        period=basics.period,
        kind=basics.kind,
        closes_at=datetime.max,
        questionnaire=library.load_questionnaire(session, *basics.questionnaire),
        scheme=library.load_scheme(session, *basics.scheme),
        groups=(),
        subjects=(),
        requests=(),
    )


def _with_basics(session: Session, plan: CampaignPlan, basics: Basics, now: datetime) -> CampaignPlan:
    scheme = library.load_scheme(session, *basics.scheme)
    if (plan.scheme.id, plan.scheme.version) == basics.scheme:
        scheme = _raised_alike(scheme, plan.scheme)
    questionnaire = library.load_questionnaire(session, *basics.questionnaire)
    faults = campaign_file_format.misfits(questionnaire, rosters.groups(scheme, basics.kind))
    if faults:
        raise InvalidDocument(faults)
    title_zh, title_en = _titles(basics)
    return replace(
        plan,
        kind=basics.kind,
        period=basics.period,
        title_zh=title_zh,
        title_en=title_en,
        questionnaire=questionnaire,
        scheme=scheme,
        languages=basics.languages,
        recurring=basics.recurring,
    )


def _raised_alike(scheme: Scheme, before: Scheme) -> Scheme:
    """What was raised stays raised, also when a draft in the library has changed since."""
    stored = {group.id: group.minimum for group in before.groups}
    free = [group for group in scheme.groups if not group.attributed]
    return with_minimum(scheme, {group.id: max(group.minimum, stored.get(group.id, 0)) for group in free})


def _titles(basics: Basics) -> tuple[str, str]:
    zh, en = TITLES[basics.kind]
    made = f"{_period_zh(basics.period)}{zh}", f"{en} {basics.period}"
    return basics.title_zh or basics.title_en or made[0], basics.title_en or basics.title_zh or made[1]


def _period_zh(period: str) -> str:
    year, _, quarter = period.partition("Q")
    if quarter:
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度"
    year, _, month = period.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def _with_calendar(plan: CampaignPlan, first_day: date, zone: ZoneInfo) -> CampaignPlan:
    if not _nominates(plan.scheme, plan.kind):
        return replace(plan, closes_at=end_of(first_day + COLLECTING, zone))
    nominated = first_day + NOMINATING
    approved = nominated + APPROVING
    return replace(
        plan,
        nominations_until=end_of(nominated, zone),
        approvals_until=end_of(approved, zone),
        closes_at=end_of(approved + COLLECTING, zone),
    )


def _nominates(scheme: Scheme, kind: CampaignKind) -> bool:
    return bool(rosters.nominated_groups(rosters.groups(scheme, kind)))


def _with_roster(
    session: Session, plan: CampaignPlan, now: datetime, campaign: Campaign | None = None
) -> CampaignPlan:
    return stored_plans.with_roster(session, plan, now=now, beside=campaign)


def change_basics(session: Session, campaign: Campaign, basics: Basics, *, actor: str, now: datetime) -> None:
    plan = _with_basics(session, stored_plans.of_campaign(session, campaign, now=now), basics, now)
    if not _nominates(plan.scheme, plan.kind):
        plan = replace(plan, nominations_until=None, approvals_until=None)
    plan = _with_roster(session, plan, now, campaign)
    draft_changes.revise(session, campaign, plan, actor=actor, now=now)


def choose_subjects(
    session: Session, campaign: Campaign, people: Sequence[Person], *, actor: str, now: datetime
) -> None:
    if not people:
        raise NotPossible(N_("nobody is selected: a campaign needs somebody to be about"))
    plan = replace(stored_plans.of_campaign(session, campaign, now=now), subjects=tuple(people))
    plan = _with_roster(session, plan, now, campaign)
    draft_changes.revise(session, campaign, plan, actor=actor, now=now)


def select_people(session: Session, selection: str, chosen: Sequence[str]) -> list[Person]:
    """All account managers, those of some departments or levels, or certain people; only who is still there."""
    query = select(Person).join(Person.department).where(Person.active).options(joinedload(Person.department))
    conditions = {
        "all": Person.level.is_not(None),
        "departments": Person.level.is_not(None) & Department.code.in_(chosen),
        "levels": Person.level.in_(chosen),
        "people": Person.code.in_(chosen),
    }
    return list(session.scalars(query.where(conditions[selection]).order_by(Person.code)))


def set_terms(
    session: Session, campaign: Campaign, terms: Terms, zone: ZoneInfo, *, actor: str, now: datetime
) -> None:
    plan = stored_plans.of_campaign(session, campaign, now=now)
    if terms.trustees and len(set(terms.trustees)) != NUMBER_OF_TRUSTEES:
        raise NotPossible(N_("a campaign has three trustees, two of whom close it together"))
    plan = replace(
        plan,
        scheme=with_minimum(unraised(session, campaign), terms.minimum),
        nominations_until=end_of(terms.nominations_until, zone) if terms.nominations_until else None,
        approvals_until=end_of(terms.approvals_until, zone) if terms.approvals_until else None,
        closes_at=end_of(terms.closes_on, zone),
        key_custody=KeyCustody.TRUSTEES if terms.trustees else KeyCustody.SERVER,
        trustees=terms.trustees,
    )
    draft_changes.revise(session, campaign, plan, actor=actor, now=now)


def unraised(session: Session, campaign: Campaign) -> Scheme:
    """The campaign's scheme with the minima that its author wrote, which a campaign may raise but not lower."""
    stored = read_scheme(campaign.scheme)
    return (
        library.before_raising(session, stored) or stored
    )  # it may have come with a campaign file of its own
