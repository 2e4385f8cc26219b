from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app

from feedback import current
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight import anonymity_audit, audit_log
from feedback.services.oversight.audit_log import Filters
from feedback.services.tables import spreadsheets, table_files

EXAMPLE = "Example: feedback audit export audit.xlsx --act 'campaign closed' --since 2026-10-01"
CHECKING = "Example: feedback audit anonymity 2026Q4"
RESPONDENT_PAGES = ("/s", "/s/none", "/suggestions/box", "/privacy")
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


@audit.command("anonymity", epilog=CHECKING)
@click.argument("campaign", required=False)
@in_application
def check_anonymity(campaign: str | None) -> None:
    """Check what raters are promised on the data, files and pages that are there; exit with 1 on a fault."""
    db.session.info["read_only"] = True
    keys = current.settings().data_dir / "keys"
    findings = anonymity_audit.run(db.session(), current.custody(), keys, campaign)
    promises = {finding.promise: finding.faults for finding in findings}
    promises["respondents' pages set no cookie and ask not to be kept"] = tuple(_traces())
    for promise, faults in promises.items():
        click.echo(f"{'FAULT ' if faults else 'ok    '} {promise}{''.join(f'; {fault}' for fault in faults)}")
    if broken := sum(bool(faults) for faults in promises.values()):
        raise NotPossible(f"{broken} of {len(promises)} promises do not hold")


def _traces() -> Iterator[str]:
    """What the pages that strangers and raters meet would leave behind."""
    for path in RESPONDENT_PAGES:
        answer = current_app.test_client().get(path)
        if "Set-Cookie" in answer.headers:
            yield f"{path} sets a cookie"
        if answer.headers.get("Cache-Control") != "no-store":
            yield f"{path} may be kept by a cache"
