"""Posts that begin on a day to come: on that day they become the person's record of today."""

from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.people import Person
from feedback.services.ground import audit, row_locks
from feedback.services.tables.import_plan import Author

RECORD = ("post", "level", "manager_id", "department_id")


def bring_up_to_date(session: Session, author: Author) -> None:
    """Of everybody whose post of today says something else than his record."""
    if not session.execute(_differing(author.today).limit(1)).first():
        return
    row_locks.hold(session, Person, Assignment)
    for person, post in session.execute(_differing(author.today)):
        before = _record(person)
        person.post, person.level, person.manager = post.post, post.level, post.manager
        person.department = post.department or person.department
        after = _record(person)
        act, code = "person changed", person.code
        audit.record(session, act, code, actor=author.actor, now=author.now, before=before, after=after)


def _record(person: Person) -> dict[str, str | None]:
    manager = person.manager.code if person.manager else None
    return {
        "post": person.post,
        "level": person.level,
        "manager": manager,
        "department": person.department.code,
    }


def _differing(today: date) -> Select[Person, Assignment]:
    pairs = [(getattr(Person, name), getattr(Assignment, name)) for name in RECORD]
    differs = [mine.is_distinct_from(dated) for mine, dated in pairs[:-1]]
    moved = and_(Assignment.department_id.is_not(None), Assignment.department_id != Person.department_id)
    return (
        select(Person, Assignment)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(
            Assignment.kind != AssignmentKind.LEAVE,
            Assignment.starts <= today,
            or_(Assignment.ends.is_(None), Assignment.ends >= today),
            or_(*differs, moved),
        )
    )
