"""What a server and its mail worker hold in memory after some answers: of each process its share (PSS).

./run bench memory [--workers 2] [--answers 20]
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask import Flask

from benchmarks.application import empty
from feedback.extensions import db
from feedback.jobs.queue import LONGEST_IDLE_SECONDS
from tests.factories import Office
from tests.ports import free_port
from tests.test_live_server import fetch, filled_form, post, serving


def links(app: Flask, count: int) -> list[str]:
    custody, tokens = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
    office = Office(db.session(), custody, tokens, now=datetime.now(UTC))
    found = office.links(office.open({"client": count}), "client")
    db.session.remove()
    return found


def descendants(pid: int) -> list[int]:
    """The process, and all that it started."""
    children = (file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [pid, *(found for child in " ".join(children).split() for found in descendants(int(child)))]


def share(pid: int) -> float:
    """In MB: what is its own, and of what is shared its part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def name(pid: int, server: int) -> str:
    if pid == server:
        return "server: parent"
    return "server: process that answers" if os.getsid(pid) == os.getsid(server) else "mail worker"


def at_rest(server: int, workers: int) -> list[int]:
    """Once the mail worker waits: the server, the processes that answer, and it."""
    for _ in range(120):
        found = descendants(server)
        if len(found) == workers + 2:
            return found
        time.sleep(0.5)
    raise SystemExit("the mail worker does not come to rest")


def answer(port: int, paths: list[str]) -> None:
    for path in paths:
        if post(port, filled_form(fetch(port, path))) != 303:
            raise SystemExit("an answer was not taken")


def report(app: Flask, workers: int, answers: int) -> None:
    paths, port = links(app, answers), free_port()
    with serving(app.extensions["feedback.settings"], port, workers) as server:
        answer(port, paths)
        time.sleep(2 * LONGEST_IDLE_SECONDS)  # for the mail worker to hear of what is owed
        found = [(name(pid, server.pid), share(pid)) for pid in at_rest(server.pid, workers)]
    for process, megabytes in [*found, ("together", sum(megabytes for _, megabytes in found))]:
        print(f"{process:32}{megabytes:8.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--answers", type=int, default=20)
    options = parser.parse_args()
    with empty() as app:
        report(app, options.workers, options.answers)


if __name__ == "__main__":
    main()
