from pathlib import Path

import click

from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.extensions import db
from feedback.models.clients import Client, Contact
from feedback.models.people import Person
from feedback.services.ground import row_locks
from feedback.services.imports import people_exports
from feedback.services.people import client_files
from feedback.services.tables import table_files

EXAMPLE = """
One row per contact. Columns (English or Chinese headings): client, client_name, client_name_en, tier, account_manager,
contact_name, contact_name_en, email, phone, language, active. Without contact_name and email the row is about the
client alone.

Example: feedback clients import clients.csv --preview
"""


@click.group()
def clients() -> None:
    """Client organisations, their account managers, and the contacts who are asked."""


@clients.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PREVIEW
@in_application
def import_clients(file: Path, preview: bool) -> None:
    """Add and change clients and contacts from a file: all of its rows, or none if one of them is wrong."""
    session = db.session()
    row_locks.hold(session, Client, Contact, Person)
    rows = table_files.read(file.read_bytes(), client_files.COLUMNS)
    files.run(client_files.plan(session, rows), preview=preview)


@clients.command("export", epilog="Example: feedback clients export clients.xlsx")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@in_application
def export_clients(file: Path) -> None:
    """Write all clients and contacts to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: people_exports.clients(session, format))
