"""Reading exported counts, strictly: nothing is scored that closing a campaign could not have left."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from feedback.services.closing.counts_export import FORMAT, statistics_from_json, to_export
from feedback.services.closing.results import CampaignResult, Statistics, cell_names, instrument
from feedback.services.ground.errors import DomainError
from feedback.services.tables.columns import CONTROL
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.counts import DisclosedCounts, turn_reversed
from scoring.disclosure import NOWHERE, Decision, Status, from_status
from scoring.instrument import Instrument

MOST_BALLOTS = 2**31 - 1
STATUS_OF = {status.name.lower(): status for status in Status}
KINDS = {dict: "a table", list: "a list", str: "a text", int: "a whole number"}

Json = dict[str, Any]
Kind = TypeVar("Kind", dict[str, Any], list[Any], str, int)


class UnusableExport(DomainError):
    """A file of counts that is damaged, or belongs to another questionnaire or scheme."""


def from_export(data: object, questionnaire: Questionnaire, scheme: Scheme) -> CampaignResult:
    """Raises UnusableExport with one sentence about what does not fit."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UnusableExport(f"this is not an export of counts: its format is not {FORMAT!r}")
    for name, definition in (("questionnaire", questionnaire), ("scheme", scheme)):
        if _digest_in(data, name) != definition.digest:
            raise UnusableExport(f"the counts were made with another {name} than {definition.id!r} as given")
    try:
        result = _result(data, questionnaire, scheme)
        if to_export(result, questionnaire, scheme) != data:
            raise ValueError("it holds what no export holds")
    except ValueError as error:
        raise UnusableExport(f"the export of counts is damaged: {error}") from None
    return result


def _digest_in(data: Json, name: str) -> object:
    definition = data.get(name)
    return definition.get("digest") if isinstance(definition, dict) else None


def _result(data: Json, questionnaire: Questionnaire, scheme: Scheme) -> CampaignResult:
    numbers = instrument(questionnaire, scheme)
    reader = _Reader(questionnaire, scheme, numbers, len(_taken(data, "subjects", list)))
    subjects = tuple(reader.read(place, entry) for place, entry in enumerate(data["subjects"]))
    decision = from_status(reader.status, numbers.groups)
    _check_decision(decision, subjects, reader)
    _check_units(subjects, reader)
    disclosed = DisclosedCounts(
        turn_reversed(reader.counts, numbers.items), reader.n, reader.invited, decision
    )
    statistics = _statistics(_taken(data, "statistics", dict), numbers.dimensions)
    salt = _taken(data, "salt", str)
    salt.encode()
    return CampaignResult(subjects, disclosed, reader.units, statistics, salt)


class _Reader:
    """Fills arrays with what stands in the cells of one subject after the other."""

    def __init__(
        self, questionnaire: Questionnaire, scheme: Scheme, numbers: Instrument, subjects: int
    ) -> None:
        self.names, self.groups = cell_names(scheme), len(scheme.groups)
        self.items = {item.id: place for place, item in enumerate(questionnaire.counted_items)}
        self.sizes = numbers.items.values.tolist()
        shape = (subjects, len(self.names))
        self.status, self.n = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.int64)
        self.invited, self.units = np.zeros((2, subjects, self.groups), dtype=np.int64)
        self.pool_of = numbers.groups.pool_of.tolist()
        self.counts = np.zeros((*shape, *numbers.items.points.shape), dtype=np.int32)

    def read(self, s: int, entry: object) -> str:
        """The name of the subject; its numbers are in the arrays then."""
        table = _of_kind(entry, f"entry {s + 1} of subjects", dict)
        subject = _taken(table, "subject", str)
        if not subject.encode() or CONTROL.search(subject):
            raise ValueError(f"{subject!r} is no name of a subject")
        cells = _taken(table, "cells", dict)
        for h, name in enumerate(self.names):
            try:
                self._read_cell(s, h, _taken(cells, name, dict))
            except ValueError as error:
                raise ValueError(f"subject {subject!r}, group {name}: {error}") from None
        return subject

    def _read_cell(self, s: int, h: int, cell: Json) -> None:
        status = _taken(cell, "status", str)
        if status not in STATUS_OF:
            raise ValueError(f"status is {status!r}, not one of {', '.join(STATUS_OF)}")
        self.status[s, h] = STATUS_OF[status]
        if h < self.groups:
            self.invited[s, h] = _number(cell, "invited")
            self.units[s, h] = self._unit(h, cell)
        if STATUS_OF[status] is Status.SHOWN:
            self.n[s, h] = _number(cell, "n")
            for item, row in _taken(cell, "counts", dict).items():
                self._read_item(s, h, item, row)

    def _unit(self, h: int, cell: Json) -> int:
        """A group is counted by itself, in the pool of its family, or nowhere."""
        possible: dict[str | None, int] = {self.names[h]: h, None: NOWHERE}
        if self.pool_of[h] != NOWHERE:
            possible[self.names[self.pool_of[h]]] = self.pool_of[h]
        unit = None if "unit" in cell and cell["unit"] is None else _taken(cell, "unit", str)
        if unit not in possible:
            raise ValueError(f"unit is {unit!r}, which cannot count this group")
        return possible[unit]

    def _read_item(self, s: int, h: int, item: str, row: object) -> None:
        if item not in self.items:
            raise ValueError(f"there is no item {item!r}")
        place, n = self.items[item], self.n[s, h]
        counts = _of_kind(row, item, list)
        if len(counts) != self.sizes[place] or not all(type(count) is int and count >= 0 for count in counts):
            raise ValueError(f"{item} has {row!r}, not {self.sizes[place]} numbers of ratings")
        if sum(counts) > n:
            raise ValueError(f"{item} has {sum(counts)} ratings, of {n} ballots")
        self.counts[s, h, place, : len(counts)] = counts


def _check_decision(decision: Decision, subjects: tuple[str, ...], reader: _Reader) -> None:
    ratings, minimum = reader.counts.sum(axis=3), decision.minimum
    is_pool = np.arange(len(reader.names)) >= reader.groups
    is_formed_or_not = np.isin(reader.status, (Status.ABSENT, Status.SHOWN))
    in_pool = reader.units >= reader.groups
    faults: tuple[tuple[Any, Callable[[int, int], str]], ...] = (
        (
            decision.shown & (reader.n < minimum),
            lambda s, h: f"{reader.n[s, h]} ballots are shown, fewer than the minimum {minimum[s, h]}",
        ),
        (
            ((ratings > 0) & (ratings < minimum[:, :, None])).any(axis=2),
            lambda s, h: f"an item has fewer ratings than the minimum {minimum[s, h]}",
        ),
        (
            decision.contributes & (reader.invited == 0) & ~in_pool,
            lambda s, h: "nobody was invited, but it has answers",
        ),
        (is_pool & ~is_formed_or_not, lambda s, h: "a pool is either shown or absent"),
    )
    for wrong, sentence in faults:
        for s, h in np.argwhere(wrong)[:1].tolist():
            raise ValueError(f"subject {subjects[s]!r}, group {reader.names[h]}: {sentence(s, h)}")


def _check_units(subjects: tuple[str, ...], reader: _Reader) -> None:
    """Groups share the lot of their unit."""
    status, unit = reader.status[:, : reader.groups], reader.units
    own = unit == np.arange(reader.groups)
    faults: list[tuple[Any, str]] = [
        ((unit == NOWHERE) & (status != Status.WITHHELD), "too few were asked, but it is not withheld"),
        (~own & (status == Status.SHOWN), "it is counted in a pool, but shown by itself"),
    ]
    for pool in range(reader.groups, len(reader.names)):
        members = unit == pool
        first = np.take_along_axis(status, members.argmax(axis=1)[:, None], axis=1)
        faults.append(
            (members & (status != first), "it is counted in a pool, but not shown as the others in it")
        )
    for wrong, sentence in faults:
        for s, h in np.argwhere(wrong)[:1].tolist():
            raise ValueError(f"subject {subjects[s]!r}, group {reader.names[h]}: {sentence}")


def _statistics(data: Json, dimensions: int) -> Statistics:
    try:
        statistics = statistics_from_json(data)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"its statistics are incomplete: {error!r}") from None
    phi, alpha, share = statistics.phi, statistics.alpha, statistics.straightlined
    if any(np.isinf(numbers).any() for numbers in (alpha.value, alpha.interval, alpha.n)):
        raise ValueError("alpha is not a number")
    if phi.shape != (dimensions + 1,) or not np.all((phi > 0) & (phi <= 1)):
        raise ValueError("phi needs a value in (0, 1] per dimension and one more")
    if not alpha.value.shape == alpha.n.shape == alpha.interval.shape[:1] == (dimensions,):
        raise ValueError("alpha needs a value, an interval and a number per dimension")
    if np.any(alpha.value > 1) or not np.all(alpha.n >= 0) or np.any(alpha.n % 1):
        raise ValueError("alpha is at most 1, of a whole number of ballots")
    if np.any(np.isnan(alpha.interval).any(axis=1) != np.isnan(alpha.value)):
        raise ValueError("alpha has an interval exactly where it has a value")
    if not (np.isnan(share) or 0 <= share <= 1) or statistics.straightlined_of < 0:
        raise ValueError("the share of straight-lined ballots lies between 0 and 1")
    return statistics


def _taken(table: Mapping[str, Any], key: str, kind: type[Kind]) -> Kind:
    if key not in table:
        raise ValueError(f"{key} is missing")
    return _of_kind(table[key], key, kind)


def _of_kind(value: object, name: str, kind: type[Kind]) -> Kind:
    if type(value) is not kind:
        raise ValueError(f"{name} is not {KINDS[kind]}")
    return value


def _number(cell: Json, key: str) -> int:
    number = _taken(cell, key, int)
    if not 0 <= number <= MOST_BALLOTS:
        raise ValueError(f"{key} is {number}")
    return number
