"""People and clients as files of the shape in which they are imported, and empty files to begin with."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from feedback.services.people import client_files, people_files
from feedback.services.tables import spreadsheets, table_files
from feedback.services.tables.columns import Column
from feedback.services.tables.spreadsheets import Value

# Excel takes a CSV file for UTF-8 only if it says so.
CSV_ENCODING = "utf-8-sig"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def people(session: Session, format: Format, language: str | None = None) -> bytes:
    return file("people", people_files.COLUMNS, people_files.export(session), format, language)


def clients(session: Session, format: Format, language: str | None = None) -> bytes:
    return file("clients", client_files.COLUMNS, client_files.export(session), format, language)


def template(columns: Sequence[Column], format: Format, language: str) -> bytes:
    """The headings and one row that shows what is meant."""
    example = [column.example.in_language(language) or None for column in columns]
    return file("template", columns, [example], format, language)


def file(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    format: Format,
    language: str | None,
) -> bytes:
    """With the headings of a language, or those for programs."""
    headings = [column.heading.in_language(language) if language else column.name for column in columns]
    if format is Format.CSV:
        return table_files.write(headings, rows).encode(CSV_ENCODING)
    return spreadsheets.write(headings, rows, name)
