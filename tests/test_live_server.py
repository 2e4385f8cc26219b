"""A real server process on a real port: many answers at once, and a server that is killed."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback.models.ballots import Ballot
from feedback.settings import Settings
from tests.conftest import settings_in
from tests.factories import Office
from tests.ports import free_port

ROOT = Path(__file__).parent.parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A directory of its own: what a killed server leaves running may still write there."""
    return settings_in(tmp_path)


@pytest.fixture(autouse=True)
def at_this_moment(office: Office) -> None:
    """The server process looks at the clock itself."""
    office.now = datetime.now(UTC)


@contextmanager
def serving(settings: Settings, port: int, workers: int = 2) -> Iterator[subprocess.Popen]:
    """`feedback serve`, killed hard at the end: whatever it acknowledged must be stored by then."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    command = [sys.executable, "-m", "feedback", "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=clean | settings.to_environment(),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_it_answers(port, server)
        yield server
    finally:
        kill(server)


def kill(server: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def wait_until_it_answers(port: int, server: subprocess.Popen) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with {server.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def filled_form(page: str) -> bytes:
    """What a browser would send after choosing the first answer everywhere."""
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="?([^"\s>]*)', tag))
        if "name" in attributes and attributes.get("type") in ("hidden", "radio"):
            fields.setdefault(attributes["name"], attributes.get("value", ""))
    return urllib.parse.urlencode(fields).encode()


class StaysWhereItIs(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


def post(port: int, body: bytes) -> int | None:
    """The status, or None if the server was not there to answer."""
    opener = urllib.request.build_opener(StaysWhereItIs)
    try:
        return opener.open(f"http://127.0.0.1:{port}/s", body, timeout=30).status
    except urllib.error.HTTPError as answer:
        return answer.code
    except (OSError, HTTPException):
        return None


def fetch(port: int, link: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{link}", timeout=30) as answer:
        return answer.read().decode()


def stored(office: Office) -> int:
    office.session.rollback()
    number = office.session.scalar(select(func.count(Ballot.envelope)))
    office.session.rollback()  # on SQLite our transaction would keep the server from writing
    return number


def test_the_same_ballot_posted_a_hundred_times_at_once_is_stored_once(office: Office, settings: Settings):
    link = office.links(office.open({"client": 3}), "client")[0]
    port = free_port()
    with serving(settings, port), ThreadPoolExecutor(25) as crowd:
        body = filled_form(fetch(port, link))
        statuses = list(crowd.map(lambda _: post(port, body), range(100)))
    assert statuses == [303] * 100
    assert stored(office) == 1


def test_a_hundred_raters_at_once_are_all_stored(office: Office, settings: Settings):
    links = office.links(office.open({"client": 100}), "client")
    port = free_port()
    with serving(settings, port), ThreadPoolExecutor(25) as crowd:
        statuses = list(crowd.map(lambda link: post(port, filled_form(fetch(port, link))), links))
    assert statuses == [303] * 100
    assert stored(office) == 100


def spooled(settings: Settings) -> list[Path]:
    return list(Path(settings.mail_url.removeprefix("file://")).glob("*.eml"))


def until(holds: Callable[[], bool]) -> bool:
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_mail_goes_out_beside_the_server(office: Office, settings: Settings) -> None:
    office.open({"client": 3})
    with serving(settings, free_port(), workers=1):
        assert until(lambda: len(spooled(settings)) == 3)
        office.open({"client": 4}, code="2027Q1")
        assert until(lambda: len(spooled(settings)) == 7)


def test_the_mail_worker_goes_when_its_server_is_killed_and_the_port_is_free(
    office: Office, settings: Settings
) -> None:
    port = free_port()
    with serving(settings, port, workers=1) as server:
        worker = next(pid for pid in children(server.pid) if os.getsid(pid) == pid)
        kill(server)
        assert until(lambda: not Path(f"/proc/{worker}").exists())
    with serving(settings, port, workers=1) as again:
        assert again.poll() is None


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("after", [0.05, 0.3])
def test_killed_under_load_the_server_loses_nothing_it_acknowledged_and_stores_nothing_twice(
    office: Office, settings: Settings, after: float
):
    links = office.links(office.open({"client": 120}), "client")
    port = free_port()
    with serving(settings, port) as server, ThreadPoolExecutor(16) as crowd:
        bodies = list(crowd.map(lambda link: filled_form(fetch(port, link)), links))
        answers = [crowd.submit(post, port, body) for body in bodies]
        time.sleep(after)
        kill(server)
        acknowledged = [answer.result() for answer in answers].count(303)
    assert acknowledged <= stored(office)
    port = free_port()
    with serving(settings, port), ThreadPoolExecutor(16) as crowd:
        assert set(crowd.map(lambda body: post(port, body), bodies)) == {303}
    assert stored(office) == 120
