"""Reading a definition (questionnaire, scheme) from TOML: typed values, and every fault with its path.

A fault carries a stable code and parameters, so that it can be translated:
``gettext(MESSAGES[fault.code], **fault.params)``.
Places in arrays of tables are counted from 1: ``item[3].scale`` is the scale of the third ``[[item]]``.
"""

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from forms.fault_messages import MESSAGES
from forms.words import N_

LANGUAGES = ("en", "zh")
LARGEST_NUMBER = 1e12
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a definition, and where."""

    path: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return MESSAGES[self.code] % self.params

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidDocument(ValueError):
    """A definition that cannot be used; ``faults`` holds everything found wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


class Section:
    """One table of a definition: hands out typed values and notes every fault, going on with a stand-in."""

    def __init__(
        self, table: Mapping[str, object], path: str = "", faults: list[Fault] | None = None
    ) -> None:
        self.table = table
        self.path = path
        self.faults: list[Fault] = [] if faults is None else faults
        self._taken: set[str] = set()

    def fault(self, key: str, code: str, **params: object) -> None:
        self.faults.append(Fault(self._path_of(key), code, params))

    def has(self, key: str) -> bool:
        return key in self.table

    def integer(self, key: str, default: int | None = None, least: int = 0, most: int = 10**9) -> int:
        value = self._take(key, int, N_("a whole number"), default, least)
        if self.has(key) and not least <= value <= most:
            self.fault(key, "out_of_range", value=value, least=least, most=most)
            return least
        return value

    def number(
        self, key: str, default: float | None = None, least: float = 0.0, most: float = LARGEST_NUMBER
    ) -> float:
        value = self._take(key, float, N_("a number"), default, least)
        if self.has(key) and not least <= value <= most:
            self.fault(key, "out_of_range", value=value, least=f"{least:g}", most=f"{most:g}")
            return least
        return value

    def optional_number(
        self, key: str, least: float = -LARGEST_NUMBER, most: float = LARGEST_NUMBER
    ) -> float | None:
        return self.number(key, least=least, most=most) if self.has(key) else None

    def flag(self, key: str, default: bool) -> bool:
        return self._take(key, bool, N_("true or false"), default, default)

    def string(self, key: str, default: str | None = None) -> str:
        return self._take(key, str, N_("a string"), default, "")

    def identifier(self, key: str, spelled: Callable[[str], str] = str) -> str:
        value = spelled(self.string(key))
        if value and not IDENTIFIER.fullmatch(value):
            self.fault(key, "not_identifier", value=value)
        return value

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        value = self.string(key, default)
        if value in tuple(choices):
            return choices(value)
        if value:
            self.fault(key, "not_a_choice", value=value, choices=", ".join(choices))
        return next(iter(choices))

    def numbers(self, key: str) -> tuple[float, ...]:
        entries = self._take(key, list, N_("a list of numbers"), None, [])
        numbers = tuple(_as(float, entry) for entry in entries)
        if any(number is None for number in numbers):
            self.fault(key, "wrong_type", expected=N_("a list of numbers"))
        return tuple(number for number in numbers if number is not None)

    def strings(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Without a default there has to be at least one."""
        entries = self._take(key, list, N_("a list of strings"), None if default is None else [*default], [])
        if not all(isinstance(entry, str) for entry in entries):
            self.fault(key, "wrong_type", expected=N_("a list of strings"))
            return ()
        if not entries and default is None:
            self.fault(key, "empty")
        return tuple(entries)

    def choices(
        self, key: str, choices: type[Choice], default: tuple[Choice, ...] | None = None
    ) -> tuple[Choice, ...]:
        """A list of words that are known."""
        values = self.strings(key, default)
        for value in values:
            if value not in tuple(choices):
                self.fault(key, "not_a_choice", value=value, choices=", ".join(choices))
        self.unique(key, values)
        return tuple(choices(value) for value in values if value in tuple(choices))

    def languages(self, key: str) -> dict[str, str]:
        """An optional table of texts per language, such as ``title = {en = "...", zh = "..."}``."""
        return self.section(key).texts()

    def texts(self) -> dict[str, str]:
        """This table as one of texts per language."""
        texts = {name: self.string(name) for name in LANGUAGES if self.has(name)}
        for name, text in texts.items():
            if not text.strip():
                self.fault(name, "empty")
        self.close("unknown_language")
        return texts

    def section(self, key: str) -> "Section":
        table = self._take(key, dict, N_("a table"), {}, {})
        return Section(table, self._path_of(key), self.faults)

    def named_sections(self, key: str) -> dict[str, "Section"]:
        """The tables of ``[key.NAME]``."""
        outer = self.section(key)
        for name in outer.table:
            if not IDENTIFIER.fullmatch(name):
                outer.fault(name, "not_identifier", value=name)
        return {name: outer.section(name) for name in outer.table}

    def sections(self, key: str) -> Iterator["Section"]:
        """The tables of ``[[key]]``, counted from 1."""
        for place, table in enumerate(self._take(key, list, N_("an array of tables"), [], []), start=1):
            path = f"{self._path_of(key)}[{place}]"
            if isinstance(table, dict):
                yield Section(table, path, self.faults)
            else:
                self.faults.append(Fault(path, "wrong_type", {"expected": N_("a table")}))

    def close(self, code: str = "unknown_key") -> None:
        """Say which keys nobody asked for."""
        for key in self.table:
            if key not in self._taken:
                self.fault(key, code, language=key)

    def unique(self, key: str, values: Iterable[str]) -> None:
        seen: set[str] = set()
        for value in values:
            if value and value in seen:
                self.fault(key, "duplicate", value=value)
            seen.add(value)

    def weights_total_100(self, key: str, total: float) -> None:
        if abs(total - 100.0) > 1e-9:
            self.fault(key, "total_not_100", total=f"{total:g}")

    def finish(self) -> None:
        if self.faults:
            raise InvalidDocument(self.faults)

    def _path_of(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _take(
        self, key: str, kind: type[Value], expected: str, default: Value | None, stand_in: Value
    ) -> Value:
        self._taken.add(key)
        if key not in self.table:
            if default is not None:
                return default
            self.fault(key, "missing")
            return stand_in
        value = _as(kind, self.table[key])
        if value is None:
            self.fault(key, "wrong_type", expected=expected)
            return stand_in if default is None else default
        return value


def _as(kind: type[Value], value: object) -> Value | None:
    """The value as ``kind``, or None. True is no number; infinities and NaN are no numbers either."""
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) <= LARGEST_NUMBER else math.inf
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bool) and kind is not bool:
        return None
    return value if isinstance(value, kind) else None


def read_toml(data: bytes | str) -> Section:
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        raise InvalidDocument([Fault("", "not_utf8")]) from None
    try:
        return Section(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidDocument([Fault("", "not_toml", {"detail": str(error)})]) from None


def read_json(text: str) -> Section:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidDocument([Fault("", "not_json", {"detail": str(error)})]) from None
    if not isinstance(table, dict):
        raise InvalidDocument([Fault("", "wrong_type", {"expected": N_("a table")})])
    return Section(table)


def filled(table: Mapping[str, object]) -> dict[str, object]:
    """Without the keys that hold nothing; 0 and false are something."""
    return {key: value for key, value in table.items() if value not in (None, "", [], (), {})}


def canonical_json(definition: Mapping[str, object]) -> str:
    return json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(definition: Mapping[str, object]) -> str:
    """SHA-256 of the canonical JSON: the same definition, however it was typed, has the same digest."""
    return hashlib.sha256(canonical_json(definition).encode()).hexdigest()
