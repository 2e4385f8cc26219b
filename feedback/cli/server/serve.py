import gc
import multiprocessing
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from feedback.buffering import Buffered
from feedback.cli.ground.application import made_by
from feedback.cli.ground.on_demand import load
from feedback.cli.server.listening import Reservation, reserved
from feedback.cli.server.usable import require_usable
from feedback.jobs.queue import is_embedded
from feedback.jobs.worker_beside import FORK, WorkerBeside
from feedback.settings import Settings

SECONDS_FOR_A_HEADER = 10  # and for a connection on which nothing is asked
LARGEST_HEADER = 64 * 1024
BACKLOG = 1024
CONNECTIONS = 4096  # of a process, each of which may be a request that is on its way
OTHER_FILES = 256  # databases, logs, sockets
SECONDS_TO_STOP = 60  # for what is being answered

EXAMPLE = """
With the queue in a file, which is the default, one worker process runs beside the server: it sends the mail and closes
what is over. With a queue on Redis, start workers yourself: feedback worker.

Example: feedback serve --host 0.0.0.0 --port 8000 --workers 2
"""


@click.command(epilog=EXAMPLE)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--no-worker", is_flag=True, help="Send no mail from here.")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the pages until Ctrl-C. Keeps no access log: links would be in it."""
    require_usable()
    settings = Settings.from_environment(os.environ)
    with reserved(host, port) as place:
        with left_out(unused_by(settings)):
            app = made_by(load("feedback.application:create_app"))
        serve_at(place, app, workers, sends_mail=is_embedded(settings) and not no_worker)


def unused_by(settings: Settings) -> Iterator[str]:
    """Huey takes along every database's client that is installed, Flask-Security what talks to providers: 17 MB."""
    if is_embedded(settings):
        yield from ("redis", "psycopg")  # for a database on PostgreSQL it is there already
    if not settings.oidc_issuer:
        yield "authlib"


@contextmanager
def left_out(packages: Iterable[str]) -> Iterator[None]:
    """While something is imported that goes without them."""
    absent = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def serve_at(place: Reservation, app: Flask, workers: int, *, sends_mail: bool) -> None:
    """The application is made before the processes are forked: what they never change is in memory once."""
    gc.collect()
    gc.freeze()
    with worker_beside(app, place) if sends_mail else nullcontext():
        run_server(app, place, workers)


@contextmanager
def worker_beside(app: Flask, place: Reservation) -> Iterator[None]:
    """A process of its own; it stops when we do, however we end."""
    process = FORK.Process(target=work_beside, args=(app, place, os.getpid()))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def work_beside(app: Flask, place: Reservation, server: int) -> None:
    """In a session of its own: what interrupts the server from a terminal is for the server to pass on."""
    os.setsid()
    place.holder.close()  # or a server that starts after one that was killed would find its port taken
    WorkerBeside(app).work(lambda: os.getppid() == server)


def most_connections() -> int:
    """As many as are wanted, if the system lets us have so many files open."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if allowed < wanted:
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return max(1, min(CONNECTIONS, allowed - OTHER_FILES))


def run_server(app: Flask, place: Reservation, workers: int) -> None:
    """Requests are received by one thread, whole, and answered by others: see `feedback.buffering`."""
    multiprocessing.set_start_method("fork", force=True)  # whatever this Python would choose: see `serve_at`
    Granian(
        app.name,
        address=place.address,
        port=place.port,
        workers=workers,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=SECONDS_FOR_A_HEADER * 1000, max_buffer_size=LARGEST_HEADER
        ),
        backlog=BACKLOG,
        backpressure=most_connections(),
        workers_kill_timeout=SECONDS_TO_STOP,
        log_access=False,
        websockets=False,
    ).serve(target_loader=lambda: Buffered(app), wrap_loader=False)
