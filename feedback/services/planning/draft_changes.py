"""Changing a campaign before it is opened, and throwing it away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from feedback.models.campaigns import Campaign, Cell, Subject, Trustee
from feedback.models.mail import Mail, Reminder
from feedback.models.nominations import Nomination, NominationSource
from feedback.models.people import Person
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.closing import trustees
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.rosters.rosters import Request
from forms.words import N_

BY_DECISION = (NominationSource.SUBJECT, NominationSource.MANAGER, NominationSource.HR)

RaterKey = tuple[int, int | None, int | None]


def revise(session: Session, campaign: Campaign, plan: CampaignPlan, *, actor: str, now: datetime) -> None:
    """Store a changed plan. Raters who were nominated, and what HR decided about one, stay where they still fit."""
    row_locks.hold_row(session, campaign)
    campaigns.require_before_opening(campaign)
    if plan.code != campaign.code:
        raise NotPossible(N_("the code of a campaign is in its links and never changes"))
    before = _facts(session, campaign)
    for name, value in plan.columns().items():
        setattr(campaign, name, value)
    _store_subjects(session, campaign, plan)
    _store_nominations(session, campaign, plan)
    _store_trustees(session, campaign, plan)
    session.flush()
    after = _facts(session, campaign)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        facts = ({name: side[name] for name in changed} for side in (before, after))
        audit.record(
            session,
            "campaign changed",
            campaign.code,
            actor=actor,
            now=now,
            before=next(facts),
            after=next(facts),
        )


def discard(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Delete a campaign that was never opened. One that was prepared from another is not prepared again."""
    row_locks.hold_row(session, campaign)
    campaigns.require_before_opening(campaign)
    if campaign.previous_id:
        previous = session.get_one(Campaign, campaign.previous_id)
        previous.recurring = False
    facts = _facts(session, campaign)
    _delete_subjects(session, _subjects(session, campaign))
    for table in (Trustee, Mail, Reminder):
        session.execute(delete(table).where(table.campaign_id == campaign.id))
    session.delete(campaign)
    session.flush()
    audit.record(session, "campaign discarded", campaign.code, actor=actor, now=now, before=facts)


def _facts(session: Session, campaign: Campaign) -> Mapping[str, Any]:
    """What the audit log can show of a campaign."""
    names = ["title_zh", "title_en", "period", "kind", "languages", "key_custody", "recurring"]
    names += ("questionnaire_code", "questionnaire_version", "scheme_code", "scheme_version")
    moments = ("nominations_until", "approvals_until", "closes_at")
    people = sorted(subject.person.code for subject in _subjects(session, campaign))
    minima = {group.id: group.minimum for group in read_scheme(campaign.scheme).groups}
    return (
        {name: getattr(campaign, name) for name in names}
        | {name: (moment := getattr(campaign, name)) and moment.isoformat() for name in moments}
        | {"minimum": minima, "subjects": people, "trustees": trustees.emails(session, campaign)}
    )


def _subjects(session: Session, campaign: Campaign) -> list[Subject]:
    query = select(Subject).where(Subject.campaign_id == campaign.id).order_by(Subject.id)
    whole = query.options(selectinload(Subject.cells), selectinload(Subject.person))
    return list(session.scalars(whole, execution_options={"populate_existing": True}))


def _delete_subjects(session: Session, subjects: Iterable[Subject]) -> None:
    ids = [subject.id for subject in subjects]
    for table in (Nomination, Cell):
        session.execute(delete(table).where(table.subject_id.in_(ids)))
    session.execute(delete(Subject).where(Subject.id.in_(ids)))


def _store_subjects(session: Session, campaign: Campaign, plan: CampaignPlan) -> None:
    """As many statements for many subjects as for few."""
    stored = {subject.person_id: subject for subject in _subjects(session, campaign)}
    wanted = {person.id: person for person in plan.subjects}
    _delete_subjects(session, [subject for id, subject in stored.items() if id not in wanted])
    stays = [subject for id, subject in stored.items() if id in wanted]
    _delete_groups(session, stays, set(plan.groups))
    for subject in stays:
        has = {cell.group for cell in subject.cells}
        session.add_all(Cell(subject_id=subject.id, group=group) for group in plan.groups if group not in has)
    session.add_all(
        Subject(campaign_id=campaign.id, person=person, cells=[Cell(group=group) for group in plan.groups])
        for id, person in wanted.items()
        if id not in stored
    )
    session.flush()
    session.expire(campaign, ["subjects"])


def _delete_groups(session: Session, subjects: Iterable[Subject], groups: Set[str]) -> None:
    """The groups of these subjects that are no longer asked, with whoever was to be asked in them."""
    gone: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        for cell in subject.cells:
            if cell.group not in groups:
                gone[cell.group].append(subject.id)
    for group, ids in gone.items():
        for table in (Nomination, Cell):
            session.execute(delete(table).where(table.subject_id.in_(ids), table.group == group))


def _store_nominations(session: Session, campaign: Campaign, plan: CampaignPlan) -> None:
    """What follows from lines and accounts is made anew; what somebody decided stays unless it contradicts that."""
    wanted = {_key_of(request): request for request in plan.requests}
    subjects = {subject.id: subject.person_id for subject in _subjects(session, campaign)}
    nominations = session.scalars(
        select(Nomination).join(Nomination.subject).where(Subject.campaign_id == campaign.id)
    ).all()
    gone = []
    for nomination in nominations:
        key = (subjects[nomination.subject_id], nomination.person_id, nomination.contact_id)
        request = wanted.get(key)
        if nomination.source in BY_DECISION and (request is None or request.group == nomination.group):
            wanted.pop(key, None)
        else:
            gone.append(nomination.id)
    row_locks.remove(session, Nomination, gone)
    campaigns.nominate(session, campaign, wanted.values())


def _key_of(request: Request) -> RaterKey:
    rater = request.rater
    if isinstance(rater, Person):
        return request.subject.id, rater.id, None
    return request.subject.id, None, rater.id


def _store_trustees(session: Session, campaign: Campaign, plan: CampaignPlan) -> None:
    """Whoever stays a trustee keeps his passphrase."""
    stored = set(session.scalars(select(Trustee.user_id).where(Trustee.campaign_id == campaign.id)))
    gone = stored - set(plan.trustees)
    session.execute(delete(Trustee).where(Trustee.campaign_id == campaign.id, Trustee.user_id.in_(gone)))
    added = [user_id for user_id in plan.trustees if user_id not in stored]
    session.add_all(Trustee(campaign_id=campaign.id, user_id=user_id) for user_id in added)
