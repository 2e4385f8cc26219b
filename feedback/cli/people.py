from pathlib import Path

import click

from feedback import current
from feedback.cli.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.services import people as service

EXAMPLE = """
Columns (English or Chinese headings): code, name, name_en, email, language, department, department_name,
department_name_en, level, manager. People with a level are account managers. An empty cell empties what is stored.

Example: feedback people import people.csv
"""


@click.group()
def people() -> None:
    """Employees: who can be rated, and who can rate as a colleague."""


@people.command("import", epilog=EXAMPLE)
@click.argument("file", type=EXISTING_FILE)
@in_application
def import_people(file: Path) -> None:
    """Add and change people from a CSV file: all of its rows, or none if one of them is wrong."""
    imported = service.import_csv(db.session(), file.read_bytes(), actor=actor(), now=current.now())
    db.session.commit()
    click.echo(f"people: {imported}")
