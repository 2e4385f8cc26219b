import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask import current_app

from feedback import current
from feedback.cli.ground.application import in_application, progress_bar
from feedback.extensions import db
from feedback.papers.pdf import subject_report
from feedback.papers.web import page
from feedback.presentation import template_filters
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.languages import LANGUAGES
from feedback.services.releases import report_batches
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report

EXAMPLE = """
json is printed; pdf and html want a file. With --all, --output is a directory, or a ZIP file if it ends in .zip.

\b
Example: feedback report A017 --campaign 2026Q4 --format pdf --output A017.pdf
         feedback report --campaign 2026Q4 --all --format pdf --output reports.zip
"""


@click.command(epilog=EXAMPLE)
@click.argument("subject", required=False)
@click.option("--campaign", "code", metavar="CAMPAIGN", required=True, help="The campaign's code.")
@click.option("--all", "everybody", is_flag=True, help="The reports on everybody in the campaign.")
@click.option(
    "--format", "form", type=click.Choice(["json", "pdf", "html"]), default="json", show_default=True
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of pdf and html; default: the server's.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="A file; with --all a directory or a ZIP file."
)
@in_application
def report(
    subject: str | None, code: str, everybody: bool, form: str, language: str | None, output: Path | None
) -> None:
    """The report on one subject (a person's code), or on everybody, of a closed or released campaign."""
    if everybody == bool(subject):
        raise click.UsageError("name a subject, or say --all")
    if output is None and (everybody or form != "json"):
        raise NotPossible(f"{form if not everybody else '--all'} needs a place: add --output NAME")
    session = db.session()
    session.info["read_only"] = True
    campaign = campaigns.find(session, code)
    subjects = campaigns.subjects(session, campaign)
    printer = Printer(form, language or current.settings().default_locale[:2])
    if subject:
        printer.print_one(reports.on_person(session, campaign, subject), output)
    else:
        found = reports.of_subjects(session, campaign, subjects)
        printer.print_all(found, output or Path())


class Printer:
    def __init__(self, form: str, language: str) -> None:
        self._form, self._language = form, language

    def print_one(self, report: Report, output: Path | None) -> None:
        data = self._printed(report)
        if output is None:
            click.echo(data.decode())
            return
        write_privately(output, data)
        click.echo(f"the report on {report.subject.code} in {output}")

    def print_all(self, found: Sequence[Report], output: Path) -> None:
        with progress_bar("Printing") as show:
            steps = (
                report_batches.write(output, self._files(found))
                if is_zip(output)
                else self._write_each(found, output)
            )
            for done in steps:
                show(done, len(found))
        click.echo(f"{len(found)} reports in {output}")

    def _files(self, found: Sequence[Report]) -> Iterator[tuple[str, bytes]]:
        for number, report in enumerate(found, start=1):
            yield (
                f"{number:03}-{report_batches.name(report, self._language)}.{self._form}",
                self._printed(report),
            )

    def _write_each(self, found: Sequence[Report], directory: Path) -> Iterator[int]:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for done, (name, data) in enumerate(self._files(found), start=1):
            write_privately(directory / name, data)
            yield done

    def _printed(self, report: Report) -> bytes:
        match self._form:
            case "pdf":
                return subject_report.pdf(report, self._language)
            case "html":
                template_filters.register(current_app.jinja_env)
                return page.html(current_app.jinja_env, report, self._language).encode()
        return json.dumps(report.to_document(), ensure_ascii=False, indent=2, allow_nan=False).encode()


def is_zip(output: Path) -> bool:
    return output.suffix.lower() == ".zip"


def write_privately(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
