"""What people were from one day to another: post, level, manager, department, and when they were on leave.

Somebody without any record has today's since ever.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.people import Person
from feedback.services.ground.row_locks import among


@dataclass(frozen=True)
class PostSpan:
    """Work or probation; both days counted, no end: until today and on."""

    starts: date
    ends: date | None
    kind: AssignmentKind
    post: str | None
    level: str | None
    manager_id: int | None
    department_id: int | None

    def on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class Leave:
    starts: date
    ends: date | None


@dataclass(frozen=True)
class History:
    """In the order of days. assumed: there is no record, so that today's is taken since ever."""

    posts: tuple[PostSpan, ...]
    leaves: tuple[Leave, ...]
    assumed: bool

    def on(self, day: date) -> PostSpan | None:
        """What somebody was on a day."""
        return next((span for span in self.posts if span.on(day)), None)


def histories(
    session: Session, person_ids: Collection[int], first: date, last: date
) -> Mapping[int, History]:
    """What reaches into the days from first to last, whole, by person; two statements, however many people.

    Of somebody who has nothing but leave the post is today's.
    """
    rows = select(Assignment).where(among(Assignment.person_id, person_ids)).order_by(Assignment.starts)
    kept: dict[int, list[Assignment]] = {}
    for row in session.scalars(rows):
        kept.setdefault(row.person_id, []).append(row)
    today = _of_today(session, person_ids)
    return {id: _history(kept.get(id, ()), today[id], first, last) for id in person_ids}


def _of_today(session: Session, person_ids: Collection[int]) -> dict[int, PostSpan]:
    columns = (Person.id, Person.post, Person.level, Person.manager_id, Person.department_id)
    found = session.execute(select(*columns).where(among(Person.id, person_ids)))
    return {
        id: PostSpan(date.min, None, AssignmentKind.WORK, post, level, manager, department)
        for id, post, level, manager, department in found
    }


def _history(rows: Collection[Assignment], today: PostSpan, first: date, last: date) -> History:
    there = [row for row in rows if row.starts <= last and (row.ends is None or row.ends >= first)]
    posts = tuple(_span(row) for row in there if row.kind != AssignmentKind.LEAVE)
    leaves = tuple(Leave(row.starts, row.ends) for row in there if row.kind == AssignmentKind.LEAVE)
    assumed = all(row.kind == AssignmentKind.LEAVE for row in rows)
    return History((today,) if assumed else posts, leaves, assumed)


def _span(row: Assignment) -> PostSpan:
    return PostSpan(
        starts=row.starts,
        ends=row.ends,
        kind=AssignmentKind(row.kind),
        post=row.post,
        level=row.level,
        manager_id=row.manager_id,
        department_id=row.department_id,
    )
