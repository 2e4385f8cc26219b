"""``feedback appraisal``: one person's appraisal, and what became of it."""

import click

from feedback.cli.appraisals.appraise import opened
from feedback.cli.appraisals.computed import explained, sentence
from feedback.cli.ground.application import in_application
from feedback.cli.ground.table_options import PERIOD
from feedback.extensions import db
from feedback.models.rounds import Appraisal
from feedback.services.appraisals import moves, versions
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.appraisals.versions import VersionLabel
from feedback.services.assessment.appraisal_document import AppraisalDocument, Held


@click.group()
def appraisal() -> None:
    """One person's appraisal: what it says, and its versions."""


@appraisal.command("show", epilog="Example: feedback appraisal show A17 --period 2026Q4")
@click.argument("code")
@PERIOD
@click.option("--version", "number", type=int, help="Another version than the newest.")
@in_application
def show(code: str, period: str, number: int | None) -> None:
    """The state and the result, and how it came about. That somebody looked is in the audit log."""
    session = db.session()
    found = opened(session, period, code)
    click.echo(f"{code} in {period}: {_state(found)}")
    if found.version:
        click.echo(explained(versions.document(session, found, number)))


def _state(found: Appraisal) -> str:
    reviewer = found.reviewer.code if found.reviewer else "nobody"
    held = f", held: {moves.WAITS_FOR[Held(found.held)]}" if found.held else ""
    reason = f": {found.not_appraised}" if found.not_appraised else ""
    return f"{found.state}{reason}{held}, reviewer {reviewer}, version {found.version or '-'}"


@appraisal.command("history", epilog="Example: feedback appraisal history A17 --period 2026Q4")
@click.argument("code")
@PERIOD
@in_application
def history(code: str, period: str) -> None:
    """Every version with its cause and what it changed, and every step. That somebody looked is in the audit log."""
    session = db.session()
    found = opened(session, period, code)
    before: AppraisalDocument | None = None
    for label in versions.history(session, found):
        click.echo(_version(label))
        document = versions.document(session, found, label.number)
        changed = versions.difference(before, document) if before else ()
        for each in changed:
            click.echo(f"    {sentence(each.label)}: {each.before_shown or '-'} -> {each.after_shown or '-'}")
        before = document
    for step in moves.history(session, found):
        reason = f": {step.reason}" if step.reason else ""
        on_behalf = f" for {step.on_behalf_of}" if step.on_behalf_of else ""
        click.echo(f"{step.at:%Y-%m-%d %H:%M} {step.before} -> {step.after}, {step.actor}{on_behalf}{reason}")


def _version(label: VersionLabel) -> str:
    reason = f", {label.reason}" if label.reason else ""
    result = f"{label.at:%Y-%m-%d %H:%M} {label.actor}: {_result(label.summary)}"
    return f"version {label.number} ({label.cause}{reason}), {result}, digest {label.digest[:12]}"


def _result(summary: AppraisalSummary) -> str:
    band = f", band {summary.band.id}" if summary.band else ""
    return f"{summary.status}{f', {summary.shown}' if summary.shown else ''}{band}"
