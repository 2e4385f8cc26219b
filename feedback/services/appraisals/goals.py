"""Importing how far people reached their development goals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import GoalScore
from feedback.models.people import Person
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.tables import columns, import_plan, numbers, periods, table_files
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Comparison, Imported, ImportPlan, Noun
from forms.words import N_


def canonical(text: str) -> str:
    score = numbers.read(text)
    if score.percent or not 0 <= score.value <= 100:
        raise WrongCell(N_("'%(text)s' is not a score from 0 to 100"), text=text)
    return str(score.value)


COLUMNS = (
    Column(
        "subject",
        Bilingual("工号", "Subject"),
        ("person", "code", "员工编号", "客户经理", "客户经理工号"),
        required=True,
        help=N_("The code of the person."),
        example=Bilingual("A101", "A101"),
    ),
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


def import_file(session: Session, data: bytes, period: str, *, actor: str, now: datetime) -> Imported:
    """Add and change the goal scores of a period, all or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, GoalScore)
    made = plan(session, table_files.read(data, COLUMNS), period)
    return import_plan.carry_out(session, made, actor=actor, now=now)[Noun.GOAL_SCORE]


def plan(session: Session, rows: Sequence[TableRow], period: str) -> ImportPlan:
    """What the rows would change. Raises InvalidFile with every fault."""
    period = periods.require(period)
    people = row_locks.ids(session, Person)
    unknown = [
        RowFault(row.number, "subject", N_("there is no person %(code)s"), {"code": row.cells["subject"]})
        for row in rows
        if row.cells["subject"] not in people
    ]
    columns.refuse(columns.repeated(rows, "subject") + unknown)
    wanted = {row.cells["subject"]: {"score": float(row.cells["score"])} for row in rows}
    comparison = Comparison(Noun.GOAL_SCORE, wanted, _stored(session, period))

    def store() -> None:
        stored = select(GoalScore).where(GoalScore.period == period)
        goals = {goal.person_id: goal for goal in session.scalars(stored)}
        for code in comparison.differing:
            goal = goals.get(people[code]) or GoalScore(person_id=people[code], period=period)
            goal.score = wanted[code]["score"]
            session.add(goal)

    return ImportPlan("goal scores imported", period, (comparison,), store)


def _stored(session: Session, period: str) -> dict[str, dict[str, float]]:
    query = select(Person.code, GoalScore.score).join(GoalScore.person).where(GoalScore.period == period)
    return {code: {"score": score} for code, score in session.execute(query)}
