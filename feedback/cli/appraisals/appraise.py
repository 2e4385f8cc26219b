"""``feedback appraise``: compute, preview, explain, export, and check an export without a database."""

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.appraisals.computed import computed_lines, explained
from feedback.cli.ground import json_text
from feedback.cli.ground.application import EXISTING_FILE, actor, in_application
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, Round
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import computing, offline_check, rights, rounds, versions
from feedback.services.appraisals.comparing import Computation
from feedback.services.assessment import assessing
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.dossiers import reading
from feedback.services.ground import audit
from feedback.services.people import people
from feedback.transaction import transaction
from forms import periods

EVERYBODY = Reader(None, frozenset({RoleName.HR}))
EXAMPLE = """
\b
Example: feedback appraise 2026Q4 --preview
         feedback appraise 2026Q4 --explain A17
         feedback appraise 2026Q4 --export all > appraisals.json
         feedback appraise --from appraisals.json --check
"""


@click.command("appraise", epilog=EXAMPLE)
@click.argument("period", required=False)
@click.option("--subject", metavar="CODE", help="Only this person.")
@click.option("--preview", is_flag=True, help="What would change; no version is made.")
@click.option("--json", "as_json", is_flag=True, help="The appraisals as JSON.")
@click.option(
    "--explain", metavar="CODE", help="How the newest version of this person came about; computes nothing."
)
@click.option(
    "--export", metavar="CODE|all", help="What anybody can compute again, as JSON; computes nothing."
)
@click.option("--from", "source", type=EXISTING_FILE, help="An export, to be checked.")
@click.option("--check", is_flag=True, help="Compute an export again, without a database.")
@click.option("--reason", default="", help="Why, where something was computed before.")
def appraise(
    period: str | None,
    subject: str | None,
    preview: bool,
    as_json: bool,
    explain: str | None,
    export: str | None,
    source: Path | None,
    check: bool,
    reason: str,
) -> None:
    """Compute the appraisals of PERIOD: a new version for whom something changed."""
    if check or source:
        if not (check and source):
            raise click.UsageError("--from and --check belong together")
        _check(source)
    elif period is None:
        raise click.UsageError("Missing argument 'PERIOD'.")
    elif explain or export:
        _read(periods.canonical(period), explain, export)
    else:
        _compute(periods.canonical(period), subject, reason, preview=preview, as_json=as_json)


def _check(source: Path) -> None:
    """Exits with 1 where a number comes out otherwise."""
    differing = 0
    for checked in offline_check.check(json.loads(source.read_bytes())):
        verdict = "the same, byte for byte" if checked.is_same else f"differs: {', '.join(checked.differing)}"
        click.echo(f"{checked.code}: {verdict}")
        differing += not checked.is_same
    if differing:
        raise click.exceptions.Exit(1)


@in_application
def _read(period: str, explain: str | None, export: str | None) -> None:
    session = db.session()
    found = rounds.find(session, period)
    if explain:
        click.echo(explained(versions.document(session, opened(session, period, explain))))
        return
    wanted = rights.team(session, EVERYBODY, period)
    if export != "all":
        wanted = [rights.find(session, EVERYBODY, period, export or "")]
    _note_export(session, period, len(wanted))
    click.echo(json_text.as_json(offline_check.export(session, found, wanted)), nl=False)


def opened(session: Session, period: str, code: str) -> Appraisal:
    """Somebody's appraisal whose figures are shown: the audit log says so, as it does where HR opens them on a page."""
    found = rights.find(session, EVERYBODY, period, code)
    with transaction():
        reading.note(session, found, actor=actor(), now=current.now())
    return found


def _note_export(session: Session, period: str, people: int) -> None:
    with transaction():
        audit.record(session, "appraisals exported", period, actor=actor(), now=current.now(), people=people)


@in_application
def _compute(period: str, subject: str | None, reason: str, *, preview: bool, as_json: bool) -> None:
    session = db.session()
    found = rounds.find(session, period)
    named = [people.find(session, subject)] if subject else None
    if preview:
        made = computing.preview(session, found, named, now=current.now(), decided=False)
    else:
        with transaction():
            made = computing.compute(
                session, found, named, reason=reason, actor=actor(), now=current.now(), decided=False
            )
    if as_json:
        document = _document(session, found, named, made if preview else None)
        _note_export(session, found.period, len(document["subjects"]))
        click.echo(json_text.as_json(document), nl=False)
    else:
        click.echo("\n".join(computed_lines(made, preview=preview)))


def _document(
    session: Session, round_: Round, named: list[Person] | None, preview: Computation | None
) -> dict[str, Any]:
    """Every appraisal with version, state and derivation; no key with a number where there is none."""
    codes = {person.code for person in named} if named else None
    wanted = [
        appraisal
        for appraisal in rights.team(session, EVERYBODY, round_.period)
        if codes is None or appraisal.person.code in codes
    ]
    fresh = {change.appraisal.id: change for change in preview.changes} if preview else {}
    stored, scheme = versions.documents(session, wanted), read_scheme(round_.scheme)
    documents = stored | {id: change.document for id, change in fresh.items()}
    subjects = [
        _subject(
            appraisal,
            assessing.explained(scheme, documents[appraisal.id]) if appraisal.id in documents else None,
            fresh[appraisal.id].number if appraisal.id in fresh else appraisal.version,
        )
        for appraisal in wanted
    ]
    return {
        "period": round_.period,
        "scheme": {
            "id": round_.scheme_code,
            "version": round_.scheme_version,
            "digest": round_.scheme_digest,
        },
        "subjects": subjects,
    }


def _subject(appraisal: Appraisal, document: AppraisalDocument | None, version: int | None) -> dict[str, Any]:
    own = document.to_document() if document else {"subject": {"code": appraisal.person.code}}
    layers = {"calibrated": appraisal.calibrated_band, "adjustment": appraisal.adjustment}
    state = {"version": version, "state": str(appraisal.state), "not_appraised": appraisal.not_appraised}
    pruned: dict[str, Any] = _without_nothing(own | state | {"layers": layers})
    return pruned


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nothing(each) for name, each in value.items() if each is not None}
    return [_without_nothing(each) for each in value] if isinstance(value, list | tuple) else value
