"""What the commands about targets and about actuals have in common."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import actor
from feedback.cli.ground.definition_options import read_scheme
from feedback.extensions import db
from feedback.models.figures import FigureKind
from feedback.services.definitions import library
from feedback.services.fact_files import figure_files, figure_imports
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.fact_files.figure_rows import COLUMNS
from feedback.services.ground import row_locks
from feedback.services.tables import table_files
from feedback.services.tables.import_plan import Author
from forms import periods
from forms.scheme import Scheme

PERIOD = click.option(
    "--period",
    default="",
    callback=lambda _context, _option, text: periods.canonical(text),
    help="Of rows that name none: a year 2026, a quarter 2026Q4 or a month 2026-11.",
)
SCHEME = click.option(
    "--scheme",
    metavar="ID[:VERSION]|FILE",
    help="Whose KPIs; default: of the round of the period, else the default of the library.",
)
REASON = click.option("--reason", help="Why figures change: an agreed target, or one of a computed period.")


def author() -> Author:
    return Author(actor(), current.now(), current.today())


def import_file(
    file: Path, kind: FigureKind, *, period: str, scheme: str | None, reason: str | None, preview: bool
) -> None:
    session = db.session()
    row_locks.hold(session, *figure_files.TABLES)
    wanted = scheme_of(session, scheme) if scheme else None
    given = FigureFile(kind, file.name, file.read_bytes(), period, wanted, reason)
    made = figure_files.plan(session, table_files.read(given.data, COLUMNS[kind]), given, author())
    files.run(made, preview=preview, of=f" of {period}" if period else "")
    if not preview and made.changes:
        number = figure_imports.latest(db.session(), kind, most=1)[0].record.id
        click.echo(f"import {number}: `feedback kpi undo {number}` takes it back")


def scheme_of(session: Session, named: str) -> Scheme:
    """A file, or a version of the library."""
    if Path(named).is_file():
        return read_scheme(Path(named))
    code, _, version = named.partition(":")
    if version and not version.isdecimal():
        raise click.BadParameter(f"'{named}' is neither a file nor ID:VERSION", param_hint="--scheme")
    return library.load_scheme(session, code, int(version) if version else None)
