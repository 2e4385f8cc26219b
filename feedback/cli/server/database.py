import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import click

from feedback import current
from feedback.cli.ground.application import in_application, progress_bar
from feedback.cli.server.usable import require_not_older
from feedback.extensions import db as database
from feedback.services.ground import schema
from feedback.services.ground.errors import NotPossible

PAGES_AT_ONCE = 1000


@click.group()
def db() -> None:
    """The database: make its tables, check them, back it up."""


@db.command(epilog="Example: feedback db upgrade")
@in_application
def upgrade() -> None:
    """Make the tables, or bring them to this version. Does nothing when they are."""
    current.settings().data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    schema.upgrade()
    click.echo(f"the database is at migration {schema.newest()}")
    require_not_older()  # it may be a backup that was just put in place


@db.command(epilog="Example: feedback db check")
@in_application
def check() -> None:
    """Compare the tables with what this version expects; exit with 1 if they differ."""
    with database.engine.connect().execution_options(read_only=True) as connection:
        at, newest = schema.current(connection), schema.newest()
        if at != newest:
            raise NotPossible(
                f"the database is at migration {at}, this version needs {newest}: `feedback db upgrade`"
            )
        differences = schema.differences(connection)
    if differences:
        raise NotPossible("the tables are not as expected:\n" + "\n".join(differences))
    click.echo(f"ok: migration {at}, no differences")


@db.command(epilog="Example: feedback db backup /backups/feedback-2026-11-21.db")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@in_application
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE while it is in use.

    The keys of open campaigns are not in it, and must not be in any backup: a ballot in an old backup would open.
    """
    source = database.engine.url
    if source.get_backend_name() != "sqlite":
        raise NotPossible("this database is PostgreSQL: back it up with pg_dump --format=custom")
    if file.exists():
        raise NotPossible(f"{file} exists already, and a backup overwrites nothing")
    with progress_bar("Copying") as progress:
        _copy(Path(source.database or ""), file, progress)
    click.echo(f"backup in {file}; the keys of open campaigns are not in it, and must not be in any backup")


def _copy(source: Path, file: Path, progress: Callable[[int, int], None]) -> None:
    """All of it or nothing: the copy gets its name when it is complete."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    origin, copy = (
        sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True),
        sqlite3.connect(partial),
    )
    try:
        origin.backup(
            copy, pages=PAGES_AT_ONCE, progress=lambda status, left, total: progress(total - left, total)
        )
    finally:
        copy.close()
        origin.close()
    os.replace(partial, file)
