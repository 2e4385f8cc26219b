from pathlib import Path
from typing import BinaryIO

import click

from feedback import current
from feedback.cli.ground.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.jobs.post_office import post_office
from feedback.models.mail import MailKind
from feedback.services.campaigns import campaigns
from feedback.services.ground.languages import LANGUAGES
from feedback.services.mail import bounces, mail_templates, outbox, trial_mail
from feedback.services.mail.mail_templates import PLACEHOLDERS, MailWording
from feedback.services.mail.transports import NotSent
from feedback.transaction import transaction

KIND = click.argument("kind", type=click.Choice([str(kind) for kind in PLACEHOLDERS]))
LANGUAGE = click.argument("language", type=click.Choice(LANGUAGES))


@click.group()
def mail() -> None:
    """Mail: try the server out, and see what became of invitations."""


@mail.command("test", epilog="Example: feedback mail test me@example.com")
@click.argument("address")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
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


@mail.command("bounce", epilog="Example: feedback mail bounce - < returned.eml")
@click.argument("file", type=click.File("rb"))
@in_application
def take_bounce(file: BinaryIO) -> None:
    """Read a delivery status notification: an invitation that came back is shown as refused and can be corrected."""
    bounce = bounces.read(file.read())
    if bounce is None:
        click.echo("a delay, not a failure: nothing to note")
        return
    with transaction() as session:
        noted = bounces.note(session, current.letterhead(), bounce)
    if noted:
        click.echo(f"the invitation to {bounce.address} is shown as refused: {bounce.reason}")
    else:
        click.echo(f"no invitation to {bounce.address} has that Message-ID: nothing noted")


@mail.command("text", epilog="Example: feedback mail text invitation en > invitation.txt")
@KIND
@LANGUAGE
@in_application
def show_text(kind: str, language: str) -> None:
    """Print the wording in use, the subject first, in the form that set-text takes."""
    db.session.info["read_only"] = True
    wording = mail_templates.in_use(db.session(), MailKind(kind), language)
    click.echo(f"Subject: {wording.subject}\n\n{wording.body}")


@mail.command("set-text", epilog="Example: feedback mail set-text invitation en invitation.txt")
@KIND
@LANGUAGE
@click.argument("file", type=EXISTING_FILE)
@in_application
def set_text(kind: str, language: str, file: Path) -> None:
    """Use the wording of a file from now on: its subject in the first line, then the text."""
    subject, _, body = file.read_text(encoding="utf-8").partition("\n")
    wording = MailWording(subject.removeprefix("Subject:").strip(), body.strip())
    if faults := mail_templates.faults(MailKind(kind), wording):
        raise click.ClickException(
            "\n".join(f"{fault.field}: {fault.sentence % fault.facts}" for fault in faults)
        )
    with transaction() as session:
        mail_templates.save(session, MailKind(kind), language, wording, actor=actor(), now=current.now())
    click.echo(f"{kind} in {language} has your wording")


@mail.command("reset-text", epilog="Example: feedback mail reset-text invitation en")
@KIND
@LANGUAGE
@in_application
def reset_text(kind: str, language: str) -> None:
    """Go back to the wording that comes with the product."""
    with transaction() as session:
        mail_templates.reset(session, MailKind(kind), language, actor=actor(), now=current.now())
    click.echo(f"{kind} in {language} has the shipped wording")
