from pathlib import Path

import click

from feedback import current
from feedback.cli.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.services import goals as service

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), score (0 to 100).

Example: feedback goals import goals.csv --period 2026Q4
"""


@click.group()
def goals() -> None:
    """How far development goals were reached."""


@goals.command("import", epilog=EXAMPLE)
@click.argument("file", type=EXISTING_FILE)
@click.option("--period", required=True, help="A year 2026, a quarter 2026Q4 or a month 2026-11.")
@in_application
def import_scores(file: Path, period: str) -> None:
    """Add and change goal scores from a CSV file: all of its rows, or none if one of them is wrong."""
    imported = service.import_csv(db.session(), file.read_bytes(), period, actor=actor(), now=current.now())
    db.session.commit()
    click.echo(f"goal scores of {period}: {imported}")
