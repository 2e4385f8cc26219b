import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from feedback import current
from feedback.cli.campaigns.trustees import UNTIL_COUNTED, close_together
from feedback.cli.ground.application import EXISTING_FILE, NEW_FILE, actor, in_application, progress_bar
from feedback.extensions import db
from feedback.models.campaigns import Campaign, KeyCustody
from feedback.services.campaigns import campaigns, lifecycle, purging, response_rates
from feedback.services.closing import campaign_closing
from feedback.services.ground import days, secure_deletion
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import reminders
from feedback.services.planning import (
    campaign_file_export,
    campaign_file_import,
    draft_changes,
    recurrence,
    stored_plans,
)
from feedback.services.releases import releases
from feedback.transaction import transaction

CODE = click.argument("code", metavar="CAMPAIGN")
STANDARD_OUTPUT = Path("-")
DAY = click.DateTime(["%Y-%m-%d"])
CREATE_EXAMPLE = """
The file is described in docs/campaigns.md.

Example: feedback campaign create 2026Q4.toml
"""


@click.group()
def campaign() -> None:
    """Campaigns: create, nominate, open, close, release, purge, in this order."""


@campaign.command("create", epilog=CREATE_EXAMPLE)
@click.argument("file", metavar="SPEC.toml", type=EXISTING_FILE)
@in_application
def create_campaign(file: Path) -> None:
    """Make a draft from a campaign file. It can be changed until it is opened."""
    session = db.session()
    plan = campaign_file_import.load(session, file, current.settings().zone)
    with transaction():
        campaigns.create(session, plan, actor=actor(), now=current.now())
    raters = {request.rater for request in plan.requests}
    click.echo(f"campaign {plan.code}: {len(plan.subjects)} subjects, {len(raters)} raters, a draft")


@campaign.command("edit", epilog="Example: feedback campaign edit 2026Q4 2026Q4.toml")
@CODE
@click.argument("file", metavar="SPEC.toml", type=EXISTING_FILE)
@in_application
def edit_campaign(code: str, file: Path) -> None:
    """Make a campaign that is not open yet what its file says now. Decided nominations stay where they fit."""
    session = db.session()
    plan = campaign_file_import.load(session, file, current.settings().zone)
    changed = campaigns.find(session, code)
    with transaction():
        draft_changes.revise(session, changed, plan, actor=actor(), now=current.now())
    custody = "three trustees" if plan.trustees else "this server"
    click.echo(f"campaign {code}: {len(plan.subjects)} subjects, to close {_local(changed)}, key: {custody}")


@campaign.command("export", epilog="Example: feedback campaign export 2026Q4 2026Q4.toml")
@CODE
@click.argument("file", metavar="[FILE.toml]", type=NEW_FILE, default="-")
@in_application
def export_campaign(code: str, file: Path) -> None:
    """Write the file that makes this campaign: for `create` under another code, or to change and `edit`.

    A questionnaire or scheme that the library does not have is written next to it.
    """
    session = db.session()
    session.info["read_only"] = True
    exported = campaign_file_export.to_toml(session, campaigns.find(session, code), current.settings().zone)
    (main, text), *definitions = exported.items()
    if definitions and file == STANDARD_OUTPUT:
        raise NotPossible(f"more than one file: add a name such as {main}")
    for name, definition in definitions:
        file.with_name(name).write_text(definition, encoding="utf-8")
    with click.open_file(file, "w", encoding="utf-8") as out:
        out.write(text)


@campaign.command("open", epilog="Example: feedback campaign open 2026Q4")
@CODE
@in_application
def open_campaign(code: str) -> None:
    """Issue the links and start collecting answers."""
    session = db.session()
    opened = campaigns.find(session, code)
    with transaction():
        campaigns.open(session, current.custody(), opened, actor=actor(), now=current.now())
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


RELEASE_EXAMPLE = """
\b
Example: feedback campaign release 2026Q4
         feedback campaign release 2026Q4 --person A017 --person A018
"""


@campaign.command("release", epilog=RELEASE_EXAMPLE)
@CODE
@click.option("--person", "people", metavar="PERSON", multiple=True, help="Only this one; can be repeated.")
@in_application
def release_campaign(code: str, people: tuple[str, ...]) -> None:
    """Freeze the reports of a closed campaign and let their subjects read them."""
    session = db.session()
    by: dict[str, Any] = {"actor": actor(), "now": current.now()}
    found = campaigns.find(session, code)
    if unknown := set(people) - {subject.person.code for subject in found.subjects}:
        raise NotFound(f"campaign {code} is not about {', '.join(sorted(unknown))}")
    with transaction():
        if people:
            released = f"{releases.release_some(session, found, people, **by)} reports of campaign {code} are"
        else:
            releases.release(session, found, **by)
            released = f"campaign {code} is"
    click.echo(f"{released} released")


@campaign.command("correct", epilog="Example: feedback campaign correct 2026Q4 --reason 'KPI of May mended'")
@CODE
@click.option("--reason", required=True, help="Shown at the top of each corrected report.")
@in_application
def correct_campaign(code: str, reason: str) -> None:
    """Release anew the reports that would be different now; the others stay as they are."""
    session = db.session()
    found = campaigns.find(session, code)
    with transaction():
        corrected = releases.correct(session, found, reason, actor=actor(), now=current.now())
    click.echo(f"{len(corrected)} reports of campaign {code} are released anew")


@campaign.command("remind", epilog="Example: feedback campaign remind 2026Q4")
@CODE
@in_application
def remind_raters(code: str) -> None:
    """Remind everybody who has not answered yet; at the earliest five days after the last mail."""
    session, zone = db.session(), current.settings().zone
    with transaction():
        reminders.remind(session, campaigns.find(session, code), actor=actor(), now=current.now(), zone=zone)
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
        answered = "-" if group["answered"] is None else group["answered"]
        rate = "-" if group["rate"] is None else f"{group['rate']:.0%}"
        click.echo(f"  {group['group']:<16} {answered:>6} of {group['invited']:>6}  {rate:>5}")


def _status(found: Campaign) -> dict[str, Any]:
    """How many have answered is told only of groups that are large enough; see docs/decisions/0005."""
    session = db.session()
    lines = {
        min(line.members): line
        for line in response_rates.rates(session, found).groups
        if len(line.members) == 1
    }
    groups = [
        {
            "group": progress.group,
            "invited": progress.invited,
            "answered": progress.answered if progress.group in lines else None,
            "rate": progress.answered / progress.invited if progress.group in lines else None,
        }
        for progress in campaigns.progress(session, found)
    ]
    return {
        "campaign": found.code,
        "state": found.state,
        "period": found.period,
        "closes_at": found.closes_at.astimezone(current.settings().zone).isoformat(),
        "groups": groups,
    }


@campaign.command("nominate", epilog="Example: feedback campaign nominate 2026Q4")
@CODE
@in_application
def start_nominations(code: str) -> None:
    """Let the people who are rated propose their peers, and their managers approve them."""
    session = db.session()
    nominating = campaigns.find(session, code)
    with transaction():
        lifecycle.start_nominating(session, nominating, actor=actor(), now=current.now())
    click.echo(f"campaign {code}: nominations are under way; next: feedback campaign open {code}")


@campaign.command("edit-dates", epilog="Example: feedback campaign edit-dates 2026Q4 --closes 2026-12-20")
@CODE
@click.option("--nominations", type=DAY, help="Last day of nominations.")
@click.option("--approvals", type=DAY, help="Last day of approvals.")
@click.option("--closes", type=DAY, help="Last day of answers.")
@in_application
def edit_dates(
    code: str, nominations: datetime | None, approvals: datetime | None, closes: datetime | None
) -> None:
    """Change the calendar of a campaign that is not open yet."""
    session, now, zone = db.session(), current.now(), current.settings().zone
    changed = campaigns.find(session, code)
    given = {"nominations_until": nominations, "approvals_until": approvals, "closes_at": closes}
    dates: dict[str, Any] = {name: days.end_of(day.date(), zone) for name, day in given.items() if day}
    plan = replace(stored_plans.of_campaign(session, changed, now=now), **dates)
    with transaction():
        draft_changes.revise(session, changed, plan, actor=actor(), now=now)
    click.echo(f"campaign {code} is to close {_local(changed)}")


@campaign.command("discard", epilog="Example: feedback campaign discard 2026Q4 --yes")
@CODE
@click.confirmation_option(prompt="Delete this campaign?")
@in_application
def discard_campaign(code: str) -> None:
    """Delete a campaign that was never opened."""
    session = db.session()
    with transaction():
        draft_changes.discard(session, campaigns.find(session, code), actor=actor(), now=current.now())
    click.echo(f"campaign {code} is deleted")


@campaign.command("next", epilog="Example: feedback campaign next 2026Q4")
@CODE
@in_application
def prepare_next(code: str) -> None:
    """Prepare the campaign of the following period: a draft with today's people and the approved peers."""
    session = db.session()
    last = campaigns.find(session, code)
    with transaction():
        prepared = recurrence.prepare_next(session, last, actor=actor(), now=current.now())
    click.echo(f"campaign {prepared.code} is prepared, to close {_local(prepared)}; a draft")


@campaign.command("purge", epilog="Example: feedback campaign purge 2025Q4 --yes")
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


def _local(found: Campaign) -> str:
    return f"{found.closes_at.astimezone(current.settings().zone):%Y-%m-%d %H:%M}"
