"""Stored documents: JSON under the number of its format, and frozen dataclasses back from it (docs/decisions/0020)."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from feedback.services.ground.errors import NotPossible
from forms.words import N_

if TYPE_CHECKING:
    from cattrs import Converter

FORMAT = 3  # of all kinds; the next one when a kind changes so that this program could not read it
KEY = "format"

Snapshot = TypeVar("Snapshot")
Plain = str | int | float | bool | None


class OtherFormat(NotPossible):
    """A document of another version of the program."""

    def __init__(self, number: object) -> None:
        super().__init__(
            N_(
                "this was stored by another version of the program, in format %(format)s; "
                "this one reads format %(known)s, so that other version is needed to read it"
            ),
            format=number,
            known=FORMAT,
        )


def numbered(document: Mapping[str, Any]) -> dict[str, Any]:
    """As it is stored."""
    return {KEY: FORMAT, **document}


def content(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without the number."""
    _check(document)
    return {key: value for key, value in document.items() if key != KEY}


def restore(kind: type[Snapshot], document: Mapping[str, Any]) -> Snapshot:
    """What `dataclasses.asdict` made a document of. A field that the document lacks has its default.

    A kind may have fewer fields than the document: then it is a view of a part of it.
    """
    _check(document)
    return _converter().structure(document, kind)


def written(snapshot: Any) -> str:
    """A frozen dataclass as the text of its document, without a number. Of fields that JSON knows: no moments."""
    return json.dumps(snapshot, default=vars, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def taken_apart(snapshot: Any) -> dict[str, Any]:
    """The document of a frozen dataclass as JSON has it, many times as fast as `dataclasses.asdict`."""
    document: dict[str, Any] = json.loads(written(snapshot))
    return document


def _check(document: Mapping[str, Any]) -> None:
    if (number := document.get(KEY, "?")) != FORMAT:
        raise OtherFormat(number)


@cache
def _converter() -> "Converter":
    """Loaded with the first document: most commands read none."""
    from cattrs import Converter
    from cattrs.strategies import configure_union_passthrough

    converter = Converter(detailed_validation=False)
    configure_union_passthrough(Plain, converter)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    for plain in (str, int, float, bool):  # as JSON has them: what is stored stays the same to the last digit
        converter.register_structure_hook(plain, lambda value, _: value)
    # Its members are texts as well, and would be left as such.
    converter.register_structure_hook(StrEnum, lambda value, kind: kind(value))
    converter.register_structure_hook_func(_is_mapping, lambda value, _: value)
    return converter


def _is_mapping(hint: Any) -> bool:
    """Plain data, which is handed on as it is: most of it is never looked at."""
    return get_origin(hint) is Mapping
