"""How a change of today's record goes on in the history of those who have one; what was yesterday stays.

Somebody without a history has today's record since ever, so that there is nothing to go on.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.people import Person
from feedback.services.ground.row_locks import among
from feedback.services.people.activity import NO, YES
from feedback.services.tables.import_plan import RecordChange

DATED = {"post", "level", "manager", "department"}
RECORD = ("post", "level", "manager_id", "department_id")
DAY = timedelta(days=1)


def follow(session: Session, changes: Sequence[RecordChange], today: date) -> None:
    """From today on; what the changes say is stored with the people already."""
    changed = {change.target: change for change in changes if change.before and _matters(change)}
    query = select(Person, Assignment).join(Assignment, Assignment.person_id == Person.id)
    query = query.where(among(Person.code, changed), Assignment.kind != AssignmentKind.LEAVE)
    posts: dict[Person, list[Assignment]] = {}
    for person, post in session.execute(query.order_by(Assignment.starts)):
        posts.setdefault(person, []).append(post)
    for person, kept in posts.items():
        if person.code in changed:
            _follow(session, person, kept, changed[person.code], today)


def _matters(change: RecordChange) -> bool:
    return bool((DATED | {"active"}) & set(change.after or {}))


def _follow(
    session: Session, person: Person, posts: list[Assignment], change: RecordChange, today: date
) -> None:
    active = (change.after or {}).get("active")
    current = next((post for post in posts if _is_on(post, today)), None)
    if active == NO:
        if current:
            current.ends = max(current.starts, today - DAY)
    elif current:
        _succeed(session, person, current, today)
    elif active == YES and posts[-1].ends and posts[-1].ends < today:
        _return(session, person, posts[-1].ends, today)


def _is_on(post: Assignment, day: date) -> bool:
    return post.starts <= day and (post.ends is None or day <= post.ends)


def _succeed(session: Session, person: Person, current: Assignment, today: date) -> None:
    if _record(person) == _record(current):
        return
    if current.starts < today:
        following = Assignment(person_id=person.id, kind=current.kind, starts=today, ends=current.ends)
        current.ends = today - DAY
        session.add(following)
        current = following
    current.post, current.level, current.manager_id, current.department_id = _record(person)


def _record(one: Person | Assignment) -> tuple[str | None, str | None, int | None, int | None]:
    return one.post, one.level, one.manager_id, one.department_id


def _return(session: Session, person: Person, left: date, today: date) -> None:
    """Whoever comes back has been on leave: a history has no gaps."""
    starts, record = left + DAY, dict(zip(RECORD, _record(person), strict=True))
    session.add(Assignment(person_id=person.id, kind=AssignmentKind.WORK, starts=starts, **record))
    if starts < today:
        session.add(
            Assignment(person_id=person.id, kind=AssignmentKind.LEAVE, starts=starts, ends=today - DAY)
        )
