import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click
from sqlalchemy.orm import Session

from feedback import current
from feedback.cli.ground import json_text
from feedback.cli.ground.application import in_application
from feedback.cli.reports.overviews import quality, team
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.papers.workbooks.results_workbook import Results
from feedback.services.campaigns import campaigns
from feedback.services.closing import counts_export, counts_table, tallies
from feedback.services.closing.counts_export import Json
from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.languages import LANGUAGES
from feedback.services.quality import campaign_quality
from feedback.services.reports import reports
from feedback.services.tables import table_files

EXAMPLE = """
json holds what `feedback score` needs to compute every score again, and no more; csv has one row per shown cell and
item, and per value where ten rated it. With --output the CSV file starts with a byte order mark, so that Excel reads
its Chinese. xlsx is a workbook of what the reports show, with charts; tables holds the same as CSV files in a ZIP file.

\b
Example: feedback results export 2026Q4 --format csv --output results.csv
         feedback results export 2026Q4 --format xlsx --language en --output results.xlsx
"""


@click.group()
def results() -> None:
    """What closing left of a campaign: counts and sums, and no ballots.

    They are finer than a report: every question of groups from three answers on, supervisor and self as they
    answered. Where fewer than ten answered a question there are no counts, only their number and the sum of their
    points. Hand them on only to those who may see that.
    """


@results.command("export", epilog=EXAMPLE)
@click.argument("code", metavar="CAMPAIGN")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "xlsx", "tables"]),
    default="json",
    show_default=True,
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; default: standard output."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of xlsx and tables; default: the server's.")
@in_application
def export_results(code: str, form: str, output: Path | None, language: str | None) -> None:
    """Write the counts of a closed or released campaign, or the tables of its reports."""
    session = db.session()
    session.info["read_only"] = True
    if form in TABLES:
        _write_tables(session, code, form, output, language or current.settings().default_locale[:2])
        return
    text = FORMATS[form](session, campaigns.find(session, code))
    if output is None:
        sys.stdout.writelines(text)
        return
    with output.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        file.writelines(text)
    click.echo(f"counts of {code} in {output}")


def _write_tables(session: Session, code: str, form: str, output: Path | None, language: str) -> None:
    if output is None:
        raise NotPossible(f"{form} needs a file: add --output NAME")
    campaign = campaigns.find(session, code)
    subjects = campaigns.subjects(session, campaign)
    found = reports.of_subjects(session, campaign, subjects)
    tables_of = Results(found, campaign_quality.of_campaign(session, campaign))
    output.touch(mode=0o600)
    output.write_bytes(TABLES[form](tables_of, language))
    click.echo(f"{len(found)} reports as tables in {output}")


def _exported(session: Session, campaign: Campaign) -> tuple[CellMatrix, Json]:
    matrix, result = tallies.load(session, campaign)
    return matrix, counts_export.to_export(result, matrix.questionnaire, matrix.scheme)


def _as_json(session: Session, campaign: Campaign) -> Iterable[str]:
    _, exported = _exported(session, campaign)
    return json_text.pieces(exported)


def _as_csv(session: Session, campaign: Campaign) -> Iterable[str]:
    matrix, exported = _exported(session, campaign)
    return [table_files.write(counts_table.HEADINGS, counts_table.rows(exported, matrix.questionnaire))]


for command in (team, quality):
    results.add_command(command)

FORMATS: Mapping[str, Callable[[Session, Campaign], Iterable[str]]] = {"json": _as_json, "csv": _as_csv}
TABLES = {"xlsx": Results.xlsx, "tables": Results.csv_files}
