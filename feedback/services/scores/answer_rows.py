"""The rows of a CSV file of answers, however a program wrote it."""

import csv
from collections.abc import Collection, Iterator, Sequence

from feedback.services.ground.errors import DomainError, InvalidFile, RowFault
from feedback.services.tables import table_files
from feedback.services.tables.columns import HEADING

FAULTS_SHOWN = 20
WORKBOOK = b"PK\x03\x04"

Record = tuple[int, list[str]]


class UnusableAnswers(DomainError):
    """A file of answers that cannot be scored, and where it is wrong: the first faults of so many."""

    def __init__(self, faults: Sequence[RowFault], number: int = 0) -> None:
        self.faults = tuple(faults[:FAULTS_SHOWN])
        number = max(number, len(faults))
        more = [f"... {number} faults in all"] if number > FAULTS_SHOWN else []
        super().__init__("\n".join([*map(str, self.faults), *more]))


def refuse(faults: list[RowFault], number: int = 0) -> None:
    """Raise UnusableAnswers with the first of so many faults, in the order of their rows, if there are any."""
    if faults:
        raise UnusableAnswers(sorted(faults, key=lambda fault: fault.row), number)


def read(data: bytes, wanted: Collection[str]) -> tuple[list[str], Iterator[Record]]:
    """The heading, and the rows under it that are not blank, each with its number in a spreadsheet.

    They are split at what splits the heading into the most wanted names; a comma if nothing does.
    """
    text = _decode(data)
    names = set(wanted)
    records = _records(
        text, table_files.delimiter(text, lambda cells: len(names.intersection(_stripped(cells))))
    )
    return _heading(records), records


def _decode(data: bytes) -> str:
    if data.startswith(WORKBOOK):
        raise _unusable(HEADING, "this is a workbook: save the sheet with the answers as CSV")
    try:
        return table_files.decode(data)
    except InvalidFile as error:
        raise UnusableAnswers(error.faults) from None


def _heading(records: Iterator[Record]) -> list[str]:
    _, heading = next(records, (HEADING, []))
    if not heading:
        raise _unusable(HEADING, "there is no heading: the file or its first row is empty")
    return _stripped(heading)


def _stripped(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _records(text: str, delimiter: str) -> Iterator[Record]:
    row = HEADING - 1
    try:
        for row, cells in enumerate(table_files.records(text, delimiter), start=HEADING):
            if any(map(str.strip, cells)):
                yield row, cells
    except csv.Error as error:
        raise _unusable(row + 1, f"is not CSV: {error}") from None


def _unusable(row: int, sentence: str) -> UnusableAnswers:
    return UnusableAnswers([RowFault(row, "", sentence)])
