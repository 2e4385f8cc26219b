"""Targets and actuals as rows of a file: each difference becomes a new version, nothing is ever written over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.models.figures import Figure, FigureImport, FigureKind
from feedback.models.people import Person
from feedback.services.fact_files import figure_entries, figure_faults, figure_warnings
from feedback.services.fact_files.figure_entries import FigureEntry
from feedback.services.fact_files.figure_rows import COLUMNS, figure_rows
from feedback.services.facts import figures
from feedback.services.facts.computed import computed
from feedback.services.facts.figures import FigureRecord
from feedback.services.facts.profiles import Profiles
from feedback.services.ground import row_locks
from feedback.services.tables import columns, import_plan, periods, table_files
from feedback.services.tables.columns import TableRow
from feedback.services.tables.import_plan import Author, Comparison, Imported, ImportPlan, Noun
from feedback.services.tables.spreadsheets import Value
from forms.scheme import Scheme

TABLES = (Figure, FigureImport)
LONGEST_NAME = 255
NOUNS = {FigureKind.TARGET: Noun.TARGET, FigureKind.ACTUAL: Noun.ACTUAL}


@dataclass(frozen=True)
class FigureFile:
    """A file, and what is said with it: the period of rows that name none, the scheme, the reason of all changes."""

    kind: FigureKind
    name: str
    data: bytes
    period: str = ""
    scheme: Scheme | None = None
    reason: str | None = None

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def import_file(session: Session, file: FigureFile, author: Author) -> dict[Noun, Imported]:
    """Add versions from a file, all of them or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, *TABLES)
    made = plan(session, table_files.read(file.data, COLUMNS[file.kind]), file, author)
    return import_plan.carry_out(session, made, actor=author.actor, now=author.now)


def plan(session: Session, rows: Sequence[TableRow], file: FigureFile, author: Author) -> ImportPlan:
    """What the rows would change. Raises InvalidFile with every fault."""
    period = periods.require(file.period) if file.period else ""
    read = figure_rows(rows, file.kind, period, file.reason)
    people = row_locks.ids(session, Person)
    ids, named = {people[r.subject] for r in read if r.subject in people}, {r.period for r in read}
    profiles = Profiles(session, ids, named, file.scheme)
    faults = [fault for row in read for fault in figure_faults.of_row(row, people, profiles)]
    columns.refuse(figure_faults.repeated(read) + faults)
    counting = figures.newest(session, ids, figure_warnings.compared(named))
    entries = [
        entry for row in read for entry in figure_entries.of_row(row, people[row.subject], profiles, counting)
    ]
    versions = computed(session, ids)
    columns.refuse(figure_faults.of_entries(entries, read, people, counting, versions))
    return ImportPlan(
        f"{file.kind}s imported",
        period or min(named),
        tuple(_comparison(kind, entries) for kind in _kinds(file, entries)),
        _storing(session, [entry for entry in entries if entry.differs], file, author),
        figure_warnings.of_file(session, file, entries, counting, versions, author.today),
    )


def _kinds(file: FigureFile, entries: Sequence[FigureEntry]) -> list[FigureKind]:
    """A file of actuals may hold targets as well."""
    found = {entry.key.kind for entry in entries} | {file.kind}
    return [kind for kind in (FigureKind.ACTUAL, FigureKind.TARGET) if kind in found]


def _comparison(kind: FigureKind, entries: Sequence[FigureEntry]) -> Comparison:
    of_kind = [entry for entry in entries if entry.key.kind is kind]
    stored = {entry.row.name: entry.stored for entry in of_kind}
    return Comparison(
        NOUNS[kind],
        {entry.row.name: entry.cells for entry in of_kind},
        {name: cells for name, cells in stored.items() if cells is not None},
    )


def _storing(
    session: Session, changed: Sequence[FigureEntry], file: FigureFile, author: Author
) -> Callable[[], None]:
    def store() -> None:
        if not changed:
            return
        record = FigureImport(
            kind=file.kind,
            file_name=file.name[-LONGEST_NAME:],
            digest=file.digest,
            at=author.now,
            actor=author.actor,
        )
        session.add(record)
        session.flush()
        keys = [entry.key for entry in changed]
        last = figures.last_versions(session, {key.person_id for key in keys}, {key.period for key in keys})
        rows = [
            {
                **entry.key._asdict(),
                "version": last.get(entry.key, 0) + 1,
                "value": entry.value,
                "part": entry.part,
                "whole": entry.whole,
                "base": entry.base,
                "state": entry.state,
                "source": entry.source,
                "reason": entry.row.reason,
                "at": author.now,
                "actor": author.actor,
                "import_id": record.id,
                "row": entry.row.number,
            }
            for entry in changed
        ]
        session.execute(insert(Figure), rows, execution_options={"render_nulls": True})

    return store


def export(session: Session, kind: FigureKind, period: str) -> list[list[Value]]:
    """What counts in the period and its parts, in the order of the columns of its kind."""
    codes = {id: code for code, id in row_locks.ids(session, Person).items()}
    found = figures.newest(session, codes, periods.within(periods.require(period)))
    named = {
        (codes[key.person_id], key.kpi, key.period): record
        for key, record in found.items()
        if key.kind is kind
    }
    return [
        [_cell(column.name, *name, record) for column in COLUMNS[kind]]
        for name, record in sorted(named.items(), key=lambda row: row[0])
        if kind is FigureKind.ACTUAL or not record.is_empty
    ]


def _cell(column: str, code: str, kpi: str, period: str, record: FigureRecord) -> Value:
    is_target = record.state is not None
    cells: dict[str, Value] = {
        "subject": code,
        "kpi": kpi,
        "period": period,
        "target": record.value if is_target else None,
        "actual": None if is_target else record.value,
        "part": record.part,
        "whole": record.whole,
        "base": record.base,
        "source": str(record.source),
        "reason": record.reason,
    }
    return cells[column]
