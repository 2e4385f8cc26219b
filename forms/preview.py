"""One item of a draft as a questionnaire of its own, whatever may still be missing in the rest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forms import questionnaire
from forms.document import Section
from forms.questionnaire import ItemKind, Questionnaire

Table = Mapping[str, Any]


def of_item(table: Table, item: Table) -> Questionnaire:
    """Raises InvalidDocument with the faults of the item (``item[1]``) and of the scales."""
    scales = dict(table.get("scale", {}))
    dimensions = [
        {"id": row.get("id", ""), "title": row.get("title", {})} for row in table.get("dimension", ())
    ]
    # Every dimension needs an item before the whole is read.
    others = [_other(row["id"], next(iter(scales), "")) for row in dimensions]
    whole = {"id": "preview", "version": 1, "title": table.get("title", {}), "scale": scales}
    read = questionnaire.parse(Section({**whole, "dimension": dimensions, "item": [item, *others]}))
    return replace(read, items=read.items[:1])


def _other(dimension: str, scale: str) -> dict[str, Any]:
    return {"id": f"other.{dimension}", "kind": ItemKind.RATING.value, "dimension": dimension, "scale": scale}
