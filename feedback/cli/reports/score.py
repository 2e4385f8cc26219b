"""``feedback score``: the server's own scoring on a file, without a database."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from feedback.characters import breadth
from feedback.cli.ground import json_text
from feedback.cli.ground.application import progress_bar
from feedback.cli.ground.definition_options import read_questionnaire, read_scheme
from feedback.cli.reports.derivation import derivation
from feedback.services.closing import counts_import
from feedback.services.closing.results import CampaignResult
from feedback.services.ground.errors import DomainError
from feedback.services.scores import answer_files, explanation, score_document
from feedback.services.scores.answer_files import Layout
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXAMPLE = """
Example: feedback score answers.csv --questionnaire q.toml --scheme s.toml --subject manager --group rater_group
"""


@click.command(epilog=EXAMPLE)
@click.argument("answers", type=EXISTING_FILE)
@click.option("--questionnaire", "questionnaire_file", type=EXISTING_FILE, required=True)
@click.option("--scheme", "scheme_file", type=EXISTING_FILE, required=True)
@click.option("--subject", metavar="COLUMN", help="Column that names who is rated; without it, one subject.")
@click.option("--group", metavar="COLUMN", help="Column that names the rater group.")
@click.option("--as-group", metavar="ID", help="Rater group that all rows belong to.")
@click.option("--format", "form", type=click.Choice(["json", "table"]), default="json", show_default=True)
@click.option(
    "--explain", "explained", metavar="SUBJECT", help="Print how this subject's scores came about instead."
)
def score(
    answers: Path,
    questionnaire_file: Path,
    scheme_file: Path,
    subject: str | None,
    group: str | None,
    as_group: str | None,
    form: str,
    explained: str | None,
) -> None:
    """Score a CSV file of raw answers (a row per ballot, a column per item id), or a JSON file of exported counts."""
    if group and as_group:
        raise click.UsageError("--group and --as-group exclude each other")
    questionnaire, scheme = read_questionnaire(questionnaire_file), read_scheme(scheme_file)
    data = answers.read_bytes()
    layout = Layout(subject, group, as_group)
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            result = _counted(data, layout, questionnaire, scheme)
        else:
            result = _count(data, layout, questionnaire, scheme)
        if explained is not None:
            steps = explanation.explain(result, questionnaire, scheme, explained)
            click.echo(derivation(steps, questionnaire, scheme))
            return
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    with progress_bar("Scoring") as show:
        document = score_document.document(result, questionnaire, scheme, show)
    if form == "json":
        sys.stdout.writelines(json_text.pieces(document))
    else:
        click.echo(as_table(document))


def _count(data: bytes, layout: Layout, questionnaire: Questionnaire, scheme: Scheme) -> CampaignResult:
    with progress_bar("Reading") as show:
        return answer_files.read_answers(data, questionnaire, scheme, layout, show)


def _counted(data: bytes, layout: Layout, questionnaire: Questionnaire, scheme: Scheme) -> CampaignResult:
    if layout != Layout():
        raise click.UsageError("exported counts name subjects and groups themselves: leave out the options")
    try:
        exported = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise click.ClickException("the file looks like an export of counts but is not valid JSON") from None
    return counts_import.from_export(exported, questionnaire, scheme)


def as_table(document: dict[str, Any]) -> str:
    """One line per subject: score, interval, coverage, then the dimensions."""
    dimensions = list(document["campaign"]["alpha"])
    lines = [["subject", "score", "interval", "coverage", *dimensions, "status"]]
    for subject in document["subjects"]:
        scores = [_number(subject["dimensions"][name]["score"]) for name in dimensions]
        low, high = subject["interval"] or (None, None)
        interval = f"{_number(low)} to {_number(high)}" if low is not None else "-"
        status = subject["status"] + (f": {subject['reason']}" if subject["reason"] else "")
        total, coverage = _number(subject["feedback_score"]), _number(subject["coverage"])
        lines.append([subject["subject"], total, interval, coverage, *scores, status])
    widths = [max(map(breadth, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - breadth(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
