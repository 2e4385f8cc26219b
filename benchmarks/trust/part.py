"""A part of the proof, on one engine and at one scale, in a process of its own."""

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL

from benchmarks.trust.result import Result, Run

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
SMALL, FULL = "small", "full"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
SECONDS_BETWEEN_WORDS = 10

# What the figures are about; documents do not change them.
CODE = ("feedback", "forms", "scoring", "templates", "tests", "benchmarks", "requirements")


@dataclass
class Setting:
    """Where a part runs, and its words on the terminal."""

    part: str
    engine: str
    scale: str
    server: URL | None
    notes: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    _said: float = 0.0

    def sized(self, small: T, full: T) -> T:
        return small if self.scale == SMALL else full

    def progress(self, done: int, total: int) -> None:
        if done == total or time.monotonic() - self._said > SECONDS_BETWEEN_WORDS:
            self._said = time.monotonic()
            print(f"  {self.part}, {self.engine}: {done} of {total}", file=sys.stderr, flush=True)


def run(setting: Setting) -> Run:
    """Results of a part that breaks down are one that fails."""
    begun = time.monotonic()
    try:
        part = import_module(f"benchmarks.trust.parts.{setting.part}")
        results: tuple[Result, ...] = tuple(part.run(setting))
    except Exception as error:
        print(f"{setting.part}, {setting.engine}: {error}", file=sys.stderr)
        results = (Result(setting.part, "", type(error).__name__, "", False, (str(error),)),)
    return Run(
        part=setting.part,
        engine=setting.engine,
        scale=setting.scale,
        commit=commit(),
        date=datetime.now(UTC).date().isoformat(),
        minutes=round((time.monotonic() - begun) / 60, 1),
        machine=machine(setting.server),
        results=results,
        notes=tuple(setting.notes),
        details=setting.details,
    )


def commit() -> str:
    """With a word if what runs is not what the commit has."""
    head = _git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{head} with changes" if _git("status", "--porcelain", "--", *CODE) else head


def _git(*arguments: str) -> str:
    return subprocess.run(("git", *arguments), cwd=ROOT, capture_output=True, text=True).stdout.strip()


def machine(server: URL | None) -> str:
    words = [f"{os.cpu_count()} processors", platform.system(), f"Python {platform.python_version()}"]
    words.append(f"SQLite {sqlite3.sqlite_version}")
    if server is not None:
        with psycopg.connect(server.render_as_string(hide_password=False)) as connection:
            words.append(f"PostgreSQL {connection.info.server_version // 10000}")
    return ", ".join(words)


def in_memory() -> None:
    """Databases wait for the disk again and again: they lie in memory where there is room."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK):
        tempfile.tempdir = str(memory)
