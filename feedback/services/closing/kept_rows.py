"""The cells of a campaign as rows and columns, and what is kept of each as rows of tables."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from feedback.models.campaigns import Cell, Subject
from feedback.services.closing.unsealing import Opened
from feedback.services.ground import protection
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.counts import DisclosedCounts, turn_reversed
from scoring.disclosure import NOWHERE, Decision
from scoring.instrument import Instrument, Integers
from scoring.slices import slices
from scoring.sums import NOT_COUNTED

SUBJECTS_AT_ONCE = 200
ID_SIZE = 16

Place = tuple[int, int]
KeptRow = dict[str, Any]


@dataclass(frozen=True)
class CellMatrix:
    """A campaign's cells as rows (subjects) and columns (the scheme's groups, then the pools of the families)."""

    questionnaire: Questionnaire
    scheme: Scheme
    instrument: Instrument
    subjects: tuple[Subject, ...]
    columns: tuple[str, ...]
    cells: dict[Place, Cell]

    @cached_property
    def place_of(self) -> dict[int, Place]:
        """Of the cells that were there when it is asked first: pools come later."""
        return {cell.id: place for place, cell in self.cells.items()}

    def places_of(self, cell_ids: Integers) -> Integers:
        """Rows and columns [b, 2] of cells [b] by id."""
        ids, which = np.unique(cell_ids, return_inverse=True)
        return np.array([self.place_of[id] for id in ids.tolist()], dtype=np.int64).reshape(-1, 2)[which]

    def by_place(self, numbers: Mapping[int, int]) -> Integers:
        """Numbers by cell id as subjects x groups."""
        found = np.zeros((len(self.subjects), len(self.scheme.groups)), dtype=np.int64)
        for cell_id, number in numbers.items():
            found[self.place_of[cell_id]] = number
        return found

    @property
    def answered(self) -> Integers:
        return self._numbers("answered")

    @property
    def interviewed(self) -> Integers:
        return self._numbers("interviewed")

    @property
    def invited(self) -> Integers:
        return self._numbers("invited")

    @property
    def units(self) -> Integers:
        """The columns that were to count the groups since the opening, or NOWHERE."""
        units = np.tile(np.arange(len(self.scheme.groups)), (len(self.subjects), 1))
        for place, cell in self.cells.items():
            if not cell.is_pool:
                units[place] = NOWHERE if cell.unit is None else self.columns.index(cell.unit)
        return units

    def _numbers(self, column: str) -> Integers:
        numbers = np.zeros((len(self.subjects), len(self.scheme.groups)), dtype=np.int64)
        for (row, group), cell in self.cells.items():
            if not cell.is_pool:
                numbers[row, group] = getattr(cell, column) or 0
        return numbers


def of_counts(matrix: CellMatrix, disclosed: DisclosedCounts) -> Iterator[KeptRow]:
    items, instrument = [item.id for item in matrix.questionnaire.counted_items], matrix.instrument
    for some in slices(len(matrix.subjects), SUBJECTS_AT_ONCE):
        counts = turn_reversed(disclosed.counts[some].copy(), instrument.items)
        found = np.argwhere(counts)
        for (row, column, item, value), count in zip(
            found.tolist(), counts[tuple(found.T)].tolist(), strict=True
        ):
            cell_id = matrix.cells[some.start + row, column].id
            yield {"cell_id": cell_id, "item": items[item], "value": value + 1, "count": count}


def of_totals(matrix: CellMatrix, disclosed: DisclosedCounts) -> Iterator[KeptRow]:
    items, sums = [item.id for item in matrix.questionnaire.counted_items], disclosed.sums
    for some in slices(len(matrix.subjects), SUBJECTS_AT_ONCE):
        found = np.argwhere(disclosed.scored[some] & ~disclosed.spread[some])
        found[:, 0] += some.start
        kept = (numbers[tuple(found.T)].tolist() for numbers in (sums.ratings, sums.points, sums.top))
        for (row, column, item), ratings, points, top in zip(found.tolist(), *kept, strict=True):
            yield {
                "cell_id": matrix.cells[row, column].id,
                "item": items[item],
                "ratings": ratings,
                "points": points,
                "top": None if top == NOT_COUNTED else top,
            }


def of_comments(matrix: CellMatrix, decision: Decision, opened: Opened) -> Iterator[KeptRow]:
    """Comments of cells that are large enough for them, each under a random id and in the order of these; others are
    dropped here.
    """
    items = [item.id for item in matrix.questionnaire.comment_items]
    cells = _cells_with_comments(matrix, decision)
    ids = random_ids(len(opened.order))
    for id, (cell_id, item, text) in zip(ids, opened.in_order(), strict=True):
        if cell_id in cells:
            yield {"id": id, "cell_id": cells[cell_id], "item": items[item], "text": text}


def random_ids(number: int) -> Iterator[bytes]:
    """In order, so that rows lie as their ids do: neither says in which order the texts came."""
    drawn = np.frombuffer(secrets.token_bytes(ID_SIZE * number), dtype=f"V{ID_SIZE}")
    return (each.tobytes() for each in np.sort(drawn))


def _cells_with_comments(matrix: CellMatrix, decision: Decision) -> dict[int, int]:
    """Ids of the cells whose comments are kept, and of the cells that they are counted in."""
    found = {}
    for (row, group), own in matrix.cells.items():
        if own.is_pool or decision.cell[row, group] == NOWHERE:
            continue
        cell = matrix.cells[row, int(decision.cell[row, group])]
        if protection.shows_comments(cell, attributed=matrix.scheme.groups[group].attributed):
            found[own.id] = cell.id
    return found
