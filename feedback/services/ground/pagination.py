"""Long lists: what is looked for in them, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import QueryableAttribute, Session

Row = TypeVar("Row")
SIZE = 50
LONGEST_SEARCH = 254  # SQLite refuses patterns of 50,000 bytes


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: tuple[Row, ...]
    number: int
    last: int
    total: int


def mentions(words: str, *columns: QueryableAttribute[Any]) -> ColumnElement[bool]:
    """Whether these words stand in one of the columns, in capitals or not."""
    return or_(*(column.icontains(words[:LONGEST_SEARCH], autoescape=True) for column in columns))


def page(session: Session, query: Select[Any], number: int, size: int = SIZE) -> Page[Any]:
    """The page of that number, or the nearest there is; two statements."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    rows = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(tuple(rows), number, last, total)


def part(rows: Sequence[Row], number: int, size: int = SIZE) -> Page[Row]:
    """The same of a list that is in memory."""
    last = max(1, -(-len(rows) // size))
    number = min(max(1, number), last)
    return Page(tuple(rows[(number - 1) * size : number * size]), number, last, len(rows))
