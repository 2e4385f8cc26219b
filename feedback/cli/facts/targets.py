from pathlib import Path

import click

from feedback.cli.facts import figures
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.models.figures import FigureKind
from feedback.services.imports import fact_exports

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), kpi (an id of the scheme), period, target, reason.
Without a period column --period says which. Where the scheme has targets agreed, a first target is a proposal; an
agreed one changes with a reason.

Example: feedback targets import targets.csv --period 2026Q4
"""


@click.group()
def targets() -> None:
    """What people are to reach on their KPIs, by month, quarter or year."""


@targets.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@figures.PERIOD
@figures.SCHEME
@figures.REASON
@files.PREVIEW
@in_application
def import_targets(file: Path, period: str, scheme: str | None, reason: str | None, preview: bool) -> None:
    """Add targets from a file, each change as a new version: all of its rows, or none if one of them is wrong."""
    figures.import_file(file, FigureKind.TARGET, period=period, scheme=scheme, reason=reason, preview=preview)


@targets.command("export", epilog="Example: feedback targets export targets.xlsx --period 2026Q4")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@files.PERIOD
@in_application
def export_targets(file: Path, period: str) -> None:
    """Write the targets of a period and of its months and quarters to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: fact_exports.figures(session, FigureKind.TARGET, period, format))
