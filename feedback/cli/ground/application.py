"""What commands that need the application have in common."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from flask import Flask

from feedback import create_app, current
from feedback.extensions import db

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def in_application(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run a command in an application made from the environment's settings."""

    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with opened(_application()):
            return command(*args, **kwargs)

    return run


@contextmanager
def opened(app: Flask) -> Iterator[Flask]:
    """Within its context; the connections that were made to its database and its queue are closed at the end."""
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            current.queue().close()


def _application() -> Flask:
    try:
        return create_app()
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the database needs the Python package {error.name}; for PostgreSQL: pip install 'feedback[grown]'"
        ) from None


def actor() -> str:
    """Who the audit log names for what is done on the command line."""
    return f"cli:{getpass.getuser()}"


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Call what it gives with (done, total): a bar with an estimate, on a terminal only."""
    with click.progressbar(length=0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show
