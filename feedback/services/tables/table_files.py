"""Files of rows: those people hand in, CSV or a spreadsheet, read strictly, and the CSV that we hand out."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from feedback.services.ground.errors import InvalidFile, RowFault
from feedback.services.tables import columns, spreadsheets
from feedback.services.tables.columns import HEADING, Column, Grid, TableRow
from feedback.services.tables.file_types import require_table
from feedback.services.tables.spreadsheets import Value
from feedback.services.tables.worksheet_scan import MOST_ROWS, too_large
from forms.words import N_

DELIMITERS = ",;\t"
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
OPERATORS = "=+-@\N{MINUS SIGN}"
PASSED_OVER = "CZM"  # controls and what is invisible, spaces, marks without a letter


def read(data: bytes, wanted: Sequence[Column]) -> list[TableRow]:
    """The rows of a CSV file or a spreadsheet, every cell canonical. Raises InvalidFile with all faults of form."""
    return columns.rows(grid(data, wanted), wanted)


def grid(data: bytes, wanted: Sequence[Column]) -> Grid:
    """The cells as they stand in the file. Raises InvalidFile if it is no table, or one that is not to be opened."""
    require_table(data)
    if data.startswith(spreadsheets.MAGIC):
        return spreadsheets.best_sheet(data, wanted).cells
    text = decode(data)
    return _grid(text, delimiter(text, lambda names: len(columns.recognised(names, wanted))))


def decode(data: bytes) -> str:
    """The text of a CSV file. Raises InvalidFile."""
    try:
        text = data.decode("utf-16" if data.startswith(BYTE_ORDER_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        text = _decode_chinese(data)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidFile([RowFault(row, "", N_("holds a NUL character: this is not a CSV file as text"))])
    return text


def _decode_chinese(data: bytes) -> str:
    """GB 18030 is what a Chinese Excel writes (GBK and GB 2312 are parts of it)."""
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        fault = RowFault(HEADING, "", N_("the text is neither UTF-8, UTF-16 nor GB 18030"))
        raise InvalidFile([fault]) from None


def _grid(text: str, delimiter: str) -> Grid:
    grid: list[list[str]] = []
    try:
        for record in records(text, delimiter):
            if len(grid) > MOST_ROWS:
                raise InvalidFile([too_large()])
            grid.append([_unquoted(cell) if cell[:1] == "'" else cell for cell in map(str.strip, record)])
    except csv.Error as error:
        fault = RowFault(len(grid) + 1, "", N_("is not CSV: %(reason)s"), {"reason": error})
        raise InvalidFile([fault]) from None
    if not grid or not any(grid[0]):
        fault = RowFault(HEADING, "", N_("there is no heading: the file or its first row is empty"))
        raise InvalidFile([fault])
    return grid


def delimiter(text: str, known: Callable[[Sequence[str]], int]) -> str:
    """The one that splits the heading into the most names that are known; a comma if none does."""

    def found(candidate: str) -> int:
        try:
            return known(next(filter(any, records(text, candidate)), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=found)


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The cells of each row. Raises csv.Error for what is not CSV."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _unquoted(cell: str) -> str:
    return cell[1:] if looks_like_formula(cell) else cell


def looks_like_formula(cell: str) -> bool:
    """Whether a spreadsheet may take it for one: for an operator at its start, full-width or small ones are as good,
    and what is invisible is passed over.

    A quote before it makes it text again; a text that has quotes there already gets one more.
    """
    for character in cell:
        plain = unicodedata.normalize("NFKC", character)[0]
        if plain in OPERATORS or plain in "\t\r":
            return True
        if plain not in "'\"" and unicodedata.category(plain)[0] not in PASSED_OVER:
            return False
    return False


def write(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """A CSV text that no spreadsheet takes for formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(_harmless, headings))
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Value) -> Value:
    if isinstance(cell, str) and looks_like_formula(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
