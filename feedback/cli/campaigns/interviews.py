from collections.abc import Sequence

import click

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.services.accounts import accounts
from feedback.services.ballot_box import interviews as service
from feedback.services.ballot_box.interviews import Candidate, Key
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotFound
from feedback.services.people import addresses
from feedback.transaction import transaction

CODE = click.argument("code", metavar="CAMPAIGN")
EXAMPLE = "Example: feedback interviews assign 2026Q4 chen@a.example li@a.example wu@b.example caller@x.com"


@click.group()
def interviews() -> None:
    """Phone interviews with clients: who phones whom."""


@interviews.command("assign", epilog=EXAMPLE)
@CODE
@click.argument("contact_emails", metavar="CONTACT_EMAIL...", nargs=-1, required=True)
@click.argument("interviewer_email")
@in_application
def assign(code: str, contact_emails: tuple[str, ...], interviewer_email: str) -> None:
    """Have the account INTERVIEWER_EMAIL phone these clients: at least three of an account manager."""
    session = db.session()
    campaign = campaigns.find(session, code)
    interviewer = accounts.by_address(session, interviewer_email)
    asked = service.candidates(session, campaign)
    keys = [key for email in contact_emails for key in _keys(asked, email, code)]
    with transaction():
        number = service.assign(session, campaign, keys, interviewer, actor=actor(), now=current.now())
    click.echo(f"{number} interviews of {', '.join(contact_emails)} are with {interviewer_email}")


def _keys(asked: Sequence[Candidate], email: str, code: str) -> list[Key]:
    wanted = addresses.to_look_for(email)
    keys = [(one.contact.id, one.cell_id) for one in asked if one.contact.email == wanted]
    if not keys:
        raise NotFound(f"no client {email} is asked in {code}")
    return keys


@interviews.command("take-back", epilog="Example: feedback interviews take-back 2026Q4 chen@client.example")
@CODE
@click.argument("contact_email")
@in_application
def take_back(code: str, contact_email: str) -> None:
    """Have nobody phone the client CONTACT_EMAIL; an interview that took place stays."""
    session, wanted = db.session(), addresses.to_look_for(contact_email)
    waiting = [
        one
        for one in service.candidates(session, campaigns.find(session, code))
        if one.contact.email == wanted and one.interviewer and not one.finished
    ]
    if not waiting:
        raise NotFound(f"no interview of {contact_email} is to be done in {code}")
    with transaction():
        for one in waiting:
            interview = service.find(session, (one.contact.id, one.cell_id))
            service.take_back(session, interview, actor=actor(), now=current.now())
    click.echo(f"{len(waiting)} interviews of {contact_email} are taken back")


@interviews.command("list", epilog="Example: feedback interviews list 2026Q4")
@CODE
@in_application
def list_interviews(code: str) -> None:
    """Say which clients are asked, and who is to phone them."""
    db.session.info["read_only"] = True
    for one in service.candidates(db.session(), campaigns.find(db.session(), code)):
        state = "sent" if one.finished else "to do" if one.interviewer else ""
        click.echo(f"  {one.contact.email:<32} {one.subject.code:<12} {one.interviewer or '-':<32} {state}")
