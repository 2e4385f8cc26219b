"""Goals of the demo company: most with one score from a file, some agreed, pursued and rated on their pages."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from feedback.models.goals import Goal, GoalMeasure
from feedback.services.demo import demo_company, demo_words
from feedback.services.demo import demo_story as story
from feedback.services.demo.demo_stage import Stage, morning
from feedback.services.goals import agreements, goal_score_files, progress
from feedback.services.goals.agreements import GoalTerms, MilestoneTerms
from feedback.services.goals.goals import milestones_of
from feedback.services.goals.progress import Rated
from feedback.services.tables import periods, table_files
from feedback.services.tables.import_plan import Author

SCORES = (70, 75, 80, 85, 90, 95)
ON_PAGES = {story.QUARTERS[3]: ("A01", "A02"), story.YEAR: ("A01",), story.RUNNING: ("A01", "A04")}
# By the first period: one goal that goes on until the last one, and is rated in each by the milestones due until then.
LASTING = {"2025Q2": ("A09", "2025Q4"), story.RUNNING: ("A09", story.OPEN_QUARTER)}


def scores(stage: Stage, period: str, author: Author) -> None:
    """Of everybody but those whose goals are on their pages, and one who has none."""
    dice = random.Random(f"goals {period}")
    first, last = periods.first_day(period), periods.last_day(period)
    rows, elsewhere = [], {*ON_PAGES.get(period, ()), *(code for code, _, _ in _lasting_in(period))}
    for code in demo_company.levels_in(stage.company, first, last):
        score = float(dice.choice(SCORES))
        lacks = period == story.RUNNING and code == story.WITHOUT_GOALS
        if code not in elsewhere and not lacks:
            rows.append((code, score))
    if rows:
        data = table_files.write(("subject", "score"), rows).encode()
        goal_score_files.import_file(stage.session, data, period, author)


def on_pages(stage: Stage, period: str, rated_at: datetime) -> None:
    """Proposed by the manager and agreed in the beginning of the period; rated after its end."""
    for code in ON_PAGES.get(period, ()):
        if code in stage.people:
            for goal in _agreed(stage, code, period):
                _rate(stage, code, goal, period, rated_at)
    for code, first, last in _lasting_in(period):
        if code in stage.people:
            _rate(stage, code, _lasting(stage, code, first, last), period, rated_at)


def _lasting_in(period: str) -> Iterator[tuple[str, str, str]]:
    """Whose, from which period to which one."""
    for first, (code, last) in LASTING.items():
        if len(period) == len(first) and first <= period <= last:
            yield code, first, last


def _lasting(stage: Stage, code: str, first: str, last: str) -> Goal:
    """Agreed when it is first asked for."""
    of = (Goal.person_id == stage.people[code].id, Goal.period == first, Goal.last_period == last)
    known = stage.session.scalars(select(Goal).where(*of)).one_or_none()
    if known is not None:
        return known
    starts, due = periods.first_day(first), periods.last_day(last) - timedelta(days=10)
    by_steps = GoalMeasure.MILESTONES
    terms = GoalTerms(demo_words.GOAL_LASTING, 100, by_steps, due=due, milestones=_steps(starts, due))
    return _agree(stage, code, _proposed(stage, code, first, terms, morning(starts, 7), last_period=last))


def _agreed(stage: Stage, code: str, period: str) -> list[Goal]:
    now = morning(periods.first_day(period), 7)
    made = [_proposed(stage, code, period, terms, now) for terms in _terms(period)]
    return [_agree(stage, code, goal) for goal in made]


def _agree(stage: Stage, code: str, goal: Goal) -> Goal:
    agreements.agree(stage.session, goal, stage.themselves(code, morning(periods.first_day(goal.period), 9)))
    return goal


def _proposed(
    stage: Stage, code: str, period: str, terms: GoalTerms, now: datetime, *, last_period: str | None = None
) -> Goal:
    by = stage.manager_of(code, now)
    goal = agreements.draft(stage.session, stage.people[code], period, terms, by, last_period=last_period)
    agreements.propose(stage.session, goal, by)
    return goal


def _terms(period: str) -> tuple[GoalTerms, GoalTerms]:
    first, last = periods.first_day(period), periods.last_day(period)
    return (
        GoalTerms(demo_words.GOAL_RATING, 60, GoalMeasure.RATING, parent=demo_words.COMPANY_GOAL, due=last),
        GoalTerms(
            demo_words.GOAL_MILESTONES, 40, GoalMeasure.MILESTONES, due=last, milestones=_steps(first, last)
        ),
    )


def _steps(first: date, last: date) -> tuple[MilestoneTerms, ...]:
    thirds = _thirds(first, last)
    return tuple(
        MilestoneTerms(title, weight, due=due)
        for title, weight, due in zip(demo_words.MILESTONES, (1, 2, 1), thirds, strict=True)
    )


def _thirds(first: date, last: date) -> list[date]:
    return [first + (last - first) * third // 3 for third in (1, 2, 3)]


def _rate(stage: Stage, code: str, goal: Goal, period: str, now: datetime) -> None:
    """Of the milestones two of three were done, as far as they were due."""
    session, manager = stage.session, stage.manager_of(code, now)
    if goal.versions[-1].measure == GoalMeasure.MILESTONES:
        last = periods.last_day(period)
        for step in milestones_of(goal, 1)[:2]:
            if step.done_on is None and step.due and step.due <= last:
                progress.mark(session, goal, step.position, last - timedelta(days=20), manager)
        progress.rate(session, goal, period, Rated(), demo_words.PROGRESS, manager)
    else:
        progress.note(session, goal, demo_words.PROGRESS, demo_words.EVIDENCE, stage.themselves(code, now))
        progress.rate_oneself(session, goal, period, 90.0, stage.themselves(code, now))
        progress.rate(session, goal, period, Rated(85.0), demo_words.RATED, manager)


def begin(stage: Stage, period: str, now: datetime) -> None:
    """In every state that a goal has before it is rated: agreed and begun, proposed by either side, a draft."""
    session = stage.session
    if "A01" in stage.people:
        goal = _agreed(stage, "A01", period)[1]
        progress.mark(session, goal, 1, now.date() - timedelta(days=3), stage.manager_of("A01", now))
    terms = GoalTerms(demo_words.GOAL_FIGURE, 40, GoalMeasure.FIGURE, target=10.0)
    for code in ("A02", "A10"):
        if code in stage.people:
            _proposed(stage, code, period, terms, now)
    if "A04" in stage.people:
        by = stage.themselves("A04", now)
        goal = agreements.draft(session, stage.people["A04"], period, terms, by)
        agreements.propose(session, goal, by)
        agreements.draft(session, stage.people["A04"], period, _terms(period)[0], by)
