from pathlib import Path

import click

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.services.ground import row_locks
from feedback.services.imports import people_exports
from feedback.services.people import people_files
from feedback.services.tables import table_files

EXAMPLE = """
Columns (English or Chinese headings): code, name, name_en, email, language, department, department_name,
department_name_en, post, level, manager, active. People with a level are account managers. An empty cell empties what
is stored; a column that is not there leaves it.

Example: feedback people import people.xlsx --preview
"""


@click.group()
def people() -> None:
    """Employees: who can be rated, and who can rate as a colleague."""


@people.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PREVIEW
@in_application
def import_people(file: Path, preview: bool) -> None:
    """Add and change people from a file: all of its rows, or none if one of them is wrong."""
    session = db.session()
    row_locks.hold(session, *people_files.TABLES)
    rows = table_files.read(file.read_bytes(), people_files.COLUMNS)
    files.run(people_files.plan(session, rows, today=current.today()), preview=preview)


@people.command("export", epilog="Example: feedback people export people.xlsx")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@in_application
def export_people(file: Path) -> None:
    """Write everybody to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: people_exports.people(session, format))
