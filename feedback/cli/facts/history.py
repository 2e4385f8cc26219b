from pathlib import Path

import click

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.services.fact_files import history_files as service
from feedback.services.ground import row_locks
from feedback.services.imports import fact_exports
from feedback.services.tables import table_files

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), from, until (both days counted; an empty until goes
on), kind (work, probation or leave), post, level, manager, department. Rows of work replace what is stored of the
person within the days that they cover; leave lies over work.

Example: feedback history import history.xlsx --preview
"""


@click.group()
def history() -> None:
    """Assignments: who had which post, level, manager and department from when, and leave."""


@history.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PREVIEW
@in_application
def import_history(file: Path, preview: bool) -> None:
    """Add and change assignments and leave from a file: all of its rows, or none if one of them is wrong."""
    session = db.session()
    row_locks.hold(session, *service.TABLES)
    rows = table_files.read(file.read_bytes(), service.COLUMNS)
    files.run(service.plan(session, rows, today=current.today()), preview=preview)


@history.command("export", epilog="Example: feedback history export history.xlsx")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@in_application
def export_history(file: Path) -> None:
    """Write all assignments and leave to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: fact_exports.history(session, format))
