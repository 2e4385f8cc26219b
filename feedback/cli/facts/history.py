from datetime import datetime
from pathlib import Path

import click

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.services.fact_files import history_files as service
from feedback.services.fact_files import history_takebacks, spans
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotFound
from feedback.services.imports import fact_exports
from feedback.services.tables import table_files
from feedback.services.tables.import_plan import Author
from feedback.transaction import transaction

EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), from, until (both days counted; an empty until goes
on), kind (work, probation or leave), post, level, manager, department. Rows of work replace what is stored of the
person within the days that they cover; leave lies over work.

Example: feedback history import history.xlsx --preview
"""


@click.group()
def history() -> None:
    """Assignments: who had which post, level, manager and department from when, and leave."""


@history.command("import", epilog=EXAMPLE)
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@files.PREVIEW
@in_application
def import_history(file: Path, preview: bool) -> None:
    """Add and change assignments and leave from a file: all of its rows, or none if one of them is wrong."""
    session = db.session()
    row_locks.hold(session, *service.TABLES)
    rows = table_files.read(file.read_bytes(), service.COLUMNS)
    files.run(service.plan(session, rows, today=current.today()), preview=preview)


@history.command("export", epilog="Example: feedback history export history.xlsx")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@in_application
def export_history(file: Path) -> None:
    """Write all assignments and leave to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: fact_exports.history(session, format))


@history.command(
    "take-back",
    epilog="Example: feedback history take-back A17 --from 2026-07-01 --leave --reason 'another person'",
)
@click.argument("code")
@click.option(
    "--from", "starts", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Its first day."
)
@click.option("--leave", is_flag=True, help="A leave; without it a post.")
@click.option("--reason", required=True, help="Kept in the audit log.")
@files.PREVIEW
@in_application
def take_back(code: str, starts: datetime, leave: bool, reason: str, preview: bool) -> None:
    """Take back a post or a leave of CODE that never was; in place of a post the one before it goes on."""
    author = Author(actor(), current.now(), current.today())
    with transaction() as session:
        number = spans.number_of(session, code, starts.date(), leave=leave)
        if number is None:
            raise NotFound(f"no {'leave' if leave else 'post'} of {code} starts on {starts.date()}")
        found = history_takebacks.preview(session, number, author)
        for warning in found.plan.warnings:
            click.echo(f"warning: {warning.message}", err=True)
        if not preview:
            history_takebacks.take_back(session, number, reason, author)
    for change in found.plan.changes:
        click.echo(f"{change.act}: {change.target}")
