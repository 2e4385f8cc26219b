import click

from feedback.cli.facts import figures
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.models.figures import FigureKind
from feedback.services.fact_files import figure_imports
from feedback.transaction import transaction

COLUMNS = """
Columns (English or Chinese headings): subject (a person's code), kpi (an id of the scheme), period, actual, or part
and whole of a share, target, base, source (crm, finance, survey, register, leader, manual), reason. Without a period
column --period says which. An empty actual is "no actual", not zero.

Example: feedback kpi import kpi.csv --period 2026Q4
"""


@click.group()
def kpi() -> None:
    """What people reached on their KPIs, by month, quarter or year."""


figures.add_files(kpi, FigureKind.ACTUAL, COLUMNS)


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
