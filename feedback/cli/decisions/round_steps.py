"""The steps of a whole round that people decide: calibrate, confirm, notify, finish."""

from collections.abc import Sequence

import click
from sqlalchemy.orm import Session

from feedback.cli.decisions.deciding import AS, IN_PERIOD, SUBJECTS, decider
from feedback.cli.ground.application import in_application
from feedback.models.calibrations import CalibrationSession
from feedback.models.people import Person
from feedback.services.appraisals import rounds
from feedback.services.decisions import (
    calibration,
    calibration_changes,
    calibration_table,
    confirming,
    deputies,
)
from feedback.services.decisions.calibration_table import PoolTable
from feedback.services.decisions.deputies import Decider
from feedback.services.dossiers import confirmations
from feedback.services.dossiers.confirmations import PoolToConfirm
from feedback.services.people import people
from feedback.transaction import transaction


@click.command(
    epilog="Example: feedback round calibrate 2026Q4 --department east --member M01 --chair D01 --as hr@example.com"
)
@IN_PERIOD
@click.option("--department", "departments", multiple=True, metavar="CODE", help="The pool; default: all.")
@click.option("--member", "members", multiple=True, metavar="CODE", help="Who looks at it.")
@click.option("--chair", "chairs", multiple=True, metavar="CODE", help="Who may change a band beside HR.")
@click.option("--session", "number", type=int, metavar="NUMBER", help="One that is open: show it.")
@click.option("--change", metavar="CODE=BAND", help="Another band for somebody of the session.")
@click.option("--reason", default="", help="Of a change; the person may read it.")
@click.option("--fact", default="", help="What decides where figures cannot tell two people apart.")
@click.option("--close", is_flag=True, help="End the session: its changes count from now on.")
@AS
@in_application
def calibrate(
    period: str,
    departments: tuple[str, ...],
    members: tuple[str, ...],
    chairs: tuple[str, ...],
    number: int | None,
    change: str | None,
    reason: str,
    fact: str,
    close: bool,
    email: str,
) -> None:
    """Open a calibration of PERIOD, or show, change or close one (--session).

    Within one: --session 3 --change A02=B --reason TEXT [--fact TEXT], and at the end --session 3 --close.
    """
    with transaction() as session:
        by, of_round = decider(session, email), rounds.find(session, period)
        if number is None:
            sitting_in, leading = (
                [people.find(session, code) for code in codes] for codes in (members, chairs)
            )
            pool = calibration.pool(session, of_round, departments, by)
            title = ", ".join(departments) or period
            sitting = calibration.open_session(session, of_round, title, pool, sitting_in, leading, by)
        else:
            sitting = calibration.find(session, number, by)
        if change:
            _change(session, sitting, change, reason, fact, by)
        if close:
            calibration.close(session, sitting, by)
        table = calibration_table.of(session, sitting, by)
        state = "closed" if sitting.closed_at else "open"
        click.echo(f"session {sitting.id} of {period}, {sitting.pool}: {state}, {len(table.rows)} people")
        _show(table)


def _change(
    session: Session, sitting: CalibrationSession, change: str, reason: str, fact: str, by: Decider
) -> None:
    code, _, band = change.partition("=")
    appraisal = deputies.find_appraisal(session, sitting.round.period, code, by)
    calibration_changes.change(session, sitting, appraisal, band, reason, fact, by)


def _show(table: PoolTable) -> None:
    for row in table.rows:
        figures = row.figures
        total = figures.shown if figures and figures.shown else "-"
        interval = f"[{figures.low:.2f}, {figures.high:.2f}]" if figures and figures.low is not None else ""
        marks = "not separable from the next" if row.tied else ""
        moved = f" -> {row.change.after}" if row.change else ""
        band = f"{row.band.id if row.band else '-'}{moved}"
        reviewer = row.reviewer.code if row.reviewer else "-"
        fields = (row.appraisal.person.code, reviewer, total, interval, band, row.guideline or "", marks)
        click.echo("\t".join(fields).rstrip())
    if table.not_reviewed:
        click.echo(f"not reviewed: {', '.join(table.not_reviewed)}")


@click.command(epilog="Example: feedback round confirm 2026Q4 --as hr@example.com")
@IN_PERIOD
@SUBJECTS
@click.option(
    "--list", "only_listed", is_flag=True, help="Show what waits, computed and calibrated; confirm nothing."
)
@AS
@in_application
def confirm(period: str, codes: tuple[str, ...], only_listed: bool, email: str) -> None:
    """Confirm the decided results of PERIOD: not by who reviewed them, and nobody his own."""
    with transaction() as session:
        by, of_round = decider(session, email), rounds.find(session, period)
        if only_listed:
            _list(confirmations.pool(session, period, by))
        else:
            done = confirming.confirm_pool(session, of_round, by, codes=_known(session, codes))
            click.echo(f"confirmed: {', '.join(one.person.code for one in done)}")


def _list(pool: PoolToConfirm) -> None:
    for row in pool.rows:
        band = row.figures.band.id if row.figures.band else "-"
        calibrated = f"-> {row.change.after} ({row.change.reason})" if row.change else ""
        refusal = f"not by you: {row.refusal}" if row.refusal else ""
        reached = (row.computed or "-", row.figures.shown or "-", band if row.qualified else "not qualified")
        fields = (row.appraisal.person.code, row.reviewed_by or "-", *reached, calibrated, refusal)
        click.echo("\t".join(fields).rstrip())


@click.command(epilog="Example: feedback round notify 2026Q4 --as hr@example.com")
@IN_PERIOD
@SUBJECTS
@AS
@in_application
def notify(period: str, codes: tuple[str, ...], email: str) -> None:
    """Tell everybody with a confirmed result of PERIOD, in one act; their time to reply begins."""
    with transaction() as session:
        by, of_round = decider(session, email), rounds.find(session, period)
        done = confirming.notify(session, of_round, by, codes=_known(session, codes))
        paper = [one.person.code for one in done if one.reply_until is None]
        click.echo(f"notified: {', '.join(one.person.code for one in done)}")
        if paper:
            click.echo(f"without an account, to be handed over on paper: {', '.join(paper)}")


@click.command(epilog="Example: feedback round finish 2026Q4 --as hr@example.com")
@IN_PERIOD
@AS
@in_application
def finish(period: str, email: str) -> None:
    """Make final what was said and whose time to reply is over; the calendar does the same by itself."""
    with transaction() as session:
        by, of_round = decider(session, email), rounds.find(session, period)
        done = confirming.finish(session, of_round, by)
        left = of_round.state
        click.echo(f"final: {', '.join(one.person.code for one in done) or 'nobody'}; the round is {left}")


def _known(session: Session, codes: Sequence[str]) -> list[str]:
    """Raises NotFound for a code that nobody has."""
    found: list[Person] = [people.find(session, code) for code in codes]
    return [person.code for person in found]
