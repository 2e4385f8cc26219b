"""Interviews about results, and papers: recorded by the reviewer, confirmed by the person, handed over by HR."""

from datetime import date, datetime

import click

from feedback.cli.decisions.deciding import AS, CODE, DAY, PERIOD, decider
from feedback.cli.ground.application import in_application
from feedback.models.decisions import AppraisalInterview
from feedback.services.decisions import confirming, deputies, interviews
from feedback.services.decisions.interviews import Agreement, InterviewRecord
from feedback.services.dossiers import reading
from feedback.services.ground.errors import NotFound
from feedback.transaction import transaction


def agreed(
    _context: click.Context, _option: click.Parameter, lines: tuple[str, ...]
) -> tuple[Agreement, ...]:
    """TEXT; WHO[; DAY]"""
    return tuple(_agreement(line) for line in lines)


def _agreement(line: str) -> Agreement:
    text, owner, due, *more = [*(part.strip() for part in line.replace("；", ";").split(";")), "", ""][:4]
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError:
        raise click.BadParameter(f"{due} is no day such as 2026-12-31") from None
    if any(more):
        raise click.BadParameter(f"'{line}' has more than what, who and until when")
    return Agreement(text, owner, day)


@click.command(
    epilog="Example: feedback appraisal interview A02 --period 2026Q4 --held 2027-01-12 "
    '--present "M01, A02" --topics "..." --agreed "two visits a week; A02; 2027-03-31" --as m01@example.com'
)
@CODE
@PERIOD
@click.option("--held", type=DAY, metavar="DAY", help="On which day.")
@click.option("--present", default="", help="Who was there.")
@click.option("--topics", default="", help="What was talked about.")
@click.option(
    "--agreed",
    "agreements",
    multiple=True,
    callback=agreed,
    metavar="TEXT;WHO[;DAY]",
    help="What was agreed, who does it, until when.",
)
@AS
@in_application
def interview(
    code: str,
    period: str,
    held: datetime | None,
    present: str,
    topics: str,
    agreements: tuple[Agreement, ...],
    email: str,
) -> None:
    """Record the interview with CODE, in place of what is recorded; without --held, show it."""
    if held is None:
        if present or topics or agreements:
            raise click.UsageError("say on which day it was held: --held DAY")
        return _show(code, period, email)
    said = InterviewRecord(held.date(), present, topics, agreements)
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        interviews.record(session, appraisal, said, by)
    click.echo(f"the interview with {code} in {period} is recorded; {code} is asked to confirm it")


def _show(code: str, period: str, email: str) -> None:
    with transaction() as session:
        by = decider(session, email)
        appraisal, access = reading.find(session, period, code, by)
        found = interviews.of(session, appraisal) if access.figures else None
        if found is None:
            raise NotFound(f"there is no interview with {code} in {period}")
        if access.is_noted:
            reading.note(session, appraisal, actor=by.name, now=by.now)
        _print(found)


def _print(found: AppraisalInterview) -> None:
    click.echo(f"held: {found.day}\npresent: {found.present}\ntopics: {found.topics}")
    for one in found.agreements:
        until = f", until {one.due}" if one.due else ""
        click.echo(f"agreed: {one.text} ({one.owner}{until})")
    if found.remark:
        click.echo(f"remark: {found.remark}")
    confirmed = found.person_confirmed_at
    click.echo(f"confirmed {confirmed:%Y-%m-%d}" if confirmed else "not confirmed by the person")


@click.command(
    "confirm-interview",
    epilog='Example: feedback appraisal confirm-interview A02 --period 2026Q4 --remark "..." --as a02@example.com',
)
@CODE
@PERIOD
@click.option("--remark", default="", help="What the person adds; the reviewer and HR read it.")
@AS
@in_application
def confirm_interview(code: str, period: str, remark: str, email: str) -> None:
    """Confirm that the interview took place and is recorded rightly: by the person alone; it is no consent."""
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        interviews.confirm(session, appraisal, remark, by)
    click.echo(f"{code} confirmed the interview of {period}")


@click.command(
    "hand-over",
    epilog="Example: feedback appraisal hand-over A02 --period 2026Q4 --day 2027-01-12 --as hr@example.com",
)
@CODE
@PERIOD
@click.option("--day", required=True, type=DAY, metavar="DAY", help="On which the paper was given.")
@AS
@in_application
def hand_over(code: str, period: str, day: datetime, email: str) -> None:
    """Note that CODE, who has no account, was given the printed appraisal: the time to reply runs from that day."""
    with transaction() as session:
        by = decider(session, email)
        appraisal = deputies.find_appraisal(session, period, code, by)
        confirming.hand_over(session, appraisal, day.date(), by)
        until = appraisal.reply_until
    click.echo(f"{code} in {period}: handed over, the time to reply ends on {until}")
