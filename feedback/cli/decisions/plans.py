from datetime import timedelta

import click

from feedback.cli.decisions.deciding import operator
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.services.plans import plan_lists
from forms import periods


@click.group()
def plans() -> None:
    """Plans to improve or to learn that follow from appraisals."""


@plans.command("list", epilog="Example: feedback plans list --period 2026Q4")
@click.option(
    "--period",
    callback=lambda _context, _option, text: text and periods.canonical(text),
    help="Only of this period.",
)
@in_application
def list_all(period: str | None) -> None:
    """All plans: number, person, period, kind, state, end, things to do. Their words stay on the pages."""
    db.session.info["read_only"] = True
    for plan in plan_lists.listed(db.session(), operator(), period=period):
        person = plan.appraisal.person.code
        fields = (
            plan.id,
            person,
            plan.appraisal.round.period,
            plan.kind,
            plan.state,
            plan.ends,
            len(plan.items),
        )
        click.echo("\t".join(map(str, fields)))


@plans.command("due", epilog="Example: feedback plans due --days 7")
@click.option("--days", type=int, default=7, show_default=True, help="Until so many days from now.")
@in_application
def list_due(days: int) -> None:
    """What is to be looked at soon, and what should have been: number, person, kind, day."""
    db.session.info["read_only"] = True
    by = operator()
    for line in plan_lists.due(db.session(), by, by.today + timedelta(days=days)):
        late = f"{line.overdue} days late" if line.overdue > 0 else ""
        plan = line.plan
        fields = (plan.id, plan.appraisal.person.code, plan.kind, line.follow_up.due, late)
        click.echo("\t".join(map(str, fields)).rstrip())
