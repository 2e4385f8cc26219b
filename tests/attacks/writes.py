"""Which tables one transaction writes to."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

# A row that is held by "FOR UPDATE OF" a table is not written.
WRITTEN = re.compile(r'(?<!\bFOR )\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
WORDS = {"INSERT INTO": "inserts", "UPDATE": "updates", "DELETE FROM": "deletes"}

Written = frozenset[str]


class Writes:
    """Of every engine of this process, transaction by transaction."""

    def __init__(self) -> None:
        self.committed: list[Written] = []
        self._open: dict[Any, set[str]] = defaultdict(set)

    def note(self, connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        for verb, table in WRITTEN.findall(statement):
            self._open[connection].add(f"{WORDS[verb.upper()]} {table}")

    def commit(self, connection: Connection) -> None:
        if written := self._open.pop(connection, None):
            self.committed.append(frozenset(written))

    def rollback(self, connection: Connection) -> None:
        self._open.pop(connection, None)


@contextmanager
def recorded() -> Iterator[Writes]:
    writes = Writes()
    listeners = (
        ("before_cursor_execute", writes.note),
        ("commit", writes.commit),
        ("rollback", writes.rollback),
    )
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield writes
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
