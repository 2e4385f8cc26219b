from pathlib import Path

import click

from feedback import current
from feedback.cli.application import EXISTING_FILE, actor, in_application
from feedback.cli.definitions import read_scheme
from feedback.extensions import db
from feedback.services import kpi as service
from feedback.services import library

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), kpi (an id of the scheme), actual, target. An empty
actual is "no actual", not zero.

Example: feedback kpi import kpi.csv --period 2026Q4
"""


@click.group()
def kpi() -> None:
    """KPI results."""


@kpi.command("import", epilog=EXAMPLE)
@click.argument("file", type=EXISTING_FILE)
@click.option("--period", required=True, help="A year 2026, a quarter 2026Q4 or a month 2026-11.")
@click.option("--scheme", "scheme_file", type=EXISTING_FILE, help="Whose KPIs; default: the shipped scheme.")
@in_application
def import_results(file: Path, period: str, scheme_file: Path | None) -> None:
    """Add and change results from a CSV file: all of its rows, or none if one of them is wrong."""
    scheme = read_scheme(scheme_file) if scheme_file else library.scheme()
    imported = service.import_csv(
        db.session(), file.read_bytes(), period, scheme.appraisal.kpis, actor=actor(), now=current.now()
    )
    db.session.commit()
    click.echo(f"KPI results of {period}: {imported}")
