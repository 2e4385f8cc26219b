"""The tables of all reports: typed cells, words where there is no number, and no text that becomes anything else."""

import io
from dataclasses import replace
from datetime import date, timedelta, timezone
from zipfile import ZipFile

import pytest
from flask_babel import force_locale
from python_calamine import CalamineWorkbook

from feedback.models.campaigns import Campaign
from feedback.papers.workbooks import sheets, workbook
from feedback.papers.workbooks.chart_sheet import ChartSheet
from feedback.papers.workbooks.results_workbook import Results
from feedback.papers.workbooks.sheets import ColumnKind, Sheet, SheetColumn
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality import campaign_quality
from feedback.services.reports.report_document import Comments, Report
from feedback.services.tables import worksheets
from tests.factories import AFTER, Office

NOTHING = ChartSheet("Charts", ())


@pytest.fixture
def results(office: Office, campaign: Campaign, all_reports: list[Report]) -> Results:
    first, *others = all_reports
    found = [replace(first, released_at=AFTER), *others]
    return Results(found, campaign_quality.of_campaign(office.session, campaign))


def read(data: bytes, sheet: str) -> list[list[object]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return book.get_sheet_by_name(sheet).to_python()


def parts(data: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def one_cell(text: str) -> bytes:
    return workbook.xlsx([Sheet("texts", "Texts", (SheetColumn("Text"),), ((text,),))], NOTHING, "t", AFTER)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_is_a_sheet_for_each_kind_of_figure_and_one_of_charts(results: Results, language: str):
    with CalamineWorkbook.from_filelike(io.BytesIO(results.xlsx(language))) as book:
        names = book.sheet_names
    assert len(names) == len(set(names)) == 11
    assert names[-1] == {"zh": "图表", "en": "Charts"}[language]


def test_numbers_are_numbers_days_are_days_and_what_is_withheld_is_words(results: Results):
    heading, shown, withheld = read(results.xlsx("en"), "Subjects")
    shown, withheld = dict(zip(heading, shown, strict=True)), dict(zip(heading, withheld, strict=True))
    score = results.reports[0].feedback.score
    assert score and shown["Feedback score"] == pytest.approx(score.value)
    assert shown["Released"] == AFTER.date()
    assert withheld["Released"] == ""
    assert withheld["Feedback score"].startswith("No official score")
    assert withheld["Interval from"] == withheld["NPS from"] == withheld["Satisfied from"] == ""
    for figure, least in (("NPS", 10), ("Satisfied clients", 5)):
        assert withheld[figure] == f"too few answers: shown from {least} of a rater group on"


def test_a_merged_group_says_where_it_is_counted_and_has_no_number(results: Results):
    merged = [row for row in read(results.xlsx("en"), "Dimensions")[1:] if row[3] == "Peers"]
    assert merged
    assert {(row[4], *row[5:]) for row in merged[:5]} == {("counted under “Other colleagues”", "", "", "")}


def test_every_sheet_has_a_frozen_heading_and_a_filter(results: Results):
    found = parts(results.xlsx("en"))
    tables = [text for name, text in found.items() if name.startswith("xl/worksheets/sheet")]
    with_filter = [text for text in tables if 'state="frozen"' in text and "<autoFilter" in text]
    assert len(with_filter) == len(tables) - 1


def test_charts_are_drawn_from_cells_and_the_cells_hold_no_formula(results: Results):
    found = parts(results.xlsx("en"))
    assert [name for name in found if name.startswith("xl/charts/chart")]
    assert not [name for name, text in found.items() if "<f>" in text and "/worksheets/" in name]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "https://example.com", "12"]
)
def test_a_text_stays_a_text_whatever_it_begins_with(text: str):
    data = one_cell(text)
    assert read(data, "Texts")[1] == [text]
    assert "<f>" not in parts(data)["xl/worksheets/sheet1.xml"]
    assert "hyperlink" not in "".join(parts(data))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\0b\x07c", "abc"),
        ("\ud800half", "half"),
        ("\ufffe\uffff\ufdd0x", "x"),
        ("_x0041_", "_x0041_"),
        ("مرحبا", "مرحبا"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_no_character_breaks_the_file(text: str, expected: str):
    assert read(one_cell(text), "Texts")[1] == [expected]


@pytest.mark.parametrize("text", ["x" * 40_000, "好" * 40_000, "😀" * 20_000])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(text: str):
    (cell,) = read(one_cell(text), "Texts")[1]
    assert cell.endswith("…") and text.startswith(cell[:-1])
    assert len(cell.encode("utf-16-le")) // 2 in (worksheets.LONGEST_CELL, worksheets.LONGEST_CELL - 1)


def test_the_same_reports_give_the_same_bytes(results: Results):
    assert results.xlsx("zh") == results.xlsx("zh")
    assert results.csv_files("zh") == results.csv_files("zh")


def test_a_release_known_in_another_time_zone_is_still_written(results: Results):
    moment = AFTER.astimezone(timezone(timedelta(hours=8)))
    elsewhere = replace(results, reports=[replace(each, released_at=moment) for each in results.reports])
    assert elsewhere.xlsx("en").startswith(b"PK")


def test_the_csv_files_hold_the_same_tables_and_no_cell_that_starts_a_formula(results: Results):
    found = parts(results.csv_files("en"))
    assert {"subjects.csv", "dimensions.csv", "comments.csv", "quality.csv"} <= found.keys()
    assert "'=SUM(A1)" in found["comments.csv"]
    cells = [cell for text in found.values() for line in text.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "@"))]


def test_a_hidden_comment_shows_its_reason_and_not_its_words(report: Report):
    hidden = Comments(Bilingual("问", "Q"), Bilingual("客户", "Clients"), (), ("names a third person",))
    with force_locale("en"):
        found = sheets.of_reports([replace(report, comments=(hidden,))])
    (comments,) = (sheet for sheet in found if sheet.id == "comments")
    assert [row[2:] for row in comments.rows] == [("Q", "Clients", "", "names a third person")]


def test_a_day_is_written_as_one():
    data = workbook.xlsx(
        [Sheet("days", "Days", (SheetColumn("Day", ColumnKind.DAY),), ((date(2026, 9, 1),),))],
        NOTHING,
        "t",
        None,
    )
    assert read(data, "Days")[1] == [date(2026, 9, 1)]
