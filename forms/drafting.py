"""Fields and forms for drafts of definitions: whatever is typed can be kept, and a fault is shown at its field.

The name of a field is the key of its value in the definition; where that word is reserved, with an underscore.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from wtforms import BooleanField, Field, FieldList, Form, FormField, StringField, TextAreaField

from forms.builder import LINE_BREAK, UNREADABLE
from forms.words import N_

STEP = re.compile(r"[^.\[\]]+")
BETWEEN = re.compile(r"[,，、;；\s]+")
NOTHING: tuple[object, ...] = (None, "", {}, [])
# These tables are named, not counted: [scale.five]. In a form the name is a field of the row.
NAMED = ("scale", "level")
# A word of Python, and a method of every form.
RESERVED = ("from", "process")

Table = Mapping[str, Any]
Number = int | float | str


def number(text: str) -> Number | None:
    """The number, or the text itself where it is none: it is kept, and told to be wrong."""
    text = text.strip()
    for kind in (int, float):
        try:
            value = kind(text)
            return value if math.isfinite(value) else text
        except (ValueError, OverflowError):
            continue
    return text or None


def written_number(value: object) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else "" if value is None else str(value)


class PairsField(TextAreaField):  # type: ignore[misc]
    """A pair of numbers in each line, such as: from which figure on, and the score."""

    def __init__(self, label: str, names: tuple[str, str], **options: Any) -> None:
        super().__init__(label, **options)
        self.names = names

    def process_formdata(self, values: Sequence[str]) -> None:
        lines = readable(values[0]).split("\n") if values else []
        pairs = [BETWEEN.split(line.strip(), maxsplit=1) for line in lines if line.strip()]
        self.data = [dict(zip(self.names, map(number, pair), strict=False)) for pair in pairs]

    def _value(self) -> str:
        rows = [{key.rstrip("_"): value for key, value in row.items()} for row in self.data or ()]
        return "\n".join(" ".join(written_number(row.get(name)) for name in self.names) for row in rows)


def readable(text: str) -> str:
    return UNREADABLE.sub("", LINE_BREAK.sub("\n", text)).strip()


class TextField(StringField):  # type: ignore[misc]
    data: Any

    def process_formdata(self, values: Sequence[str]) -> None:
        self.data = readable(values[0]) if values else ""


class LongTextField(TextAreaField, TextField):  # type: ignore[misc]
    pass


class NumberField(TextField):
    """A number, typed as text so that what is no number can be shown again."""

    def process_formdata(self, values: Sequence[str]) -> None:
        self.data = number(readable(values[0])) if values else None

    def _value(self) -> str:
        return written_number(self.data)


class NumbersField(TextField):
    """Numbers in one line, with commas or spaces between them."""

    def process_formdata(self, values: Sequence[str]) -> None:
        texts = BETWEEN.split(readable(values[0])) if values else []
        self.data = [number(text) for text in texts if text]

    def _value(self) -> str:
        return ", ".join(map(written_number, self.data or ()))


class LinesField(TextAreaField):  # type: ignore[misc]
    """Texts, one in each line."""

    def process_formdata(self, values: Sequence[str]) -> None:
        lines = readable(values[0]).split("\n") if values else []
        self.data = [line.strip() for line in lines if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or ())


class Words(Form):  # type: ignore[misc]
    zh = TextField(N_("Chinese"))
    en = TextField(N_("English"))


class LongWords(Form):  # type: ignore[misc]
    zh = LongTextField(N_("Chinese"))
    en = LongTextField(N_("English"))


class DraftForm(Form):  # type: ignore[misc]
    """A part of a definition, as a table."""

    @property
    def keys(self) -> set[str]:
        """Of the definition, which the form holds."""
        return {field.short_name.rstrip("_") for field in self}

    @classmethod
    def of(cls, table: Table, posted: Any = None) -> Self:
        return cls(posted, data=cls.shown(table))

    @classmethod
    def shown(cls, table: Table) -> dict[str, Any]:
        """The table as the fields want it."""
        return {_name(key): _shown(key, value) for key, value in table.items()}

    def written(self) -> dict[str, Any]:
        return _written_form(self)

    def rearranged(self, act: str) -> Self:
        """The form after a button such as `add:group` or `up:group:2`; nothing else that was typed changes.

        Rows within rows are named as their field is: `add:band-0-gate`.
        """
        move, _, rest = act.partition(":")
        name, _, place = rest.partition(":")
        data = self.data
        rows = _rows_of(data, name)
        if isinstance(rows, list) and move in MOVES and (move == "add" or place.isdecimal()):
            MOVES[move](rows, int(place or 0))
        return type(self)(data=data)

    def offer(self, table: Table, language: str) -> None:
        """Set what can be chosen from the rest of the definition."""

    def show_fault(self, path: str, message: str) -> None:
        """At the field of the path inside this table, or above the form where there is none."""
        field = self.field_at(STEP.findall(path))
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    def field_at(self, steps: Sequence[str]) -> Field | None:
        inside: Any = self
        for step in steps:
            inside = _step(inside, step)
            if inside is None or not isinstance(inside, Form | FieldList):
                return inside
        return None


def _rows_of(data: Any, name: str) -> Any:
    for step in name.split("-"):
        if isinstance(data, list):
            data = data[int(step)] if step.isdecimal() and int(step) < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def remove(rows: list[Any], place: int) -> None:
    del rows[place : place + 1]


def move_up(rows: list[Any], place: int) -> None:
    if 0 < place < len(rows):
        rows[place - 1 : place + 1] = rows[place], rows[place - 1]


def move_down(rows: list[Any], place: int) -> None:
    move_up(rows, place + 1)


MOVES = {"add": lambda rows, place: rows.append({}), "remove": remove, "up": move_up, "down": move_down}


def _name(key: str) -> str:
    return f"{key}_" if key in RESERVED else key


def _shown(key: str, value: Any) -> Any:
    if key in NAMED and isinstance(value, dict):
        return [DraftForm.shown({"id": name, **table}) for name, table in value.items()]
    if isinstance(value, dict):
        return DraftForm.shown(value)
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        return [DraftForm.shown(row) for row in value if isinstance(row, dict)]
    return value


def _written_form(form: Form) -> dict[str, Any]:
    values = {field.short_name.rstrip("_"): _written(field) for field in form}
    return {key: value for key, value in values.items() if value not in NOTHING}


def _written(field: Field) -> Any:
    if isinstance(field, FormField):
        inner = field.form
        return inner.written() if isinstance(inner, DraftForm) else _written_form(inner)
    if isinstance(field, FieldList):
        rows = [_written(entry) for entry in field.entries]
        return _by_name(rows) if field.short_name in NAMED else rows
    return bool(field.data) if isinstance(field, BooleanField) else field.data


def _by_name(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A name that is missing or taken gets a number, so that no row is lost."""
    named: dict[str, Any] = {}
    for place, row in enumerate(rows, start=1):
        name = str(row.pop("id", place))
        named[f"{name}-{place}" if name in named else name] = row
    return named


def _step(inside: Any, step: str) -> Any:
    """One step of a path further in: a key of a table, a place in a list (from 1), a name among named tables."""
    if isinstance(inside, FieldList):
        rows = [entry.form for entry in inside.entries]
        if inside.short_name in NAMED:
            return next((row for row in rows if row.data.get("id") == step), None)
        return rows[int(step) - 1] if step.isdecimal() and 0 < int(step) <= len(rows) else None
    field = next((field for field in inside if field.short_name == _name(step)), None)
    return field.form if isinstance(field, FormField) else field
