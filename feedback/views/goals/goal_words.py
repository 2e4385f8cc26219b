"""What the pages of goals say, and the forms on them as they are before anybody fills them in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectChoice

from feedback.models.goals import Goal, GoalState
from feedback.models.people import Person
from feedback.services.goals.agreements import GoalTerms, awaits, term_of, weights_by_period
from feedback.services.goals.goals import by_person, rating_in
from feedback.services.goals.sides import Side, is_shown
from forms.goals import GoalNoteForm, GoalRatingForm, MilestoneLine, ReasonForm, SelfRatingForm
from forms.words import N_

STATES = {
    GoalState.DRAFT: N_("draft"),
    GoalState.PROPOSED: N_("proposed, not agreed"),
    GoalState.AGREED: N_("agreed"),
    GoalState.RATED: N_("rated"),
    GoalState.CLOSED: N_("closed"),
    GoalState.CANCELLED: N_("cancelled"),
}
FORMS: dict[str, type[Form]] = {
    "rating": GoalRatingForm,
    "own": SelfRatingForm,
    "note": GoalNoteForm,
    "cancelling": ReasonForm,
}
MARKS = {GoalState.AGREED: "good", GoalState.RATED: "good", GoalState.PROPOSED: "warn"}


def state(goal: Goal) -> str:
    return STATES[GoalState(goal.state)]


def mark(goal: Goal) -> str:
    return MARKS.get(GoalState(goal.state), "")


def is_mine(goal: Goal, side: Side) -> bool:
    """Whether a proposal waits for this side."""
    return awaits(goal) and goal.by_subject is (side is Side.COMPANY) and side is not Side.READING


def totals(goals: Sequence[Goal]) -> dict[str, float]:
    """Weights of agreed goals by period, newest first, where they are not 100."""
    found = weights_by_period(goals)
    return {
        period: found[period] for period in sorted(found, reverse=True) if abs(found[period] - 100) > 1e-9
    }


@dataclass(frozen=True)
class TeamRow:
    person: Person
    agreed: int
    rated: int
    waiting: int


def rows_of(session: Session, team: Sequence[Person]) -> list[TeamRow]:
    """One statement for the goals of all."""
    found = {
        person: [goal for goal in goals if is_shown(goal, Side.COMPANY)]
        for person, goals in by_person(session, [person.id for person in team]).items()
    }
    return [
        TeamRow(
            person,
            sum(goal.state == GoalState.AGREED for goal in goals),
            sum(goal.state == GoalState.RATED for goal in goals),
            sum(is_mine(goal, Side.COMPANY) for goal in goals),
        )
        for person, goals in ((person, found[person.id]) for person in team)
    ]


def forms_of(goal: Goal) -> dict[str, Form]:
    """With the first period that is not rated chosen."""
    term = term_of(goal)
    unrated = [period for period in term if not is_rated(goal, period)]
    return {name: form_of(name, goal, period=(unrated or term)[0]) for name in FORMS}


def form_of(name: str, goal: Goal, posted: MultiDict[str, str] | None = None, **data: str) -> Form:
    """Several stand on one page, so that each names its fields after itself."""
    form = FORMS[name](posted, prefix=f"{name}-", **data)
    if "period" in form:
        form.period.choices = [SelectChoice(period, period) for period in term_of(goal)]
    return form


def is_rated(goal: Goal, period: str) -> bool:
    found = rating_in(goal, period)
    return found is not None and found.rating is not None


def lines(terms: GoalTerms) -> tuple[MilestoneLine, ...]:
    return tuple(MilestoneLine(m.title, m.weight, m.due, m.owner) for m in terms.milestones)
