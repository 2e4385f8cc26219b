import os

import click

from feedback import current
from feedback.cli.application import in_application
from feedback.cli.serve import require_migrated

WORKERS = 2


@click.command(epilog="Example: feedback worker --workers 4")
@click.option("--workers", type=click.IntRange(1, 32), default=WORKERS, show_default=True, help="Threads.")
@click.option("--stop-with-parent", is_flag=True, hidden=True)
def worker(workers: int, stop_with_parent: bool) -> None:
    """Send mail and reminders and close what is over, until Ctrl-C. Any number may run at the same time."""
    require_migrated()
    work(workers, stop_with_parent)


@in_application
def work(workers: int, stop_with_parent: bool) -> None:
    parent = os.getppid()
    if not stop_with_parent:
        click.echo("Working until Ctrl-C.")
    current.queue().work(workers, lambda: not stop_with_parent or os.getppid() == parent)
