import click

from feedback.cli.decisions.deciding import AS, PERIOD, decider, operator
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.models.confirmed_results import AnswerOutcome
from feedback.services.decisions import answers, deputies
from feedback.services.decisions import objections as service
from feedback.transaction import transaction
from forms import periods


@click.group()
def objections() -> None:
    """Objections to results, and the answers that the company owes."""


@objections.command("list", epilog="Example: feedback objections list --period 2026Q4")
@click.option(
    "--period",
    callback=lambda _context, _option, text: text and periods.canonical(text),
    help="Only of this period.",
)
@in_application
def list_open(period: str | None) -> None:
    """What waits for an answer, the most urgent first: person, period, figures, until when; no words."""
    db.session.info["read_only"] = True
    for line in service.listed(db.session(), operator(), period=period):
        appraisal, reply = line.appraisal, line.reply
        late = f"{-line.days_left} days late" if line.days_left < 0 else f"{line.days_left} days left"
        fields = (appraisal.person.code, appraisal.round.period, ", ".join(reply.figures))
        second = "second objection" if line.is_second else ""
        click.echo("\t".join((*fields, str(reply.answer_until), late, second)).rstrip())


@objections.command(
    "answer",
    epilog="Example: feedback objections answer A02 --period 2026Q4 --outcome rejected "
    '--reason "..." --as hr@example.com',
)
@click.argument("code")
@PERIOD
@click.option("--outcome", required=True, type=click.Choice([outcome.value for outcome in AnswerOutcome]))
@click.option("--reason", required=True, help="The person reads it.")
@click.option("--band", help="Another band, where the objection is upheld and no figure was wrong.")
@AS
@in_application
def answer(code: str, period: str, outcome: str, reason: str, band: str | None, email: str) -> None:
    """Answer the objection of CODE. Upheld changes something: correct the figure first, or give another band."""
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        answers.answer(session, appraisal, AnswerOutcome(outcome), reason, by, band=band)
        click.echo(f"{code} in {period}: {outcome}; the appraisal is {appraisal.state}")
