from pathlib import Path

import click

from feedback import current
from feedback.cli.ground import table_options as files
from feedback.cli.ground.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.models.goals import Goal
from feedback.services.goals import goal_columns, goal_files, goal_score_files
from feedback.services.ground import row_locks
from feedback.services.imports import goal_exports
from feedback.services.tables import table_files
from feedback.services.tables.import_plan import Author
from forms import periods

SCORES = "scores"
EXAMPLE = """
Columns (English or Chinese headings): subject (a person's code), period, title, weight, measure (rating, milestones or
figure), target, due, and if wanted parent, last_period, agreed. Goals without a day in agreed are proposed: the person
agrees on the page. With the word scores the file has two columns, subject and score (0 to 100), and --period says of
which period: each row is one goal of weight 100, agreed and rated.

Example: feedback goals import goals.csv
Example: feedback goals import scores scores.csv --period 2026Q4
"""
PERIOD = click.option(
    "--period",
    callback=lambda _context, _option, text: text and periods.canonical(text),
    help="Of scores: a year 2026, a quarter 2026Q4 or a month 2026-11.",
)


@click.group()
def goals() -> None:
    """Development goals: proposed by one side, agreed by the other, rated."""


@goals.command("import", epilog=EXAMPLE)
@click.argument("kind", metavar="[scores]", nargs=-1, type=click.Choice([SCORES]))
@click.argument("file", metavar="FILE.csv|xlsx", type=EXISTING_FILE)
@PERIOD
@files.PREVIEW
@in_application
def import_goals(kind: tuple[str, ...], file: Path, period: str | None, preview: bool) -> None:
    """Add and change goals, or the scores of all goals together: all rows of a file, or none if one is wrong."""
    session, author = db.session(), Author(actor(), current.now(), current.today())
    row_locks.hold(session, Goal)
    if not kind:
        if period:
            raise click.UsageError("each row of a file of goals says its period: --period belongs to scores")
        rows = table_files.read(file.read_bytes(), goal_columns.COLUMNS)
        files.run(goal_files.plan(session, rows, author), preview=preview)
        return
    if not period:
        raise click.UsageError("say of which period the scores are: --period 2026Q4")
    rows = table_files.read(file.read_bytes(), goal_score_files.COLUMNS)
    made = goal_score_files.plan(session, rows, period, author)
    files.run(made, preview=preview, of=f" of {period}")


@goals.command("export", epilog="Example: feedback goals export goals.xlsx")
@click.argument("file", metavar="FILE.csv|xlsx", type=files.NEW_FILE)
@in_application
def export_goals(file: Path) -> None:
    """Write all goals but drafts and cancelled ones to a file that can be imported again."""
    session = db.session()
    files.write(file, lambda format: goal_exports.goals(session, format))
