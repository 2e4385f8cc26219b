"""Writing many rows of one table at once."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import insert, update
from sqlalchemy.orm import DeclarativeBase, Session

Key = TypeVar("Key")


def store(
    session: Session,
    model: type[DeclarativeBase],
    rows: Mapping[Key, Mapping[str, Any]],
    ids: Mapping[Key, int],
) -> None:
    """Update the rows whose key has an id and insert the others: two statements, however many rows."""
    changed = [{**row, "id": ids[key]} for key, row in rows.items() if key in ids]
    added = [row for key, row in rows.items() if key not in ids]
    if changed:
        session.execute(update(model), changed)
    if added:
        session.execute(insert(model), added)
    session.expire_all()
