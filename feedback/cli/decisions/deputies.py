"""Deputies: who stands in for a manager, from one day to another."""

from datetime import datetime

import click

from feedback import current
from feedback.cli.decisions.deciding import AS, DAY, decider
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.services.decisions import deputies as service
from feedback.services.people import people
from feedback.transaction import transaction

MANAGER = click.argument("manager")


@click.group()
def deputies() -> None:
    """Who reviews and talks to people in a manager's place, on which days."""


@deputies.command(
    "name",
    epilog="Example: feedback deputies name M01 --deputy M02 --from 2027-01-04 --until 2027-01-15 --as m01@example.com",
)
@MANAGER
@click.option("--deputy", required=True, metavar="CODE", help="Who stands in.")
@click.option("--from", "starts", required=True, type=DAY, metavar="DAY", help="The first day.")
@click.option("--until", "ends", required=True, type=DAY, metavar="DAY", help="The last day.")
@AS
@in_application
def name_one(manager: str, deputy: str, starts: datetime, ends: datetime, email: str) -> None:
    """Name a deputy of MANAGER: by the manager, or by HR for him. What the deputy does names both."""
    with transaction() as session:
        by = decider(session, email)
        whose, who = people.find(session, manager), people.find(session, deputy)
        row = service.appoint(session, whose, who, starts.date(), ends.date(), by)
        number = row.id
    click.echo(f"deputy {number}: {deputy} stands in for {manager} from {starts.date()} to {ends.date()}")


@deputies.command("end", epilog="Example: feedback deputies end M01 3 --as m01@example.com")
@MANAGER
@click.argument("number", metavar="NUMBER", type=int)
@AS
@in_application
def end(manager: str, number: int, email: str) -> None:
    """End the deputy NUMBER of MANAGER today, or altogether if it has not begun."""
    with transaction() as session:
        by = decider(session, email)
        service.end(session, service.find(session, people.find(session, manager).id, number), by)
    click.echo(f"deputy {number} of {manager}: ended")


@deputies.command("list", epilog="Example: feedback deputies list --manager M01")
@click.option("--manager", metavar="CODE", help="Only of this one.")
@in_application
def list_all(manager: str | None) -> None:
    """Present and future ones, tab-separated: number, manager, deputy, first day, last day."""
    db.session.info["read_only"] = True
    session = db.session()
    whose = people.find(session, manager).id if manager else None
    for row in service.named_by(session, whose, current.today()):
        click.echo("\t".join(map(str, (row.id, row.manager.code, row.deputy.code, row.starts, row.ends))))
