import json
from pathlib import Path
from typing import Any

import click

from feedback import current
from feedback.cli.application import EXISTING_FILE, actor, in_application, progress_bar
from feedback.cli.trustees import UNTIL_COUNTED, close_together
from feedback.extensions import db
from feedback.models.campaigns import Campaign, KeyCustody
from feedback.services import campaign_files, campaigns, mix, releases, reminders

CODE = click.argument("code", metavar="CAMPAIGN")
CREATE_EXAMPLE = """
The file is described in docs/campaigns.md.

Example: feedback campaign create 2026Q4.toml
"""


@click.group()
def campaign() -> None:
    """Campaigns: create, open, close, release, in this order."""


@campaign.command("create", epilog=CREATE_EXAMPLE)
@click.argument("file", metavar="SPEC.toml", type=EXISTING_FILE)
@in_application
def create_campaign(file: Path) -> None:
    """Make a draft from a campaign file. Who is asked about whom, and what, is fixed here."""
    session = db.session()
    plan = campaign_files.load(session, file, current.settings().zone)
    campaigns.create(session, plan, actor=actor(), now=current.now())
    session.commit()
    raters = {request.rater for request in plan.requests}
    click.echo(f"campaign {plan.code}: {len(plan.subjects)} subjects, {len(raters)} raters, a draft")


@campaign.command("open", epilog="Example: feedback campaign open 2026Q4")
@CODE
@in_application
def open_campaign(code: str) -> None:
    """Issue the links and start collecting answers."""
    session = db.session()
    opened = campaigns.find(session, code)
    campaigns.open(session, current.custody(), opened, actor=actor(), now=current.now())
    session.commit()
    click.echo(f"campaign {code} is open until {_local(opened)}; next: feedback invitations export {code}")


@campaign.command("close", epilog="Example: feedback campaign close 2026Q4")
@CODE
@click.option("--now", "early", is_flag=True, help="Close before its closing time; the audit log says so.")
@in_application
def close_campaign(code: str, early: bool) -> None:
    """Open the ballots, count them, forget them. Can be started again if it was interrupted.

    Where trustees hold the key, two of them type their passphrases in here, or on their pages.
    """
    session = db.session()
    closing = campaigns.find(session, code)
    if closing.key_custody == KeyCustody.TRUSTEES and closing.state in UNTIL_COUNTED:
        close_together(closing, early=early)
    else:
        with progress_bar("Opening ballots") as progress:
            mix.close(
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


@campaign.command("release", epilog="Example: feedback campaign release 2026Q4")
@CODE
@in_application
def release_campaign(code: str) -> None:
    """Freeze the reports of a closed campaign and let their subjects read them."""
    session = db.session()
    releases.release(session, campaigns.find(session, code), actor=actor(), now=current.now())
    session.commit()
    click.echo(f"campaign {code} is released")


@campaign.command("remind", epilog="Example: feedback campaign remind 2026Q4")
@CODE
@in_application
def remind_raters(code: str) -> None:
    """Remind everybody who has not answered yet; at the earliest five days after the last mail."""
    session, zone = db.session(), current.settings().zone
    reminders.remind(session, campaigns.find(session, code), actor=actor(), now=current.now(), zone=zone)
    session.commit()
    click.echo(f"campaign {code}: reminders go to everybody who has not answered yet")


@campaign.command("status", epilog="Example: feedback campaign status 2026Q4 --json")
@CODE
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@in_application
def show_status(code: str, as_json: bool) -> None:
    """Say how many were asked and how many answered, by rater group; never a score."""
    session = db.session()
    session.info["read_only"] = True
    status = _status(campaigns.find(session, code))
    if as_json:
        click.echo(json.dumps(status, ensure_ascii=False, indent=2))
        return
    click.echo(f"{code}: {status['state']}, closes {status['closes_at']}")
    for group in status["groups"]:
        rate = f"{group['rate']:.0%}" if group["invited"] else "-"
        click.echo(f"  {group['group']:<16} {group['answered']:>6} of {group['invited']:>6}  {rate:>5}")


def _status(found: Campaign) -> dict[str, Any]:
    groups = [
        {
            "group": progress.group,
            "invited": progress.invited,
            "answered": progress.answered,
            "rate": progress.answered / progress.invited if progress.invited else None,
        }
        for progress in campaigns.progress(db.session(), found)
    ]
    return {
        "campaign": found.code,
        "state": found.state,
        "period": found.period,
        "closes_at": found.closes_at.astimezone(current.settings().zone).isoformat(),
        "groups": groups,
    }


def _local(found: Campaign) -> str:
    return f"{found.closes_at.astimezone(current.settings().zone):%Y-%m-%d %H:%M}"
