"""Spans of a person's history as plain values: what is stored, what a file says, and whether they fit together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.people import Department, Person
from feedback.services.ground.row_locks import among

DAY = timedelta(days=1)
DATED = ("post", "level", "manager", "department")


@dataclass(frozen=True)
class Span:
    """A row of a history; manager and department by code. Of leave only the days."""

    subject: str
    starts: date
    ends: date | None
    kind: AssignmentKind
    post: str | None = None
    level: str | None = None
    manager: str | None = None
    department: str | None = None

    @property
    def is_leave(self) -> bool:
        return self.kind is AssignmentKind.LEAVE

    @property
    def name(self) -> str:
        leave = " leave" if self.is_leave else ""
        return f"{self.subject} {self.starts}{leave}"

    @property
    def cells(self) -> dict[str, str | None]:
        """By the columns of a file that are not in its name."""
        until = self.ends.isoformat() if self.ends else None
        return {"until": until, "kind": str(self.kind), **{name: getattr(self, name) for name in DATED}}

    def on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def within(self, first: date, last: date) -> tuple[object, ...] | None:
        """What it says about these days; None for nothing."""
        starts, ends = max(self.starts, first), min(self.ends or last, last)
        return (starts, ends, self.kind, *(getattr(self, name) for name in DATED)) if starts <= ends else None


def stored(session: Session, subjects: Collection[str] | None = None) -> dict[int, Span]:
    """Of these people, or of everybody, by id, in the order of people and days."""
    manager = aliased(Person)
    columns = (
        Person.code,
        Assignment.starts,
        Assignment.ends,
        Assignment.kind,
        Assignment.post,
        Assignment.level,
    )
    query = (
        select(Assignment.id, *columns, manager.code, Department.code)
        .join(Person, Assignment.person_id == Person.id)
        .outerjoin(manager, Assignment.manager_id == manager.id)
        .outerjoin(Department, Assignment.department_id == Department.id)
        .order_by(Person.code, Assignment.starts, Assignment.id)
    )
    if subjects is not None:
        query = query.where(among(Person.code, subjects))
    spans = {
        id: Span(code, starts, ends, AssignmentKind(kind), *rest)
        for id, code, starts, ends, kind, *rest in session.execute(query)
    }
    return {id: span for id, span in spans.items() if subjects is None or span.subject in subjects}


def find(session: Session, number: int) -> Span | None:
    code = session.scalar(
        select(Person.code).join(Assignment, Assignment.person_id == Person.id).where(Assignment.id == number)
    )
    return stored(session, [code]).get(number) if code else None


def number_of(session: Session, subject: str, starts: date, *, leave: bool) -> int | None:
    """Of the span of a person that starts on a day."""
    found = stored(session, [subject]).items()
    return next((id for id, span in found if span.starts == starts and span.is_leave == leave), None)


@dataclass(frozen=True)
class Break:
    """Where work does not go on from one span to the next: a gap from a to b, or two posts on a (b is None)."""

    following: Span
    a: date
    b: date | None


def breaks(spans: Iterable[Span]) -> Iterator[Break]:
    """Of one person's spans of work and probation."""
    work = sorted((span for span in spans if not span.is_leave), key=lambda span: span.starts)
    for before, following in zip(work, work[1:], strict=False):
        if before.ends is None or before.ends >= following.starts:
            yield Break(following, following.starts, None)
        elif before.ends + DAY < following.starts:
            yield Break(following, before.ends + DAY, following.starts - DAY)


def replaced(old: Span, new: Sequence[Span]) -> bool:
    """Whether rows of a file stand for it: they are of its kind, and it starts on a day of one of them."""
    return any(span.is_leave == old.is_leave and span.on(old.starts) for span in new)
