"""``feedback campaign``, before one is opened: made from its file, changed, discarded."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from feedback import current
from feedback.cli.campaigns.campaign_argument import CODE, closing_time
from feedback.cli.ground.application import EXISTING_FILE, NEW_FILE, actor, in_application
from feedback.extensions import db
from feedback.services.campaigns import campaigns
from feedback.services.ground import days
from feedback.services.ground.errors import NotPossible
from feedback.services.planning import (
    campaign_file_export,
    campaign_file_import,
    draft_changes,
    recurrence,
    stored_plans,
)
from feedback.transaction import transaction

STANDARD_OUTPUT = Path("-")
DAY = click.DateTime(["%Y-%m-%d"])
CREATE_EXAMPLE = """
The file is described in docs/campaigns.md.

Example: feedback campaign create 2026Q4.toml
"""


@click.command("create", epilog=CREATE_EXAMPLE)
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


@click.command("edit", epilog="Example: feedback campaign edit 2026Q4 2026Q4.toml")
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
    click.echo(
        f"campaign {code}: {len(plan.subjects)} subjects, to close {closing_time(changed)}, key: {custody}"
    )


@click.command("export", epilog="Example: feedback campaign export 2026Q4 2026Q4.toml")
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


@click.command("edit-dates", epilog="Example: feedback campaign edit-dates 2026Q4 --closes 2026-12-20")
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
    click.echo(f"campaign {code} is to close {closing_time(changed)}")


@click.command("discard", epilog="Example: feedback campaign discard 2026Q4 --yes")
@CODE
@click.confirmation_option(prompt="Delete this campaign?")
@in_application
def discard_campaign(code: str) -> None:
    """Delete a campaign that was never opened."""
    session = db.session()
    with transaction():
        draft_changes.discard(session, campaigns.find(session, code), actor=actor(), now=current.now())
    click.echo(f"campaign {code} is deleted")


@click.command("next", epilog="Example: feedback campaign next 2026Q4")
@CODE
@in_application
def prepare_next(code: str) -> None:
    """Prepare the campaign of the following period: a draft with today's people and the approved peers."""
    session = db.session()
    last = campaigns.find(session, code)
    with transaction():
        prepared = recurrence.prepare_next(session, last, actor=actor(), now=current.now())
    click.echo(f"campaign {prepared.code} is prepared, to close {closing_time(prepared)}; a draft")
