"""``feedback campaign``, from nominations to the end: each step in the life of one."""

import click

from feedback import current, trustee_mail
from feedback.cli.campaigns import small_groups
from feedback.cli.campaigns.campaign_argument import CODE, closing_time
from feedback.cli.campaigns.trustees import close_together
from feedback.cli.ground.application import actor, in_application, progress_bar
from feedback.extensions import db
from feedback.models.campaigns import SEALED, KeyCustody
from feedback.services.campaigns import campaigns, lifecycle, purging
from feedback.services.closing import campaign_closing, giving_up
from feedback.services.ground import secure_deletion
from feedback.services.mail import reminders
from feedback.transaction import transaction


@click.command("nominate", epilog="Example: feedback campaign nominate 2026Q4")
@CODE
@in_application
def start_nominations(code: str) -> None:
    """Let the people who are rated propose their peers, and their managers approve them."""
    session = db.session()
    nominating = campaigns.find(session, code)
    with transaction():
        lifecycle.start_nominating(session, nominating, actor=actor(), now=current.now())
    click.echo(f"campaign {code}: nominations are under way; next: feedback campaign open {code}")


@click.command("open", epilog="Example: feedback campaign open 2026Q4")
@CODE
@in_application
def open_campaign(code: str) -> None:
    """Issue the links and start collecting answers. Groups of which too few are asked are named before."""
    session = db.session()
    opened = campaigns.find(session, code)
    for line in small_groups.lines(lifecycle.small_groups(session, opened, now=current.now())):
        click.echo(line, err=True)
    with transaction():
        campaigns.open(session, current.custody(), opened, actor=actor(), now=current.now())
        trustee_mail.ask_to_test(opened)
    click.echo(
        f"campaign {code} is open until {closing_time(opened)}; next: feedback invitations export {code}"
    )


@click.command("remind", epilog="Example: feedback campaign remind 2026Q4")
@CODE
@in_application
def remind_raters(code: str) -> None:
    """Remind everybody who has not answered yet; at the earliest five days after the last mail."""
    session, zone = db.session(), current.settings().zone
    with transaction():
        reminders.remind(session, campaigns.find(session, code), actor=actor(), now=current.now(), zone=zone)
    click.echo(f"campaign {code}: reminders go to everybody who has not answered yet")


@click.command("close", epilog="Example: feedback campaign close 2026Q4")
@CODE
@click.option("--now", "early", is_flag=True, help="Close before its closing time; the audit log says so.")
@in_application
def close_campaign(code: str, early: bool) -> None:
    """Open the ballots, count them, forget them. Can be started again if it was interrupted.

    Where trustees hold the key, two of them type their passphrases in here, or on their pages.
    """
    session = db.session()
    closing = campaigns.find(session, code)
    if closing.key_custody == KeyCustody.TRUSTEES and closing.state in SEALED:
        close_together(closing, early=early)
    else:
        with progress_bar("Opening ballots") as progress:
            campaign_closing.close(
                session,
                current.custody(),
                closing,
                actor=actor(),
                now=current.now(),
                early=early,
                progress=progress,
            )
    unreadable = f"; {closing.unreadable} ballots were unreadable" if closing.unreadable else ""
    click.echo(f"campaign {code} is closed, its key is destroyed{unreadable}")


@click.command("give-up", epilog="Example: feedback campaign give-up 2026Q3 --yes")
@CODE
@click.confirmation_option(prompt="Destroy all answers of this campaign unopened?")
@in_application
def give_up_campaign(code: str) -> None:
    """Close a campaign that nobody can open any more: its keys are lost, or were destroyed before.

    All its ballots are destroyed unopened, and no group is shown.
    """
    session = db.session()
    given_up = campaigns.find(session, code)
    lost = giving_up.give_up(session, current.custody(), given_up, actor=actor(), now=current.now())
    click.echo(f"campaign {code} is closed without results; {lost} ballots were destroyed unopened")


@click.command("purge", epilog="Example: feedback campaign purge 2025Q4 --yes")
@CODE
@click.confirmation_option(prompt="Delete all names of raters and all comments for good?")
@in_application
def purge_campaign(code: str) -> None:
    """Forget who was asked, and all comments; counts, scores and the audit log stay."""
    session = db.session()
    with transaction():
        purging.purge(session, campaigns.find(session, code), actor=actor(), now=current.now())
    secure_deletion.forget_deleted_rows(session)
    click.echo(f"campaign {code} is purged; backups made before keep what they have")
