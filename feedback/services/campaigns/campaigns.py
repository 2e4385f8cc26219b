"""Making, opening and releasing campaigns. Closing is a matter of its own: see `campaign_closing`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from feedback.models.campaigns import (
    BEFORE_OPENING,
    Campaign,
    CampaignKind,
    CampaignState,
    Cell,
    KeyCustody,
    Subject,
    Trustee,
)
from feedback.models.clients import Contact
from feedback.models.nominations import Nomination
from feedback.models.people import Person
from feedback.services.ballot_box import ballots, enrolled_keys, issuing
from feedback.services.ballot_box.box_keys import BoxKeys, cells_of
from feedback.services.ballot_box.custody import Custody
from feedback.services.campaigns import units
from feedback.services.crowds import crowds
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import frozen, read_questionnaire, read_scheme
from feedback.services.ground import audit, campaign_codes, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import outbox
from feedback.services.people import contact_rest
from feedback.services.rosters.rosters import Request
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from forms.words import N_


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign as HR wants it."""

    code: str
    title_zh: str
    title_en: str
    period: str
    kind: CampaignKind
    closes_at: datetime
    questionnaire: Questionnaire
    scheme: Scheme
    groups: tuple[str, ...]
    subjects: tuple[Person, ...]
    requests: tuple[Request, ...]
    nominations_until: datetime | None = None
    approvals_until: datetime | None = None
    languages: str = "zh,en"
    key_custody: KeyCustody = KeyCustody.SERVER
    trustees: tuple[int, ...] = ()
    recurring: bool = False

    def columns(self) -> dict[str, Any]:
        """What is stored as it stands: the questionnaire and the scheme as snapshots."""
        names = ["code", "title_zh", "title_en", "period", "kind", "closes_at", "nominations_until"]
        names += ("approvals_until", "languages", "key_custody", "recurring")
        return {name: getattr(self, name) for name in names} | {
            "questionnaire": frozen(self.questionnaire),
            "questionnaire_code": self.questionnaire.id,
            "questionnaire_version": self.questionnaire.version,
            "scheme": frozen(self.scheme),
            "scheme_code": self.scheme.id,
            "scheme_version": self.scheme.version,
        }


def find(session: Session, code: str) -> Campaign:
    query = select(Campaign).where(Campaign.code == campaign_codes.stored(session, code))
    campaign: Campaign | None = session.scalar(query)
    if campaign is None:
        raise NotFound(N_("there is no campaign %(code)s"), code=code)
    return campaign


def in_state(session: Session, *states: CampaignState) -> list[Campaign]:
    return list(session.scalars(select(Campaign).where(Campaign.state.in_(states))))


def create(session: Session, plan: CampaignPlan, *, actor: str, now: datetime) -> Campaign:
    campaign = Campaign(state=CampaignState.DRAFT, **plan.columns())
    campaign.subjects = [
        Subject(person=person, cells=[Cell(group=group) for group in plan.groups]) for person in plan.subjects
    ]
    try:
        with session.begin_nested():
            session.add(campaign)
    except IntegrityError:
        raise NotPossible(N_("there is already a campaign %(code)s"), code=plan.code) from None
    nominate(session, campaign, plan.requests)
    session.add_all(Trustee(campaign_id=campaign.id, user_id=user_id) for user_id in plan.trustees)
    audit.record(session, "campaign created", plan.code, actor=actor, now=now)
    return campaign


def nominate(session: Session, campaign: Campaign, requests: Iterable[Request]) -> None:
    """One statement, however many there are."""
    of_campaign = select(Subject.person_id, Subject.id).where(Subject.campaign_id == campaign.id)
    subjects = {person_id: id for person_id, id in session.execute(of_campaign)}
    rows = [
        {
            "subject_id": subjects[request.subject.id],
            "group": request.group,
            "person_id": request.rater.id if isinstance(request.rater, Person) else None,
            "contact_id": request.rater.id if isinstance(request.rater, Contact) else None,
            "source": request.source,
            "state": request.state,
        }
        for request in requests
    ]
    if rows:
        session.execute(insert(Nomination.metadata.tables[Nomination.__tablename__]), rows)


def require_before_opening(campaign: Campaign) -> None:
    if campaign.state not in BEFORE_OPENING:
        raise NotPossible(
            N_("campaign %(code)s is %(state)s: that can be done only before it is opened"),
            code=campaign.code,
            state=str(campaign.state),
        )


def open(session: Session, custody: Custody, campaign: Campaign, *, actor: str, now: datetime) -> None:
    """Issue the links and make the keys: from here answers can be sealed, and nothing asked can change."""
    row_locks.hold_row(session, campaign)
    require_before_opening(campaign)
    if campaign.closes_at <= now:
        raise NotPossible(
            N_("campaign %(code)s would close in the past, at %(moment)s"),
            code=campaign.code,
            moment=f"{campaign.closes_at:%Y-%m-%d %H:%M %Z}",
        )
    _require_current(session, campaign)
    contact_rest.refresh(session, campaign, now=now)
    asked = issuing.to_be_asked(session, campaign)
    if not asked:
        raise NotPossible(N_("campaign %(code)s asks nobody: nothing to open"), code=campaign.code)
    keys = _make_keys(session, custody, campaign)
    campaign.state = CampaignState.OPEN
    campaign.opened_at = now
    _freeze_departments(session, campaign)
    tasks = issuing.invite(session, campaign, asked, keys)
    units.fix(session, campaign)
    crowds.form(session, campaign)
    custody.keep_box(campaign.code, replace(keys, cells=cells_of(session, campaign)))
    outbox.owe_invitations(session, campaign, now=now)
    audit.record(session, "campaign opened", campaign.code, actor=actor, now=now, tasks=tasks)


def _make_keys(session: Session, custody: Custody, campaign: Campaign) -> BoxKeys:
    trustees = enrolled_keys.public_keys(session, custody, campaign)
    custody.require_not_counted(campaign.code)
    campaign.envelope_size = ballots.envelope_size(read_questionnaire(campaign.questionnaire))
    campaign.public_key = custody.create(campaign.code, trustees)
    keys = BoxKeys.for_opening(campaign, campaign.public_key, campaign.envelope_size)
    return keys


def _freeze_departments(session: Session, campaign: Campaign) -> None:
    department = select(Person.department_id).where(Person.id == Subject.person_id).scalar_subquery()
    of_campaign = update(Subject).where(Subject.campaign_id == campaign.id)
    session.execute(
        of_campaign.values(department_id=department), execution_options={"synchronize_session": False}
    )


def _require_current(session: Session, campaign: Campaign) -> None:
    """Nobody is asked what somebody has taken back: a draft in the library may change after a campaign took it."""
    taken = (read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme))
    changed = [one.id for one in taken if not library.is_current(session, one)]
    if changed:
        raise NotPossible(
            N_(
                "%(names)s changed in the library after this campaign took it: save “What is asked” once more, "
                "then open the campaign"
            ),
            names=", ".join(changed),
        )


def subjects(session: Session, campaign: Campaign) -> list[Subject]:
    return list(
        session.scalars(
            select(Subject)
            .join(Person, Subject.person_id == Person.id)
            .where(Subject.campaign_id == campaign.id)
            .options(joinedload(Subject.person).joinedload(Person.department), joinedload(Subject.department))
            .order_by(Person.code)
        )
    )
