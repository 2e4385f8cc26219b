import json
from typing import Any

import click

from feedback import current
from feedback.cli.campaigns import small_groups
from feedback.cli.campaigns.campaign_argument import CODE
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.campaigns import campaigns, lifecycle
from feedback.services.crowds import response_rates
from feedback.services.crowds.crowds import BETWEEN_GROUPS


@click.command("status", epilog="Example: feedback campaign status 2026Q4 --json")
@CODE
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@in_application
def show_status(code: str, as_json: bool) -> None:
    """Say how many were asked and how many answered, by rater group; never a score."""
    session = db.session()
    session.info["read_only"] = True
    found = campaigns.find(session, code)
    status, small = _status(found), lifecycle.small_groups(session, found, now=current.now())
    if as_json:
        status["small_groups"] = small_groups.document(small)
        click.echo(json.dumps(status, ensure_ascii=False, indent=2))
        return
    click.echo(f"{code}: {status['state']}, closes {status['closes_at']}")
    for group in status["groups"]:
        answered = "-" if group["answered"] is None else group["answered"]
        rate = "-" if group["rate"] is None else f"{group['rate']:.0%}"
        click.echo(f"  {group['group']:<16} {answered:>6} of {group['invited']:>6}  {rate:>5}")
    if small:
        click.echo("groups of which too few are asked:")
        click.echo("\n".join(small_groups.lines(small)))


def _status(found: Campaign) -> dict[str, Any]:
    """How many have answered is told of crowds only; requests in none have no number: docs/decisions/0023."""
    rates = response_rates.rates(db.session(), found)
    groups: list[dict[str, Any]] = [
        {
            "group": BETWEEN_GROUPS.join(line.groups),
            "invited": line.invited,
            "answered": line.answered,
            "rate": line.answered / line.invited,
        }
        for line in rates.groups
    ]
    groups += [
        {"group": group, "invited": invited, "answered": None, "rate": None}
        for group, invited in rates.uncounted.items()
    ]
    return {
        "campaign": found.code,
        "state": found.state,
        "period": found.period,
        "closes_at": found.closes_at.astimezone(current.settings().zone).isoformat(),
        "groups": groups,
    }
