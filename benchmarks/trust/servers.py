"""`feedback serve` as a process of its own, whose words are kept, and which may be killed; and somebody who answers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.trust.part import ROOT
from feedback.settings import Settings
from tests.ports import free_port
from tests.test_live_server import wait_until_it_answers
from tests.views.survey import complete

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 60.0


@dataclass
class Server:
    """log and temporary: where what it says and what it leaves behind goes."""

    settings: Settings
    log: Path
    temporary: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.temporary.mkdir(exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "feedback", "serve", "--no-worker"),
                    *("--port", str(self.port), "--workers", "2"),
                ],
                cwd=ROOT,
                env=clean | self.settings.to_environment() | {"TMPDIR": str(self.temporary)},
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        wait_until_it_answers(self.port, self.process)

    def kill(self) -> None:
        """All of its processes at once."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def workers(self) -> list[int]:
        children = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children") if self.process else None
        )
        with suppress(OSError):
            return [int(number) for number in children.read_text().split()] if children else []
        return []

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@contextmanager
def serving(settings: Settings, directory: Path) -> Iterator[Server]:
    server = Server(settings, directory / "log", directory / "temporary")
    try:
        server.start()
        yield server
    finally:
        server.kill()


@dataclass
class Rater:
    """One who keeps his connection, and makes another one when it is gone."""

    port: int
    connection: HTTPConnection | None = None

    def request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes] | None:
        """None if nobody answered."""
        try:
            self.connection = self.connection or HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self.connection.request(method, path, body, FORM if body else {})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            self.close()
            return None

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.connection = None


def filled(token: str, group: str, **more: str) -> bytes:
    """The answer form of a rater's first task, as a browser sends it."""
    return urlencode({"token": token, "task": "1", "lang": "en"} | complete(group) | more).encode()
