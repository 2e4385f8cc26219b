"""Law 3 for every kind of file: replace the answers in every withheld cell, and no file that is handed out changes."""

import io
import json
import random
from collections.abc import Iterator
from contextlib import closing
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask, current_app
from flask_babel import force_locale
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.campaigns import Campaign, Cell
from feedback.papers.pdf import quality as quality_paper
from feedback.papers.pdf import subject_report
from feedback.papers.pdf import team as team_paper
from feedback.papers.web import page
from feedback.papers.workbooks import quality_sheet, team_tables
from feedback.papers.workbooks.results_workbook import Results
from feedback.presentation import report_charts
from feedback.services.closing import campaign_closing
from feedback.services.quality import campaign_quality
from feedback.services.reports import reports, team_report
from feedback.services.reports.report_document import Report
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamLabel
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, Office
from tests.test_noninterference import copied_to, overwrite, random_campaign, withheld_cells

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}


def files(app: Flask) -> dict[str, bytes]:
    """Close, and make every file that there is of every report."""
    session = db.session()
    campaign = session.scalars(select(Campaign)).one()
    campaign_closing.close(session, app.extensions["feedback.custody"], campaign, actor=ACTOR, now=AFTER)
    subjects = sorted(campaign.subjects, key=lambda subject: subject.id)
    found = reports.of_subjects(session, campaign, subjects)
    results = Results(found, campaign_quality.of_campaign(session, campaign))
    made: dict[str, bytes] = {}
    for language in LANGUAGES:
        for number, report in enumerate(found):
            made |= {f"{number} {language} {name}": data for name, data in papers(report, language)}
        made |= {f"{language} {name}": data for name, data in unpacked(results.xlsx(language))}
        made |= {f"{language} {name}": data for name, data in unpacked(results.csv_files(language))}
        made |= {f"{language} {name}": data for name, data in together(campaign, results, language)}
    return made


def together(campaign: Campaign, results: Results, language: str) -> Iterator[tuple[str, bytes]]:
    """What the reports say together, and how good the measurement is."""
    found = team_report.of_members([Member.of(report) for report in results.reports])
    label, quality = TeamLabel.of(campaign, None), results.quality
    yield "team.json", json.dumps(found.to_document()).encode()
    yield "quality.json", json.dumps(quality.to_document()).encode()
    books = {
        "team": team_tables.xlsx(found, label, language),
        "quality": quality_sheet.xlsx(quality, language),
    }
    for book, data in books.items():
        yield from ((f"{book} {name}", part) for name, part in unpacked(data))
    for name, pdf in (
        ("team", team_paper.pdf(found, label, language)),
        ("quality", quality_paper.pdf(quality, language)),
    ):
        yield f"{name}.pdf", pdf
        yield f"text of {name}.pdf", text_of(pdf).encode()


def papers(report: Report, language: str) -> Iterator[tuple[str, bytes]]:
    pdf = subject_report.pdf(report, language)
    yield "pdf", pdf
    yield "text of the pdf", text_of(pdf).encode()
    yield "html", page.html(current_app.jinja_env, report, language).encode()
    with force_locale(LANGUAGES[language]):
        for name, picture in report_charts.of_report(report).items():
            yield f"{name}.svg", picture.svg.encode()


def text_of(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    with ZipFile(io.BytesIO(data)) as archive:
        yield from ((name, archive.read(name)) for name in archive.namelist())


def files_of_the_other(
    twin: Flask, settings: Settings, cells: list[int], dice: random.Random
) -> dict[str, bytes]:
    """The files of a copy of the database, in which these cells were answered otherwise."""
    with copied_to(twin, settings) as other:
        overwrite(db.session.scalars(select(Campaign)).one(), cells, dice)
        return files(other)


@pytest.mark.parametrize("seed", range(4))
def test_changing_every_answer_of_the_withheld_cells_changes_no_byte_of_any_file(
    office: Office, app: Flask, settings: Settings, twin: Flask, seed: int
):
    dice = random.Random(seed)
    withheld = withheld_cells(app, random_campaign(office, dice))
    after = files_of_the_other(twin, settings, withheld, dice)
    before = files(app)
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_comparison_would_notice_an_answer_of_a_shown_cell(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    campaign = office.open({"client": 4, "self": 1})
    for group in ("client", "self"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, 4)
    shown = list(db.session.scalars(select(Cell.id).where(Cell.group == "client")))
    after = files_of_the_other(twin, settings, shown, random.Random(1))
    before = files(app)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed >= {
        "0 en pdf",
        "0 en text of the pdf",
        "0 en html",
        "0 en radar.svg",
        "en subjects.csv",
        "en team.pdf",
    }
    assert [name for name in changed if name.startswith("en xl/worksheets/")]
