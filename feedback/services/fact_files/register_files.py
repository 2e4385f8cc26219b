"""Return visits and complaints as rows of a file.

Rows that say the same of client, person and day are told apart by their order: the second one stays the second.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.clients import Client
from feedback.models.people import Person
from feedback.models.register import RegisterEntry, RegisterKind
from feedback.services.definitions.appraising import listed
from feedback.services.fact_files.history_files import SUBJECT
from feedback.services.facts.computed import computed, covering
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.tables import columns, dates, import_plan, table_files
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Author, Cells, Comparison, Imported, ImportPlan, Noun
from forms.words import N_

YES, NO, UNKNOWN = "yes", "no", "unknown"
SATISFIED = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "满意"), YES),
    **dict.fromkeys(("no", "n", "false", "0", "否", "不满意"), NO),
    **dict.fromkeys(("unknown", "-", "未知", "不详"), UNKNOWN),
}
STORED = {YES: True, NO: False}
NOUNS = {RegisterKind.VISIT: Noun.VISIT, RegisterKind.COMPLAINT: Noun.COMPLAINT}
TABLES = (RegisterEntry,)


def satisfied(text: str) -> str:
    try:
        return SATISFIED[text.lower()]
    except KeyError:
        raise WrongCell(N_("'%(text)s' is neither yes, no nor unknown"), text=text) from None


def _day(name: str, heading: Bilingual, aliases: tuple[str, ...], required: bool, help: str = "") -> Column:
    example = Bilingual("2026-09-30", "2026-09-30")
    return Column(name, heading, aliases, required, canonical=dates.canonical, help=help, example=example)


CLIENT = Column(
    "client",
    Bilingual("客户编号", "Client"),
    ("client code", "客户代码", "客户"),
    required=True,
    help=N_("The code of the client."),
    example=Bilingual("K101", "K101"),
)
PERSON = Column(
    "subject",
    SUBJECT.heading,
    SUBJECT.aliases,
    required=True,
    help=N_("The code of the person who visited, or whose client complained."),
    example=SUBJECT.example,
)
OUTCOME = Column("outcome", Bilingual("结果", "Outcome"), ("处理结果", "回访结果"), longest=500)
SATISFIED_COLUMN = Column(
    "satisfied",
    Bilingual("是否满意", "Satisfied"),
    ("客户满意", "满意"),
    canonical=satisfied,
    help=N_("yes, no or unknown: what the client said about it."),
    example=Bilingual("是", "yes"),
)
SOURCE = Column("source", Bilingual("来源", "Source"), ("数据来源",), longest=64)
COLUMNS = {
    RegisterKind.VISIT: (
        CLIENT,
        PERSON,
        _day("date", Bilingual("回访日期", "Date"), ("日期",), True),
        Column(
            "kind",
            Bilingual("回访方式", "Kind"),
            ("方式", "channel"),
            help=N_("How: by phone, on site and the like."),
            example=Bilingual("上门", "on site"),
        ),
        OUTCOME,
        SATISFIED_COLUMN,
        SOURCE,
    ),
    RegisterKind.COMPLAINT: (
        CLIENT,
        PERSON,
        _day("opened", Bilingual("受理日期", "Opened"), ("投诉日期",), True),
        _day("due", Bilingual("期限", "Due"), ("应完成日期", "处理期限"), False),
        _day("done", Bilingual("完成日期", "Done"), ("办结日期",), False, N_("Empty while it is open.")),
        SATISFIED_COLUMN,
        OUTCOME,
        SOURCE,
    ),
}
# What says which entry it is; the rest may change.
NAMED_BY = {RegisterKind.VISIT: ("date", "kind"), RegisterKind.COMPLAINT: ("opened",)}


@dataclass(frozen=True)
class RegisterLine:
    """A row of the register in plain values; client and subject by code, days as they are written."""

    client: str
    subject: str
    day: str
    channel: str
    cells: Cells

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.client, self.subject, self.day, self.channel)))


def import_file(session: Session, kind: RegisterKind, data: bytes, author: Author) -> Imported:
    """Add and change entries from a file, all of them or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, *TABLES)
    made = plan(session, kind, table_files.read(data, COLUMNS[kind]), today=author.today)
    return import_plan.carry_out(session, made, actor=author.actor, now=author.now)[NOUNS[kind]]


def plan(session: Session, kind: RegisterKind, rows: Sequence[TableRow], *, today: date) -> ImportPlan:
    """What the rows would change. Raises InvalidFile with every fault."""
    people, clients = row_locks.ids(session, Person), row_locks.ids(session, Client)
    columns.refuse([fault for row in rows for fault in faults(row, people, clients, today)])
    ids, known = stored(session, kind, {row.cells["client"] for row in rows})
    said: dict[str, RegisterLine] = {}
    for name, row in _numbered((_name(kind, row), row) for row in rows):
        said[name] = entry(kind, row, known.get(name))
    comparison = Comparison(
        NOUNS[kind],
        {name: entry.cells for name, entry in said.items()},
        {name: entry.cells for name, entry in known.items()},
    )

    def store() -> None:
        changed = {name: fields(kind, said[name], people, clients) for name in comparison.differing}
        row_locks.store(session, RegisterEntry, changed, ids)

    changed = [said[name] for name in comparison.differing]
    warnings = _computed(session, changed, people)
    return ImportPlan(f"{kind}s imported", f"{kind}s", (comparison,), store, tuple(warnings))


def faults(
    row: TableRow, people: Mapping[str, int], clients: Mapping[str, int], today: date
) -> Iterable[RowFault]:
    cells = row.cells
    if cells["client"] not in clients:
        sentence = N_("there is no client %(code)s")
        yield RowFault(row.number, "client", sentence, {"code": cells["client"]})
    if cells["subject"] not in people:
        sentence = N_("there is no person %(code)s")
        yield RowFault(row.number, "subject", sentence, {"code": cells["subject"]})
    yield from wrong_days(row.number, cells, today)


def wrong_days(row: int, cells: Mapping[str, str], today: date) -> Iterable[RowFault]:
    for column in ("date", "opened", "done"):
        if (day := cells.get(column)) and day > today.isoformat():
            yield RowFault(row, column, N_("lies in the future"))
    for column in ("due", "done"):
        if (day := cells.get(column)) and day < cells["opened"]:
            yield RowFault(row, column, N_("lies before the day on which it was opened"))


def _numbered(rows: Iterable[tuple[str, TableRow]]) -> Iterable[tuple[str, TableRow]]:
    """The second of the same name is #2."""
    seen: Counter[str] = Counter()
    for name, row in rows:
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name} #{seen[name]}"), row


def _name(kind: RegisterKind, row: TableRow) -> str:
    cells = row.cells
    parts = (cells["client"], cells["subject"], *(cells.get(column, "") for column in NAMED_BY[kind]))
    return " ".join(filter(None, parts))


def entry(kind: RegisterKind, row: TableRow, known: RegisterLine | None) -> RegisterLine:
    said, day = row.cells, NAMED_BY[kind][0]
    open_cells = [column.name for column in COLUMNS[kind] if column.name not in NAMED_BY[kind]][2:]
    cells = {name: said.get(name, known.cells[name] if known else None) or None for name in open_cells}
    if cells["satisfied"] == UNKNOWN:
        cells["satisfied"] = None
    channel = said.get("kind", "") if kind is RegisterKind.VISIT else ""
    return RegisterLine(said["client"], said["subject"], said[day], channel, cells)


def stored(
    session: Session, kind: RegisterKind, clients: Iterable[str]
) -> tuple[dict[str, int], dict[str, RegisterLine]]:
    """By name, of these clients: the row, and what it says."""
    wanted = set(clients)
    query = (
        select(RegisterEntry, Client.code, Person.code).join(RegisterEntry.client).join(RegisterEntry.person)
    )
    query = query.where(RegisterEntry.kind == kind, row_locks.among(Client.code, wanted))
    ids: dict[str, int] = {}
    found: dict[str, RegisterLine] = {}
    seen: Counter[str] = Counter()
    for row, client, person in session.execute(query.order_by(RegisterEntry.id)):
        kept = RegisterLine(client, person, row.opened.isoformat(), row.channel, cells_of(row))
        seen[kept.name] += 1
        name = kept.name if seen[kept.name] == 1 else f"{kept.name} #{seen[kept.name]}"
        ids[name], found[name] = row.id, kept
    return ids, found


def cells_of(row: RegisterEntry) -> dict[str, str | None]:
    known = {None: None, True: YES, False: NO}[row.satisfied]
    cells = {"outcome": row.outcome or None, "satisfied": known, "source": row.source or None}
    if row.kind == RegisterKind.VISIT:
        return cells
    return {"due": _written(row.due), "done": _written(row.done), **cells}


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def fields(
    kind: RegisterKind, entry: RegisterLine, people: Mapping[str, int], clients: Mapping[str, int]
) -> dict[str, object]:
    cells = entry.cells
    days = {name: cells.get(name) for name in ("due", "done")}
    return {
        "kind": kind,
        "client_id": clients[entry.client],
        "person_id": people[entry.subject],
        "opened": date.fromisoformat(entry.day),
        **{name: date.fromisoformat(str(day)) if day else None for name, day in days.items()},
        "channel": entry.channel,
        "outcome": cells["outcome"] or "",
        "satisfied": STORED.get(str(cells["satisfied"])),
        "source": cells["source"] or "",
    }


def _computed(
    session: Session, entries: Sequence[RegisterLine], people: Mapping[str, int]
) -> Iterable[RowFault]:
    versions = computed(session, {people[entry.subject] for entry in entries})
    codes: dict[str, dict[str, None]] = {}
    for entry in entries:
        period = covering(versions.get(people[entry.subject], {}), date.fromisoformat(entry.day))
        if period:
            codes.setdefault(period, {})[entry.subject] = None
    sentence = N_("%(period)s is computed already, and what it rests on changes: %(codes)s")
    for period, found in sorted(codes.items()):
        yield RowFault(0, "", sentence, {"period": period, "codes": listed(list(found))})
