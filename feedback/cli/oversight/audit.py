from datetime import UTC, datetime
from pathlib import Path

import click

from feedback.cli.ground.application import in_application
from feedback.cli.ground.on_demand import OnDemand
from feedback.extensions import db
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight import audit_log
from feedback.services.oversight.audit_log import Filters
from feedback.services.tables import spreadsheets, table_files

EXAMPLE = "Example: feedback audit export audit.xlsx --act 'campaign closed' --since 2026-10-01"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """The audit log: every administrative act. Raters and their answers are never in it."""


@audit.command("export", epilog=EXAMPLE)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--actor", default="", help="Only what these did; a part of the name suffices.")
@click.option("--act", default="", help="Only this act, as the log names it.")
@click.option("--target", default="", help="Only on this; a part of the name suffices.")
@click.option("--since", type=DAY, help="From this day on (UTC).")
@click.option("--before", type=DAY, help="Before this day (UTC).")
@in_application
def export(
    file: Path, actor: str, act: str, target: str, since: datetime | None, before: datetime | None
) -> None:
    """Write the log to FILE, newest first: .csv or .xlsx, as the name says."""
    filters = Filters(actor, act, target, *(day and day.replace(tzinfo=UTC) for day in (since, before)))
    db.session.info["read_only"] = True
    rows = list(audit_log.rows(db.session(), filters))
    file.write_bytes(_contents(file, rows))
    click.echo(f"{len(rows)} entries in {file}")


def _contents(file: Path, rows: list[tuple[str, ...]]) -> bytes:
    match file.suffix.lower():
        case ".csv":
            return table_files.write(audit_log.HEADINGS, rows).encode("utf-8-sig")
        case ".xlsx":
            return spreadsheets.write(audit_log.HEADINGS, rows, "audit")
    raise NotPossible(f"{file} is neither .csv nor .xlsx")


audit.add_command(
    OnDemand(
        "anonymity",
        "feedback.cli.oversight.anonymity:check_anonymity",
        "Check what raters are promised on the data, files and pages that are there; exit with 1 on a fault.",
    )
)
