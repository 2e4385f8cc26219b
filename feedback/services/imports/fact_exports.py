"""Dated facts as files of the shape in which they are imported."""

from sqlalchemy.orm import Session

from feedback.models.figures import FigureKind
from feedback.services.fact_files import figure_files, figure_rows, history_files
from feedback.services.imports.people_exports import Format, file


def history(session: Session, format: Format, language: str | None = None) -> bytes:
    return file("history", history_files.COLUMNS, history_files.export(session), format, language)


def figures(
    session: Session, kind: FigureKind, period: str, format: Format, language: str | None = None
) -> bytes:
    """Of the period and its parts."""
    columns, rows = figure_rows.COLUMNS[kind], figure_files.export(session, kind, period)
    return file(f"{kind}s", columns, rows, format, language)
