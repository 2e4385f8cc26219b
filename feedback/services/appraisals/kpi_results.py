"""Importing what people reached on their KPIs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import KpiResult
from feedback.models.people import Person
from feedback.services.ground import row_locks
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import RowFault
from feedback.services.tables import columns, import_plan, numbers, periods, table_files
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Comparison, Imported, ImportPlan, Noun
from feedback.services.tables.numbers import Quantity
from forms.appraisals.choices import Method
from forms.appraisals.rules import Kpi
from forms.words import N_

COLUMNS = (
    Column(
        "subject",
        Bilingual("工号", "Subject"),
        ("person", "code", "员工编号", "客户经理", "客户经理工号"),
        required=True,
        help=N_("The code of the person."),
        example=Bilingual("A101", "A101"),
    ),
    Column(
        "kpi",
        Bilingual("指标", "KPI"),
        ("指标编号", "指标代码"),
        required=True,
        help=N_("As the scheme names it."),
        example=Bilingual("sales-revenue", "sales-revenue"),
    ),
    Column(
        "actual",
        Bilingual("实际值", "Actual"),
        ("result", "实际", "完成值"),
        required=True,
        may_be_empty=True,
        longest=40,
        help=N_("An empty cell means that there is no figure, which is not zero."),
        example=Bilingual("1150000", "1150000"),
    ),
    Column(
        "target",
        Bilingual("目标值", "Target"),
        ("目标",),
        required=True,
        may_be_empty=True,
        longest=40,
        example=Bilingual("1200000", "1200000"),
    ),
)
# These compare the actual with its target, so that the unit of both does not matter as long as it is the same.
UNIT_FREE = (Method.RATIO, Method.LOWER_IS_BETTER, Method.PASS_FAIL, Method.INTERPOLATE)
DIVIDED_BY_TARGET = (Method.RATIO, Method.LOWER_IS_BETTER, Method.INTERPOLATE)


@dataclass(frozen=True)
class KpiRecord:
    """No actual is "no actual", never zero."""

    actual: float | None
    target: float | None


def import_file(
    session: Session, data: bytes, period: str, kpis: Sequence[Kpi], *, actor: str, now: datetime
) -> Imported:
    """Add and change the results of a period, all or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, KpiResult)
    made = plan(session, table_files.read(data, COLUMNS), period, kpis)
    return import_plan.carry_out(session, made, actor=actor, now=now)[Noun.KPI_RESULT]


def plan(session: Session, rows: Sequence[TableRow], period: str, kpis: Sequence[Kpi]) -> ImportPlan:
    """What the rows would change. Raises InvalidFile with every fault."""
    period = periods.require(period)
    people = row_locks.ids(session, Person)
    faults = _faults(rows, people, {kpi.id: kpi for kpi in kpis})
    columns.refuse(columns.repeated(rows, "subject", "kpi") + faults)
    ids, stored = _stored(session, period)
    keys = {f"{row.cells['subject']} {row.cells['kpi']}": row for row in rows}
    comparison = Comparison(Noun.KPI_RESULT, {name: vars(_record(row)) for name, row in keys.items()}, stored)

    def store() -> None:
        rows = {
            name: {
                "person_id": people[keys[name].cells["subject"]],
                "period": period,
                "kpi": keys[name].cells["kpi"],
                **comparison.wanted[name],
            }
            for name in comparison.differing
        }
        row_locks.store(session, KpiResult, rows, ids)

    return ImportPlan("KPI results imported", period, (comparison,), store)


def _stored(session: Session, period: str) -> tuple[dict[str, int], dict[str, dict[str, float | None]]]:
    """By person and KPI: the row, and what it says."""
    query = select(KpiResult, Person.code).join(KpiResult.person).where(KpiResult.period == period)
    ids, stored = {}, {}
    for result, code in session.execute(query):
        name = f"{code} {result.kpi}"
        ids[name], stored[name] = result.id, {"actual": result.actual, "target": result.target}
    return ids, stored


def _record(row: TableRow) -> KpiRecord:
    return KpiRecord(_value(row.cells["actual"]), _value(row.cells["target"]))


def _value(cell: str) -> float | None:
    return numbers.read(cell).value if cell else None


def _faults(rows: Sequence[TableRow], people: Mapping[str, int], kpis: Mapping[str, Kpi]) -> list[RowFault]:
    faults = []
    for row in rows:
        subject, kpi = row.cells["subject"], kpis.get(row.cells["kpi"])
        if subject not in people:
            sentence = N_("there is no person %(code)s")
            faults.append(RowFault(row.number, "subject", sentence, {"code": subject}))
        if kpi is None:
            known = {"kpi": row.cells["kpi"], "known": ", ".join(kpis)}
            sentence = N_("%(kpi)s is not a KPI of the scheme: %(known)s")
            faults.append(RowFault(row.number, "kpi", sentence, known))
        else:
            faults += _number_faults(row, kpi)
    return faults


def _number_faults(row: TableRow, kpi: Kpi) -> list[RowFault]:
    faults = []
    read: dict[str, Quantity] = {}
    for column in ("actual", "target"):
        try:
            if cell := row.cells[column]:
                read[column] = numbers.read(cell)
        except WrongCell as error:
            faults.append(RowFault(row.number, column, error.sentence, error.facts))
    if faults:
        return faults
    sentences = _target_faults(read.get("target"), kpi) | _percent_faults(read, kpi)
    return [RowFault(row.number, column, sentence, {"kpi": kpi.id}) for column, sentence in sentences.items()]


def _target_faults(target: Quantity | None, kpi: Kpi) -> dict[str, str]:
    if target is None and kpi.method is not Method.TIER:
        return {"target": N_("is empty; %(kpi)s is measured against a target")}
    if target and target.value <= 0 and kpi.method in DIVIDED_BY_TARGET:
        return {"target": N_("must be above 0; %(kpi)s is measured as a share of it")}
    return {}


def _percent_faults(read: Mapping[str, Quantity], kpi: Kpi) -> dict[str, str]:
    """95 % is kept as 95. That is clear where actual and target both say so and nothing else has a unit."""
    signed = [column for column, quantity in read.items() if quantity.percent]
    if signed and kpi.method not in UNIT_FREE:
        return dict.fromkeys(
            signed, N_("leave out the percent sign: %(kpi)s needs the number in the unit of its scheme")
        )
    if signed and len(signed) < len(read):
        sentence = N_("has a percent sign and the other number has none: write both with or both without")
        return {signed[0]: sentence}
    return {}
