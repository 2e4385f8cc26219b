"""`feedback serve` as a process of its own, and what it answers."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.settings import Settings
from tests.cli.commands import process

ROOT = Path(__file__).parents[2]


@contextmanager
def served(settings: Settings, *arguments: str, directory: Path = ROOT) -> Iterator[None]:
    server = subprocess.Popen(
        process("serve", *arguments),
        cwd=directory,
        env=os.environ | settings.to_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def status(url: str) -> int:
    for _ in range(300):  # a busy machine takes its time
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)
