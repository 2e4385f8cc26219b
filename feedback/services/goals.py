"""Importing how far people reached their development goals."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import GoalScore
from feedback.models.people import Person
from feedback.services import audit, numbers, periods, tables
from feedback.services.errors import RowFault
from feedback.services.tables import Column, Imported


def canonical(text: str) -> str:
    score = numbers.read(text)
    if score.percent or not 0 <= score.value <= 100:
        raise ValueError(f"'{text}' is not a score from 0 to 100")
    return str(score.value)


COLUMNS = (
    Column("subject", ("person", "code", "工号", "员工编号", "客户经理", "客户经理工号"), required=True),
    Column(
        "score", ("goals", "得分", "目标得分", "发展目标得分"), required=True, longest=40, canonical=canonical
    ),
)


def import_csv(session: Session, data: bytes, period: str, *, actor: str, now: datetime) -> Imported:
    """Add and change the goal scores of a period, all or none. Raises InvalidFile with every fault."""
    periods.require(period)
    rows = tables.read(data, COLUMNS)
    people = {code: id for id, code in session.execute(select(Person.id, Person.code))}
    unknown = [
        RowFault(row.number, "subject", f"there is no person {row.cells['subject']}")
        for row in rows
        if row.cells["subject"] not in people
    ]
    tables.refuse(tables.repeated(rows, "subject") + unknown)
    wanted = {people[row.cells["subject"]]: float(row.cells["score"]) for row in rows}
    goals = {
        goal.person_id: goal for goal in session.scalars(select(GoalScore).where(GoalScore.period == period))
    }
    stored = {person_id: goal.score for person_id, goal in goals.items()}
    for person_id, score in tables.differing(wanted, stored).items():
        goal = goals.setdefault(person_id, GoalScore(person_id=person_id, period=period))
        goal.score = score
        session.add(goal)
    imported = tables.compare(wanted, stored)
    audit.record(session, "goal scores imported", period, actor=actor, now=now, **asdict(imported))
    return imported
