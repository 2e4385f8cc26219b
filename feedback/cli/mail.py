import click

from feedback import current
from feedback.cli.application import in_application
from feedback.extensions import db
from feedback.jobs.rounds import post_office
from feedback.services import campaigns, outbox, trial_mail
from feedback.services.transports import NotSent


@click.group()
def mail() -> None:
    """Mail: try the server out, and see what became of invitations."""


@mail.command("test", epilog="Example: feedback mail test me@example.com")
@click.argument("address")
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", show_default=True)
@in_application
def send_test(address: str, language: str) -> None:
    """Send one mail at once, past the outbox, and say what the mail server answers."""
    try:
        trial_mail.send(post_office(), address, language)
    except NotSent as error:
        raise click.ClickException(f"not sent: {error}") from None
    click.echo(f"sent to {address} by {current.settings().masked()['FEEDBACK_MAIL_URL']}")


@mail.command("status", epilog="Example: feedback mail status 2026Q4")
@click.argument("campaign_code", metavar="CAMPAIGN")
@in_application
def show_status(campaign_code: str) -> None:
    """Say in which state the invitations of a campaign are; nothing about answers."""
    session = db.session()
    session.info["read_only"] = True
    for state, number in sorted(
        outbox.delivery_counts(session, campaigns.find(session, campaign_code)).items()
    ):
        click.echo(f"{state:<10} {number:>6}")
