"""What the calendar tells: figures, reviews, contributions and follow-ups that are due, a time to reply that ends."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from feedback.models.accounts import User
from feedback.models.decisions import ReviewerContribution
from feedback.models.figures import Figure, FigureKind, TargetState
from feedback.models.goals import Goal, GoalState
from feedback.models.notices import NoticeKind
from feedback.models.people import Person
from feedback.models.plans import DevelopmentPlan, PlanFollowUp, PlanState
from feedback.models.rounds import Appraisal, AppraisalReviewer, AppraisalState, Round, RoundState
from feedback.services.decisions.deputies import Decider
from feedback.services.facts import figures
from feedback.services.mail import notices
from feedback.services.mail.notices import Telling
from feedback.services.quality import measures
from feedback.services.tables import periods

DAYS_BEFORE = 2  # working days
FIRST_HOUR, LAST_HOUR = 9, 18
MINUTES = 5  # at the beginning of each hour
TOMORROW = timedelta(days=1)
LOOKED_AT = (PlanState.PUBLISHED, PlanState.ACKNOWLEDGED, PlanState.EXTENDED)


def note_due(session: Session, by: Decider) -> int:
    """Each hour of the working day; what was told is not told again. A constant number of statements."""
    local = by.now.astimezone(by.zone)
    if not FIRST_HOUR <= local.hour < LAST_HOUR or local.minute >= MINUTES:
        return 0
    found = [
        *_targets(session),
        *_goals(session),
        *_figures(session, by),
        *_reviews(session, by),
        *_contributions(session, by),
        *_replies(session, by),
        *_follow_ups(session, by),
        *_measures(session, by),
    ]
    return notices.note(session, found, now=by.now)


def _targets(session: Session) -> Iterator[Telling]:
    """Targets that wait for the person's agreement while their round is prepared or runs."""
    rounds = {one.period: one.id for one in session.scalars(_open_rounds())}
    proposed = Figure.kind == FigureKind.TARGET, Figure.state == TargetState.PROPOSED
    people = select(Figure.person_id).where(*proposed, Figure.period.in_(rounds)).distinct()
    waiting = figures.proposals(session, session.scalars(people).all(), list(rounds))
    for person_id, period in sorted({(key.person_id, key.period) for key in waiting}):
        occasion = f"round/{rounds[period]}"
        yield Telling(NoticeKind.TARGETS_TO_AGREE, occasion, period, person_id=person_id)


def _open_rounds() -> Select[Round]:
    return select(Round).where(Round.state != RoundState.ENDED)


def _goals(session: Session) -> Iterator[Telling]:
    """To the side that did not propose it."""
    query = select(Goal.id, Goal.period, Goal.by_subject, Person.id, Person.manager_id)
    query = query.join(Person, Person.id == Goal.person_id).where(Goal.state == GoalState.PROPOSED)
    for goal_id, period, by_subject, person_id, manager_id in session.execute(query):
        other = manager_id if by_subject else person_id
        if other is not None:
            yield Telling(NoticeKind.GOALS_TO_AGREE, f"goal/{goal_id}", period, person_id=other)


def _figures(session: Session, by: Decider) -> Iterator[Telling]:
    query = select(Round).where(Round.state == RoundState.RUNNING, Round.figures_by.is_not(None))
    due = [one for one in session.scalars(query) if _is_near(one.figures_by, by)]
    offices = notices.hr_accounts(session) if due else []
    for one in due:
        occasion = f"round/{one.id}/{one.figures_by}"
        yield from _to(offices, NoticeKind.FIGURES_DUE, occasion, one.period, one.figures_by)


def _to(
    offices: Sequence[User], kind: NoticeKind, occasion: str, period: str, day: date | None
) -> Iterator[Telling]:
    for user in offices:
        user_id = None if user.person_id else user.id
        yield Telling(kind, occasion, period, day, person_id=user.person_id, user_id=user_id)


def _is_near(day: date | None, by: Decider) -> bool:
    return day is not None and by.calendar.before(day, DAYS_BEFORE) <= by.today <= day


def _reviews(session: Session, by: Decider) -> Iterator[Telling]:
    """When it was computed, and again two working days before the review is due."""
    for one in session.scalars(_appraisals(AppraisalState.COMPUTED)):
        if one.reviewer_id is None:
            continue
        due = one.round.review_by
        occasions = [f"{one.id}/review"] + ([f"{one.id}/review/{due}"] if _is_near(due, by) else [])
        for occasion in occasions:
            yield Telling(
                NoticeKind.REVIEW_DUE, occasion, one.round.period, due, one.id, person_id=one.reviewer_id
            )


def _contributions(session: Session, by: Decider) -> Iterator[Telling]:
    """Of those who led somebody for part of a period that is over, and have written nothing yet."""
    written = (
        select(ReviewerContribution.person_id)
        .where(ReviewerContribution.appraisal_id == AppraisalReviewer.appraisal_id)
        .where(ReviewerContribution.person_id == AppraisalReviewer.reviewer_id)
        .exists()
    )
    query = (
        select(AppraisalReviewer.reviewer_id, Appraisal.id, Round.period)
        .join(Appraisal, Appraisal.id == AppraisalReviewer.appraisal_id)
        .join(Appraisal.round)
        .where(AppraisalReviewer.contributes, ~written)
        .where(Appraisal.state.in_((AppraisalState.RUNNING, AppraisalState.COMPUTED)))
    )
    for person_id, appraisal_id, period in session.execute(query):
        if periods.last_day(period) < by.today:
            yield Telling(
                NoticeKind.CONTRIBUTION_ASKED,
                f"{appraisal_id}/contribution",
                period,
                None,
                appraisal_id,
                person_id=person_id,
            )


def _replies(session: Session, by: Decider) -> Iterator[Telling]:
    query = _appraisals(AppraisalState.NOTIFIED).where(Appraisal.reply_until >= by.today)
    for one in session.scalars(query):
        if _is_near(one.reply_until, by):
            yield Telling(
                NoticeKind.TIME_TO_OBJECT_ENDS,
                f"{one.id}/{one.reply_until}",
                one.round.period,
                one.reply_until,
                one.id,
                person_id=one.person_id,
            )


def _follow_ups(session: Session, by: Decider) -> Iterator[Telling]:
    """To the person and to the reviewer, the day before, and once when it is overdue."""
    query = (
        select(PlanFollowUp.id, PlanFollowUp.due, Appraisal, Round.period)
        .join(DevelopmentPlan, DevelopmentPlan.id == PlanFollowUp.plan_id)
        .join(Appraisal, Appraisal.id == DevelopmentPlan.appraisal_id)
        .join(Round, Round.id == Appraisal.round_id)
        .where(DevelopmentPlan.state.in_(LOOKED_AT), PlanFollowUp.at.is_(None))
        .where(PlanFollowUp.due <= by.today + TOMORROW)
    )
    for number, due, one, period in session.execute(query):
        kind = NoticeKind.FOLLOW_UP_OVERDUE if due < by.today else NoticeKind.FOLLOW_UP_DUE
        for person_id in filter(None, {one.person_id, one.reviewer_id}):
            yield Telling(kind, f"follow-up/{number}", period, due, one.id, person_id=person_id)


def _measures(session: Session, by: Decider) -> Iterator[Telling]:
    """To whoever sees to it, the day before; once it is overdue to HR, too."""
    found = session.scalars(measures.due(by.today + TOMORROW)).all()
    offices = notices.hr_accounts(session) if any(one.due < by.today for one in found) else []
    for one in found:
        kind, occasion, period = NoticeKind.MEASURE_DUE, f"measure/{one.id}", one.campaign.period
        if one.due < by.today:
            kind = NoticeKind.MEASURE_OVERDUE
            yield from _to(offices, kind, occasion, period, one.due)
        yield Telling(kind, occasion, period, one.due, person_id=one.owner_id)


def _appraisals(state: AppraisalState) -> Select[Appraisal]:
    return (
        select(Appraisal)
        .join(Appraisal.round)
        .options(contains_eager(Appraisal.round))
        .where(Appraisal.state == state)
    )
