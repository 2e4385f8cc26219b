"""Whose turn it is to write to SQLite, which takes one writer at a time, among the threads and processes of a server.

SQLite itself lets who finds it busy sleep and try again: whoever comes later may be first, and some wait for seconds.
Here they wait in a line. Two locks on files beside the database make it fair between processes: who waits for his turn
holds the place of the next one, and who has just written has to stand behind him. The files are empty, and nobody who
reads them learns anything; the system gives the locks of a process back when it ends, however it does.
"""

import fcntl
import os
import sqlite3
from pathlib import Path
from threading import Lock

PATIENCE = 30.0  # seconds, as SQLite's own


class Turns:
    """Of one database, for the threads of this process."""

    def __init__(self, database: Path) -> None:
        self._next, self._writing = (database.with_name(f"{database.name}-{end}") for end in ("next", "turn"))
        self._in_process = Lock()
        self._files: tuple[int, int] | None = None

    def take(self) -> bool:
        """False: there can be no line here, as on a disk that is only read; SQLite will say so itself.

        Raises the error that SQLite has for a database that stays busy.
        """
        if not self._in_process.acquire(timeout=PATIENCE):
            raise busy()
        try:
            self._files = self._files or (opened(self._next), opened(self._writing))
            place, turn = self._files
            fcntl.flock(place, fcntl.LOCK_EX)
            try:
                fcntl.flock(turn, fcntl.LOCK_EX)
            finally:
                fcntl.flock(place, fcntl.LOCK_UN)
        except BaseException as error:
            self._in_process.release()
            if isinstance(error, OSError):
                return False
            raise
        return True

    def close(self) -> None:
        """The files; they are opened again when needed."""
        for file in self._files or ():
            os.close(file)
        self._files = None

    def give_back(self) -> None:
        if self._files:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)
        self._in_process.release()


LINES: dict[str, Turns] = {}


def of_database(database: str) -> Turns:
    return LINES.get(database) or LINES.setdefault(database, Turns(Path(database).absolute()))


def forget() -> None:
    """A child waits in a line of its own: whoever held a turn in its parent is not there."""
    for line in LINES.values():
        line.close()
    LINES.clear()


os.register_at_fork(after_in_child=forget)


def opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
    return error
