"""What commands that import and export tables have in common."""

from collections.abc import Callable
from pathlib import Path

import click

from feedback import current
from feedback.cli.ground.application import actor
from feedback.services.imports.people_exports import Format
from feedback.services.tables import import_plan
from feedback.services.tables.import_plan import ImportPlan, Noun, RecordChange
from feedback.transaction import transaction
from forms import periods

PERIOD = click.option(
    "--period",
    required=True,
    callback=lambda _context, _option, text: periods.canonical(text),
    help="A year 2026, a quarter 2026Q4 or a month 2026-11.",
)
PREVIEW = click.option("--preview", is_flag=True, help="Only say what would be added and changed.")
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
PLURALS = {
    Noun.PERSON: "people",
    Noun.CLIENT: "clients",
    Noun.CONTACT: "contacts",
    Noun.ASSIGNMENT: "assignments",
    Noun.TARGET: "targets",
    Noun.ACTUAL: "actuals",
    Noun.VISIT: "visits",
    Noun.COMPLAINT: "complaints",
    Noun.GOAL: "goals",
    Noun.GOAL_SCORE: "goal scores",
}


def run(plan: ImportPlan, *, preview: bool, of: str = "") -> None:
    """Carry the plan out, or only show it."""
    for warning in plan.warnings:
        click.echo(f"warning: {warning if warning.row else warning.message}", err=True)
    if preview:
        for change in plan.changes:
            click.echo(_line(change))
        counts = plan.counts
    else:
        with transaction() as session:
            counts = import_plan.carry_out(session, plan, actor=actor(), now=current.now())
    for noun, imported in counts.items():
        click.echo(f"{PLURALS[noun]}{of}: {imported}")


def _line(change: RecordChange) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return f"{change.act}: {change.target}"
    cells = (f"{name} {_cell(before[name])} -> {_cell(cell)}" for name, cell in after.items())
    return f"{change.act}: {change.target}: {', '.join(cells)}"


def _cell(cell: str | float | None) -> str:
    return "(empty)" if cell is None else str(cell)


def write(file: Path, export: Callable[[Format], bytes]) -> None:
    """In the format that the name of the file asks for."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in list(Format):
        raise click.BadParameter(f"{file.name} ends neither in .csv nor in .xlsx", param_hint="FILE")
    file.write_bytes(export(Format(kind)))
    click.echo(f"written to {file}", err=True)
