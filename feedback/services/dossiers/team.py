"""The people of a manager in a round: how far each is, how long there is, and what is his to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from feedback.models.accounts import RoleName
from feedback.models.confirmed_results import AppraisalReply
from feedback.models.decisions import AppraisalInterview, Deputy, Review, ReviewerContribution
from feedback.models.people import Person
from feedback.models.plans import PLAN_ENDED, DevelopmentPlan, PlanFollowUp, PlanState
from feedback.models.rounds import (
    TOLD,
    Appraisal,
    AppraisalLine,
    AppraisalReviewer,
    AppraisalState,
    Round,
    RoundState,
)
from feedback.services.appraisals import versions
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalStatus
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.reviews import WRITABLE
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.tables import periods
from forms.appraisals.choices import InterviewRule
from forms.appraisals.rules import AppraisalRules

S = AppraisalState


class Duty(StrEnum):
    """What somebody does for one of his people."""

    CONTRIBUTE = "contribute"
    REVIEW = "review"
    INTERVIEW = "interview"
    STATE = "state"
    PLAN = "plan"
    FOLLOW_UP = "follow up"


class TeamPart(StrEnum):
    """What somebody is to one of his people. Line: he stands above the reviewer, and reads."""

    REVIEWER = "reviewer"
    DEPUTY = "deputy"
    CONTRIBUTOR = "contributor"
    LINE = "line"


@dataclass(frozen=True)
class TeamLine:
    """One person. figures: only for who reviews, as others are noted when they open them. until: of the next step."""

    appraisal: Appraisal
    part: TeamPart
    figures: AppraisalSummary | None
    until: date | None
    days_left: int | None
    duties: tuple[Duty, ...]
    has_draft: bool


def rounds(session: Session, by: Decider) -> list[Round]:
    """Those in which he has people, the newest first, each with its scheme; one statement."""
    whose = select(Appraisal.id).where(Appraisal.round_id == Round.id, _people_of(by)).exists()
    query = select(Round).where(whose, Round.state != RoundState.PREPARING).options(undefer(Round.scheme))
    return sorted(
        session.scalars(query), key=lambda one: (periods.last_day(one.period), one.period), reverse=True
    )


def of(session: Session, of_round: Round, by: Decider) -> list[TeamLine]:
    """By code, those with something to do first; two statements, however many people there are."""
    found = session.execute(_query(by).where(Appraisal.round_id == of_round.id)).unique().all()
    reviewed = [row.Appraisal for row in found if _part(row, by) in (TeamPart.REVIEWER, TeamPart.DEPUTY)]
    figures = versions.summaries(session, reviewed)
    rules = read_scheme(of_round.scheme).appraisal
    rows = [_row(row, of_round, rules, figures, by) for row in found]
    return sorted(rows, key=lambda row: (not row.duties, row.part is TeamPart.LINE))


def _people_of(by: Decider) -> ColumnElement[bool]:
    return and_(
        or_(_reviewed(by), _deputised(by), _led(by), _asked(by)),
        Appraisal.person_id != by.person_id if by.person_id is not None else Appraisal.id > 0,
    )


def _reviewed(by: Decider) -> ColumnElement[bool]:
    """Of whom nobody stood above, HR reviews."""
    nobody = Appraisal.reviewer_id.is_(None) if RoleName.HR in by.reader.roles else false()
    return or_(Appraisal.reviewer_id == by.person_id if by.person_id is not None else false(), nobody)


def _deputised(by: Decider) -> ColumnElement[bool]:
    principals = select(Deputy.manager_id).where(
        Deputy.deputy_id == by.person_id, Deputy.starts <= by.today, Deputy.ends >= by.today
    )
    return and_(Appraisal.reviewer_id.is_not(None), Appraisal.reviewer_id.in_(principals))


def _led(by: Decider) -> ColumnElement[bool]:
    return Appraisal.id.in_(select(AppraisalLine.appraisal_id).where(AppraisalLine.person_id == by.person_id))


def _asked(by: Decider) -> ColumnElement[bool]:
    rows = select(AppraisalReviewer.appraisal_id).where(
        AppraisalReviewer.reviewer_id == by.person_id, AppraisalReviewer.contributes
    )
    return Appraisal.id.in_(rows)


def _query(by: Decider) -> Select[Any]:
    written = select(ReviewerContribution.appraisal_id).where(ReviewerContribution.person_id == by.person_id)
    unsaid = select(AppraisalReply.appraisal_id).where(
        AppraisalReply.outcome.is_(None),
        AppraisalReply.statement == "",
        AppraisalReply.answer_until.is_not(None),
    )
    planned = select(DevelopmentPlan.appraisal_id).where(
        DevelopmentPlan.state.not_in((PlanState.DRAFT, PlanState.DROPPED))
    )
    return (
        select(
            Appraisal,
            _reviewed(by).label("reviews"),
            _deputised(by).label("deputises"),
            _asked(by).label("asked"),
            Appraisal.id.in_(written).label("written"),
            Appraisal.id.in_(unsaid).label("unsaid"),
            Appraisal.id.in_(planned).label("planned"),
            _next_follow_up().label("follow_up"),
            Review.edition.label("edition"),
            AppraisalInterview.at.label("talked"),
        )
        .join(Person, Person.id == Appraisal.person_id)
        .outerjoin(Review, Review.appraisal_id == Appraisal.id)
        .outerjoin(AppraisalInterview, AppraisalInterview.appraisal_id == Appraisal.id)
        .where(_people_of(by))
        .options(contains_eager(Appraisal.person), joinedload(Appraisal.reviewer))
        .order_by(Person.code)
    )


def _next_follow_up() -> Any:
    return (
        select(func.min(PlanFollowUp.due))
        .join(DevelopmentPlan, DevelopmentPlan.id == PlanFollowUp.plan_id)
        .where(DevelopmentPlan.appraisal_id == Appraisal.id, PlanFollowUp.at.is_(None))
        .where(DevelopmentPlan.state.not_in((PlanState.DRAFT, PlanState.PAUSED, *PLAN_ENDED)))
        .correlate(Appraisal)
        .scalar_subquery()
    )


def _part(row: Any, by: Decider) -> TeamPart:
    if row.reviews:
        return TeamPart.REVIEWER
    if row.deputises:
        return TeamPart.DEPUTY
    return TeamPart.CONTRIBUTOR if row.asked else TeamPart.LINE


def _row(
    row: Any,
    of_round: Round,
    rules: AppraisalRules,
    figures: Mapping[int, AppraisalSummary],
    by: Decider,
) -> TeamLine:
    appraisal, part = row.Appraisal, _part(row, by)
    until = deadline(appraisal, of_round)
    own = figures.get(appraisal.id)
    duties = tuple(_duties(row, part, rules, own, by.today))
    if Duty.FOLLOW_UP in duties:
        until = min(row.follow_up, until or row.follow_up)
    return TeamLine(
        appraisal=appraisal,
        part=part,
        figures=own,
        until=until,
        days_left=(until - by.today).days if until else None,
        duties=duties,
        has_draft=bool(row.edition) and appraisal.state in WRITABLE,
    )


def deadline(appraisal: Appraisal, of_round: Round) -> date | None:
    """Until when the step that an appraisal waits for is to be taken."""
    match appraisal.state:
        case S.PREPARING:
            return of_round.targets_by
        case S.RUNNING:
            return of_round.figures_by
        case S.COMPUTED:
            return of_round.review_by
        case S.REVIEWED:
            return of_round.calibrate_by
        case S.NOTIFIED | S.READ:
            return appraisal.reply_until
    return None


def _duties(
    row: Any, part: TeamPart, rules: AppraisalRules, own: AppraisalSummary | None, today: date
) -> Iterator[Duty]:
    appraisal: Appraisal = row.Appraisal
    if row.asked and not row.written and appraisal.state == S.COMPUTED:
        yield Duty.CONTRIBUTE
    if part not in (TeamPart.REVIEWER, TeamPart.DEPUTY):
        return
    if appraisal.state == S.COMPUTED and not appraisal.held:
        yield Duty.REVIEW
    if row.talked is None and appraisal.state == S.CONFIRMED and _talks(appraisal, rules, own):
        yield Duty.INTERVIEW
    if appraisal.state == S.OBJECTED and row.unsaid:
        yield Duty.STATE
    needs_plan = (
        rules.process.plan_for_last_band and appraisal.person.active and _is_last(appraisal, rules, own)
    )
    if appraisal.state in TOLD and appraisal.state != S.FINAL and needs_plan and not row.planned:
        yield Duty.PLAN
    if row.follow_up is not None and row.follow_up <= today:
        yield Duty.FOLLOW_UP


def _talks(appraisal: Appraisal, rules: AppraisalRules, own: AppraisalSummary | None) -> bool:
    match rules.process.interview:
        case InterviewRule.NEVER:
            return False
        case InterviewRule.ALWAYS:
            return True
    return _is_last(appraisal, rules, own)


def _is_last(appraisal: Appraisal, rules: AppraisalRules, own: AppraisalSummary | None) -> bool:
    """Not qualified, or in the last band, as it stands."""
    if own is None:
        return False
    band = appraisal.calibrated_band or (own.band.id if own.band else None)
    return own.status is AppraisalStatus.NOT_QUALIFIED or band in last_bands(rules)


def last_bands(rules: AppraisalRules) -> Sequence[str]:
    return [bands[-1].id for bands in (rules.bands, *(one.bands for one in rules.profiles)) if bands]
