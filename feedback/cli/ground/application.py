"""What commands that need the application have in common."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from feedback import current
from feedback.core import create_core
from feedback.extensions import db
from feedback.settings import Settings

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)


@contextmanager
def running(factory: Callable[[Settings], Flask]) -> Iterator[None]:
    """Around a command: an application that the factory makes from the environment's settings."""
    with opened(made_by(factory)):
        yield


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


def made_by(factory: Callable[[Settings], Flask]) -> Flask:
    settings = Settings.from_environment(os.environ)
    try:
        return factory(settings)
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the database needs the Python package {error.name}; for PostgreSQL: pip install 'feedback[grown]'"
        ) from None


in_application = running(create_core)


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
