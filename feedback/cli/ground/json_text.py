"""The JSON of a campaign: a line for every key, and one for every subject.

Python writes a compact line by its fast encoder, and indented text seven times slower by another one.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain, repeat
from typing import Any


def as_json(document: Mapping[str, Any]) -> str:
    return "".join(pieces(document))


def pieces(document: Mapping[str, Any]) -> Iterator[str]:
    """The text, subject by subject: that of a large campaign need not be held whole."""
    for opening, (key, value) in zip(chain("{", repeat(",")), document.items(), strict=False):
        yield f"{opening}\n{_line(key)}: "
        yield from _list(value) if isinstance(value, list) else [_line(value)]
    yield "\n}\n"


def _list(values: list[Any]) -> Iterator[str]:
    yield "["
    for comma, value in zip(chain([""], repeat(",")), values, strict=False):
        yield f"{comma}\n{_line(value)}"
    yield "\n]"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
