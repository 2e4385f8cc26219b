"""CSV files: those people hand in, read strictly, and those we hand out."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from feedback.services.errors import InvalidFile, RowFault

HEADING = 1
LONGEST_QUOTE = 40
DELIMITERS = ",;\t"
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
# A spreadsheet takes a cell that starts like this for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Key = TypeVar("Key")
Record = TypeVar("Record")


@dataclass(frozen=True)
class Column:
    """A column by its own name and the other headings that people write over it.

    A required column has no empty cell unless it may. `canonical` gives the spelling of a cell that we keep, or
    raises ValueError with what is wrong with it.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    may_be_empty: bool = False
    longest: int = 64
    canonical: Callable[[str], str] = str


@dataclass(frozen=True)
class Row:
    """One record; `number` is its row in a spreadsheet, 1 being the heading.

    An optional column that the file does not have is not in `cells`: what is stored stays as it is.
    """

    number: int
    cells: Mapping[str, str]

    def optional(self, column: str, stored: str | None) -> str | None:
        """What is to be stored in an optional column: nothing where the cell is empty."""
        return self.cells.get(column, stored) or None


@dataclass(frozen=True)
class Imported:
    """What an import did to the records that its file names."""

    added: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"


def differing(wanted: Mapping[Key, Record], stored: Mapping[Key, Record]) -> dict[Key, Record]:
    return {key: record for key, record in wanted.items() if stored.get(key) != record}


def compare(wanted: Mapping[Key, Record], stored: Mapping[Key, Record]) -> Imported:
    added = len(wanted.keys() - stored.keys())
    differ = len(differing(wanted, stored))
    return Imported(added, differ - added, len(wanted) - differ)


def read(data: bytes, columns: Sequence[Column]) -> list[Row]:
    """The rows of a CSV file, every cell canonical. Raises InvalidFile with all faults of form."""
    text = decode(data)
    heading, *records = _records(text, _delimiter(text, columns))
    used = _columns(heading, columns)
    faults: list[RowFault] = []
    rows = []
    for number, cells in enumerate(records, start=HEADING + 1):
        if not any(cells):
            continue
        if len(cells) != len(used):
            faults.append(RowFault(number, "", f"has {len(cells)} cells, the heading has {len(used)}"))
            continue
        rows.append(
            Row(number, {c.name: _cell(number, c, cell, faults) for c, cell in zip(used, cells, strict=True)})
        )
    if not rows and not faults:
        faults = [RowFault(HEADING, "", "there is no row under the heading")]
    refuse(faults)
    return rows


def refuse(faults: list[RowFault]) -> None:
    """Raise InvalidFile with the faults, in the order of their rows, if there are any."""
    if faults:
        raise InvalidFile(sorted(faults, key=lambda fault: fault.row))


def decode(data: bytes) -> str:
    """The text of a CSV file. Raises InvalidFile."""
    try:
        text = data.decode("utf-16" if data.startswith(BYTE_ORDER_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        text = _decode_chinese(data)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidFile([RowFault(row, "", "holds a NUL character: this is not a CSV file as text")])
    return text


def _decode_chinese(data: bytes) -> str:
    """GB 18030 is what a Chinese Excel writes (GBK and GB 2312 are parts of it)."""
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise InvalidFile([RowFault(HEADING, "", "the text is neither UTF-8, UTF-16 nor GB 18030")]) from None


def _records(text: str, delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            records.append([cell.strip() for cell in record])
    except csv.Error as error:
        raise InvalidFile([RowFault(len(records) + 1, "", f"is not CSV: {error}")]) from None
    if not records or not any(records[0]):
        raise InvalidFile([RowFault(HEADING, "", "there is no heading: the file or its first row is empty")])
    return records


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """The one that splits the heading into the most names we know; a comma if none does."""
    known = _spellings(columns)
    heading = re.split("[\r\n]", text, maxsplit=1)[0]
    return max(
        DELIMITERS, key=lambda delimiter: sum(_spelling(cell) in known for cell in heading.split(delimiter))
    )


def _spellings(columns: Sequence[Column]) -> dict[str, Column]:
    return {_spelling(heading): column for column in columns for heading in (column.name, *column.aliases)}


def _spelling(heading: str) -> str:
    return re.sub(r"[\s_-]+", " ", heading.strip(' "')).casefold()


def _columns(heading: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    known = _spellings(columns)
    used = [known[spelling] for spelling in map(_spelling, heading) if spelling in known]
    faults = [
        RowFault(HEADING, cell[:LONGEST_QUOTE] or f"no. {place}", "is not a heading of this kind of file")
        for place, cell in enumerate(heading, start=1)
        if _spelling(cell) not in known
    ]
    for column in columns:
        if used.count(column) > 1:
            faults.append(RowFault(HEADING, column.name, "appears more than once"))
        if column.required and column not in used:
            faults.append(RowFault(HEADING, column.name, "is missing"))
    refuse(faults)
    return used


def _cell(row: int, column: Column, cell: str, faults: list[RowFault]) -> str:
    if not cell:
        if column.required and not column.may_be_empty:
            faults.append(RowFault(row, column.name, "is empty"))
        return cell
    if len(cell) > column.longest:
        faults.append(RowFault(row, column.name, f"is longer than {column.longest} characters"))
    if CONTROL.search(cell):
        faults.append(RowFault(row, column.name, "holds a line break or another control character"))
    try:
        return column.canonical(cell)
    except ValueError as error:
        faults.append(RowFault(row, column.name, str(error)))
        return cell


def repeated(rows: Iterable[Row], *key: str) -> list[RowFault]:
    """Rows about something that an earlier row is about already."""
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        values = tuple(row.cells[column] for column in key)
        if first.setdefault(values, row.number) != row.number:
            message = f"{' '.join(values)} is already in row {first[values]}"
            faults.append(RowFault(row.number, key[-1], message))
    return faults


def facts(
    rows: Iterable[Row], key: str, columns: Sequence[str]
) -> tuple[dict[str, dict[str, str]], list[RowFault]]:
    """What the rows say about each key that several of them share, and where they contradict each other.

    An empty cell says nothing.
    """
    said: dict[str, dict[str, str]] = {}
    faults = []
    for row in rows:
        known = said.setdefault(row.cells[key], {})
        for column in columns:
            cell = row.cells.get(column)
            if cell and known.setdefault(column, cell) != cell:
                message = f"an earlier row says {known[column]} for {key} {row.cells[key]}"
                faults.append(RowFault(row.number, column, message))
    return said, faults


def write(headings: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """A CSV text that no spreadsheet takes for formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: str | float | None) -> str | float | None:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
