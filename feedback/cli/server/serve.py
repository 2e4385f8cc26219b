import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

import feedback
from feedback import current
from feedback.cli.ground.application import in_application
from feedback.cli.server.listening import reserved
from feedback.extensions import db
from feedback.jobs.queue import is_embedded
from feedback.services.closing import giving_up
from feedback.services.ground import schema
from feedback.services.ground.errors import NotPossible
from feedback.settings import Settings

# By its place, not by its name: whatever lies in the working directory is not what we serve.
APPLICATION = Path(feedback.__path__[0]).parent / "wsgi.py"

# Python runs one thread at a time, and a thread holds a database connection: more of them only wait.
THREADS = 4


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
    embedded = not no_worker and is_embedded(Settings.from_environment(os.environ))
    with reserved(host, port) as address, worker_beside() if embedded else nullcontext():
        run_server(address, port, workers)


@contextmanager
def worker_beside() -> Iterator[None]:
    """A process of its own, started anew rather than forked; it stops when we do, however we end."""
    command = [sys.executable, "-P", "-m", "feedback", "worker", "--child-of", str(os.getpid())]
    path = os.pathsep.join(filter(None, (str(APPLICATION.parent), os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path}, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@in_application
def require_migrated() -> None:
    with db.engine.connect().execution_options(read_only=True) as connection:
        if schema.current(connection) != schema.newest():
            raise NotPossible("the database is not at this version: run `feedback db upgrade` first")


@in_application
def require_not_older() -> None:
    """A database from before the close of a campaign would take answers once more, and lose them."""
    db.session.info["read_only"] = True
    if codes := giving_up.contradicted(db.session(), current.custody()):
        raise NotPossible(
            f"the database is from a backup: {', '.join(codes)} was counted on this server after it was made, and its "
            "keys are destroyed. Restore a newer backup. If there is none, the answers are lost; close the campaign "
            f"without results and start again: feedback campaign give-up {codes[0]}"
        )


def require_usable() -> None:
    require_migrated()
    require_not_older()


def run_server(address: str, port: int, workers: int) -> None:
    Granian(
        f"{APPLICATION}:app",
        address=address,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        interface=Interfaces.WSGI,
        log_access=False,
        websockets=False,
    ).serve()
