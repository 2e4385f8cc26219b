"""What becomes of an agreed goal: notes, milestones, what the person says was reached, and what counts."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.goals import Goal, GoalMeasure, GoalNote, GoalRating, GoalState, GoalVersion
from feedback.services.goals.agreements import awaits, term_of
from feedback.services.goals.goals import IN_FORCE, agreed_version, milestones_of, milestones_until, rating_in
from feedback.services.goals.sides import Actor
from feedback.services.ground import audit
from feedback.services.ground.audit import Facts
from feedback.services.ground.errors import NotPossible
from feedback.services.tables import periods
from forms.text_lengths import LONGEST_GOAL_NOTE
from forms.words import N_
from scoring import goals as scoring
from scoring import kpi


@dataclass(frozen=True)
class Rated:
    """What is given for a period: the rating, or of a goal that is a figure its actual; nothing for milestones."""

    rating: float | None = None
    actual: float | None = None


def note(session: Session, goal: Goal, text: str, evidence: str | None, by: Actor) -> None:
    """Progress in words; the audit log has none of them."""
    if not text or len(text) > LONGEST_GOAL_NOTE:
        raise NotPossible(N_("a note has 1 to %(limit)s characters"), limit=LONGEST_GOAL_NOTE)
    _require_in_force(goal)
    session.add(GoalNote(goal_id=goal.id, text=text, evidence=evidence or None, at=by.now, actor=by.actor))
    _log(session, goal, "goal note added", by)


def notes_on(session: Session, goal: Goal) -> list[GoalNote]:
    query = select(GoalNote).where(GoalNote.goal_id == goal.id)
    return list(session.scalars(query.order_by(GoalNote.id.desc())))


def mark(session: Session, goal: Goal, position: int, done_on: date | None, by: Actor) -> None:
    """A milestone as done, or not done after all. It counts, so that nobody marks his own."""
    _require_company(by)
    version = _require_in_force(goal)
    if goal.state != GoalState.AGREED:
        raise NotPossible(N_("the goal is rated: its milestones change no more"))
    for milestone in milestones_of(goal, version.number):
        if milestone.position == position:
            before = milestone.done_on
            milestone.done_on = done_on
            _log(session, goal, "goal milestone", by, before=_day(before), after=_day(done_on))


def rate_oneself(session: Session, goal: Goal, period: str, own: float, by: Actor) -> None:
    """How far the person says he came; it counts for nothing, and is shown beside the rating."""
    _require_in_force(goal)
    if not by.is_person:
        raise NotPossible(N_("only the person rates himself"))
    if not 0 <= own <= scoring.MOST:
        raise NotPossible(N_("a goal is rated from 0 to 100"))
    rating = _rating(session, goal, period)
    if rating.rating is not None:
        raise NotPossible(N_("the goal is rated for this period already"))
    rating.own = own
    _log(session, goal, "goal self-rated", by, after={"period": period})


def rate(session: Session, goal: Goal, period: str, given: Rated, reason: str, by: Actor) -> None:
    """What counts. In the last period of its term the goal is rated as a whole."""
    _require_company(by)
    version = _require_in_force(goal)
    if goal.state == GoalState.CLOSED:
        raise NotPossible(N_("the goal is closed"))
    if awaits(goal):
        raise NotPossible(N_("a change of this goal is proposed: agree or drop it first"))
    if not reason:
        raise NotPossible(N_("a rating needs a reason that the person may read"))
    rating = _rating(session, goal, period)
    before = rating.rating
    rating.rating, rating.actual = _reached(goal, version, period, given), given.actual
    rating.reason, rating.at, rating.actor = reason, by.now, by.actor
    if period == term_of(goal)[-1]:
        goal.state = GoalState.RATED
    known = None if before is None else {"score": before}
    _log(session, goal, "goal rated", by, before=known, after={"period": period, "score": rating.rating})


def close(session: Session, goal: Goal, by: Actor) -> None:
    """From here on nothing of it changes."""
    _require_company(by)
    if goal.state != GoalState.RATED:
        raise NotPossible(N_("only a rated goal is closed"))
    goal.state = GoalState.CLOSED
    _log(session, goal, "goal closed", by)


def _reached(goal: Goal, version: GoalVersion, period: str, given: Rated) -> float:
    match GoalMeasure(version.measure):
        case GoalMeasure.MILESTONES:
            parts = milestones_until(goal, version.number, periods.last_day(period))
            if not parts:
                raise NotPossible(N_("no milestone is due in %(period)s"), period=period)
            weights, done = zip(*parts, strict=True)
            return float(scoring.milestones(np.array(done), np.array(weights)))
        case GoalMeasure.FIGURE:
            if given.actual is None or version.target is None:
                raise NotPossible(N_("a goal that is a figure needs its actual"))
            actual, target = np.array([given.actual]), np.array([version.target])
            return float(scoring.of_figure(kpi.ratio(actual, target, 0.0, scoring.MOST))[0])
    if given.rating is None or not 0 <= given.rating <= scoring.MOST:
        raise NotPossible(N_("a goal is rated from 0 to 100"))
    return given.rating


def _rating(session: Session, goal: Goal, period: str) -> GoalRating:
    if period not in term_of(goal):
        raise NotPossible(N_("%(period)s is not a period of this goal"), period=period)
    found = rating_in(goal, period)
    if found is None:
        found = GoalRating(period=period)
        goal.ratings.append(found)
    return found


def _require_in_force(goal: Goal) -> GoalVersion:
    version = agreed_version(goal)
    if goal.state not in IN_FORCE or version is None:
        raise NotPossible(N_("the goal is not agreed"))
    return version


def _require_company(by: Actor) -> None:
    if by.is_person:
        raise NotPossible(N_("this is about yourself: your manager or HR does it"))


def _day(day: date | None) -> dict[str, str | None]:
    return {"done_on": day.isoformat() if day else None}


def _log(
    session: Session,
    goal: Goal,
    act: str,
    by: Actor,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    target = f"{goal.person.code} {goal.period}"
    audit.record(session, act, target, actor=by.actor, now=by.now, before=before, after=after, goal=goal.id)
