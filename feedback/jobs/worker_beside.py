"""The worker beside a server, for a queue in a file: it waits, and each job is done in a process forked for it.

While it waits it touches little of the memory that it shares with the server; what a job needs goes with its process.
No job keeps another waiting, and each kind is done by one process at a time.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess

from flask import Flask

from feedback.extensions import db
from feedback.jobs.queue import LONGEST_IDLE_SECONDS, STOPPING_SECONDS, Queue
from feedback.jobs.tasks import Jobs, attempted

FORK = multiprocessing.get_context("fork")
MINUTE = 60.0


class WorkerBeside:
    def __init__(self, app: Flask) -> None:
        self._app = app
        self._jobs = Jobs(app)
        self._queue: Queue = app.extensions["feedback.queue"]
        self._wanted: set[str] = set()
        self._processes: dict[str, ForkProcess] = {}

    def work(self, is_wanted: Callable[[], bool]) -> None:
        """Work until SIGINT, SIGTERM or nobody wants it; what was begun is finished or given back."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._queue.stopping.set())
        due = 0.0  # what was left behind is looked for at once
        while is_wanted() and not self._queue.stopping.is_set():
            self._wanted |= set(self._queue.taken()) & self._jobs.named.keys()
            if time.monotonic() >= due:
                due = time.monotonic() + MINUTE
                self._wanted |= {job.__name__ for job in self._jobs.every_minute}
            self._begin()
            self._queue.stopping.wait(LONGEST_IDLE_SECONDS)
        self._stop()

    def _begin(self) -> None:
        self._queue.close()  # nobody may use one connection to a file in two processes
        self._processes = {name: process for name, process in self._processes.items() if process.is_alive()}
        for name in self._wanted - self._processes.keys():
            self._wanted.remove(name)
            self._processes[name] = FORK.Process(target=self._do, args=(name,))
            self._processes[name].start()

    def _do(self, name: str) -> None:
        with attempted(self._app, name), _connections_closed(self._app):
            self._jobs.named[name]()

    def _stop(self) -> None:
        """Each of them hears it by the same signal, and gives back what it can."""
        busy = self._processes.values()
        for process in busy:
            process.terminate()
        until = time.monotonic() + STOPPING_SECONDS
        for process in busy:
            process.join(max(0.0, until - time.monotonic()))
        for process in busy:
            process.kill()


@contextmanager
def _connections_closed(app: Flask) -> Iterator[None]:
    try:
        yield
    finally:
        with app.app_context():
            db.engine.dispose()
        app.extensions["feedback.queue"].close()
