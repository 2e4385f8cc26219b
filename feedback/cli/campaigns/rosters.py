import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.models.campaigns import Subject
from feedback.models.nominations import Nomination
from feedback.services.campaigns import campaigns
from feedback.services.rosters import nomination_lists, roster_changes
from feedback.services.rosters import nominations as service
from feedback.services.rosters.nomination_lists import NominationRole
from feedback.transaction import transaction

CAMPAIGN = click.argument("campaign_code", metavar="CAMPAIGN")
SUBJECT = click.argument("subject")
RATER = click.argument("rater")
GROUP = click.option("--group", default="peer", show_default=True, help="The rater group.")
WHO = "SUBJECT is a person's code; RATER a colleague's code or a client's e-mail address."


def _subject(campaign: str, person: str) -> Subject:
    session = db.session()
    return roster_changes.find_subject(session, campaigns.find(session, campaign), person)


def _listed(session: Session, campaign: str, person: str, rater: str) -> Nomination:
    subject = _subject(campaign, person)
    return roster_changes.find_by_rater(session, subject, roster_changes.find_rater(session, rater))


@click.group()
def roster() -> None:
    """Who is asked about whom."""


@roster.command("show", epilog="Example: feedback roster show 2026Q4 A01")
@CAMPAIGN
@click.argument("subject", required=False)
@in_application
def show_roster(campaign_code: str, subject: str | None) -> None:
    """List the raters of one person, or of everybody; never who has answered."""
    session = db.session()
    session.info["read_only"] = True
    found = campaigns.find(session, campaign_code)
    chosen = [_subject(campaign_code, subject)] if subject else campaigns.subjects(session, found)
    for listed in chosen:
        click.echo(f"{listed.person.code} {listed.person.name}")
        for line in nomination_lists.lines(session, listed):
            click.echo(f"  {line.group:<14} {line.state:<10} {line.code} {line.name.zh}")


@roster.command("add", epilog=f"{WHO}\n\nExample: feedback roster add 2026Q4 A01 C07 --group peer")
@CAMPAIGN
@SUBJECT
@RATER
@GROUP
@in_application
def add_rater(campaign_code: str, subject: str, rater: str, group: str) -> None:
    """Ask one more rater; once the campaign is open, with a link and a mail at once."""
    session = db.session()
    asked = roster_changes.find_rater(session, rater)
    listed = _subject(campaign_code, subject)
    with transaction():
        roster_changes.add(session, current.custody(), listed, group, asked, actor=actor(), now=current.now())
    click.echo(f"{rater} is asked about {subject} as {group}")


@roster.command("remove", epilog=f"{WHO}\n\nExample: feedback roster remove 2026Q4 A01 C07")
@CAMPAIGN
@SUBJECT
@RATER
@in_application
def remove_rater(campaign_code: str, subject: str, rater: str) -> None:
    """Do not ask a rater. While the campaign is open, an answer that is in the box stays there."""
    session = db.session()
    listed = _listed(session, campaign_code, subject, rater)
    with transaction():
        roster_changes.remove(session, listed, actor=actor(), now=current.now())
    click.echo(f"{rater} is not asked about {subject}")


@roster.command("ask", epilog=f"{WHO}\n\nExample: feedback roster ask 2026Q4 A01 chen@client.example")
@CAMPAIGN
@SUBJECT
@RATER
@in_application
def ask_anyway(campaign_code: str, subject: str, rater: str) -> None:
    """Ask a client who would be skipped, having been asked not long ago."""
    session = db.session()
    listed = _listed(session, campaign_code, subject, rater)
    with transaction():
        roster_changes.ask_anyway(session, listed, actor=actor(), now=current.now())
    click.echo(f"{rater} is asked about {subject} all the same")


@click.group()
def nominations() -> None:
    """Peers by nomination, while a campaign is collecting them."""


@nominations.command("propose", epilog="Example: feedback nominations propose 2026Q4 A01 C07")
@CAMPAIGN
@SUBJECT
@RATER
@GROUP
@in_application
def propose(campaign_code: str, subject: str, rater: str, group: str) -> None:
    """Propose a colleague in the name of the person who is rated."""
    session = db.session()
    listed = _subject(campaign_code, subject)
    with transaction():
        service.propose(
            session, listed, rater, group, part=NominationRole.SUBJECT, actor=actor(), now=current.now()
        )
    click.echo(f"{rater} is proposed for {subject}")


@nominations.command("approve", epilog="Example: feedback nominations approve 2026Q4 A01 C07")
@CAMPAIGN
@SUBJECT
@RATER
@in_application
def approve(campaign_code: str, subject: str, rater: str) -> None:
    """Approve a proposal."""
    _decide(campaign_code, subject, rater, approved=True)


@nominations.command("reject", epilog="Example: feedback nominations reject 2026Q4 A01 C07")
@CAMPAIGN
@SUBJECT
@RATER
@in_application
def reject(campaign_code: str, subject: str, rater: str) -> None:
    """Reject a proposal."""
    _decide(campaign_code, subject, rater, approved=False)


@nominations.command("take-back", epilog="Example: feedback nominations take-back 2026Q4 A01 C07")
@CAMPAIGN
@SUBJECT
@RATER
@in_application
def take_back(campaign_code: str, subject: str, rater: str) -> None:
    """Take a proposal back in the name of the person who is rated."""
    session = db.session()
    listed = _subject(campaign_code, subject)
    found = roster_changes.find_by_rater(session, listed, roster_changes.find_rater(session, rater))
    with transaction():
        service.take_back(
            session, listed, found.id, part=NominationRole.SUBJECT, actor=actor(), now=current.now()
        )
    click.echo(f"{rater} is no longer proposed for {subject}")


def _decide(campaign_code: str, subject: str, rater: str, *, approved: bool) -> None:
    session = db.session()
    listed = _subject(campaign_code, subject)
    found = roster_changes.find_by_rater(session, listed, roster_changes.find_rater(session, rater))
    with transaction():
        service.decide(
            session, listed, found.id, approved, part=NominationRole.HR, actor=actor(), now=current.now()
        )
    click.echo(f"{rater} is {'approved' if approved else 'rejected'} for {subject}")
