"""Return visits (回访) and complaints, counted for the figures that come from the register.

A complaint belongs to the period in which it was opened. It can be judged once it is done, or was due in the period.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from feedback.models.register import RegisterEntry, RegisterKind
from feedback.services.ground.row_locks import among


@dataclass(frozen=True)
class RegisterCounts:
    """Visits, and those with a client who said whether he was satisfied (known); complaints that were opened, done, can
    be judged, were done in time; of the complaints too, satisfied of those where it is known; well: done in time with a
    satisfied client, of those where both can be said (late is enough to say no)."""

    visits: int = 0
    visits_known: int = 0
    visits_satisfied: int = 0
    complaints: int = 0
    done: int = 0
    judged: int = 0
    in_time: int = 0
    known: int = 0
    satisfied: int = 0
    both_known: int = 0
    well: int = 0


@dataclass(frozen=True)
class RegisterFigure:
    """What the register says for a source of a KPI: a number, or part and whole."""

    value: float | None = None
    part: float | None = None
    whole: float | None = None


def figure(counts: RegisterCounts, source: str) -> RegisterFigure:
    """Of "register.in-time" and the like. Raises KeyError for what the register does not know."""
    if source == "register.visits":
        return RegisterFigure(value=float(counts.visits))
    part, whole = {
        "register.in-time": (counts.in_time, counts.judged),
        "register.resolved": (counts.done, counts.complaints),
        "register.satisfied": (counts.satisfied, counts.known),
        "register.in-time-satisfied": (counts.well, counts.both_known),
        "register.visits-satisfied": (counts.visits_satisfied, counts.visits_known),
    }[source]
    return RegisterFigure(part=float(part), whole=float(whole))


def counts(
    session: Session, person_ids: Collection[int], first: date, last: date
) -> Mapping[int, RegisterCounts]:
    """By person, of everybody asked for; one statement."""
    query = (
        select(RegisterEntry.person_id, *(func.sum(case((c, 1), else_=0)) for c in _conditions(last)))
        .where(RegisterEntry.opened.between(first, last), among(RegisterEntry.person_id, person_ids))
        .group_by(RegisterEntry.person_id)
    )
    found = {id: RegisterCounts(*map(int, sums)) for id, *sums in session.execute(query)}
    return {id: found.get(id, RegisterCounts()) for id in person_ids}


def _conditions(last: date) -> list[ColumnElement[bool]]:
    """In the order of RegisterCounts."""
    entry = RegisterEntry
    visit, complaint = (entry.kind == kind for kind in (RegisterKind.VISIT, RegisterKind.COMPLAINT))
    known, done = entry.satisfied.is_not(None), entry.done.is_not(None)
    in_time = and_(complaint, done, or_(entry.due.is_(None), entry.done <= entry.due))
    judged = and_(complaint, or_(done, entry.due <= last))
    return [
        visit,
        and_(visit, known),
        and_(visit, entry.satisfied.is_(True)),
        complaint,
        and_(complaint, done),
        judged,
        in_time,
        and_(complaint, known),
        and_(complaint, entry.satisfied.is_(True)),
        and_(judged, or_(known, not_(in_time))),
        and_(in_time, entry.satisfied.is_(True)),
    ]
