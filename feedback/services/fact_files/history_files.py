"""Assignments and leave as rows of a file: who was what from which day to which.

Rows of work replace what is stored of the person within the days that they cover, and so do rows of leave; all else
stays. What holds today becomes today's record of the person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.people import Department, Person
from feedback.services.definitions import appraising
from feedback.services.fact_files import history_faults, spans
from feedback.services.fact_files.history_faults import Stored
from feedback.services.fact_files.spans import DATED, Span
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.people import people_files
from feedback.services.people.people_files import PersonRecord
from feedback.services.tables import columns, dates, import_plan, table_files
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Author, Comparison, Imported, ImportPlan, Noun
from forms.words import N_

KINDS = {
    **dict.fromkeys(("work", "在岗", "工作", "正式"), AssignmentKind.WORK),
    **dict.fromkeys(("probation", "试用", "试用期"), AssignmentKind.PROBATION),
    **dict.fromkeys(("leave", "休假", "请假", "离岗"), AssignmentKind.LEAVE),
}
HELP = {
    "level": N_("As the scheme names it."),
    "department": N_("The code of a department that there is."),
}
TABLES = (Assignment, Person, Department)


def kind(text: str) -> str:
    try:
        return KINDS[text.lower()].value
    except KeyError:
        raise WrongCell(N_("'%(text)s' is neither work, probation nor leave"), text=text) from None


SUBJECT = Column(
    "subject",
    Bilingual("工号", "Subject"),
    ("person", "code", "员工编号", "客户经理", "客户经理工号"),
    required=True,
    help=N_("The code of the person."),
    example=Bilingual("A101", "A101"),
)
COLUMNS = (
    SUBJECT,
    Column(
        "from",
        Bilingual("开始日期", "From"),
        ("starts", "起始日期", "自", "生效日期"),
        required=True,
        canonical=dates.canonical,
        help=N_("The first day."),
        example=Bilingual("2026-07-01", "2026-07-01"),
    ),
    Column(
        "until",
        Bilingual("结束日期", "Until"),
        ("ends", "to", "截止日期", "至"),
        canonical=dates.canonical,
        help=N_("The last day; empty where it goes on."),
        example=Bilingual("2026-09-30", "2026-09-30"),
    ),
    Column(
        "kind",
        Bilingual("类型", "Kind"),
        ("类别", "状态"),
        canonical=kind,
        help=N_(
            "work (if nothing is said), probation or leave. Leave lies over work, which goes on beneath it."
        ),
        example=Bilingual("在岗", "work"),
    ),
    *(
        replace(column, required=False, help=HELP.get(column.name, column.help))
        for name in DATED
        for column in people_files.COLUMNS
        if column.name == name
    ),
)


def import_file(session: Session, data: bytes, author: Author) -> Imported:
    """Add and change the histories of a file, all of them or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, *TABLES)
    made = plan(session, table_files.read(data, COLUMNS), today=author.today)
    counts = import_plan.carry_out(session, made, actor=author.actor, now=author.now)
    return counts[Noun.ASSIGNMENT]


def plan(
    session: Session, rows: Sequence[TableRow], *, today: date, without: Span | None = None
) -> ImportPlan:
    """What the rows would change. without: what is taken back beside. Raises InvalidFile with every fault."""
    people = people_files.stored_people(session)
    known = Stored(people, frozenset(row_locks.ids(session, Department)))
    columns.refuse(history_faults.of_rows(rows, known))
    about = {row.cells["subject"] for row in rows} | ({without.subject} if without else set())
    kept = spans.stored(session, about)
    ids = {span.name: id for id, span in kept.items()}
    before = {span.name: span for span in kept.values()}
    said = {span.name: (row, span) for row in rows for span in [_span(row, before, people)]}
    histories = _Histories(before, {name: span for name, (_, span) in said.items()}, without)
    current = histories.current(today)
    columns.refuse(history_faults.of_histories(said, histories.after, people, current))
    assignments = Comparison(
        Noun.ASSIGNMENT, _cells(histories.said), _cells(before), tuple(sorted(histories.removed))
    )
    records = Comparison(
        Noun.PERSON,
        {code: _record(span, people[code]) for code, span in current.items()},
        {code: {name: getattr(people[code], name) for name in DATED} for code in current},
    )
    return ImportPlan(
        "history imported",
        "history",
        (assignments, records),
        _storing(session, histories, ids, assignments, records),
        (
            *appraising.warnings(
                session,
                [(span.subject, (span.post, span.level)) for _, span in said.values() if not span.is_leave],
            ),
            *history_faults.warnings(session, histories.before, histories.after, people, today),
        ),
    )


@dataclass(frozen=True)
class _Histories:
    """By name, of everybody whom a file names: what is stored, and what it says."""

    before: Mapping[str, Span]
    said: Mapping[str, Span]
    without: Span | None = None

    @property
    def removed(self) -> set[str]:
        of: dict[str, list[Span]] = {}
        for span in self.said.values():
            of.setdefault(span.subject, []).append(span)
        gone = {name for name, span in self.before.items() if spans.replaced(span, of.get(span.subject, []))}
        return (gone | ({self.without.name} if self.without else set())) - set(self.said)

    @property
    def after(self) -> dict[str, Span]:
        removed = self.removed
        return {name: span for name, span in {**self.before, **self.said}.items() if name not in removed}

    def current(self, today: date) -> dict[str, Span]:
        """What is today's record now, of those whose work the file is about."""
        named = {span.subject for span in self.said.values() if not span.is_leave}
        return {
            span.subject: span
            for span in self.after.values()
            if span.subject in named and not span.is_leave and span.on(today)
        }


def _span(row: TableRow, stored: Mapping[str, Span], people: Mapping[str, PersonRecord]) -> Span:
    code, until = row.cells["subject"], row.cells.get("until")
    starts, ends = date.fromisoformat(row.cells["from"]), date.fromisoformat(until) if until else None
    what = AssignmentKind(row.cells.get("kind") or AssignmentKind.WORK)
    bare = Span(code, starts, ends, what)
    if bare.is_leave:
        return bare
    known = stored.get(bare.name) or people[code]
    return Span(code, starts, ends, what, *(row.optional(name, getattr(known, name)) for name in DATED))


def _cells(known: Mapping[str, Span]) -> dict[str, dict[str, str | None]]:
    return {name: span.cells for name, span in known.items()}


def _record(span: Span, person: PersonRecord) -> dict[str, str | None]:
    """Everybody is in a department, also where the history does not say in which."""
    said = {name: getattr(span, name) for name in DATED}
    return said | {"department": span.department or person.department}


def _storing(
    session: Session,
    histories: _Histories,
    stored: Mapping[str, int],
    assignments: Comparison,
    records: Comparison,
) -> Callable[[], None]:
    def store() -> None:
        people, departments = row_locks.ids(session, Person), row_locks.ids(session, Department)

        def references(cells: Mapping[str, str | float | None]) -> dict[str, object]:
            manager, department = cells["manager"], cells["department"]
            return {
                "post": cells["post"],
                "level": cells["level"],
                "manager_id": people[str(manager)] if manager else None,
                "department_id": departments[str(department)] if department else None,
            }

        rows = {}
        for name in assignments.differing:
            span = histories.said[name]
            rows[name] = {
                "person_id": people[span.subject],
                "starts": span.starts,
                "ends": span.ends,
                "kind": span.kind,
                **references(span.cells),
            }
        row_locks.remove(session, Assignment, [stored[name] for name in assignments.removed])
        row_locks.store(session, Assignment, rows, stored)
        changed = {code: references(records.wanted[code]) for code in records.differing}
        row_locks.store(session, Person, changed, people)

    return store


def export(session: Session) -> list[list[str | None]]:
    """Of everybody who has a history, in the order of COLUMNS."""
    return [
        [span.subject, span.starts.isoformat(), *(span.cells[column.name] for column in COLUMNS[2:])]
        for span in spans.stored(session).values()
    ]
