"""The servers that are compared, each with a database of its own in which everybody's link is waiting."""

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import psutil
import psycopg
from sqlalchemy import func, select

from benchmarks.answering.crowd import Respondent
from benchmarks.answering.questions import ANSWERS, toml
from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.services.ground import schema
from feedback.settings import Settings
from forms import questionnaire as questionnaires
from tests.conftest import settings_in
from tests.factories import Office
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PROCESSES = 2
THREADS = 16  # of each bare one; without a limit they would take all connections of PostgreSQL
OURS, CACHED, RENDERED = "ours", "bare, cached", "bare, rendered"
GROUP = "client"
RATERS_OF_ONE = 50
TABLES = (
    "CREATE TABLE invitation (token TEXT PRIMARY KEY, used INTEGER NOT NULL)",
    "CREATE TABLE answer (id {serial}, document TEXT NOT NULL)",
)


@dataclass
class Contestant:
    """command: what serves on a port. stored: how many answers are in its database."""

    name: str
    command: list[str]
    environment: dict[str, str]
    respondents: list[Respondent]
    directory: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
        log = (self.directory / "log").open("ab")
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=clean | self.environment,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        for _ in range(1200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not come up")

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()

    def take(self, number: int) -> list[Respondent]:
        """Those who have not answered yet."""
        taken, self.respondents = self.respondents[:number], self.respondents[number:]
        return taken

    def processor_seconds(self) -> float:
        """Of all its processes so far."""
        parent = psutil.Process(self.process.pid if self.process else None)
        times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
        return sum(time.user + time.system for time in times)

    def stored(self) -> int:
        if self.name == OURS:
            with opened(create_app(Settings.from_environment(self.environment))):
                filled = select(func.count()).where(Ballot.envelope.is_not(None))
                return db.session.scalar(filled.select_from(Ballot)) or 0
        with connected(self.environment["BARE_DATABASE"]) as connection:
            return int(connection.execute("SELECT count(*) FROM answer").fetchone()[0])


@contextmanager
def connected(database: str) -> Iterator[sqlite3.Connection | psycopg.Connection]:
    if database.startswith("postgresql"):
        with psycopg.connect(database) as connection:
            yield connection
    else:
        with sqlite3.connect(database) as file:
            yield file
        file.close()


def ours(directory: Path, url: str | None, number: int) -> Contestant:
    directory.mkdir()
    settings = settings_in(directory)
    settings = replace(settings, database_url=url) if url else settings
    with opened(create_app(settings)) as app:
        schema.upgrade()
        links = invited(
            Office(db.session(), *(app.extensions[f"feedback.{n}"] for n in ("custody", "tokens"))), number
        )
    port = free_port()
    serve = [sys.executable, "-m", "feedback", "serve", "--no-worker", "--port", str(port)]
    found = [
        Respondent(
            f"{link}?lang=en", urlencode({"token": link[3:], "task": "1", "lang": "en"} | ANSWERS).encode()
        )
        for link in links
    ]
    command = [*serve, "--workers", str(PROCESSES)]
    return Contestant(OURS, command, settings.to_environment(), found, directory, port)


def invited(office: Office, number: int) -> list[str]:
    """Links to a campaign about several people, each rated by many clients, in no order."""
    subjects = -(-number // RATERS_OF_ONE)
    office.now = datetime.now(UTC)
    campaign = office.open(*[{GROUP: RATERS_OF_ONE}] * subjects, questionnaire=questionnaires.load(toml()))
    links = [link for place in range(subjects) for link in office.links(campaign, GROUP, place)]
    return secrets.SystemRandom().sample(links, number)


def bare(name: str, directory: Path, url: str | None, number: int) -> Contestant:
    directory.mkdir()
    database = url.replace("+psycopg", "") if url else str(directory / "bare.db")
    tokens = [secrets.token_urlsafe(27) for _ in range(number)]
    fill(database, tokens)
    port = free_port()
    command = [sys.executable, "-m", "granian", "benchmarks.answering.bare:app", "--interface", "wsgi"]
    command += ["--workers", str(PROCESSES), "--port", str(port), "--no-ws", "--http", "1"]
    command += ["--blocking-threads", str(THREADS)]
    environment = {"BARE_DATABASE": database, "BARE_PAGE": name.rpartition(" ")[2]}
    found = [Respondent(f"/s/{token}", urlencode({"token": token} | ANSWERS).encode()) for token in tokens]
    return Contestant(name, command, environment, found, directory, port)


def fill(database: str, tokens: list[str]) -> None:
    on_postgresql = database.startswith("postgresql")
    serial = "SERIAL PRIMARY KEY" if on_postgresql else "INTEGER PRIMARY KEY"
    mark = "%s" if on_postgresql else "?"
    with connected(database) as connection:
        cursor = connection.cursor()
        for table in TABLES:
            cursor.execute(table.format(serial=serial))
        rows = [(token, 0) for token in tokens]
        cursor.executemany(f"INSERT INTO invitation VALUES ({mark}, {mark})", rows)
