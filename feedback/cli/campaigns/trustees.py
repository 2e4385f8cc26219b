"""Trustees at the terminal: passphrases are typed in unseen, and are never an argument or a variable."""

import click

from feedback import current
from feedback.cli.ground.application import actor, in_application, progress_bar
from feedback.extensions import db
from feedback.models.campaigns import Campaign, CampaignState
from feedback.services.campaigns import campaigns
from feedback.services.closing import trustees as service
from feedback.transaction import transaction

CODE = click.argument("code", metavar="CAMPAIGN")
UNTIL_COUNTED = (CampaignState.OPEN, CampaignState.CLOSING)


@click.group()
def trustees() -> None:
    """Who holds a campaign's key together: three accounts, two of which close it."""


@trustees.command("appoint", epilog="Example: feedback trustees appoint 2026Q4 a@x.com b@x.com c@x.com")
@CODE
@click.argument("emails", metavar="EMAIL EMAIL EMAIL", nargs=3)
@in_application
def appoint(code: str, emails: tuple[str, str, str]) -> None:
    """Put the key of a draft into the hands of three accounts."""
    campaign = campaigns.find(db.session(), code)
    with transaction() as session:
        service.appoint(session, campaign, emails, actor=actor(), now=current.now())
    click.echo(f"the key of {code} will be sealed to {', '.join(emails)}; each of them sets a passphrase now")


@trustees.command("enrol", epilog="Example: feedback trustees enrol 2026Q4 a@x.com")
@CODE
@click.argument("email")
@in_application
def enrol(code: str, email: str) -> None:
    """Set the passphrase of the trustee EMAIL, before the campaign opens."""
    session = db.session()
    campaign = campaigns.find(session, code)
    trustee = service.find_by_email(session, campaign, email)
    passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    with transaction():
        service.enrol(session, campaign, trustee, passphrase, actor=actor(), now=current.now())
    click.echo(f"the passphrase of {email} for {code} is set; nobody can tell or reset it")


@trustees.command("list", epilog="Example: feedback trustees list 2026Q4")
@CODE
@in_application
def list_trustees(code: str) -> None:
    """Say who holds the key, and who has set a passphrase or opened the first part."""
    db.session.info["read_only"] = True
    campaign = campaigns.find(db.session(), code)
    for member in service.members(db.session(), current.custody(), campaign):
        set_or_not = "passphrase set" if member.enrolled else "no passphrase yet"
        click.echo(f"  {member.email:<32} {'opened the first part' if member.has_opened else set_or_not}")


def close_together(campaign: Campaign, *, early: bool) -> None:
    """Ask trustees for their passphrases until two of them have closed the campaign."""
    closed = False
    while not closed:
        email = click.prompt("A trustee's e-mail address")
        trustee = service.find_by_email(db.session(), campaign, email)
        passphrase = click.prompt(f"Passphrase of {email}", hide_input=True)
        with progress_bar("Opening ballots") as progress:
            closed = service.contribute(
                db.session(),
                current.custody(),
                campaign,
                trustee,
                passphrase,
                actor=actor(),
                now=current.now(),
                early=early,
                progress=progress,
            )
        if not closed:
            click.echo("The first part of the key is open; another trustee closes the campaign.")
