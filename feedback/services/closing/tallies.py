"""The counts of a campaign between the database and the arrays that `scoring` works on."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from feedback.models.campaigns import Campaign, Cell, CellStatus, Subject
from feedback.models.results import Comment, Count, ItemTotal
from feedback.services.closing import results
from feedback.services.closing.counts_export import statistics_from_json, statistics_to_json, unknown_icc
from feedback.services.closing.results import CampaignResult
from feedback.services.closing.unsealing import Opened
from feedback.services.crowds import crowds
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground import documents, protection
from feedback.services.ground.errors import NotPossible
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.counts import DisclosedCounts, restored, turn_reversed
from scoring.disclosure import NOWHERE, Decision, Status, from_status
from scoring.instrument import Counts, Instrument, Integers
from scoring.slices import slices
from scoring.sums import NOT_COUNTED, Sums

ROWS_AT_ONCE = 5000
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


def matrix(session: Session, campaign: Campaign) -> CellMatrix:
    questionnaire, scheme = read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme)
    columns = results.cell_names(scheme)
    subjects = session.scalars(
        select(Subject)
        .where(Subject.campaign_id == campaign.id)
        .options(selectinload(Subject.cells).joinedload(Cell.crowd), selectinload(Subject.person))
        .order_by(Subject.id)
    ).all()
    in_order = sorted(subjects, key=lambda subject: subject.person.code)
    cells = {
        (row, columns.index(cell.group)): cell
        for row, subject in enumerate(in_order)
        for cell in subject.cells
    }
    instrument = results.instrument(questionnaire, scheme)
    return CellMatrix(questionnaire, scheme, instrument, tuple(in_order), columns, cells)


STATUS = {
    Status.SHOWN: CellStatus.SHOWN,
    Status.MERGED: CellStatus.MERGED,
    Status.WITHHELD: CellStatus.WITHHELD,
    Status.ABSENT: CellStatus.ABSENT,
}
STATUS_OF = {stored: status for status, stored in STATUS.items()}


def store(
    session: Session,
    campaign: Campaign,
    matrix: CellMatrix,
    decision: Decision,
    opened: Opened,
    salt: str,
    seed: int = 0,
) -> None:
    """Write what may remain of the opened ballots: counts, comments and campaign-wide statistics. Verified."""
    result = _count(matrix, decision, opened, seed)
    _note_cells(session, matrix, result)
    _keep(session, Count, _count_rows(matrix, result.disclosed))
    _keep(session, ItemTotal, _total_rows(matrix, result.disclosed))
    comments = _keep(session, Comment, _comment_rows(matrix, decision, opened))
    campaign.statistics = documents.numbered(statistics_to_json(result.statistics) | {"salt": salt})
    session.flush()
    _verify(session, campaign, result, comments)


def _keep(session: Session, table: type[Count | ItemTotal | Comment], rows: Iterator[KeptRow]) -> int:
    """Not all rows at once: there are many more of them than numbers they are made from. Says how many there were."""
    kept = 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        session.execute(insert(table.__table__), some)
        kept += len(some)
    return kept


def load(session: Session, campaign: Campaign) -> tuple[CellMatrix, CampaignResult]:
    """What closing left of a campaign, as arrays. Five statements, whatever the size of the campaign."""
    if campaign.statistics is None:
        raise NotPossible(
            f"campaign {campaign.code} is {campaign.state}; there are no results before it is closed"
        )
    found = matrix(session, campaign)
    subjects = tuple(subject.person.code for subject in found.subjects)
    disclosed = restored(
        _counts(session, campaign, found),
        _totals(session, campaign, found),
        shown_ballots(found),
        found.invited,
        _decision(found),
        found.instrument,
    )
    icc = unknown_icc(len(found.questionnaire.counted_items))
    kept = {"icc": icc, "influence": None, **documents.content(campaign.statistics)}
    return found, CampaignResult(subjects, disclosed, found.units, statistics_from_json(kept), kept["salt"])


def _count(matrix: CellMatrix, decision: Decision, opened: Opened, seed: int) -> CampaignResult:
    places = matrix.places_of(opened.cells)
    return results.count(
        [subject.person.code for subject in matrix.subjects],
        opened.marks,
        places[:, 0],
        places[:, 1],
        matrix.invited,
        matrix.units,
        decision,
        matrix.instrument,
        seed,
    )


def _note_cells(session: Session, matrix: CellMatrix, result: CampaignResult) -> None:
    """Set the status of every cell, and make the cells of the pools that are shown."""
    decision, n = result.disclosed.decision, result.disclosed.n
    groups = len(matrix.scheme.groups)
    tellable = crowds.tellable(matrix.cells.values(), matrix.scheme)
    for (row, column), cell in matrix.cells.items():
        cell.status = STATUS[Status(int(decision.status[row, column]))]
        if cell.status == CellStatus.ABSENT and cell.invited and cell not in tellable:
            cell.status = CellStatus.WITHHELD
        if decision.shown[row, column]:
            cell.answered = int(n[row, column])
    for row, column in np.argwhere(decision.shown[:, groups:]) + (0, groups):
        merged = decision.cell[row] == column
        pool = Cell(
            subject_id=matrix.subjects[row].id,
            group=matrix.columns[column],
            is_pool=True,
            status=CellStatus.SHOWN,
            invited=int(matrix.invited[row][merged].sum()),
            answered=int(n[row, column]),
            interviewed=int(matrix.interviewed[row][merged].sum()),
        )
        session.add(pool)
        matrix.cells[row, column] = pool
    session.flush()


def _count_rows(matrix: CellMatrix, disclosed: DisclosedCounts) -> Iterator[KeptRow]:
    items, instrument = [item.id for item in matrix.questionnaire.counted_items], matrix.instrument
    for some in slices(len(matrix.subjects), SUBJECTS_AT_ONCE):
        counts = turn_reversed(disclosed.counts[some].copy(), instrument.items)
        found = np.argwhere(counts)
        for (row, column, item, value), count in zip(
            found.tolist(), counts[tuple(found.T)].tolist(), strict=True
        ):
            cell_id = matrix.cells[some.start + row, column].id
            yield {"cell_id": cell_id, "item": items[item], "value": value + 1, "count": count}


def _total_rows(matrix: CellMatrix, disclosed: DisclosedCounts) -> Iterator[KeptRow]:
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


def _comment_rows(matrix: CellMatrix, decision: Decision, opened: Opened) -> Iterator[KeptRow]:
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


def _verify(session: Session, campaign: Campaign, result: CampaignResult, comments: int) -> None:
    """What the database now holds is what was counted, or the transaction does not happen."""
    cell_ids = select(Cell.id).join(Subject).where(Subject.campaign_id == campaign.id)
    kept = (
        (func.sum(Count.count), Count.cell_id),
        (func.sum(ItemTotal.ratings), ItemTotal.cell_id),
        (func.sum(ItemTotal.points), ItemTotal.cell_id),
        (func.count(Comment.id), Comment.cell_id),
    )
    written = [
        session.scalar(select(func.coalesce(total, 0)).where(cell_id.in_(cell_ids)))
        for total, cell_id in kept
    ]
    disclosed, small = result.disclosed, ~result.disclosed.spread
    counted = (disclosed.counts, disclosed.ratings[small], disclosed.sums.points[small])
    if written != [*(int(numbers.sum(dtype=np.int64)) for numbers in counted), comments]:
        raise RuntimeError("the stored counts are not what was counted; nothing was changed")


def _decision(matrix: CellMatrix) -> Decision:
    status = np.zeros((len(matrix.subjects), len(matrix.columns)), dtype=np.uint8)
    for place, cell in matrix.cells.items():
        status[place] = STATUS_OF[CellStatus(cell.status or CellStatus.ABSENT)]
    return from_status(status, matrix.instrument.groups)


def shown_ballots(matrix: CellMatrix) -> Integers:
    n = np.zeros((len(matrix.subjects), len(matrix.columns)), dtype=np.int64)
    for place, cell in matrix.cells.items():
        if cell.status == CellStatus.SHOWN:
            n[place] = cell.answered or 0
    return n


def _counts(session: Session, campaign: Campaign, matrix: CellMatrix) -> Counts:
    shape = (len(matrix.subjects), len(matrix.columns), *matrix.instrument.items.points.shape)
    counts = np.zeros(shape, dtype=np.int32)
    for place, value, count in _kept(session, campaign, matrix, (Count.value, Count.count)):
        counts[(*place, value - 1)] = count
    return turn_reversed(counts, matrix.instrument.items)


def _totals(session: Session, campaign: Campaign, matrix: CellMatrix) -> Sums:
    sums = Sums.none((len(matrix.subjects), len(matrix.columns), len(matrix.questionnaire.counted_items)))
    columns = ItemTotal.ratings, ItemTotal.points, ItemTotal.top
    for place, ratings, points, top in _kept(session, campaign, matrix, columns):
        sums.ratings[place], sums.points[place] = ratings, points
        sums.top[place] = NOT_COUNTED if top is None else top
    return sums


def _kept(
    session: Session, campaign: Campaign, matrix: CellMatrix, columns: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """These columns of what is kept of items in cells, after their places [s, h, j]."""
    table, place_of = columns[0].class_, matrix.place_of
    items = {item.id: place for place, item in enumerate(matrix.questionnaire.counted_items)}
    query = select(table.cell_id, table.item, *columns).join(Cell, Cell.id == table.cell_id).join(Subject)
    for cell_id, item, *row in session.execute(query.where(Subject.campaign_id == campaign.id)):
        yield (*place_of[cell_id], items[item]), *row
