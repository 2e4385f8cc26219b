"""Trustees at the terminal: passphrases are typed in unseen, and are never an argument or a variable."""

from collections.abc import Sequence

import click

from feedback import current, trustee_mail
from feedback.cli.ground.application import actor, in_application, progress_bar
from feedback.extensions import db
from feedback.models.campaigns import BEFORE_OPENING, SEALED, Campaign
from feedback.services.ballot_box import enrolled_keys
from feedback.services.ballot_box.enrolled_keys import KeyState, TrusteeKey
from feedback.services.campaigns import campaigns
from feedback.services.closing import enrolment
from feedback.services.closing import trustees as service
from feedback.services.closing.trustees import TrusteeState
from feedback.transaction import transaction

CODE = click.argument("code", metavar="CAMPAIGN")
WORDS = {
    KeyState.MISSING: "no passphrase yet",
    KeyState.ALTERED: "NOT THE KEY THAT WAS SET",
    KeyState.UNCONFIRMED: "has not confirmed the keys yet",
    KeyState.CONFIRMED: "has confirmed the keys",
}


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
@click.option("--confirm", is_flag=True, help="Confirm all three keys in the same act, as the last one.")
@in_application
def enrol(code: str, email: str, confirm: bool) -> None:
    """Set the passphrase of the trustee EMAIL, before the campaign opens."""
    session = db.session()
    campaign = campaigns.find(session, code)
    trustee = service.find_by_email(session, campaign, email)
    keys = enrolled_keys.on_record(session, current.custody(), campaign)
    seen = enrolled_keys.others_seen(keys, trustee.user_id) if confirm else None
    if confirm:
        tell_fingerprints([key for key in keys if key.user_id != trustee.user_id])
    passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    with transaction():
        enrolment.enrol(
            session,
            current.custody(),
            campaign,
            trustee,
            passphrase,
            actor=actor(),
            now=current.now(),
            seen=seen,
        )
        trustee_mail.ask_to_confirm(campaign, trustee)
    click.echo(f"the passphrase of {email} for {code} is set; nobody can tell or reset it")
    tell_fingerprints(enrolled_keys.on_record(session, current.custody(), campaign))


@trustees.command("confirm", epilog="Example: feedback trustees confirm 2026Q4 a@x.com")
@CODE
@click.argument("email")
@in_application
def confirm(code: str, email: str) -> None:
    """Confirm the three keys with the passphrase of the trustee EMAIL, after comparing their fingerprints."""
    session = db.session()
    campaign = campaigns.find(session, code)
    trustee = service.find_by_email(session, campaign, email)
    keys = enrolled_keys.on_record(session, current.custody(), campaign)
    tell_fingerprints(keys)
    click.echo("Compare them with the other two trustees first.")
    passphrase = click.prompt(f"Passphrase of {email}", hide_input=True)
    with transaction():
        enrolment.confirm(
            session,
            current.custody(),
            campaign,
            trustee,
            passphrase,
            seen=enrolled_keys.others_seen(keys, trustee.user_id),
            actor=actor(),
            now=current.now(),
        )
    click.echo(f"{email} has confirmed the three keys of {code}")


@trustees.command("test", epilog="Example: feedback trustees test 2026Q4 a@x.com")
@CODE
@click.argument("email")
@in_application
def open_test(code: str, email: str) -> None:
    """Open the test envelope that was sealed to the trustee EMAIL at the opening; it opens nothing else."""
    session = db.session()
    campaign = campaigns.find(session, code)
    trustee = service.find_by_email(session, campaign, email)
    passphrase = click.prompt(f"Passphrase of {email}", hide_input=True)
    with transaction():
        enrolment.open_test(
            session, current.custody(), campaign, trustee, passphrase, actor=actor(), now=current.now()
        )
    click.echo(f"the passphrase of {email} opens what was sealed when {code} opened")


@trustees.command("list", epilog="Example: feedback trustees list 2026Q4")
@CODE
@in_application
def list_trustees(code: str) -> None:
    """Say who holds the key, with the fingerprint of each one's key, and how far each of them is."""
    db.session.info["read_only"] = True
    campaign = campaigns.find(db.session(), code)
    for member in service.members(db.session(), current.custody(), campaign):
        click.echo(f"  {member.key.email:<32} {member.key.fingerprint:<29}  {_state(campaign, member)}")


def _state(campaign: Campaign, member: TrusteeState) -> str:
    if member.has_opened:
        return "opened the first part"
    if campaign.state in BEFORE_OPENING or member.key.state is KeyState.ALTERED:
        return WORDS[member.key.state]
    if campaign.state in SEALED:
        return "has tested the passphrase" if member.key.has_tested else "has not tested the passphrase yet"
    return ""


def tell_fingerprints(keys: Sequence[TrusteeKey]) -> None:
    for key in keys:
        click.echo(f"  {key.email:<32} {key.fingerprint or WORDS[key.state]}")


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
