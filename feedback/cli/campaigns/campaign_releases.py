"""``feedback campaign``, once one is closed: its reports are released, and corrected."""

from typing import Any

import click

from feedback import current
from feedback.cli.campaigns.campaign_argument import CODE
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotFound
from feedback.services.releases import releases
from feedback.transaction import transaction

RELEASE_EXAMPLE = """
\b
Example: feedback campaign release 2026Q4
         feedback campaign release 2026Q4 --person A017 --person A018
"""


@click.command("release", epilog=RELEASE_EXAMPLE)
@CODE
@click.option("--person", "people", metavar="PERSON", multiple=True, help="Only this one; can be repeated.")
@in_application
def release_campaign(code: str, people: tuple[str, ...]) -> None:
    """Freeze the reports of a closed campaign and let their subjects read them."""
    session = db.session()
    by: dict[str, Any] = {"actor": actor(), "now": current.now()}
    found = campaigns.find(session, code)
    if unknown := set(people) - {subject.person.code for subject in campaigns.subjects(session, found)}:
        raise NotFound(f"campaign {code} is not about {', '.join(sorted(unknown))}")
    with transaction():
        if people:
            released = f"{releases.release_some(session, found, people, **by)} reports of campaign {code} are"
        else:
            releases.release(session, found, **by)
            released = f"campaign {code} is"
    click.echo(f"{released} released")


@click.command("correct", epilog="Example: feedback campaign correct 2026Q4 --reason 'KPI of May mended'")
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
