"""The queue, and the one module that knows Huey.

A message says no more than "look into the outbox now", or "see what waits to be printed". What is owed stands in the
database, so a lost message costs a minute at most, and a repeated one nothing.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import huey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from feedback.settings import Settings

NAME = "feedback"
EVERY_MINUTE = huey.crontab(minute="*")
LONGEST_IDLE_SECONDS = 1.0
STOPPING_SECONDS = 60.0

Job = Callable[[], None]


class Queue:
    """Jobs for when somebody asks for them, and others for every minute; the file or server is opened when needed."""

    def __init__(self, settings: Settings, on_demand: Iterable[Job], every_minute: Iterable[Job]) -> None:
        self.stopping = threading.Event()
        self._settings = settings
        self._demanded_jobs, self._minute_jobs = tuple(on_demand), tuple(every_minute)

    @cached_property
    def _huey(self) -> huey.Huey:
        return _storage(self._settings)

    @cached_property
    def _on_demand(self) -> dict[str, Callable[[], object]]:
        return {job.__name__: self._huey.task(name=job.__name__)(job) for job in self._demanded_jobs}

    @cached_property
    def _every_minute(self) -> tuple[Callable[[], object], ...]:
        return tuple(
            self._huey.periodic_task(EVERY_MINUTE, name=job.__name__)(job) for job in self._minute_jobs
        )

    def wake(self, job: str = "deliver") -> None:
        """Have a worker do the job at once: look into the outbox. Without a queue it will look within a minute."""
        try:
            self._on_demand[job]()
        except Exception as error:
            logging.getLogger(__name__).warning("the queue is out of reach: %s", type(error).__name__)

    def waiting(self) -> int:
        """How many messages wait for a worker. Raises whatever keeps the queue out of reach."""
        return int(self._huey.pending_count())

    def close(self) -> None:
        """What was opened; it is opened again when needed."""
        if "_huey" in vars(self):
            self._huey.storage.close()

    def work(self, workers: int, is_wanted: Callable[[], bool]) -> None:
        """Work until SIGINT, SIGTERM or nobody wants it; what was begun is finished or given back."""
        consumer = Consumer(
            self._huey, workers=workers, max_delay=LONGEST_IDLE_SECONDS, shutdown_timeout=STOPPING_SECONDS
        )
        jobs = (*self._every_minute, *self._on_demand.values())
        consumer.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        for job in jobs:  # what was left behind by whoever stopped here last
            job()
        while not self.stopping.wait(1.0) and is_wanted():
            consumer.check_worker_health()
        self.stopping.set()
        consumer.stop(graceful=True)


def _storage(settings: Settings) -> huey.Huey:
    # Messages are pickled: only those that we signed are read.
    options = {"results": False, "serializer": SignedSerializer(secret=settings.secret_keys[0], salt=NAME)}
    logging.getLogger("huey").setLevel(logging.WARNING)
    if not is_embedded(settings):
        return huey.RedisHuey(NAME, url=settings.queue_url, **options)
    path = Path(settings.queue_url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return huey.SqliteHuey(NAME, filename=str(path), **options)


def is_embedded(settings: Settings) -> bool:
    """A queue in a file is worked off beside the server; any other one has workers of its own."""
    return urlsplit(settings.queue_url).scheme == "sqlite"
