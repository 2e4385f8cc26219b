"""Importing what people reached on their KPIs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import KpiResult
from feedback.models.people import Person
from feedback.services import audit, numbers, periods, records, tables
from feedback.services.errors import RowFault
from feedback.services.numbers import Quantity
from feedback.services.tables import Column, Imported, Row
from forms.appraisal import Kpi, Method

COLUMNS = (
    Column("subject", ("person", "code", "工号", "员工编号", "客户经理", "客户经理工号"), required=True),
    Column("kpi", ("指标", "指标编号", "指标代码"), required=True),
    Column("actual", ("result", "实际", "实际值", "完成值"), required=True, may_be_empty=True, longest=40),
    Column("target", ("目标", "目标值"), required=True, may_be_empty=True, longest=40),
)
# These compare the actual with its target, so that the unit of both does not matter as long as it is the same.
UNIT_FREE = (Method.RATIO, Method.LOWER_IS_BETTER, Method.PASS_FAIL, Method.INTERPOLATE)
DIVIDED_BY_TARGET = (Method.RATIO, Method.LOWER_IS_BETTER, Method.INTERPOLATE)


@dataclass(frozen=True)
class Record:
    """No actual is "no actual", never zero."""

    actual: float | None
    target: float | None


Key = tuple[int, str]


def import_csv(
    session: Session, data: bytes, period: str, kpis: Sequence[Kpi], *, actor: str, now: datetime
) -> Imported:
    """Add and change the results of a period, all or none. Raises InvalidFile with every fault."""
    periods.require(period)
    rows = tables.read(data, COLUMNS)
    people = {code: id for id, code in session.execute(select(Person.id, Person.code))}
    faults = _faults(rows, people, {kpi.id: kpi for kpi in kpis})
    tables.refuse(tables.repeated(rows, "subject", "kpi") + faults)
    ids, stored = _stored(session, period)
    wanted = {(people[row.cells["subject"]], row.cells["kpi"]): _record(row) for row in rows}
    changes = {
        (person_id, kpi): {"person_id": person_id, "period": period, "kpi": kpi, **asdict(record)}
        for (person_id, kpi), record in tables.differing(wanted, stored).items()
    }
    records.store(session, KpiResult, changes, ids)
    imported = tables.compare(wanted, stored)
    audit.record(session, "KPI results imported", period, actor=actor, now=now, **asdict(imported))
    return imported


def _stored(session: Session, period: str) -> tuple[dict[Key, int], dict[Key, Record]]:
    results = session.execute(
        select(KpiResult.id, KpiResult.person_id, KpiResult.kpi, KpiResult.actual, KpiResult.target).where(
            KpiResult.period == period
        )
    ).all()
    ids = {(row.person_id, row.kpi): row.id for row in results}
    return ids, {(row.person_id, row.kpi): Record(row.actual, row.target) for row in results}


def _record(row: Row) -> Record:
    return Record(_value(row.cells["actual"]), _value(row.cells["target"]))


def _value(cell: str) -> float | None:
    return numbers.read(cell).value if cell else None


def _faults(rows: Sequence[Row], people: Mapping[str, int], kpis: Mapping[str, Kpi]) -> list[RowFault]:
    faults = []
    for row in rows:
        subject, kpi = row.cells["subject"], kpis.get(row.cells["kpi"])
        if subject not in people:
            faults.append(RowFault(row.number, "subject", f"there is no person {subject}"))
        if kpi is None:
            known = ", ".join(kpis)
            faults.append(
                RowFault(row.number, "kpi", f"{row.cells['kpi']} is not a KPI of the scheme: {known}")
            )
        else:
            faults += [RowFault(row.number, column, message) for column, message in _number_faults(row, kpi)]
    return faults


def _number_faults(row: Row, kpi: Kpi) -> list[tuple[str, str]]:
    faults = []
    read: dict[str, Quantity] = {}
    for column in ("actual", "target"):
        try:
            if cell := row.cells[column]:
                read[column] = numbers.read(cell)
        except ValueError as error:
            faults.append((column, str(error)))
    if faults:
        return faults
    return _target_faults(read.get("target"), kpi) + _percent_faults(read, kpi)


def _target_faults(target: Quantity | None, kpi: Kpi) -> list[tuple[str, str]]:
    if target is None and kpi.method is not Method.TIER:
        return [("target", f"is empty; {kpi.id} is measured against a target")]
    if target and target.value <= 0 and kpi.method in DIVIDED_BY_TARGET:
        return [("target", f"must be above 0; {kpi.id} is measured as a share of it")]
    return []


def _percent_faults(read: Mapping[str, Quantity], kpi: Kpi) -> list[tuple[str, str]]:
    """95 % is kept as 95. That is clear where actual and target both say so and nothing else has a unit."""
    signed = [column for column, quantity in read.items() if quantity.percent]
    if not signed:
        return []
    if kpi.method not in UNIT_FREE:
        message = f"leave out the % sign: {kpi.id} needs the number in the unit of its scheme"
        return [(column, message) for column in signed]
    if len(signed) < len(read):
        return [(signed[0], "has a % sign and the other number has none: write both with or both without")]
    return []
