"""Reading exported counts, strictly: nothing is scored that closing a campaign could not have left."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from feedback.services.closing.counts_export import FORMAT, statistics_from_json, to_export
from feedback.services.closing.results import CampaignResult, Statistics, cell_names, instrument
from feedback.services.ground import protection
from feedback.services.ground.errors import DomainError
from feedback.services.tables.columns import CONTROL
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring import influence
from scoring.counts import DisclosedCounts, restored, telling, turn_reversed
from scoring.disclosure import NOWHERE, Decision, Status, from_status
from scoring.instrument import Instrument
from scoring.reliability import Intraclass
from scoring.sums import NOT_COUNTED, Sums

MOST_BALLOTS = 2**31 - 1
MOST_POINTS = 2**53
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
    counts = turn_reversed(reader.counts, numbers.items)
    disclosed = restored(counts, reader.sums, reader.n, reader.invited, decision, numbers)
    _check_points(disclosed, subjects, reader)
    statistics = _statistics(_taken(data, "statistics", dict), numbers)
    for fault in influence.faults(statistics.influence, disclosed.n, numbers):
        raise ValueError(fault)
    salt = _taken(data, "salt", str)
    salt.encode()
    return CampaignResult(subjects, disclosed, reader.units, statistics, salt)


class _Reader:
    """Fills arrays with what stands in the cells of one subject after the other."""

    def __init__(
        self, questionnaire: Questionnaire, scheme: Scheme, numbers: Instrument, subjects: int
    ) -> None:
        self.names, self.groups, self.numbers = cell_names(scheme), len(scheme.groups), numbers
        self.items = {item.id: place for place, item in enumerate(questionnaire.counted_items)}
        self.sizes = numbers.items.values.tolist()
        shape = (subjects, len(self.names))
        self.status, self.n = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.int64)
        self.invited, self.units = np.zeros((2, subjects, self.groups), dtype=np.int64)
        self.pool_of = numbers.groups.pool_of.tolist()
        self.counts = np.zeros((*shape, *numbers.items.points.shape), dtype=np.int32)
        self.sums = Sums.none(self.counts.shape[:3])

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
                self._read_counts(s, h, item, row)
            for item, sums in _taken(cell, "sums", dict).items():
                self._read_sums(s, h, item, _of_kind(sums, item, dict))

    def _unit(self, h: int, cell: Json) -> int:
        """A group is counted by itself, in the pool of its family, or nowhere."""
        possible: dict[str | None, int] = {self.names[h]: h, None: NOWHERE}
        if self.pool_of[h] != NOWHERE:
            possible[self.names[self.pool_of[h]]] = self.pool_of[h]
        unit = None if "unit" in cell and cell["unit"] is None else _taken(cell, "unit", str)
        if unit not in possible:
            raise ValueError(f"unit is {unit!r}, which cannot count this group")
        return possible[unit]

    def _place(self, item: str) -> int:
        if item not in self.items:
            raise ValueError(f"there is no item {item!r}")
        return self.items[item]

    def _read_counts(self, s: int, h: int, item: str, row: object) -> None:
        place, n = self._place(item), self.n[s, h]
        counts = _of_kind(row, item, list)
        if len(counts) != self.sizes[place] or not all(type(count) is int and count >= 0 for count in counts):
            raise ValueError(f"{item} has {row!r}, not {self.sizes[place]} numbers of ratings")
        if sum(counts) > n:
            raise ValueError(f"{item} has {sum(counts)} ratings, of {n} ballots")
        if sum(counts) < protection.DISTRIBUTIONS_FROM:
            raise ValueError(f"{item} has counts of {sum(counts)} ratings, fewer than have a distribution")
        self.counts[s, h, place, : len(counts)] = counts

    def _read_sums(self, s: int, h: int, item: str, sums: Json) -> None:
        place, n = self._place(item), self.n[s, h]
        ratings, points = _number(sums, "ratings"), _taken(sums, "points", int)
        top = _number(sums, "top") if "top" in sums else NOT_COUNTED
        if ratings > n:
            raise ValueError(f"{item} has {ratings} ratings, of {n} ballots")
        if abs(points) > MOST_POINTS or self.counts[s, h, place].any():
            raise ValueError(f"{item} has {points} points beside its counts, or too many")
        if top > ratings or (top != NOT_COUNTED and not self._may_have_top(h, place, ratings)):
            raise ValueError(f"{item} has {top} of the best ratings, of {ratings}")
        places = s, h, place
        self.sums.ratings[places], self.sums.points[places], self.sums.top[places] = ratings, points, top

    def _may_have_top(self, h: int, item: int, ratings: int) -> bool:
        items, groups = self.numbers.items, self.numbers.groups
        is_asked = items.satisfaction[item] and groups.satisfaction_cells[h]
        return bool(is_asked and ratings >= protection.TOP2BOX_FROM)


def _check_decision(decision: Decision, subjects: tuple[str, ...], reader: _Reader) -> None:
    ratings, minimum = reader.counts.sum(axis=3) + reader.sums.ratings, decision.minimum
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
            (telling(reader.invited, decision, reader.numbers) & (ratings > 0)).any(axis=2),
            lambda s, h: (
                "an item is not asked of some in the pool, too few to tell how many of them answered"
            ),
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


def _check_points(disclosed: DisclosedCounts, subjects: tuple[str, ...], reader: "_Reader") -> None:
    """No sum of points that so many answers cannot have."""
    items, sums = reader.numbers.items, disclosed.sums
    known, worth = ~np.isnan(items.points), items.exact[0]
    least = np.where(known, worth, worth.max()).min(axis=1)
    most = np.where(known, worth, worth.min()).max(axis=1)
    step = np.gcd.reduce(np.where(known, worth - least[:, None], 0), axis=1)
    above = sums.points - sums.kept * least
    impossible = (above < 0) | (sums.points > sums.kept * most) | (above % step != 0)
    for s, h, item in np.argwhere(impossible)[:1].tolist():
        found = f"{sums.points[s, h, item]} points of {sums.kept[s, h, item]} ratings"
        raise ValueError(f"subject {subjects[s]!r}, group {reader.names[h]}: no item has {found}")


def _statistics(data: Json, numbers: Instrument) -> Statistics:
    dimensions = numbers.dimensions
    try:
        statistics = statistics_from_json(data)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"its statistics are incomplete: {error!r}") from None
    _check_icc(statistics.icc, len(numbers.items.values))
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


def _check_icc(icc: Intraclass, items: int) -> None:
    """Where it has a value, its interval has to have one."""
    single, average, targets, ratings, typical = (np.atleast_1d(values) for values in vars(icc).values())
    if {values.shape for values in (single, average, targets, ratings, typical)} != {(items,)}:
        raise ValueError("icc needs five numbers per item")
    whole = (targets >= 0) & (ratings >= 0) & (targets % 1 == 0) & (ratings % 1 == 0)
    known = ~np.isnan(average)
    sound = (average <= 1) & (targets >= 2) & (ratings > targets) & (typical > 0) & ~np.isnan(single)
    if not whole.all() or np.isinf([single, average, typical]).any() or not sound[known].all():
        raise ValueError("icc is at most 1, of a whole number of subjects rated more than once")


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
