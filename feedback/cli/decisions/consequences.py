import sys
from pathlib import Path

import click

from feedback.cli.decisions.deciding import IN_PERIOD, operator
from feedback.cli.ground.application import NEW_FILE, in_application
from feedback.services.appraisals import rounds
from feedback.services.plans import consequences as service
from feedback.transaction import transaction


@click.group()
def consequences() -> None:
    """What follows from final results: bonus, award, promotion."""


@consequences.command(
    epilog="Example: feedback consequences export 2026Q4 --format xlsx -o consequences.xlsx"
)
@IN_PERIOD
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("-o", "--output", type=NEW_FILE, help="Default: printed, for CSV only.")
@in_application
def export(period: str, form: str, output: Path | None) -> None:
    """A row per final result of PERIOD, for pay and personnel systems."""
    if output is None and form != "csv":
        raise click.UsageError("a workbook goes into a file: -o FILE")
    with transaction() as session:
        data = service.export(session, rounds.find(session, period), form, operator())
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
        click.echo(f"written to {output}", err=True)
