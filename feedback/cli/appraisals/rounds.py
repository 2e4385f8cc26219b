"""``feedback round``: the appraisal of everybody in a period."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from feedback import current
from feedback.cli.appraisals.computed import computed_lines
from feedback.cli.ground.application import EXISTING_FILE, actor, in_application
from feedback.cli.ground.definition_options import read_scheme
from feedback.extensions import db
from feedback.services.appraisals import computing, rounds
from feedback.services.appraisals.rounds import Calendar, RoundStatus, Warnings
from feedback.services.definitions import library
from feedback.transaction import transaction
from forms import periods

PERIOD = click.argument(
    "period", metavar="PERIOD", callback=lambda _context, _argument, text: periods.canonical(text)
)
DAY = click.DateTime(formats=["%Y-%m-%d"])
WARNINGS = {
    "no_profile": "no profile of the scheme fits",
    "no_targets": "without targets",
    "no_goals": "without agreed goals",
    "no_reviewer": "without a reviewer",
}


@click.group("round")
def round_() -> None:
    """Rounds: the appraisal of everybody in a month, a quarter or a year."""


@round_.command("create", epilog="Example: feedback round create 2026Q4 --scheme account-manager")
@PERIOD
@click.option(
    "--scheme", default=library.DEFAULT, show_default=True, help="A scheme of the library, ID[:VERSION]."
)
@click.option("--scheme-file", type=EXISTING_FILE, help="A scheme in a file, in place of one of the library.")
@click.option("--targets-by", type=DAY, help="Until when targets and goals are agreed.")
@click.option("--figures-by", type=DAY, help="Until when figures are there.")
@click.option("--review-by", type=DAY, help="Until when reviewers write.")
@click.option("--calibrate-by", type=DAY, help="Until when pools are calibrated.")
@in_application
def create(
    period: str,
    scheme: str,
    scheme_file: Path | None,
    targets_by: datetime | None,
    figures_by: datetime | None,
    review_by: datetime | None,
    calibrate_by: datetime | None,
) -> None:
    """Prepare the round of PERIOD; its scheme is frozen when it starts."""
    code, _, version = scheme.partition(":")
    session = db.session()
    chosen = (
        read_scheme(scheme_file)
        if scheme_file
        else library.load_scheme(session, code, int(version) if version else None)
    )
    days = (targets_by, figures_by, review_by, calibrate_by)
    calendar = Calendar(*(day.date() if day else None for day in days))
    with transaction():
        made = rounds.create(session, period, chosen, calendar, actor=actor(), now=current.now())
    click.echo(
        f"round of {made.period}: prepared by scheme {made.scheme_code}, version {made.scheme_version}"
    )


@round_.command("start", epilog="Example: feedback round start 2026Q4")
@PERIOD
@in_application
def start(period: str) -> None:
    """Freeze the scheme, and make an appraisal for everybody whom a profile fits."""
    session = db.session()
    with transaction():
        found = rounds.find(session, period)
        warnings = rounds.start(session, found, actor=actor(), now=current.now())
    click.echo(f"round of {found.period}: started, scheme digest {found.scheme_digest}")
    _warn(warnings)


def _warn(warnings: Warnings) -> None:
    for name, words in WARNINGS.items():
        codes = getattr(warnings, name)
        if codes:
            click.echo(f"warning: {words}: {', '.join(codes)}", err=True)


@round_.command("status", epilog="Example: feedback round status 2026Q4 --json")
@PERIOD
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@in_application
def status(period: str, as_json: bool) -> None:
    """Who is in which state, what is overdue, and what is missing."""
    session = db.session()
    found = rounds.status(session, rounds.find(session, period), current.now().date())
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
        return
    click.echo("\n".join(_status_lines(found)))
    _warn(found.warnings)


def _status_lines(found: RoundStatus) -> list[str]:
    lines = [f"round of {found.period}: {found.state}, scheme {found.scheme}, version {found.scheme_version}"]
    lines += [f"  {state}: {count}" for state, count in found.states.items()]
    for name, codes in (("held", found.held), ("overdue", found.overdue)):
        if codes:
            lines.append(f"{name}: {', '.join(codes)}")
    for team in found.teams:
        counts = ", ".join(f"{state} {count}" for state, count in team.states.items())
        left = " (left)" if team.left else ""
        lines.append(f"reviewer {team.reviewer or '-'}{left}: {counts}")
    return lines


@round_.command(
    "compute", epilog="Example: feedback round compute 2026Q4 --reason 'revenue of May corrected'"
)
@PERIOD
@click.option("--reason", default="", help="Why, where something was computed before.")
@in_application
def compute(period: str, reason: str) -> None:
    """Compute everybody: a new version for whom something changed. The same as `feedback appraise`."""
    session = db.session()
    with transaction():
        found = rounds.find(session, period)
        made = computing.compute(session, found, reason=reason, actor=actor(), now=current.now())
    click.echo("\n".join(computed_lines(made)))
