"""Which plans somebody may see, and what is to be looked at by when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from feedback.models.people import Person
from feedback.models.plans import PLAN_ENDED, DevelopmentPlan, PlanFollowUp, PlanState
from feedback.models.rounds import Appraisal, Round
from feedback.services.appraisals import rights
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import NotFound
from feedback.services.plans.plans import RUNNING
from forms.words import N_

S = PlanState


@dataclass(frozen=True)
class DueFollowUp:
    """What is to be looked at: whose plan, on which day; overdue in days, negative while it is not."""

    plan: DevelopmentPlan
    follow_up: PlanFollowUp
    overdue: int


def find(session: Session, number: int, by: Decider) -> DevelopmentPlan:
    """A plan that he may see: the person once it is published, reviewer, deputy, line and HR always. Or NotFound."""
    plan = session.scalars(_plans().where(DevelopmentPlan.id == number)).one_or_none()
    if plan is None or not _may_read(session, plan, by):
        raise NotFound(N_("there is no such plan"))
    return plan


def _may_read(session: Session, plan: DevelopmentPlan, by: Decider) -> bool:
    found: frozenset[rights.Relation] = frozenset()
    for reader in deputies.reads_as(session, by):
        found |= rights.relations(session, reader, plan.appraisal)
    if by.person_id == plan.appraisal.person_id:
        return plan.state != S.DRAFT
    return bool(found & rights.READS_COMPUTED)


def of(session: Session, appraisal: Appraisal, by: Decider) -> list[DevelopmentPlan]:
    """Those that he may see, oldest first."""
    found = session.scalars(_plans().where(DevelopmentPlan.appraisal_id == appraisal.id))
    own = by.person_id == appraisal.person_id
    return [plan for plan in found if not own or plan.state != S.DRAFT]


def listed(
    session: Session, by: Decider, *, period: str | None = None, running: bool = False
) -> list[DevelopmentPlan]:
    """Of everybody for HR, of those whom he reviews or stands above for others."""
    whose = rights.readable(by.reader) if by.reader.reads_everything else rights.led_by(by.reader)
    query = _plans().where(whose)
    if period is not None:
        query = query.where(Round.period == period)
    if running:
        query = query.where(DevelopmentPlan.state.not_in((S.DRAFT, *PLAN_ENDED)))
    return list(session.scalars(query))


def due(session: Session, by: Decider, until: date) -> list[DueFollowUp]:
    """What is to be looked at until a day, and what should have been; the oldest first."""
    found = [
        DueFollowUp(plan, one, (by.today - one.due).days)
        for plan in listed(session, by, running=True)
        if plan.state in RUNNING
        for one in plan.follow_ups
        if one.at is None and one.due <= until
    ]
    return sorted(found, key=lambda line: (line.follow_up.due, line.plan.id))


def _plans() -> Select[DevelopmentPlan]:
    return (
        select(DevelopmentPlan)
        .join(DevelopmentPlan.appraisal)
        .join(Appraisal.round)
        .join(Person, Person.id == Appraisal.person_id)
        .options(
            contains_eager(DevelopmentPlan.appraisal).contains_eager(Appraisal.round),
            contains_eager(DevelopmentPlan.appraisal).contains_eager(Appraisal.person),
            selectinload(DevelopmentPlan.items),
            selectinload(DevelopmentPlan.follow_ups),
            selectinload(DevelopmentPlan.steps),
        )
        .order_by(Round.period.desc(), Person.code, DevelopmentPlan.id)
    )
