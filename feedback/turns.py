"""Whose turn it is to write to SQLite, which takes one writer at a time, among the threads and processes of a server.

SQLite itself lets who finds it busy sleep and try again: whoever comes later may be first, and some wait for seconds.
Here they wait in a line. Two locks on files beside the database make it fair between processes: who waits for his turn
holds the place of the next one, and who has just written has to stand behind him. The files are empty, and nobody who
reads them learns anything; the system gives the locks of a process back when it ends, however it does.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

PATIENCE = 30.0  # seconds, as SQLite's own


class Turns:
    """Of one database, for the threads of this process."""

    def __init__(self, database: Path) -> None:
        self._next, self._writing = (database.with_name(f"{database.name}-{end}") for end in ("next", "turn"))
        self._in_process = Lock()
        self._held = -1

    def take(self) -> bool:
        """False: there can be no line here, as on a disk that is only read; SQLite will say so itself.

        Raises the error that SQLite has for a database that stays busy.
        """
        if not self._in_process.acquire(timeout=PATIENCE):
            raise busy()
        try:
            with locked(self._next):
                self._held = taken(self._writing)
        except BaseException as error:
            self._in_process.release()
            if isinstance(error, OSError):
                return False
            raise
        return True

    def give_back(self) -> None:
        given_back(self._held)
        self._in_process.release()


@cache
def of_database(database: str) -> Turns:
    return Turns(Path(database).absolute())


# A child waits in a line of its own: whoever held a turn in its parent is not there.
os.register_at_fork(after_in_child=of_database.cache_clear)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    descriptor = taken(path)
    try:
        yield
    finally:
        given_back(descriptor)


def taken(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def given_back(descriptor: int) -> None:
    """A process that was forked meanwhile has the descriptor too, but not our turn."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
    return error
