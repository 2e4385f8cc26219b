"""Targets and actuals of KPIs: append-only, the newest version counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from feedback.models.figures import Figure, FigureImport, FigureKind, FigureSource, TargetState
from feedback.services.ground.row_locks import among


class FigureKey(NamedTuple):
    person_id: int
    period: str
    kpi: str
    kind: FigureKind


@dataclass(frozen=True)
class FigureRecord:
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

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.part is None


def newest(
    session: Session, person_ids: Collection[int], periods: Collection[str]
) -> Mapping[FigureKey, FigureRecord]:
    """What counts, from one statement. Of a target the newest version that was agreed, before that the newest."""
    found: dict[FigureKey, FigureRecord] = {}
    wanted = set(person_ids)
    for row in session.execute(_versions(person_ids).where(Figure.period.in_(periods))):
        if row.person_id in wanted:
            key, record = _key(row), _record(row)
            before = found.get(key)
            if before is None or before.state != TargetState.AGREED or record.state == TargetState.AGREED:
                found[key] = record
    return found


def proposals(
    session: Session, person_ids: Collection[int], periods: Collection[str]
) -> Mapping[FigureKey, FigureRecord]:
    """Targets that are proposed and not yet agreed, the newest of each, from one statement."""
    query = _versions(person_ids).where(Figure.period.in_(periods), Figure.kind == FigureKind.TARGET)
    wanted = set(person_ids)
    last = {_key(row): _record(row) for row in session.execute(query) if row.person_id in wanted}
    return {key: record for key, record in last.items() if record.state == TargetState.PROPOSED}


def versions(session: Session, key: FigureKey) -> list[FigureRecord]:
    """All there were, the first one first."""
    query = _versions([key.person_id]).where(
        Figure.period == key.period, Figure.kpi == key.kpi, Figure.kind == key.kind
    )
    return [_record(row) for row in session.execute(query)]


def _versions(person_ids: Collection[int]) -> Select[Figure]:
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
    )
    return (
        select(*columns)
        .outerjoin(Figure.imported)
        .where(among(Figure.person_id, person_ids))
        .order_by(Figure.version)
    )


def _key(row: Row[Figure]) -> FigureKey:
    return FigureKey(row[0], row[1], row[2], FigureKind(row[3]))


def _record(row: Row[Figure]) -> FigureRecord:
    value, part, whole, base, source, version, reason, at, actor, file_name, number, state = row[4:]
    return FigureRecord(
        value,
        part,
        whole,
        base,
        FigureSource(source),
        version,
        reason,
        at,
        actor,
        file_name,
        number,
        TargetState(state) if state else None,
    )
