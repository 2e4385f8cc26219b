"""What is possible in a file of figures and may be a mistake; the preview says so, and nothing is refused for it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.figures import FigureImport, FigureKind
from feedback.services.definitions.appraising import listed
from feedback.services.fact_files.figure_entries import Counting, FigureEntry
from feedback.services.facts.computed import computed_period
from feedback.services.facts.figures import FigureKey, FigureRecord
from feedback.services.ground.errors import RowFault
from feedback.services.tables import periods
from forms.appraisals.choices import Combine, FigureRule, PeriodKind
from forms.appraisals.kpis import is_of_feedback
from forms.words import N_

# So many times the target or the figure before, or less than the twentieth part of it: probably another unit.
TOO_MANY_TIMES, TOO_SMALL_A_PART = 10.0, 0.05
BY_ITSELF = "register."
MOST_MONTHS = 36


class File(Protocol):
    @property
    def kind(self) -> FigureKind: ...
    @property
    def period(self) -> str: ...
    @property
    def digest(self) -> str: ...


def compared(named: Collection[str]) -> set[str]:
    """The periods of a file, those before them, and the months between."""
    return {*named, *map(periods.before, named), *_months(named)}


def of_file(
    session: Session,
    file: File,
    entries: Sequence[FigureEntry],
    counting: Counting,
    versions: Mapping[int, Mapping[str, int]],
    today: date,
) -> tuple[RowFault, ...]:
    known: dict[FigureKey, FigureEntry | FigureRecord] = {**counting}
    known |= {entry.key: entry for entry in entries}
    units = [fault for entry in entries for fault in _units(entry, known)]
    kinds = [fault for entry in entries for fault in _of_kind(entry, today)]
    over = [p for p in periods.within(file.period) if periods.last_day(p) < today] if file.period else []
    missing = _missing_months(entries, counting, over)
    return (*_came_before(session, file), *_computed(entries, versions), *missing, *kinds, *units)


def _came_before(session: Session, file: File) -> Iterator[RowFault]:
    query = select(FigureImport).where(FigureImport.digest == file.digest, FigureImport.kind == file.kind)
    before = session.scalars(query.order_by(FigureImport.id.desc())).first()
    if before:
        facts = {"name": before.file_name, "number": before.id, "day": before.at.date()}
        sentence = N_("the same file came on %(day)s as %(name)s (import %(number)s)")
        yield RowFault(0, "", sentence, facts)


def _computed(
    entries: Iterable[FigureEntry], versions: Mapping[int, Mapping[str, int]]
) -> Iterator[RowFault]:
    codes: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.differs and (period := computed_period(entry.key, versions)):
            codes.setdefault(period, {})[entry.row.subject] = None
    sentence = N_("%(period)s is computed already, and what it rests on changes: %(codes)s")
    for period, found in sorted(codes.items()):
        yield RowFault(0, "period", sentence, {"period": period, "codes": listed(list(found))})


def _missing_months(
    entries: Sequence[FigureEntry], counting: Counting, over: Sequence[str]
) -> Iterator[RowFault]:
    """Of each source, between the first and the last month of the file and of the period that is said with it."""
    actuals = [entry for entry in entries if not entry.is_target]
    there = {(str(e.source), e.key.period) for e in actuals if not e.is_empty}
    there |= {(str(r.source), k.period) for k, r in counting.items() if _is_actual(k, r)}
    named = {entry.key.period for entry in actuals}
    months = _months({*named, *over}) if _months(named) else []
    sentence = N_("nothing from the source %(source)s for %(month)s")
    for source in sorted({str(entry.source) for entry in actuals}):
        for month in months:
            if (source, month) not in there:
                yield RowFault(0, "period", sentence, {"source": source, "month": month})


def _is_actual(key: FigureKey, record: FigureRecord) -> bool:
    return key.kind is FigureKind.ACTUAL and not record.is_empty


def _months(named: Collection[str]) -> list[str]:
    """From the first to the last month among the periods; none where they are too many."""
    months = [period for period in named if periods.kind_of(period) is PeriodKind.MONTH]
    month, last = min(months, default=""), max(months, default="")
    found = [month] if months else []
    while found and found[-1] < last and len(found) < MOST_MONTHS:
        found.append(periods.following(found[-1]))
    return found if len(found) < MOST_MONTHS else []


def _of_kind(entry: FigureEntry, today: date) -> Iterator[RowFault]:
    kpi, row = entry.kpi, entry.row
    source = kpi.source or ""
    if entry.is_target or entry.is_empty:
        return
    if is_of_feedback(kpi) or source.startswith(BY_ITSELF):
        sentence = N_("%(kpi)s comes from %(source)s by itself")
        yield RowFault(row.number, "actual", sentence, {"kpi": kpi.id, "source": source})
    if periods.first_day(entry.key.period) > today:
        yield RowFault(row.number, "period", N_("%(period)s has not begun"), {"period": entry.key.period})
    is_part = periods.kind_of(entry.key.period) is not PeriodKind.YEAR
    if kpi.combine is Combine.WEIGHTED and entry.base is None and is_part:
        sentence = N_("%(kpi)s is weighted by its base: without one it does not count in a longer period")
        yield RowFault(row.number, "base", sentence, {"kpi": kpi.id})


def _units(entry: FigureEntry, known: Mapping[FigureKey, FigureEntry | FigureRecord]) -> Iterator[RowFault]:
    key, rule = entry.key, entry.kpi.figure
    value, number = _comparable(entry, rule), entry.row.number
    column = "target" if entry.is_target else "part" if entry.value is None else "actual"
    target = known.get(key._replace(kind=FigureKind.TARGET))
    if (
        target
        and not entry.is_target
        and rule is not FigureRule.GROWTH
        and _differ_widely(value, target.value)
    ):
        sentence = N_("%(value)s against a target of %(target)s: is it the same unit?")
        yield RowFault(number, column, sentence, {"value": _shown(value), "target": _shown(target.value)})
    earlier = known.get(key._replace(period=periods.before(key.period)))
    before = _comparable(earlier, rule) if earlier else None
    if _differ_widely(value, before):
        sentence = N_("%(value)s after %(before)s in %(period)s: is it the same unit?")
        facts = {"value": _shown(value), "before": _shown(before), "period": periods.before(key.period)}
        yield RowFault(number, column, sentence, facts)


def _comparable(said: FigureEntry | FigureRecord, rule: FigureRule) -> float | None:
    """A share in per cent; of growth what there is now."""
    if said.part is None or said.whole is None:
        return said.value
    if rule is FigureRule.GROWTH:
        return said.part
    return 100 * said.part / said.whole if said.whole else None


def _differ_widely(value: float | None, other: float | None) -> bool:
    if not value or not other or other < 0 or value < 0:
        return False
    return value / other >= TOO_MANY_TIMES or value / other < TOO_SMALL_A_PART


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"
