"""How a goal comes about: one side proposes it, a change of it or its end, and the other agrees."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.goals import Goal, GoalMeasure, GoalState, GoalVersion, Milestone
from feedback.models.people import Person
from feedback.services.goals.goals import IN_FORCE, agreed_version, milestones_of
from feedback.services.goals.sides import Actor
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.tables import periods
from forms.words import N_

MOST = 100.0
ROUNDING = 1e-9
LONGEST_TERM = 12


@dataclass(frozen=True)
class MilestoneTerms:
    title: str
    weight: float = 1.0
    owner: str | None = None
    due: date | None = None


@dataclass(frozen=True)
class GoalTerms:
    """What is to be reached, and how much it weighs among the goals of a period."""

    title: str
    weight: float
    measure: GoalMeasure
    description: str = ""
    target: float | None = None
    parent: str | None = None
    due: date | None = None
    milestones: tuple[MilestoneTerms, ...] = ()


def draft(
    session: Session,
    person: Person,
    period: str,
    terms: GoalTerms,
    by: Actor,
    *,
    last_period: str | None = None,
) -> Goal:
    """A goal that only its own side sees so far."""
    period = periods.require(period)
    last_period = periods.require(last_period) if last_period else None
    check(terms, period, last_period)
    goal = add(session, person.id, period, terms, by, last_period=last_period, state=GoalState.DRAFT)
    _note(session, goal, "goal drafted", by)
    return goal


def add(
    session: Session,
    person_id: int,
    period: str,
    terms: GoalTerms,
    by: Actor,
    *,
    last_period: str | None = None,
    state: GoalState = GoalState.PROPOSED,
) -> Goal:
    """As it was checked. Files have entries of their own in the audit log."""
    goal = Goal(
        person_id=person_id,
        period=period,
        last_period=None if last_period == period else last_period,
        state=state,
        by_subject=by.is_person,
    )
    session.add(goal)
    session.flush()
    _add_version(session, goal, terms, by)
    return goal


def word(session: Session, goal: Goal, terms: GoalTerms, by: Actor, reason: str = "") -> None:
    """Put it in other words: of a draft at once; of a proposal or an agreed goal as a proposal of one's own."""
    check(terms, goal.period, goal.last_period)
    if goal.state == GoalState.DRAFT:
        _drop_after(session, goal, 0)
        _add_version(session, goal, terms, by)
        return
    _require_open(goal)
    if goal.state == GoalState.AGREED and not reason:
        raise NotPossible(N_("an agreed goal changes for a reason: say which"))
    write(session, goal, terms, by, reason)
    _note(session, goal, "goal change proposed", by)


def write(session: Session, goal: Goal, terms: GoalTerms, by: Actor, reason: str = "") -> None:
    goal.by_subject = by.is_person
    _add_version(session, goal, terms, by, reason=reason)


def propose(session: Session, goal: Goal, by: Actor) -> None:
    if goal.state != GoalState.DRAFT:
        raise NotPossible(N_("the goal is proposed already"))
    goal.state = GoalState.PROPOSED
    _note(session, goal, "goal proposed", by)


def agree(session: Session, goal: Goal, by: Actor) -> None:
    """To the newest version. The weights of a period's agreed goals total 100 at most."""
    version = goal.versions[-1]
    if not awaits(goal) or goal.by_subject is by.is_person:
        raise NotPossible(N_("there is nothing for you to agree to: the other side does"))
    before = agreed_version(goal)
    if not version.cancels:
        if version.measure == GoalMeasure.MILESTONES and not milestones_of(goal, version.number):
            raise NotPossible(N_("name the milestones first"))
        _require_room(session, goal, version.weight)
    if before is not None:
        _carry_over(goal, before.number, version.number)
    version.agreed_at, version.agreed_by = by.now, by.actor
    goal.state = GoalState.CANCELLED if version.cancels else GoalState.AGREED
    _note(session, goal, "goal cancelled" if version.cancels else "goal agreed", by)


def cancel(session: Session, goal: Goal, reason: str, by: Actor) -> None:
    """Propose that an agreed goal ends without a rating."""
    version = agreed_version(goal)
    if goal.state != GoalState.AGREED or version is None:
        raise NotPossible(N_("the goal is not agreed"))
    if not reason:
        raise NotPossible(N_("a goal is cancelled for a reason: say which"))
    goal.by_subject = by.is_person
    _add_version(session, goal, terms_of(goal, version), by, reason=reason, cancels=True)
    _note(session, goal, "goal end proposed", by)


def drop(session: Session, goal: Goal, by: Actor) -> None:
    """What is proposed: a draft is deleted, a proposal goes back to who made it, an agreed goal stays as it was."""
    if goal.state == GoalState.DRAFT:
        _note(session, goal, "goal draft deleted", by)
        _drop_after(session, goal, 0)
        session.delete(goal)
    elif goal.state == GoalState.PROPOSED:
        goal.state = GoalState.DRAFT
        _note(session, goal, "goal sent back", by)
    else:
        version = agreed_version(goal)
        if not awaits(goal) or version is None:
            raise NotPossible(N_("nothing is proposed"))
        _drop_after(session, goal, version.number)
        _note(session, goal, "goal change dropped", by)


def awaits(goal: Goal) -> bool:
    """Whether a proposal waits for the side that did not make it."""
    return goal.state in (GoalState.PROPOSED, GoalState.AGREED) and goal.versions[-1].agreed_at is None


def terms_of(goal: Goal, version: GoalVersion) -> GoalTerms:
    milestones = (
        MilestoneTerms(m.title, m.weight, m.owner, m.due) for m in milestones_of(goal, version.number)
    )
    return GoalTerms(
        title=version.title,
        weight=version.weight,
        measure=GoalMeasure(version.measure),
        description=version.description,
        target=version.target,
        parent=version.parent,
        due=version.due,
        milestones=tuple(milestones),
    )


def term_of(goal: Goal) -> list[str]:
    """The periods in each of which it is rated."""
    return list(from_to(goal.period, goal.last_period or goal.period))


def weights_by_period(goals: Iterable[Goal]) -> dict[str, float]:
    """The total of the agreed ones in each period that they cover."""
    totals: dict[str, float] = {}
    for goal in goals:
        version = agreed_version(goal)
        for period in term_of(goal) if goal.state in IN_FORCE and version else ():
            totals[period] = totals.get(period, 0.0) + version.weight if version else 0.0
    return totals


def _require_room(session: Session, goal: Goal, weight: float) -> None:
    row_locks.hold_row(session, goal.person)  # two agreements at once would both find room
    others = select(Goal).where(Goal.person_id == goal.person_id, Goal.id != goal.id)
    totals = weights_by_period(session.scalars(others.execution_options(populate_existing=True)))
    most = max(totals.get(period, 0.0) for period in term_of(goal)) + weight
    if most > MOST + ROUNDING:
        raise NotPossible(N_("the weights total %(total)s"), total=f"{most:g}")


def _carry_over(goal: Goal, before: int, after: int) -> None:
    """What is done stays done under the same title."""
    done = {milestone.title: milestone.done_on for milestone in milestones_of(goal, before)}
    for milestone in milestones_of(goal, after):
        milestone.done_on = done.get(milestone.title)


def _add_version(
    session: Session, goal: Goal, terms: GoalTerms, by: Actor, *, reason: str = "", cancels: bool = False
) -> None:
    number = goal.versions[-1].number + 1 if goal.versions else 1
    said = {name: value for name, value in vars(terms).items() if name != "milestones"}
    version = GoalVersion(
        number=number, reason=reason or None, cancels=cancels, at=by.now, actor=by.actor, **said
    )
    goal.versions.append(version)
    goal.milestones += [
        Milestone(version=number, position=position, **vars(milestone))
        for position, milestone in enumerate(terms.milestones, start=1)
    ]
    session.flush()


def _drop_after(session: Session, goal: Goal, number: int) -> None:
    for milestone in [m for m in goal.milestones if m.version > number]:
        session.delete(milestone)
    for version in [v for v in goal.versions if v.number > number]:
        session.delete(version)
    session.flush()
    session.expire(goal, ["versions", "milestones"])


def _require_open(goal: Goal) -> None:
    if goal.state not in (GoalState.PROPOSED, GoalState.AGREED):
        raise NotPossible(N_("the goal is rated or ended: it changes no more"))


def from_to(first: str, last: str) -> Iterator[str]:
    while first <= last:
        yield first
        first = periods.following(first)


def check(terms: GoalTerms, period: str, last_period: str | None) -> None:
    """Raises NotPossible for what no goal can be."""
    _check_term(period, last_period or period)
    if not 0 < terms.weight <= MOST:
        raise NotPossible(N_("a goal weighs more than 0 and at most 100"))
    if terms.measure == GoalMeasure.FIGURE and not (terms.target and terms.target > 0):
        raise NotPossible(N_("a goal that is a figure needs a target above 0"))
    _check_milestones(terms.milestones)


def _check_term(period: str, last_period: str) -> None:
    if len(last_period) != len(period) or last_period < period:
        raise NotPossible(N_("the last period must be of the same kind, and not before the first"))
    if len(list(from_to(period, last_period))) > LONGEST_TERM:
        raise NotPossible(N_("a goal lasts for %(most)s periods at most"), most=LONGEST_TERM)


def _check_milestones(milestones: Sequence[MilestoneTerms]) -> None:
    titles = [milestone.title for milestone in milestones]
    if len(set(titles)) < len(titles):
        raise NotPossible(N_("two milestones have the same title"))
    if any(milestone.weight <= 0 for milestone in milestones):
        raise NotPossible(N_("a milestone weighs more than 0"))


def _note(session: Session, goal: Goal, act: str, by: Actor) -> None:
    """Which goal of whom, and not its words."""
    target = f"{goal.person.code} {goal.period}"
    number = len(goal.versions)
    audit.record(session, act, target, actor=by.actor, now=by.now, goal=goal.id, version=number)
