from pathlib import Path

import click

from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.cli.ground.definition_options import read_scheme
from feedback.extensions import db
from feedback.models.appraisals import KpiResult
from feedback.services.appraisals import kpi_results as service
from feedback.services.definitions import library
from feedback.services.ground import row_locks
from feedback.services.tables import table_files

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), kpi (an id of the scheme), actual, target. An empty
actual is "no actual", not zero.

Example: feedback kpi import kpi.csv --period 2026Q4
"""


@click.group()
def kpi() -> None:
    """KPI results."""


@kpi.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PERIOD
@click.option("--scheme", "scheme_file", type=EXISTING_FILE, help="Whose KPIs; default: the shipped scheme.")
@files.PREVIEW
@in_application
def import_results(file: Path, period: str, scheme_file: Path | None, preview: bool) -> None:
    """Add and change results from a file: all of its rows, or none if one of them is wrong."""
    session = db.session()
    row_locks.hold(session, KpiResult)
    scheme = read_scheme(scheme_file) if scheme_file else library.scheme()
    rows = table_files.read(file.read_bytes(), service.COLUMNS)
    made = service.plan(session, rows, period, scheme.appraisal.kpis)
    files.run(made, preview=preview, of=f" of {period}")
