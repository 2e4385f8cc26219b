import click

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.cli.ground.table_options import PERIOD
from feedback.services.appraisals import vetoes as service
from feedback.transaction import transaction


@click.group()
def veto() -> None:
    """The compliance veto (一票否决) on a person's appraisal of a period."""


@veto.command(
    "set", epilog="Example: feedback veto set A17 --period 2026Q4 --evidence CASE-2026-031 --confirmed"
)
@click.argument("subject")
@PERIOD
@click.option("--evidence", required=True, metavar="REFERENCE", help="Where the evidence is kept.")
@click.option(
    "--confirmed", is_flag=True, help="Decided: the appraisal is not qualified. Without it: pending, held."
)
@in_application
def set_veto(subject: str, period: str, evidence: str, confirmed: bool) -> None:
    """Enter a veto on SUBJECT (a person's code), or change the one there is."""
    with transaction() as session:
        entered = service.put(
            session, subject, period, evidence, confirmed=confirmed, actor=actor(), now=current.now()
        )
    click.echo(f"veto on {subject} in {period}: {entered.state}")


@veto.command("clear", epilog="Example: feedback veto clear A17 --period 2026Q4")
@click.argument("subject")
@PERIOD
@in_application
def clear_veto(subject: str, period: str) -> None:
    """Take back the veto on SUBJECT (a person's code)."""
    with transaction() as session:
        service.clear(session, subject, period, actor=actor(), now=current.now())
    click.echo(f"no veto on {subject} in {period}")
