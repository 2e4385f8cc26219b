"""Rows and tables that are held while they change, and many rows written at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, delete, insert, inspect, select, text, true, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from feedback.models.clients import Client
from feedback.models.people import Department, Person
from feedback.services.ground.errors import NotFound
from forms.words import N_

Key = TypeVar("Key")
MOST_NAMED = 20_000  # both engines take a little more than 30,000 values in a statement


def hold(session: Session, *models: type[DeclarativeBase]) -> None:
    """Let nobody else write to these tables until we are done, so that what was checked stays true.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        tables = ", ".join(model.__tablename__ for model in models)
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def hold_row(session: Session, row: DeclarativeBase) -> None:
    """Let nobody else change this row until we are done, and read it as it is now. Raises NotFound if it is gone."""
    try:
        # Of its own table alone: what it was loaded with is joined again, and cannot all be held. It may be a proxy.
        session.refresh(row, with_for_update={"of": row.__class__})
    except InvalidRequestError:
        raise NotFound(N_("somebody else has deleted this meanwhile")) from None


def ids(session: Session, model: type[Person | Client | Department]) -> dict[str, int]:
    """By code."""
    return {code: id for id, code in session.execute(select(model.id, model.code))}


def among(column: InstrumentedAttribute[Key], ids: Collection[Key]) -> ColumnElement[bool]:
    """The rows of these in one statement; of very many all rows, for the reader to choose from."""
    return column.in_(ids) if len(ids) <= MOST_NAMED else true()


def remove(session: Session, model: type[DeclarativeBase], ids: Sequence[int]) -> None:
    """The rows with these ids."""
    for start in range(0, len(ids), MOST_NAMED):
        some = ids[start : start + MOST_NAMED]
        session.execute(delete(model).where(inspect(model).primary_key[0].in_(some)))


def store(
    session: Session,
    model: type[DeclarativeBase],
    rows: Mapping[Key, Mapping[str, Any]],
    ids: Mapping[Key, int],
) -> None:
    """Update the rows whose key has an id and insert the others: two statements, however many rows."""
    table = model.metadata.tables[model.__tablename__]
    # By the names of their columns: as entities they would cost three times as much.
    changed = [{**row, "row_id": ids[key]} for key, row in rows.items() if key in ids]
    added = [row for key, row in rows.items() if key not in ids]
    if changed:
        session.execute(update(table).where(table.c.id == bindparam("row_id")), changed)
    if added:
        session.execute(insert(table), added)
    session.expire_all()
