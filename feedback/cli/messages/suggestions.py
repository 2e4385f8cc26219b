import click

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.services.ground import protection
from feedback.services.messages import suggestions as service


@click.group()
def suggestions() -> None:
    """The suggestion box (匿名意见箱)."""


@suggestions.command("open", epilog="Example: feedback suggestions open")
@click.option(
    "--now", "early", is_flag=True, help="This month's too, before it is over; the audit log says so."
)
@in_application
def open_box(early: bool) -> None:
    """Open the months that are over, if at least three suggestions lie there. Can be started again at any time."""
    opened = service.open_due(db.session(), current.custody(), current.now(), actor=actor(), early=early)
    if opened:
        click.echo(f"{opened} suggestions opened")
    else:
        click.echo(
            f"nothing opened: the box opens a month when it is over, with {protection.SUGGESTIONS_FROM} or more"
        )


@suggestions.command("list", epilog="Example: feedback suggestions list")
@in_application
def list_suggestions() -> None:
    """Print what was opened, the newest month first."""
    db.session.info["read_only"] = True
    for batch in service.batches(db.session()):
        click.echo(batch.month)
        for text in batch.texts:
            click.echo(f"  - {text}")
