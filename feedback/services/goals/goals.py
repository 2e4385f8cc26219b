"""The agreed goals of many people in one period, as an appraisal takes them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, subqueryload

from feedback.models.goals import Goal, GoalMeasure, GoalRating, GoalState, GoalVersion, Milestone
from feedback.services.tables import periods

IN_FORCE = (GoalState.AGREED, GoalState.RATED, GoalState.CLOSED)


@dataclass(frozen=True)
class GoalLine:
    """A goal as it was agreed last, with what was reached in one period; weight, rating and reached are out of 100.

    state: rated (or closed) only if it is so in this period. rating: None as long as nobody rated it; a goal by
    milestones counts by them even so: (weight, done) of those that are due until the end of the period.
    """

    id: int
    title: str
    weight: float
    measure: GoalMeasure
    state: GoalState
    rating: float | None
    milestones: tuple[tuple[float, bool], ...]
    target: float | None
    actual: float | None
    agreed_at: datetime
    version: int
    reason: str

    @property
    def counts(self) -> bool:
        """A cancelled one is shown, and its weight is shared out among the others."""
        return self.state is not GoalState.CANCELLED


def of_people(
    session: Session, person_ids: Collection[int], period: str
) -> Mapping[int, tuple[GoalLine, ...]]:
    """By person, in the order in which they were made; whoever has none is not in it. Four statements."""
    query = select(Goal).where(
        Goal.person_id.in_(person_ids), Goal.state.in_((*IN_FORCE, GoalState.CANCELLED)), in_term(period)
    )
    query = query.options(
        subqueryload(Goal.versions), subqueryload(Goal.milestones), subqueryload(Goal.ratings)
    )
    found: dict[int, list[GoalLine]] = {}
    for goal in session.scalars(query.order_by(Goal.id)):
        line = _line(goal, period)
        if line is not None:
            found.setdefault(goal.person_id, []).append(line)
    return {person_id: tuple(lines) for person_id, lines in found.items()}


def by_person(session: Session, person_ids: Collection[int]) -> dict[int, list[Goal]]:
    """All of them, in one statement."""
    found: dict[int, list[Goal]] = {person_id: [] for person_id in person_ids}
    for goal in session.scalars(select(Goal).where(Goal.person_id.in_(found))):
        found[goal.person_id].append(goal)
    return found


def in_term(period: str) -> ColumnElement[bool]:
    """Periods of one kind are written at one length, and sort as they follow each other."""
    return and_(
        func.length(Goal.period) == len(period),
        Goal.period <= period,
        func.coalesce(Goal.last_period, Goal.period) >= period,
    )


def agreed_version(goal: Goal) -> GoalVersion | None:
    """The newest that both sides agreed to; a change that is only proposed does not count yet."""
    return next((version for version in reversed(goal.versions) if version.agreed_at), None)


def milestones_of(goal: Goal, version: int) -> list[Milestone]:
    return [milestone for milestone in goal.milestones if milestone.version == version]


def milestones_until(goal: Goal, version: int, day: date) -> tuple[tuple[float, bool], ...]:
    """Of a goal for several periods those that are due by then, or done before their time; and undated ones."""
    return tuple(
        (milestone.weight, done)
        for milestone in milestones_of(goal, version)
        if (done := milestone.done_on is not None and milestone.done_on <= day)
        or milestone.due is None
        or milestone.due <= day
        or goal.last_period is None
    )


def rating_in(goal: Goal, period: str) -> GoalRating | None:
    return next((rating for rating in goal.ratings if rating.period == period), None)


def _line(goal: Goal, period: str) -> GoalLine | None:
    version, rated = agreed_version(goal), rating_in(goal, period)
    if version is None or version.agreed_at is None:
        return None
    milestones = milestones_until(goal, version.number, periods.last_day(period))
    if version.measure == GoalMeasure.MILESTONES and not milestones:
        return None
    return GoalLine(
        id=goal.id,
        title=version.title,
        weight=version.weight,
        measure=GoalMeasure(version.measure),
        state=state_in(goal, period),
        rating=rated.rating if rated else None,
        milestones=milestones,
        target=version.target,
        actual=rated.actual if rated else None,
        agreed_at=version.agreed_at,
        version=version.number,
        reason=rated.reason if rated else "",
    )


def state_in(goal: Goal, period: str) -> GoalState:
    """Of a goal for several periods one may be rated and the next still ahead."""
    state = GoalState(goal.state)
    if state not in IN_FORCE or state is GoalState.CLOSED:
        return state
    rated = rating_in(goal, period)
    return GoalState.RATED if rated and rated.rating is not None else GoalState.AGREED
