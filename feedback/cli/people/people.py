from pathlib import Path

import click

from feedback.cli import tables as files
from feedback.cli.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.models.people import Department, Person
from feedback.services import exports, people_files, records, tables

EXAMPLE = """
Columns (English or Chinese headings): code, name, name_en, email, language, department, department_name,
department_name_en, level, manager, active. People with a level are account managers. An empty cell empties what is
stored; a column that is not there leaves it.

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
    records.hold(session, Person, Department)
    rows = tables.read(file.read_bytes(), people_files.COLUMNS)
    files.run(people_files.plan(session, rows), preview=preview)


@people.command("export", epilog="Example: feedback people export people.xlsx")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@in_application
def export_people(file: Path) -> None:
    """Write everybody to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: exports.people(session, format))
