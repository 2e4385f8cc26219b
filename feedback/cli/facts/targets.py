import click

from feedback.cli.facts import figures
from feedback.models.figures import FigureKind

COLUMNS = """
Columns (English or Chinese headings): subject (a person's code), kpi (an id of the scheme), period, target, reason.
Without a period column --period says which. Where the scheme has targets agreed, a first target is a proposal; an
agreed one changes with a reason.

Example: feedback targets import targets.csv --period 2026Q4
"""


@click.group()
def targets() -> None:
    """What people are to reach on their KPIs, by month, quarter or year."""


figures.add_files(targets, FigureKind.TARGET, COLUMNS)
