"""The counts of a campaign between the database and the arrays that `scoring` works on."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from feedback.models.campaigns import Campaign, Cell, CellStatus, Subject
from feedback.models.results import Comment, Count, ItemTotal
from feedback.services.closing import kept_rows, results
from feedback.services.closing.counts_export import statistics_from_json, statistics_to_json, unknown_icc
from feedback.services.closing.kept_rows import CellMatrix, KeptRow
from feedback.services.closing.results import CampaignResult
from feedback.services.closing.unsealing import Opened
from feedback.services.crowds import crowds
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground import documents
from feedback.services.ground.errors import NotPossible
from scoring.counts import restored, turn_reversed
from scoring.disclosure import Decision, Status, from_status
from scoring.instrument import Counts, Integers
from scoring.sums import NOT_COUNTED, Sums

ROWS_AT_ONCE = 5000


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
    _keep(session, Count, kept_rows.of_counts(matrix, result.disclosed))
    _keep(session, ItemTotal, kept_rows.of_totals(matrix, result.disclosed))
    comments = _keep(session, Comment, kept_rows.of_comments(matrix, decision, opened))
    campaign.statistics = documents.numbered(statistics_to_json(result.statistics) | {"salt": salt})
    session.flush()
    _verify(session, campaign, result, comments)


def _keep(session: Session, table: type[Count | ItemTotal | Comment], rows: Iterator[KeptRow]) -> int:
    """Not all rows at once: there are many more of them than numbers they are made from. Says how many there were."""
    kept = 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        session.execute(insert(table.metadata.tables[table.__tablename__]), some)
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
    noted = []
    for (row, column), cell in matrix.cells.items():
        status = STATUS[Status(int(decision.status[row, column]))]
        if status == CellStatus.ABSENT and cell.invited and cell not in tellable:
            status = CellStatus.WITHHELD
        answered = int(n[row, column]) if decision.shown[row, column] else cell.answered
        noted.append({"id": cell.id, "status": status, "answered": answered})
        set_committed_value(cell, "status", status)
        set_committed_value(cell, "answered", answered)
    session.execute(update(Cell), noted)  # one statement, and a tenth of the time of so many changed objects
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
