"""The queue, and the one module that knows Huey.

A message names a job: "look into the outbox now", or "see what waits to be printed". What is owed stands in the
database, so a lost message costs a minute at most, and a repeated one nothing.

Huey looks for everything that it could store messages in and takes longer to load than a command takes to run, so that
it is loaded when there is a message to send or to wait for.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feedback.settings import Settings

NAME = "feedback"
LONGEST_IDLE_SECONDS = 1.0
STOPPING_SECONDS = 60.0

Job = Callable[[], None]


class Queue:
    """Messages that name jobs, and whoever works them off; the file or server is opened when needed."""

    def __init__(self, settings: Settings) -> None:
        self.stopping = threading.Event()
        self._settings = settings
        self._on_demand: dict[str, Job] = {}

    @cached_property
    def _opened(self) -> tuple[Any, Callable[[str], object]]:
        """The storage, and what sends a message that names a job."""
        storage = _storage(self._settings)
        return storage, storage.task(name="do")(self._do)

    def _do(self, job: str) -> None:
        self._on_demand[job]()

    def wake(self, job: str = "deliver") -> None:
        """Have a worker do the job at once: look into the outbox. Without a queue it will look within a minute."""
        try:
            self._send(job)
        except Exception as error:
            self._warn(error)

    def _send(self, job: str) -> None:
        _, send = self._opened
        send(job)

    def waiting(self) -> int:
        """How many messages wait for a worker. Raises whatever keeps the queue out of reach."""
        storage, _ = self._opened
        return int(storage.pending_count())

    def taken(self) -> Iterator[str]:
        """The jobs that waiting messages name; none if it is out of reach, as each is done every minute."""
        try:
            storage, _ = self._opened
            while message := storage.dequeue():
                yield message.args[0]
        except Exception as error:
            self._warn(error)

    def _warn(self, error: Exception) -> None:
        logging.getLogger(__name__).warning("the queue is out of reach: %s", type(error).__name__)

    def close(self) -> None:
        """What was opened; it is opened again when needed."""
        if "_opened" in vars(self):
            huey, _ = self._opened
            huey.storage.close()

    def work(self, on_demand: Iterable[Job], every_minute: Iterable[Job], *, workers: int) -> None:
        """Work until SIGINT or SIGTERM; what was begun is finished or given back."""
        storage, _ = self._opened
        self._on_demand = {job.__name__: job for job in on_demand}
        minute = load().crontab(minute="*")
        rounds = [storage.periodic_task(minute, name=job.__name__)(job) for job in every_minute]
        consumer = load().consumer.Consumer(
            storage, workers=workers, max_delay=LONGEST_IDLE_SECONDS, shutdown_timeout=STOPPING_SECONDS
        )
        consumer.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        for begin in rounds:  # what was left behind by whoever stopped here last
            begin()
        for name in self._on_demand:
            self._send(name)
        while not self.stopping.wait(1.0):
            consumer.check_worker_health()
        consumer.stop(graceful=True)


def load() -> Any:
    """Huey. A server loads it at its start: the first page that owes a mail would take longer and tell that it does."""
    import huey.consumer
    import huey.serializer

    return huey


def _storage(settings: Settings) -> Any:
    huey = load()
    logging.getLogger("huey").setLevel(logging.WARNING)
    # Messages are pickled: only those that we signed are read.
    serializer = huey.serializer.SignedSerializer(secret=settings.secret_keys[0], salt=NAME)
    options = {"results": False, "serializer": serializer}
    if not is_embedded(settings):
        return huey.RedisHuey(NAME, url=settings.queue_url, **options)
    path = Path(settings.queue_url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return huey.SqliteHuey(NAME, filename=str(path), **options)


def is_embedded(settings: Settings) -> bool:
    """A queue in a file is worked off beside the server; any other one has workers of its own."""
    return urlsplit(settings.queue_url).scheme == "sqlite"
