"""What is wrong in a file of histories, and what in it may be a mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.models.people import Person
from feedback.services.definitions.appraising import listed
from feedback.services.fact_files import spans
from feedback.services.fact_files.spans import Span
from feedback.services.facts.computed import computed
from feedback.services.ground import row_locks
from feedback.services.ground.errors import RowFault
from feedback.services.people.activity import YES
from feedback.services.people.people_files import PersonRecord
from feedback.services.people.reporting_lines import circles
from feedback.services.tables import periods
from feedback.services.tables.columns import TableRow
from forms.words import N_


@dataclass(frozen=True)
class Stored:
    people: Mapping[str, PersonRecord]
    departments: frozenset[str]


def of_rows(rows: Sequence[TableRow], known: Stored) -> list[RowFault]:
    """Each row by itself."""
    return [fault for row in rows for fault in _of_row(row, known)] + _repeated(rows)


def _of_row(row: TableRow, known: Stored) -> list[RowFault]:
    cells, faults = row.cells, []
    subject, manager, department = cells["subject"], cells.get("manager"), cells.get("department")
    if subject not in known.people:
        faults.append(RowFault(row.number, "subject", N_("there is no person %(code)s"), {"code": subject}))
    if manager and manager not in known.people:
        faults.append(RowFault(row.number, "manager", N_("there is no person %(code)s"), {"code": manager}))
    if manager == subject:
        sentence = N_("%(code)s cannot be their own manager")
        faults.append(RowFault(row.number, "manager", sentence, {"code": subject}))
    if department and department not in known.departments:
        sentence = N_("there is no department %(code)s")
        faults.append(RowFault(row.number, "department", sentence, {"code": department}))
    if cells.get("until") and cells["until"] < cells["from"]:
        faults.append(RowFault(row.number, "until", N_("lies before the first day")))
    return faults


def _repeated(rows: Sequence[TableRow]) -> list[RowFault]:
    first: dict[tuple[str, str, bool], int] = {}
    faults = []
    for row in rows:
        subject, starts, is_leave = row.cells["subject"], row.cells["from"], row.cells.get("kind") == "leave"
        earlier = first.setdefault((subject, starts, is_leave), row.number)
        if earlier != row.number and is_leave:
            facts = {"value": f"{subject} {starts}", "row": earlier}
            faults.append(RowFault(row.number, "from", N_("%(value)s is already in row %(row)s"), facts))
        elif earlier != row.number:
            faults.append(_two_posts(row.number, date.fromisoformat(starts)))
    return faults


def _two_posts(row: int, day: date) -> RowFault:
    return RowFault(row, "from", N_("two posts on %(day)s"), {"day": day})


def of_histories(
    said: Mapping[str, tuple[TableRow, Span]],
    after: Mapping[str, Span],
    people: Mapping[str, PersonRecord],
    current: Mapping[str, Span],
) -> list[RowFault]:
    """What does not fit together, stored and said; current: what becomes today's record."""
    rows = {name: row.number for name, (row, _) in said.items()}
    of_person = {span.subject: row.number for row, span in reversed(list(said.values()))}
    faults = []
    for code, history in _by_person(after).items():
        for broken in spans.breaks(history):
            row = rows.get(broken.following.name, of_person[code])
            if broken.b is None:
                faults.append(_two_posts(row, broken.a))
            else:
                facts = {"code": code, "a": broken.a, "b": broken.b}
                faults.append(RowFault(row, "from", N_("%(code)s has no post from %(a)s to %(b)s"), facts))
    return faults + _circles(rows, people, current)


def _by_person(history: Mapping[str, Span]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for span in history.values():
        found.setdefault(span.subject, []).append(span)
    return found


def _circles(
    rows: Mapping[str, int], people: Mapping[str, PersonRecord], current: Mapping[str, Span]
) -> list[RowFault]:
    lines = {code: record.manager for code, record in people.items()}
    on_circle = circles(lines | {code: span.manager for code, span in current.items()})
    sentence = N_("the reporting line runs in a circle: %(line)s")
    return [
        RowFault(rows.get(span.name, 0), "manager", sentence, {"line": " → ".join(on_circle[code])})
        for code, span in current.items()
        if code in on_circle
    ]


def warnings(
    session: Session,
    before: Mapping[str, Span],
    after: Mapping[str, Span],
    people: Mapping[str, PersonRecord],
    today: date,
) -> list[RowFault]:
    histories = _by_person(after)
    return _left(histories, people, today) + _computed(session, _by_person(before), histories)


def _left(
    histories: Mapping[str, Sequence[Span]], people: Mapping[str, PersonRecord], today: date
) -> list[RowFault]:
    """A post has ended, and the list of people says that he is there."""
    left = []
    for code, history in histories.items():
        ends = [span.ends or date.max for span in history if not span.is_leave]
        if ends and max(ends) < today and people[code].active == YES:
            left.append(code)
    sentence = N_("no post any more, and still active in the list of people: %(codes)s")
    return [RowFault(0, "until", sentence, {"codes": listed(left)})] if left else []


def _computed(
    session: Session, before: Mapping[str, Sequence[Span]], after: Mapping[str, Sequence[Span]]
) -> list[RowFault]:
    ids = row_locks.ids(session, Person)
    codes = sorted({*before, *after})
    versions = computed(session, [ids[code] for code in codes])
    changed: dict[str, list[str]] = {}
    for code in codes:
        for period in versions.get(ids[code], ()):
            first, last = periods.first_day(period), periods.last_day(period)
            if _said(before.get(code, ()), first, last) != _said(after.get(code, ()), first, last):
                changed.setdefault(period, []).append(code)
    sentence = N_("%(period)s is computed already, and what it rests on changes: %(codes)s")
    return [
        RowFault(0, "from", sentence, {"period": period, "codes": listed(codes)})
        for period, codes in sorted(changed.items())
    ]


def _said(history: Sequence[Span], first: date, last: date) -> list[tuple[object, ...]]:
    found = (span.within(first, last) for span in history)
    return sorted((said for said in found if said is not None), key=repr)
