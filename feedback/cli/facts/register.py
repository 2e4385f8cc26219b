from pathlib import Path

import click

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.models.register import RegisterKind
from feedback.services.fact_files import register_files as service
from feedback.services.ground import row_locks
from feedback.services.tables import table_files

EXAMPLE = """
Columns (English or Chinese headings) of visits: client, subject (a person's code), date, kind, outcome, satisfied,
source; of complaints: client, subject, opened, due, done, satisfied, outcome, source. A complaint without done is
open. A second row about the same client, person and day is another entry.

Example: feedback register import complaints complaints.csv --preview
"""
KINDS = {"visits": RegisterKind.VISIT, "complaints": RegisterKind.COMPLAINT}


@click.group()
def register() -> None:
    """Return visits (回访) and complaints: who, which client, when, and what became of it."""


@register.command("import", epilog=EXAMPLE)
@click.argument("kind", metavar="visits|complaints", type=click.Choice(list(KINDS)))
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PREVIEW
@in_application
def import_entries(kind: str, file: Path, preview: bool) -> None:
    """Add and change entries from a file: all of its rows, or none if one of them is wrong."""
    session, wanted = db.session(), KINDS[kind]
    row_locks.hold(session, *service.TABLES)
    rows = table_files.read(file.read_bytes(), service.COLUMNS[wanted])
    files.run(service.plan(session, wanted, rows, today=current.today()), preview=preview)
