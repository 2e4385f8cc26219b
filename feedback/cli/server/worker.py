import click
from flask import Flask, current_app

from feedback.cli.ground.application import in_application
from feedback.cli.server.usable import require_usable
from feedback.jobs.tasks import Jobs

WORKERS = 2


@click.command(epilog="Example: feedback worker --workers 4")
@click.option("--workers", type=click.IntRange(1, 32), default=WORKERS, show_default=True, help="Threads.")
def worker(workers: int) -> None:
    """Send mail and reminders and close what is over, until Ctrl-C. Any number may run at the same time."""
    require_usable()
    work(workers)


@in_application
def work(workers: int) -> None:
    click.echo("Working until Ctrl-C.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    Jobs(app).work(workers)
