"""What a row would store, beside what counts now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from feedback.models.figures import FigureKind, FigureSource, TargetState
from feedback.services.fact_files.figure_rows import FigureRow
from feedback.services.facts.figures import FigureKey, FigureRecord
from feedback.services.facts.profiles import Profiles
from feedback.services.tables.import_plan import Cells
from feedback.services.tables.numbers import Quantity
from forms.appraisals.rules import Kpi

ENTERED = frozenset(FigureSource)  # what a scheme may say that figures are entered from
Counting = Mapping[FigureKey, FigureRecord]


@dataclass(frozen=True)
class FigureEntry:
    """A target or an actual that a row speaks of; before: what counts now."""

    row: FigureRow
    kpi: Kpi
    key: FigureKey
    before: FigureRecord | None
    value: float | None
    part: float | None = None
    whole: float | None = None
    base: float | None = None
    source: FigureSource = FigureSource.IMPORT
    state: TargetState | None = None

    @property
    def is_target(self) -> bool:
        return self.key.kind is FigureKind.TARGET

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.part is None

    @cached_property
    def cells(self) -> Cells:
        return _cells(self)

    @cached_property
    def stored(self) -> Cells | None:
        return _cells(self.before, self.is_target) if self.before else None

    @property
    def differs(self) -> bool:
        return self.cells != self.stored


def _cells(said: FigureEntry | FigureRecord, is_target: bool | None = None) -> Cells:
    if isinstance(said, FigureEntry) and said.is_target or is_target:
        return {"target": said.value}
    return {
        "actual": said.value,
        "part": said.part,
        "whole": said.whole,
        "base": said.base,
        "source": str(said.source),
    }


def of_row(row: FigureRow, person_id: int, profiles: Profiles, counting: Counting) -> Iterator[FigureEntry]:
    """Of a row that nothing is wrong with."""
    rules, kpi = profiles.scheme(row.period).appraisal, profiles.kpis(row.period)[row.kpi]
    if row.says_an_actual:
        yield _actual(row, kpi, FigureKey(person_id, row.period, row.kpi, FigureKind.ACTUAL), counting)
    if row.target:
        key = FigureKey(person_id, row.period, row.kpi, FigureKind.TARGET)
        yield _target(row, kpi, key, counting, rules.process.targets_agreed)


def _actual(row: FigureRow, kpi: Kpi, key: FigureKey, counting: Counting) -> FigureEntry:
    before = counting.get(key)
    declared = FigureSource(kpi.source) if kpi.source in ENTERED else FigureSource.IMPORT
    return FigureEntry(
        row,
        kpi,
        key,
        before,
        value=_value(row.actual),
        part=_value(row.part),
        whole=_value(row.whole),
        base=_value(row.base),
        source=row.source or (before.source if before else declared),
    )


def _target(
    row: FigureRow, kpi: Kpi, key: FigureKey, counting: Counting, is_agreed_upon: bool
) -> FigureEntry:
    """Where targets are agreed, HR proposes the first one; what was agreed it changes by itself, with a reason."""
    before = counting.get(key)
    was_agreed = before is not None and before.state is TargetState.AGREED
    state = TargetState.PROPOSED if is_agreed_upon and not was_agreed else TargetState.AGREED
    return FigureEntry(row, kpi, key, before, value=_value(row.target), state=state)


def _value(quantity: Quantity | None) -> float | None:
    return quantity.value if quantity else None
