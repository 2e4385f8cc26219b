"""Which transactions wrote to which rows, read from the files of PostgreSQL's tables: dead rows and locks as well."""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from feedback.models.ballots import Ballot

PAGE = 8192
LOWER, POINTERS = struct.Struct("<12xH"), 24
POINTER = struct.Struct("<I")
NORMAL = 1
TUPLE = struct.Struct("<II")
FLAGS = struct.Struct("<20xH")
IS_MULTIXACT = 0x1000

CROWD = 3
# Whose rows say who somebody is.
PEOPLE = frozenset(
    ("invitation", "task", "nomination", "interview", "mail", "person", "contact", "audit_entry", "call_back")
)
BALLOT = Ballot.__tablename__

WRITTEN, LEFT = "written", "left"  # what a transaction made; what it deleted, replaced or locked

Touched = Mapping[
    int, Counter[tuple[str, str]]
]  # rows of each table by the part it had in them, by transaction


def touched(engine: Engine, since: int) -> Touched:
    """By transactions from this one on."""
    found: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        for table in (BALLOT, *sorted(PEOPLE)):
            for part, xid in _writers(connection, table):
                if xid >= since:
                    found[xid][table, part] += 1
    return found


def now(engine: Engine) -> int:
    """The number that the next transaction would have, given away to ask for it."""
    with engine.begin() as connection:
        return int(connection.scalar(text("select pg_current_xact_id()::text::bigint")))


def _writers(connection: Connection, table: str) -> Iterator[tuple[str, int]]:
    """For each row that lies in the file: who wrote, deleted or locked it."""
    data = connection.scalar(text(f"select pg_read_binary_file(pg_relation_filepath('{table}'))"))
    for start in range(0, len(data), PAGE):
        for row in _rows(bytes(data[start : start + PAGE])):
            xmin, xmax = TUPLE.unpack_from(row)
            is_multixact = FLAGS.unpack_from(row)[0] & IS_MULTIXACT
            yield WRITTEN, xmin
            yield from ((LEFT, xid) for xid in (_members(connection, xmax) if is_multixact else [xmax]))


def _rows(page: bytes) -> Iterator[bytes]:
    for at in range(POINTERS, LOWER.unpack_from(page)[0], POINTER.size):
        pointer = POINTER.unpack_from(page, at)[0]
        offset, state = pointer & 0x7FFF, pointer >> 15 & 3
        if state == NORMAL:
            yield page[offset:]


def _members(connection: Connection, multixact: int) -> list[int]:
    query = text("select xid::text::bigint from pg_get_multixact_members(cast(:id as text)::xid)")
    return list(connection.scalars(query, {"id": str(multixact)}))


@dataclass(frozen=True)
class Joins:
    """Together: transactions with rows of people and fewer ballots than a crowd. Side by side: neighbours of these."""

    together: tuple[str, ...]
    side_by_side: tuple[str, ...]


NEAR = 2


def joins(found: Touched) -> Joins:
    few = {xid: number for xid, rows in found.items() if 0 < (number := _ballots(rows)) < CROWD}
    people = {xid: told for xid, rows in found.items() if (told := _people(rows))}
    together = [f"{few[xid]} of {BALLOT} with {people[xid]}" for xid in sorted(few.keys() & people.keys())]
    near = sorted((xid, other) for xid in few for other in people if 0 < abs(xid - other) <= NEAR)
    side_by_side = [f"{few[xid]} of {BALLOT} beside {people[other]}" for xid, other in near]
    return Joins(tuple(together), tuple(side_by_side))


def _ballots(rows: Counter[tuple[str, str]]) -> int:
    """One that is changed lies there twice: as it was and as it is."""
    return max(rows[BALLOT, WRITTEN], rows[BALLOT, LEFT])


def _people(rows: Counter[tuple[str, str]]) -> str:
    return ", ".join(sorted({table for table, _ in rows} & PEOPLE))
