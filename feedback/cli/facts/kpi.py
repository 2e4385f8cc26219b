from pathlib import Path

import click

from feedback.cli.facts import figures
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.models.figures import FigureKind
from feedback.services.fact_files import figure_imports
from feedback.services.imports import fact_exports
from feedback.transaction import transaction

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), kpi (an id of the scheme), period, actual, or part
and whole of a share, target, base, source (crm, finance, survey, register, leader, manual), reason. Without a period
column --period says which. An empty actual is "no actual", not zero.

Example: feedback kpi import kpi.csv --period 2026Q4
"""


@click.group()
def kpi() -> None:
    """What people reached on their KPIs, by month, quarter or year."""


@kpi.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@figures.PERIOD
@figures.SCHEME
@figures.REASON
@files.PREVIEW
@in_application
def import_figures(file: Path, period: str, scheme: str | None, reason: str | None, preview: bool) -> None:
    """Add figures from a file, each change as a new version: all of its rows, or none if one of them is wrong."""
    figures.import_file(file, FigureKind.ACTUAL, period=period, scheme=scheme, reason=reason, preview=preview)


@kpi.command("export", epilog="Example: feedback kpi export kpi.xlsx --period 2026Q4")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@files.PERIOD
@in_application
def export_figures(file: Path, period: str) -> None:
    """Write the figures of a period and of its months and quarters to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: fact_exports.figures(session, FigureKind.ACTUAL, period, format))


@kpi.command("imports", epilog="Example: feedback kpi imports")
@in_application
def list_imports() -> None:
    """The latest files of targets and figures, with the numbers by which they can be undone."""
    for entry in figure_imports.latest(db.session()):
        record = entry.record
        undone = f", undone {record.undone_at:%Y-%m-%d}" if record.undone_at else ""
        click.echo(
            f"{record.id}: {record.file_name}, {record.kind}s, {entry.figures} versions, "
            f"{record.at:%Y-%m-%d} by {record.actor}{undone}"
        )


@kpi.command("undo", epilog="Example: feedback kpi undo 12 --reason 'the file of another month'")
@click.argument("number", metavar="IMPORT", type=int)
@figures.REASON
@in_application
def undo(number: int, reason: str | None) -> None:
    """Take a file of targets or figures back: what counted before counts again, as new versions."""
    with transaction() as session:
        done = figure_imports.undo(session, number, figures.author(), reason=reason)
    left = f"; {done.left} changed since and left as they are" if done.left else ""
    click.echo(f"import {number} undone: {done.restored} figures are what they were before{left}")
