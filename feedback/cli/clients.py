from pathlib import Path

import click

from feedback import current
from feedback.cli.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.services import clients as service

EXAMPLE = """
One row per contact. Columns (English or Chinese headings): client, client_name, client_name_en, tier, account_manager,
contact_name, contact_name_en, email, language.

Example: feedback clients import clients.csv
"""


@click.group()
def clients() -> None:
    """Client organisations, their account managers, and the contacts who are asked."""


@clients.command("import", epilog=EXAMPLE)
@click.argument("file", type=EXISTING_FILE)
@in_application
def import_clients(file: Path) -> None:
    """Add and change clients and contacts from a CSV file: all of its rows, or none if one of them is wrong."""
    imported = service.import_csv(db.session(), file.read_bytes(), actor=actor(), now=current.now())
    db.session.commit()
    click.echo(f"contacts: {imported}")
