"""Goals as a file of the shape in which they are imported."""

from sqlalchemy.orm import Session

from feedback.services.goals import goal_columns, goal_files
from feedback.services.imports.people_exports import Format, file


def goals(session: Session, format: Format, language: str | None = None) -> bytes:
    return file("goals", goal_columns.COLUMNS, goal_files.export(session), format, language)
