"""Sheets as a workbook with charts, or as a file of CSV files. Whatever a text begins with, it stays a text."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from feedback.characters import printable
from feedback.papers.workbooks.chart_sheet import ChartSheet
from feedback.papers.workbooks.sheets import ColumnKind, Sheet, Value
from feedback.services.tables import table_files, worksheets

FORMATS = {
    ColumnKind.POINTS: "0.0",
    ColumnKind.NUMBER: "#,##0.##",
    ColumnKind.SHARE: "0%",
    ColumnKind.COUNT: "#,##0",
    ColumnKind.DAY: "yyyy-mm-dd",
}
NARROWEST, WIDEST = 9, 60
WITHOUT_DATE = datetime(2000, 1, 1)


def xlsx(sheets: Sequence[Sheet], charts: ChartSheet, title: str, dated: datetime | None) -> bytes:
    """The same sheets, the same bytes."""
    packed = io.BytesIO()
    with Workbook(packed, worksheets.AS_DATA) as book:
        created = dated.replace(tzinfo=None) if dated else WITHOUT_DATE
        book.set_properties({"title": printable(title), "created": created})
        writer = _Writer(book)
        for sheet in sheets:
            writer.write(sheet)
        charts.write(book)
    return packed.getvalue()


def csv_files(sheets: Sequence[Sheet]) -> bytes:
    """One file for each sheet, as Excel takes them."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for sheet in sheets:
            rows = [[_as_csv(cell) for cell in row] for row in sheet.rows]
            text = table_files.write([column.title for column in sheet.columns], rows)
            archive.writestr(ZipInfo(f"{sheet.id}.csv"), text.encode("utf-8-sig", "replace"), ZIP_DEFLATED)
    return packed.getvalue()


def _as_csv(cell: Value) -> str | float | None:
    return cell.isoformat() if isinstance(cell, date) else printable(cell) if isinstance(cell, str) else cell


class _Writer:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._words = book.add_format({"italic": True, "font_color": "#566165"})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._numbers = {
            kind: book.add_format({"num_format": pattern, "valign": "top"})
            for kind, pattern in FORMATS.items()
        }

    def write(self, sheet: Sheet) -> None:
        """A frozen heading and a filter; who a row is about stays in sight."""
        page = self._book.add_worksheet(sheet.title)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column.title, self._heading)
            page.set_column(place, place, _width([column.title, *(row[place] for row in sheet.rows)]))
        for line, row in enumerate(sheet.rows, start=1):
            for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                self._cell(page, line, place, cell, column.kind)
        worksheets.frame(page, len(sheet.rows), len(sheet.columns), fixed=2)

    def _cell(self, page: Worksheet, line: int, place: int, cell: Value, kind: ColumnKind) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            page.write_string(
                line,
                place,
                worksheets.cut(printable(cell)),
                self._text if kind is ColumnKind.TEXT else self._words,
            )
        elif isinstance(cell, date):
            page.write_datetime(line, place, cell, self._numbers[ColumnKind.DAY])
        else:
            page.write_number(line, place, cell, self._format(kind))

    def _format(self, kind: ColumnKind) -> Format:
        return self._numbers[ColumnKind.NUMBER if kind is ColumnKind.TEXT else kind]


def _width(cells: Sequence[Value]) -> int:
    """Chinese characters are twice as wide; beyond a certain width a text is wrapped."""
    widths = (
        sum(2 if character > "ᄀ" else 1 for character in cell[:WIDEST])
        if isinstance(cell, str)
        else NARROWEST
        for cell in cells
    )
    return min(max(*widths, NARROWEST) + 2, WIDEST)
