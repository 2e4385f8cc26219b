"""Targets and actuals of KPIs: append-only, the newest version counts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from feedback.models.figures import Figure, FigureImport, FigureKind, FigureSource, TargetState
from feedback.services.ground.row_locks import among

# Of many thousand rows, a dictionary finds the word in a third of the time.
KINDS = {kind.value: kind for kind in FigureKind}
SOURCES = {source.value: source for source in FigureSource}
STATES: dict[str | None, TargetState | None] = {None: None, **{state.value: state for state in TargetState}}


class FigureKey(NamedTuple):
    person_id: int
    period: str
    kpi: str
    kind: FigureKind


class FigureRecord(NamedTuple):
    """One version of a target or an actual, and where it is from: the row of a file, or who entered it.

    value, or part and whole; neither: "no figure", never zero.
    """

    value: float | None
    part: float | None
    whole: float | None
    base: float | None
    source: FigureSource
    version: int
    reason: str | None
    at: datetime
    actor: str
    file_name: str | None
    row: int | None
    state: TargetState | None
    by_subject: bool = False

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.part is None


def newest(
    session: Session, person_ids: Collection[int], periods: Collection[str]
) -> Mapping[FigureKey, FigureRecord]:
    """What counts, from one statement. Of a target the newest version that was agreed, before that the newest.

    Versions of an import that was undone never count: what counted before stands behind them as a version of its own.
    """
    found: dict[FigureKey, FigureRecord] = {}
    wanted = set(person_ids)
    for row in session.execute(_standing(person_ids).where(Figure.period.in_(periods))):
        if row.person_id in wanted:
            _take(found, _key(row), _record(row))
    return found


def _take(found: dict[FigureKey, FigureRecord], key: FigureKey, record: FigureRecord) -> None:
    before = found.get(key)
    if before is None or before.state is not TargetState.AGREED or record.state is TargetState.AGREED:
        found[key] = record


def before(session: Session, versions: Mapping[FigureKey, int]) -> Mapping[FigureKey, FigureRecord]:
    """What counted before these versions."""
    found: dict[FigureKey, FigureRecord] = {}
    query = _standing({key.person_id for key in versions})
    for row in session.execute(query.where(Figure.period.in_({key.period for key in versions}))):
        key, record = _key(row), _record(row)
        if record.version < versions.get(key, 0):
            _take(found, key, record)
    return found


def proposals(
    session: Session, person_ids: Collection[int], periods: Collection[str]
) -> Mapping[FigureKey, FigureRecord]:
    """Targets that are proposed and not yet agreed, the newest of each, from one statement."""
    query = _standing(person_ids).where(Figure.period.in_(periods), Figure.kind == FigureKind.TARGET)
    wanted = set(person_ids)
    last = {_key(row): _record(row) for row in session.execute(query) if row.person_id in wanted}
    return {
        key: record
        for key, record in last.items()
        if record.state is TargetState.PROPOSED and not record.is_empty
    }


def last_versions(
    session: Session, person_ids: Collection[int], periods: Collection[str]
) -> Mapping[FigureKey, int]:
    """The number of the newest version of each, whether it counts or not; one statement."""
    key = (Figure.person_id, Figure.period, Figure.kpi, Figure.kind)
    query = (
        select(*key, func.max(Figure.version))
        .where(among(Figure.person_id, person_ids), Figure.period.in_(periods))
        .group_by(*key)
    )
    return {_key(row): row[4] for row in session.execute(query)}


def versions(session: Session, key: FigureKey) -> list[FigureRecord]:
    """All there were, the first one first."""
    query = _versions([key.person_id]).where(
        Figure.period == key.period, Figure.kpi == key.kpi, Figure.kind == key.kind
    )
    return [_record(row) for row in session.execute(query)]


def _standing(person_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return _versions(person_ids).where(FigureImport.undone_at.is_(None))


def _versions(person_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    columns = (
        Figure.person_id,
        Figure.period,
        Figure.kpi,
        Figure.kind,
        Figure.value,
        Figure.part,
        Figure.whole,
        Figure.base,
        Figure.source,
        Figure.version,
        Figure.reason,
        Figure.at,
        Figure.actor,
        FigureImport.file_name,
        Figure.row,
        Figure.state,
        Figure.by_subject,
    )
    return (
        select(*columns)
        .outerjoin(Figure.imported)
        .where(among(Figure.person_id, person_ids))
        .order_by(Figure.version)
    )


def _key(row: Row[*tuple[Any, ...]]) -> FigureKey:
    return FigureKey(row[0], row[1], row[2], KINDS[row[3]])


def _record(row: Row[*tuple[Any, ...]]) -> FigureRecord:
    _, _, _, _, value, part, whole, base, source, version, reason, at, actor, file, number, state, own = row
    where = (reason, at, actor, file, number)
    return FigureRecord(value, part, whole, base, SOURCES[source], version, *where, STATES[state], own)
