from pathlib import Path

import click

from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.models.appraisals import GoalScore
from feedback.services.appraisals import goals as service
from feedback.services.ground import row_locks
from feedback.services.tables import table_files

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), score (0 to 100).

Example: feedback goals import goals.csv --period 2026Q4
"""


@click.group()
def goals() -> None:
    """How far development goals were reached."""


@goals.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PERIOD
@files.PREVIEW
@in_application
def import_scores(file: Path, period: str, preview: bool) -> None:
    """Add and change goal scores from a file: all of its rows, or none if one of them is wrong."""
    session = db.session()
    row_locks.hold(session, GoalScore)
    rows = table_files.read(file.read_bytes(), service.COLUMNS)
    files.run(service.plan(session, rows, period), preview=preview, of=f" of {period}")
