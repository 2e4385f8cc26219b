"""Spreadsheets (.xlsx): one handed in is checked before it is opened, one handed out has typed cells."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from feedback.characters import breadth
from feedback.services.tables import columns, workbook_parts, worksheets
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, Grid
from feedback.services.tables.file_types import unusable
from feedback.services.tables.workbook_parts import Flaws
from feedback.services.tables.worksheet_scan import damaged
from forms.words import N_

MAGIC = b"PK"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXACT_INTEGERS = 1e15
NARROWEST, WIDEST = 10, 40

Value = str | float | None
Typed = str | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True)
class NamedSheet:
    name: str
    cells: Grid


def best_sheet(data: bytes, wanted: Sequence[Column]) -> NamedSheet:
    """The visible sheet with the most headings that we know; the first of several. Raises InvalidFile."""
    filled = [sheet for sheet in _sheets(data) if sheet.cells]
    if not filled:
        raise unusable(N_("there is no heading: the file or its first row is empty"))
    return max(filled, key=lambda sheet: len(columns.recognised(sheet.cells[0], wanted)))


def _sheets(data: bytes) -> list[NamedSheet]:
    checked = workbook_parts.check(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(checked.data)) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if (sheet.typ, sheet.visible) == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible)
            ]
            read = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (CalamineError, ValueError):
        raise damaged() from None
    return [NamedSheet(name, _grid(rows, checked.flaws.get(name, {}))) for name, rows in read.items()]


def _grid(rows: Sequence[Sequence[Typed]], flaws: Flaws) -> Grid:
    """Cells as text, those without a value as what is wrong with them; no empty columns behind the last."""
    height = max([len(rows), *(row for row, _ in flaws)])
    width = max([*(len(row) for row in rows[:1]), *(column for _, column in flaws), 0])
    grid: list[list[str | WrongCell]] = []
    for row in rows:
        grid.append([*map(text, row), *[""] * (width - len(row))])
    grid += [[""] * width for _ in range(height - len(rows))]
    for (line, column), flaw in flaws.items():
        grid[line - 1][column - 1] = flaw
    used = max((place for line in grid for place, cell in enumerate(line, start=1) if cell), default=0)
    return [line[:used] for line in grid] if used else []


def text(cell: Typed) -> str:
    """What a person reads in the cell: 12.0 is 12, midnight is a day, and true is a word."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_INTEGERS:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell).strip()


def write(headings: Sequence[str], rows: Iterable[Sequence[Value]], sheet: str) -> bytes:
    """A sheet with a frozen heading and a filter."""
    records = list(rows)
    packed = io.BytesIO()
    with Workbook(packed, worksheets.AS_DATA) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, headings, book.add_format({"bold": True, "bottom": 1}))
        for number, record in enumerate(records, start=1):
            _write_row(page, number, record)
        worksheets.frame(page, len(records), len(headings))
        for place, column in enumerate(zip(headings, *records, strict=True)):
            widest = max(breadth(str(cell or "")) for cell in column)
            page.set_column(place, place, min(max(widest + 2, NARROWEST), WIDEST))
    return packed.getvalue()


def _write_row(page: Worksheet, number: int, record: Sequence[Value]) -> None:
    for place, cell in enumerate(record):
        if isinstance(cell, str):
            page.write_string(number, place, worksheets.cut(cell))
        elif cell is not None:
            page.write_number(number, place, cell)
