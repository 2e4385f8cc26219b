"""The commands that targets and actuals have in common: a file of them read, and one written."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, actor, in_application
from feedback.cli.ground.definition_options import read_scheme
from feedback.extensions import db
from feedback.models.figures import FigureKind
from feedback.services.definitions import library
from feedback.services.fact_files import figure_files, figure_imports
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.fact_files.figure_rows import COLUMNS
from feedback.services.ground import row_locks
from feedback.services.imports import fact_exports
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


NOUNS = {FigureKind.TARGET: "targets", FigureKind.ACTUAL: "figures"}


def author() -> Author:
    return Author(actor(), current.now(), current.today())


def add_files(group: click.Group, kind: FigureKind, columns: str) -> None:
    """`import` and `export` of one kind; columns: what a file has, and an example."""
    noun, name = NOUNS[kind], str(group.name)

    @group.command(
        "import",
        epilog=columns,
        help=f"Add {noun} from a file, each change as a new version: all of its rows, or none if one of them is wrong.",
    )
    @click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
    @PERIOD
    @SCHEME
    @REASON
    @files.PREVIEW
    @in_application
    def import_figures(
        file: Path, period: str, scheme: str | None, reason: str | None, preview: bool
    ) -> None:
        import_file(file, kind, period=period, scheme=scheme, reason=reason, preview=preview)

    @group.command(
        "export",
        epilog=f"Example: feedback {name} export {name}.xlsx --period 2026Q4",
        help=f"Write the {noun} of a period and of its months and quarters to a file that can be imported again.",
    )
    @click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
    @files.PERIOD
    @in_application
    def export_figures(file: Path, period: str) -> None:
        session = db.session()
        files.write(file, lambda format: fact_exports.figures(session, kind, period, format))


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
