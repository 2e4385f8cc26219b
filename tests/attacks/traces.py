"""Everything that lies somewhere in an order: rows of every table, bytes of every file, the log of the database.

What an attacker reads is named by what it says: a link by its number, its token, the address of its rater or, with the
server's secret, its slot; an answer by its comment.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

ADDRESS = re.compile(r"c\d+@client\.example")
WAL_PAGE, WAL_HEADER, WAL_FIRST_HEADER = 8192, 24, 40

Named = dict[str, list[Any]]  # things in an order, by what shows it
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What stands for which thing: values of columns, and bytes in files by the kind of name."""

    values: Mapping[Any, Any]
    contacts: Mapping[int, Any] = field(default_factory=dict)
    bytes: Mapping[str, Mapping[Any, bytes]] = field(default_factory=dict)

    def of(self, row: Row) -> Any:
        """The thing that a row is about."""
        for column, value in row.items():
            if column == "contact_id" and value in self.contacts:
                return self.contacts[value]
            if isinstance(value, bytes | str) and value in self.values:
                return self.values[value]
        for found in ADDRESS.findall(json.dumps([v for v in row.values() if isinstance(v, str | dict)])):
            if found in self.values:
                return self.values[found]
        return None

    @property
    def things(self) -> set[Any]:
        return {*self.values.values()}


def tables(engine: Engine) -> dict[str, list[Row]]:
    """Every table as its rows lie there; with PostgreSQL's words on where and by which transaction."""
    with engine.connect().execution_options(read_only=True) as connection:
        return {name: _rows(connection, name) for name in inspect(connection).get_table_names()}


def _rows(connection: Connection, table: str) -> list[Row]:
    of_system = "" if connection.dialect.name == "sqlite" else ", xmin::text::bigint as xmin"
    order = "" if connection.dialect.name == "sqlite" else " order by ctid"
    query = text(f'select *{of_system} from "{table}"{order}')
    return [dict(row) for row in connection.execute(query).mappings()]


def orders_in(
    found: Mapping[str, Sequence[Row]], names: Names, moment: str
) -> Iterator[tuple[str, str, list]]:
    """(table, name, things) for every table that names all things, by its rows and by each of its columns."""
    for table, rows in found.items():
        about = [(names.of(row), row) for row in rows]
        about = [(thing, row) for thing, row in about if thing is not None]
        if {thing for thing, _ in about} != names.things:
            continue
        for column, things in _sorted_by(about):
            yield table, f"{moment}: {table}.{column}", list(dict.fromkeys(things))
            if len(things) > len(names.things):
                yield table, f"{moment}: last {table}.{column}", list(dict.fromkeys(things[::-1]))[::-1]


def _sorted_by(about: Sequence[tuple[Any, Row]]) -> Iterator[tuple[str, list[Any]]]:
    yield "row", [thing for thing, _ in about]
    for column in about[0][1]:
        values = [_comparable(row[column]) for _, row in about]
        for kind, keys in {"": values, " length": [_length(row[column]) for _, row in about]}.items():
            if None not in keys and len(set(keys)) > 1 and len({type(key) for key in keys}) == 1:
                order = sorted(range(len(keys)), key=keys.__getitem__)
                yield f"{column}{kind}", [about[place][0] for place in order]


def _comparable(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, bytes | str) else None


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def places(found: Mapping[str, bytes], names: Names, moment: str) -> Iterator[tuple[str, str, list]]:
    """(kind, name, things) by their first and by their last place in a file, if all are in it."""
    for file, data in found.items():
        for kind, needles in names.bytes.items():
            for end, find in (("first", data.find), ("last", data.rfind)):
                at = _found(needles, find)
                if at and len(set(at.values())) == len(at):
                    yield kind, f"{moment}: {end} {kind} in {file}", sorted(at, key=at.__getitem__)


def _found(needles: Mapping[Any, bytes], find: Callable[[bytes], int]) -> dict[Any, int]:
    at: dict[Any, int] = {}
    for thing, needle in needles.items():
        at[thing] = find(needle)
        if at[thing] < 0:
            return {}
    return at


def by_time(directory: Path, names: Names, moment: str) -> Iterator[tuple[str, str, list]]:
    """Files whose names or first words say a thing, in the order in which they were written."""
    written = sorted((path for path in directory.rglob("*") if path.is_file()), key=_mtime)
    for kind, needles in names.bytes.items():
        owner = {needle: thing for thing, needle in needles.items()}
        things = [owner[name] for path in written if (name := path.name.encode()) in owner]
        if set(things) == set(needles) and things:
            yield kind, f"{moment}: files called by their {kind}, by time", list(dict.fromkeys(things))


def _mtime(path: Path) -> int:
    return path.stat().st_mtime_ns


@dataclass(frozen=True)
class WriteAheadLog:
    """PostgreSQL's, from one moment on, without the headers of its pages."""

    engine: Engine
    start: int

    @classmethod
    def from_now(cls, engine: Engine) -> "WriteAheadLog":
        return cls(engine, cls._position(engine))

    @staticmethod
    def _position(engine: Engine) -> int:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return int(connection.scalar(text("select pg_current_wal_flush_lsn() - '0/0'::pg_lsn")))

    def read(self) -> bytes:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            size = int(
                connection.scalar(text("select setting from pg_settings where name='wal_segment_size'"))
            )
            position, end, data = self.start - self.start % WAL_PAGE, self._position(self.engine), b""
            while position < end:
                length = min(end, position - position % size + size) - position
                data += _without_headers(_segment(connection, position, size, length), position % size == 0)
                position += length
        return data


def _segment(connection: Connection, position: int, size: int, length: int) -> bytes:
    """From a position to the end, or to that of the file it lies in."""
    name = "'pg_wal/' || pg_walfile_name('0/0'::pg_lsn + cast(:inside as numeric))"
    query = text(f"select pg_read_binary_file({name}, :offset, :length)")
    values = {"inside": position + 1, "offset": position % size, "length": length}
    return bytes(connection.scalar(query, values) or b"")


def _without_headers(data: bytes, is_first: bool) -> bytes:
    pages = (data[start : start + WAL_PAGE] for start in range(0, len(data), WAL_PAGE))
    return b"".join(
        page[WAL_FIRST_HEADER if is_first and place == 0 else WAL_HEADER :]
        for place, page in enumerate(pages)
    )
