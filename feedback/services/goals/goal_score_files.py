"""One score for all development goals of a person, from a file: one goal of weight 100, agreed and rated."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.models.goals import Goal, GoalMeasure, GoalRating, GoalState, GoalVersion
from feedback.models.people import Person
from feedback.services.goals.agreements import MOST
from feedback.services.goals.goal_columns import SUBJECT
from feedback.services.goals.goals import IN_FORCE, in_term, rating_in
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.tables import columns, import_plan, numbers, periods, table_files
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Author, Comparison, Imported, ImportPlan, Noun
from forms.words import N_

TITLE = "发展目标 Development goals"


def canonical(text: str) -> str:
    score = numbers.read(text)
    if score.percent or not 0 <= score.value <= 100:
        raise WrongCell(N_("'%(text)s' is not a score from 0 to 100"), text=text)
    return str(score.value)


COLUMNS = (
    SUBJECT,
    Column(
        "score",
        Bilingual("发展目标得分", "Score"),
        ("goals", "得分", "目标得分"),
        required=True,
        longest=40,
        canonical=canonical,
        help=N_("How far the development goals were reached, from 0 to 100."),
        example=Bilingual("85", "85"),
    ),
)


def import_file(session: Session, data: bytes, period: str, author: Author) -> Imported:
    """Add and change the scores of a period, all or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, Goal)
    made = plan(session, table_files.read(data, COLUMNS), period, author)
    return import_plan.carry_out(session, made, actor=author.actor, now=author.now)[Noun.GOAL_SCORE]


def plan(session: Session, rows: Sequence[TableRow], period: str, author: Author) -> ImportPlan:
    """What the rows would change. Raises InvalidFile with every fault."""
    period = periods.require(period)
    people, stored = row_locks.ids(session, Person), _stored(session, period)
    scored = {code: goal for code, goals in stored.items() for goal in goals if is_score(goal, period)}
    columns.refuse(columns.repeated(rows, "subject") + _faults(rows, people, stored, scored))
    wanted = {row.cells["subject"]: {"score": float(row.cells["score"])} for row in rows}
    known = {code: {"score": _rating(goal, period).rating} for code, goal in scored.items()}
    comparison = Comparison(Noun.GOAL_SCORE, wanted, known)

    def store() -> None:
        for code in comparison.differing:
            goal = scored.get(code) or _new(session, people[code], period, author)
            rating = _rating(goal, period)
            rating.rating = wanted[code]["score"]
            rating.at, rating.actor = author.now, author.actor

    return ImportPlan("goal scores imported", period, (comparison,), store)


def is_score(goal: Goal, period: str) -> bool:
    return goal.versions[0].title == TITLE and goal.period == period


def _stored(session: Session, period: str) -> dict[str, list[Goal]]:
    """What counts in the period, by person."""
    query = select(Goal).where(Goal.state.in_(IN_FORCE), in_term(period))
    query = query.options(joinedload(Goal.person), selectinload(Goal.versions), selectinload(Goal.ratings))
    found: dict[str, list[Goal]] = {}
    for goal in session.scalars(query):
        found.setdefault(goal.person.code, []).append(goal)
    return found


def _rating(goal: Goal, period: str) -> GoalRating:
    rating = rating_in(goal, period)
    if rating is None:
        rating = GoalRating(period=period)
        goal.ratings.append(rating)
    return rating


def _new(session: Session, person_id: int, period: str, author: Author) -> Goal:
    goal = Goal(person_id=person_id, period=period, state=GoalState.RATED, by_subject=False)
    goal.versions.append(
        GoalVersion(
            number=1,
            title=TITLE,
            weight=MOST,
            measure=GoalMeasure.RATING,
            at=author.now,
            actor=author.actor,
            agreed_at=author.now,
            agreed_by=author.actor,
        )
    )
    session.add(goal)
    return goal


def _faults(
    rows: Sequence[TableRow],
    people: Mapping[str, int],
    stored: Mapping[str, Sequence[Goal]],
    scored: Mapping[str, Goal],
) -> list[RowFault]:
    faults = []
    for row in rows:
        code = row.cells["subject"]
        if code not in people:
            faults.append(RowFault(row.number, "subject", N_("there is no person %(code)s"), {"code": code}))
        elif stored.get(code) and code not in scored:
            sentence = N_("%(code)s has agreed goals in this period: rate them instead")
            faults.append(RowFault(row.number, "subject", sentence, {"code": code}))
        elif code in scored and scored[code].state == GoalState.CLOSED:
            faults.append(RowFault(row.number, "subject", N_("the goal is closed")))
    return faults
