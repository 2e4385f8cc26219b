"""The demo company behind a real server, and a real browser in front of it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.test_live_server import ROOT, free_port, kill, wait_until_it_answers

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
)


@dataclass(frozen=True)
class Site:
    """Where the demo is served, and what it printed for its visitors."""

    url: str
    password: str
    links: dict[str, str]


@pytest.fixture(scope="session", autouse=True)
def require_chromium() -> None:
    """Whoever could have installed it, as CI could, is not let off."""
    if CHROMIUM:
        return
    if os.getuid() == 0 or "CI" in os.environ:
        pytest.fail("tests in a browser need chromium; ./run test installs it")
    pytest.skip("a browser is needed: chromium, which only root can install")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_site(tmp_path_factory.mktemp("demo") / "data") as served:
        yield served


@contextmanager
def demo_site(directory: Path) -> Iterator[Site]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    environment |= {"FEEDBACK_DATA_DIR": str(directory)}
    command = [sys.executable, "-m", "feedback", "demo", "--port", str(port)]
    printed = subprocess.run(
        [*command, "--no-serve"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_it_answers(port, server)
        yield read_visit_card(printed, port)
    finally:
        kill(server)


def read_visit_card(printed: str, port: int) -> Site:
    links = dict(re.findall(r"^ +(\w+) +(http\S+/s/\S+)$", printed, re.MULTILINE))
    password = re.search(r"with the password (\S+)", printed)
    assert password, printed
    return Site(f"http://127.0.0.1:{port}", password[1], links)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()
