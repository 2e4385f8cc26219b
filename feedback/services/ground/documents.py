"""Frozen dataclasses back from the JSON that `dataclasses.asdict` made of them."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Snapshot = TypeVar("Snapshot")
Reading = Callable[[Any], Any]


def restore(kind: type[Snapshot], document: Mapping[str, Any]) -> Snapshot:
    """Raises KeyError, TypeError or ValueError for a document that is no snapshot of this kind.

    A kind may have fewer fields than the document: then it is a view of a part of it.
    """
    snapshot: Snapshot = _reading(kind)(document)  # type: ignore[arg-type]  # a class is hashable
    return snapshot


@cache
def _reading(hint: Hashable) -> Reading:
    """How data of this type is read. Worked out once, since reports have thousands of values."""
    if get_origin(hint) is UnionType:
        return _alternatives([each for each in get_args(hint) if each is not NoneType])
    if get_origin(hint) is tuple:
        return _entries(_reading(get_args(hint)[0]))
    if is_dataclass(hint) and isinstance(hint, type):
        return _fields(hint)
    if hint is datetime:
        return datetime.fromisoformat
    return hint if isinstance(hint, type) and issubclass(hint, Enum) else _as_it_is


def _as_it_is(data: Any) -> Any:
    return data


def _entries(reading: Reading) -> Reading:
    def read(data: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(data) if reading is _as_it_is else tuple(map(reading, data))

    return read


def _fields(kind: type) -> Reading:
    hints = get_type_hints(kind)
    plain = [name for name, hint in hints.items() if _reading(hint) is _as_it_is]
    others = [(name, _reading(hint)) for name, hint in hints.items() if _reading(hint) is not _as_it_is]

    def read(document: Mapping[str, Any]) -> Any:
        values = {name: document[name] for name in plain}
        for name, reading in others:
            values[name] = reading(document[name])
        return kind(**values)

    return read


def _alternatives(hints: Sequence[Any]) -> Reading:
    """None, a plain value, or the one dataclass that has just these fields; the first choice if none has."""
    snapshots = {
        frozenset(get_type_hints(hint)): _reading(hint)
        for hint in hints
        if is_dataclass(hint) and isinstance(hint, type)
    }
    first = _reading(hints[0])
    plain = next((_reading(hint) for hint in hints if not is_dataclass(hint)), first)

    def read(data: Any) -> Any:
        if data is None:
            return None
        if isinstance(data, Mapping):
            return snapshots.get(frozenset(data), first)(data)
        return plain(data)

    return read
