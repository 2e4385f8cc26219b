"""Frozen dataclasses back from the JSON that `dataclasses.asdict` made of them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Snapshot = TypeVar("Snapshot")


def restore(kind: type[Snapshot], document: Mapping[str, Any]) -> Snapshot:
    """Raises KeyError, TypeError or ValueError for a document that is no snapshot of this kind."""
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    return kind(**{name: _value(hint, document[name]) for name, hint in hints.items()})


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    """Types by field name."""
    return get_type_hints(kind)


def _value(hint: Any, data: Any) -> Any:
    if get_origin(hint) is UnionType:
        return _alternative(get_args(hint), data)
    if get_origin(hint) is tuple:
        return _entries(get_args(hint)[0], data)
    if is_dataclass(hint) and isinstance(hint, type):
        return restore(hint, data)
    return hint(data) if isinstance(hint, type) and issubclass(hint, Enum) else data


def _entries(hint: Any, data: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(_value(hint, entry) for entry in data)


def _alternative(hints: tuple[Any, ...], data: Any) -> Any:
    """None, a plain value, or the one dataclass that has just these fields; the first choice if none has."""
    if data is None:
        return None
    choices = [hint for hint in hints if hint is not NoneType]
    if not isinstance(data, Mapping):
        choices = [hint for hint in choices if not is_dataclass(hint)] or choices
    fitting = [hint for hint in choices if is_dataclass(hint) and set(_hints(hint)) == set(data)]  # type: ignore[arg-type]
    return _value((fitting or choices)[0], data)
