"""Incidents on the command line: two people there, too.

Each step names the account that answers for it (--as), which needs the right; the audit log and the register name the
shell user beside it. The same shell user takes only one of two steps that need two people.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.decisions.deciding import AS, decider
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.services.corrections import incident_corrections as corrections
from feedback.services.decisions.deputies import account_of
from feedback.services.incidents import moves, register, rights
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from feedback.transaction import transaction
from forms import periods

REASON = click.option("--reason", required=True, help="Kept in the register.")
NUMBER = click.argument("number", metavar="NUMBER", type=int)


def period_option(help: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--period", callback=lambda _context, _option, text: text and periods.canonical(text), help=help
    )


@click.group()
def incident() -> None:
    """The compliance register: one person reports an incident, another decides on it.

    Every step names the account that answers for it (--as), and the register names who typed it as well. Nobody takes
    two steps that need two people: neither with two accounts from one shell, nor with one account from two.
    """


@incident.command(
    "report",
    epilog="Example: feedback incident report A17 --severity critical --category gifts --occurred 2026-11-03 "
    "--evidence CASE-2026-031 --as hr@example.com",
)
@click.argument("subject")
@click.option("--severity", required=True, type=click.Choice([severity.value for severity in Severity]))
@click.option("--category", required=True, help="Such as data protection, gifts, pricing.")
@click.option("--occurred", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DAY")
@click.option("--evidence", required=True, metavar="REFERENCE", help="Where the evidence is kept.")
@click.option("--summary", default="", help="What happened; only HR and compliance read it.")
@period_option("The one that it hits; default: the quarter in which it occurred.")
@AS
@in_application
def report(
    subject: str,
    severity: str,
    category: str,
    occurred: datetime,
    evidence: str,
    summary: str,
    period: str | None,
    email: str,
) -> None:
    """Report an incident about SUBJECT (a person's code)."""
    said = IncidentReport(
        Severity(severity), category.strip(), occurred.date(), evidence.strip(), summary.strip(), period
    )
    with transaction() as session:
        by = acting(session, email)
        person = rights.person_to_report(session, by.reader, subject)
        made = corrections.report(session, person, said, by, today=current.today())
        number, hit = made.id, made.period
    click.echo(f"incident {number}: reported, {severity}, {subject} in {hit}")


@incident.command(
    "confirm", epilog='Example: feedback incident confirm 12 --reason "proved by the logs" --as c@example.com'
)
@NUMBER
@REASON
@period_option("Where it counts, its own or the next: to be named if the appraisal of its own is final.")
@AS
@in_application
def confirm(number: int, reason: str, period: str | None, email: str) -> None:
    """Confirm the incident NUMBER: what it does is copied from the scheme's rules now."""

    take(number, email, reason, partial(corrections.confirm, period=period))


@incident.command(
    "reject", epilog='Example: feedback incident reject 12 --reason "a mix-up" --as c@example.com'
)
@NUMBER
@REASON
@AS
@in_application
def reject(number: int, reason: str, email: str) -> None:
    """Reject the incident NUMBER: it leaves no trace in any appraisal."""
    take(number, email, reason, corrections.reject)


@incident.command(
    "withdraw", epilog='Example: feedback incident withdraw 12 --reason "overturned" --as c@example.com'
)
@NUMBER
@REASON
@AS
@in_application
def withdraw(number: int, reason: str, email: str) -> None:
    """Ask for the withdrawal of the incident NUMBER, or agree to what another has asked for."""
    take(number, email, reason, corrections.withdraw)


@incident.command("list", epilog="Example: feedback incident list --state reported")
@click.option("--state", type=click.Choice([state.value for state in IncidentState]))
@period_option("Only those that hit this period.")
@in_application
def list_incidents(state: str | None, period: str | None) -> None:
    """Print the register, tab-separated: number, state, severity, person, period, day, category, evidence."""
    db.session.info["read_only"] = True
    for found in register.everything(db.session(), state=state, period=period):
        click.echo(_line(found, current.today()))


def take(number: int, email: str, reason: str, step: Callable[..., list[str]]) -> None:
    with transaction() as session:
        by = acting(session, email)
        found = rights.find(session, by.reader, by.email, number)
        computed = step(session, found, reason.strip(), by, decider(session, email))
        waits = moves.asked_to_withdraw(found) is not None and found.state == IncidentState.CONFIRMED
        said = "withdrawal asked, another agrees" if waits else str(found.state)
    click.echo(f"incident {number}: {said}")
    for period in computed:
        click.echo(f"the appraisal of {period} is computed anew", err=True)


def acting(session: Session, email: str) -> Acting:
    by = decider(session, email)
    return Acting(account_of(by.name), by.reader, by.now, shell=actor())


def _line(found: Incident, today: date) -> str:
    over = found.state == IncidentState.CONFIRMED and found.valid_until and found.valid_until < today
    fields = (
        found.id,
        IncidentState.EXPIRED if over else found.state,
        found.severity,
        found.person.code,
        found.period,
        found.occurred.isoformat(),
        found.category,
        found.evidence,
    )
    return "\t".join(map(str, fields))
