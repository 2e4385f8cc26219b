"""Writers to SQLite stand in line, in one process and between several."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import text

from feedback import turns
from feedback.extensions import db
from feedback.services.ground.collisions import is_unavailable
from feedback.turns import Turns

ROOT = Path(__file__).parent.parent
A_WRITE = 0.02
GREEDY = f"""
import pathlib, sys, time
from feedback.turns import Turns
line = Turns(pathlib.Path(sys.argv[1]))
while True:
    line.take()
    print("writing", flush=True)
    time.sleep({A_WRITE})
    line.give_back()
"""


@pytest.fixture
def greedy(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, whose next write begins when its last one ends."""
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", GREEDY, str(tmp_path / "x.db")], stdout=said, cwd=ROOT
        )
    while not (tmp_path / "said").stat().st_size:
        assert process.poll() is None
        time.sleep(0.01)
    yield process
    process.kill()
    process.wait()


def test_who_has_just_written_stands_behind_who_waits(greedy: subprocess.Popen[bytes], tmp_path: Path):
    """Without the line, whoever comes in between two writes has to hit a gap of some microseconds."""
    line = Turns(tmp_path / "x.db")
    begun = time.monotonic()
    for _ in range(20):
        line.take()
        line.give_back()
    assert time.monotonic() - begun < 20 * A_WRITE * 10  # a turn of the other's each, on a busy machine


def test_a_writer_that_is_killed_gives_its_turn_back(greedy: subprocess.Popen[bytes], tmp_path: Path):
    greedy.kill()
    greedy.wait()
    line = Turns(tmp_path / "x.db")
    assert line.take()
    line.give_back()


def test_threads_of_a_process_write_one_after_the_other(tmp_path: Path):
    line, writing, most = Turns(tmp_path / "x.db"), [], []
    together = Barrier(8)

    def write() -> None:
        together.wait()
        line.take()
        writing.append(1)
        most.append(len(writing))
        time.sleep(0.001)
        writing.pop()
        line.give_back()

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_who_waits_too_long_is_told_what_sqlite_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    line = Turns(tmp_path / "x.db")
    line.take()
    with pytest.raises(sqlite3.OperationalError, match="database is locked") as waited:
        line.take()
    assert is_unavailable(waited.value)
    line.give_back()
    assert line.take()


def test_where_there_can_be_no_line_sqlite_decides_itself(tmp_path: Path):
    assert not Turns(tmp_path / "nowhere" / "x.db").take()


def test_a_turn_ends_with_the_commit_and_leaves_nothing_but_empty_files(app: Flask):
    database = Path(str(db.engine.url.database))
    for end in ("commit", "rollback"):
        db.session.execute(text("UPDATE campaign SET recurring = 0"))
        with closing(sqlite3.connect(database, timeout=0)) as other:
            with pytest.raises(sqlite3.OperationalError):
                other.execute("BEGIN IMMEDIATE")
            getattr(db.session, end)()
            other.execute("BEGIN IMMEDIATE")
        line = turns.of_database(str(database))
        assert line.take()
        line.give_back()
    made = [database.with_name(f"{database.name}-{name}") for name in ("next", "turn")]
    assert [path.stat().st_size for path in made] == [0, 0]
