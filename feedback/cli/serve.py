from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

import feedback
from feedback.cli.application import in_application
from feedback.extensions import db
from feedback.services import schema
from feedback.services.errors import NotPossible

# By its place, not by its name: whatever lies in the working directory is not what we serve.
APPLICATION = Path(feedback.__path__[0]).parent / "wsgi.py"

# Python runs one thread at a time, and a thread holds a database connection: more of them only wait.
THREADS = 4


@click.command(epilog="Example: feedback serve --host 0.0.0.0 --port 8000 --workers 2")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages until Ctrl-C. Keeps no access log: links would be in it."""
    require_migrated()
    run_server(host, port, workers)


@in_application
def require_migrated() -> None:
    with db.engine.connect().execution_options(read_only=True) as connection:
        if schema.current(connection) != schema.newest():
            raise NotPossible("the database is not at this version: run `feedback db upgrade` first")


def run_server(host: str, port: int, workers: int) -> None:
    Granian(
        f"{APPLICATION}:app",
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        interface=Interfaces.WSGI,
        log_access=False,
        websockets=False,
    ).serve()
