"""Incidents on the command line: two people there, too.

Each step names the account that answers for it (--as), which needs the right; the audit log and the register name the
shell user beside it. The same shell user takes only one of two steps that need two people.
"""

from collections.abc import Callable
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.extensions import db
from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.models.rounds import Appraisal
from feedback.services.accounts import accounts
from feedback.services.ground.errors import NotPossible
from feedback.services.incidents import moves, register, rights, scheme_rules
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from feedback.transaction import transaction
from forms import periods

TAKEN_BY = click.option(
    "--as",
    "email",
    required=True,
    metavar="EMAIL",
    help="The account that answers for it; it needs the right.",
)
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
@TAKEN_BY
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
        made = moves.report(session, person, said, by, today=current.today())
        number, hit = made.id, made.period
    click.echo(f"incident {number}: reported, {severity}, {subject} in {hit}")


@incident.command(
    "confirm", epilog='Example: feedback incident confirm 12 --reason "proved by the logs" --as c@example.com'
)
@NUMBER
@REASON
@period_option("Where it counts, its own or the next: to be named if the appraisal of its own is final.")
@TAKEN_BY
@in_application
def confirm(number: int, reason: str, period: str | None, email: str) -> None:
    """Confirm the incident NUMBER: what it does is copied from the scheme's rules now."""

    def step(session: Session, found: Incident, by: Acting) -> list[Appraisal]:
        rules, today = scheme_rules.of_period(session, found.period), current.today()
        return moves.confirm(session, found, rules, reason.strip(), by, today=today, period=period)

    take(number, email, step)


@incident.command(
    "reject", epilog='Example: feedback incident reject 12 --reason "a mix-up" --as c@example.com'
)
@NUMBER
@REASON
@TAKEN_BY
@in_application
def reject(number: int, reason: str, email: str) -> None:
    """Reject the incident NUMBER: it leaves no trace in any appraisal."""
    take(number, email, lambda session, found, by: moves.reject(session, found, reason.strip(), by))


@incident.command(
    "withdraw", epilog='Example: feedback incident withdraw 12 --reason "overturned" --as c@example.com'
)
@NUMBER
@REASON
@TAKEN_BY
@in_application
def withdraw(number: int, reason: str, email: str) -> None:
    """Ask for the withdrawal of the incident NUMBER, or agree to what another has asked for."""
    take(number, email, lambda session, found, by: moves.withdraw(session, found, reason.strip(), by))


@incident.command("list", epilog="Example: feedback incident list --state reported")
@click.option("--state", type=click.Choice([state.value for state in IncidentState]))
@period_option("Only those that hit this period.")
@in_application
def list_incidents(state: str | None, period: str | None) -> None:
    """Print the register, tab-separated: number, state, severity, person, period, day, category, evidence."""
    db.session.info["read_only"] = True
    for found in register.everything(db.session(), state=state, period=period):
        click.echo(_line(found, current.today()))


def take(number: int, email: str, step: Callable[[Session, Incident, Acting], list[Appraisal]]) -> None:
    with transaction() as session:
        by = acting(session, email)
        found = rights.find(session, by.reader, by.email, number)
        touched = [appraisal.round.period for appraisal in step(session, found, by)]
        waits = moves.asked_to_withdraw(found) is not None and found.state == IncidentState.CONFIRMED
        said = "withdrawal asked, another agrees" if waits else str(found.state)
    click.echo(f"incident {number}: {said}")
    for period in touched:
        click.echo(f"it bears on the computed appraisal of {period}", err=True)


def acting(session: Session, email: str) -> Acting:
    account = accounts.by_address(session, email)
    if not account.active:
        raise NotPossible("the account %(email)s is disabled", email=email)
    return Acting.of(account, current.now(), shell=actor())


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
