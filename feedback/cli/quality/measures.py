"""Measures about dimensions: what is done after a campaign, by whom, until when, and what became of it."""

from datetime import datetime

import click

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import campaigns
from feedback.services.quality import measures as service
from feedback.transaction import transaction

ALL = Reader(None, frozenset({RoleName.HR}))
NUMBER = click.argument("number", metavar="NUMBER", type=int)


@click.group()
def measures() -> None:
    """What is done about a dimension of clients' satisfaction after a campaign."""


@measures.command(
    "add",
    epilog='Example: feedback measures add 2026Q3 --dimension response --text "..." --owner M01 --due 2026-12-31',
)
@click.argument("campaign")
@click.option("--dimension", required=True, metavar="ID", help="As the questionnaire names it.")
@click.option("--text", required=True, help="What is done.")
@click.option("--owner", required=True, metavar="CODE", help="Who sees to it, and is reminded.")
@click.option("--due", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="By when.")
@in_application
def add(campaign: str, dimension: str, text: str, owner: str, due: datetime) -> None:
    """Note a measure after CAMPAIGN; the next one shows what became of it."""
    with transaction() as session:
        found = campaigns.find(session, campaign)
        asked = dimension, text, owner, due.date()
        made = service.add(session, found, *asked, actor=actor(), now=current.now())
        number = made.id
    click.echo(f"measure {number}: {dimension} in {campaign}, {owner} until {due.date()}")


@measures.command("done", epilog='Example: feedback measures done 3 --outcome "all visited"')
@NUMBER
@click.option("--outcome", required=True, help="What became of it.")
@in_application
def done(number: int, outcome: str) -> None:
    """Note what became of the measure NUMBER; nobody is reminded of it any more."""
    with transaction() as session:
        service.finish(session, service.find(session, number, ALL), outcome, actor=actor(), now=current.now())
    click.echo(f"measure {number}: done")


@measures.command("remove", epilog="Example: feedback measures remove 3")
@NUMBER
@in_application
def remove(number: int) -> None:
    """Take back the measure NUMBER, which was noted by mistake; what it said stays in the audit log."""
    with transaction() as session:
        found = service.find(session, number, ALL)
        service.remove(session, found.campaign, number, actor=actor(), now=current.now())
    click.echo(f"measure {number}: removed")


@measures.command("list", epilog="Example: feedback measures list --open")
@click.option("--open", "only_open", is_flag=True, help="Only what is to be done.")
@in_application
def list_all(only_open: bool) -> None:
    """All measures, tab-separated: number, campaign, dimension, owner, day, done or days late, text, outcome."""
    db.session.info["read_only"] = True
    today = current.today()
    for one in service.listed(db.session(), ALL):
        if only_open and one.done_at:
            continue
        late = (today - one.due).days
        state = "done" if one.done_at else f"{late} days late" if late > 0 else ""
        fields = (
            one.id,
            one.campaign.code,
            one.dimension,
            one.owner.code,
            one.due,
            state,
            one.text,
            one.outcome,
        )
        click.echo("\t".join(map(str, fields)).rstrip())
