"""Dated facts as files of the shape in which they are imported."""

from sqlalchemy.orm import Session

from feedback.services.facts import history_files
from feedback.services.imports.people_exports import Format, file


def history(session: Session, format: Format, language: str | None = None) -> bytes:
    return file("history", history_files.COLUMNS, history_files.export(session), format, language)
