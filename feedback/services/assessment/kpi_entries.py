"""What was entered of a KPI, as tables over the parts of a period and over people.

Arrays are [c] over cases (a segment of a person each) or [m, c] over parts of the period; NaN is "not there".
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter

import numpy as np

from feedback.services.assessment.inputs import FigureInput, Inputs, SegmentInput
from feedback.services.tables import periods
from forms.appraisals.choices import GrowthOver, PeriodKind
from forms.appraisals.rules import Kpi
from scoring import figures as scoring
from scoring.instrument import Booleans, Floats

NAN = float("nan")
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True)
class Case:
    """One segment of one person. given: figures that come by themselves, of the feedback, by their source."""

    inputs: Inputs
    segment: SegmentInput
    given: Mapping[str, float]

    @cached_property
    def entries(self) -> Mapping[tuple[str, str, str], FigureInput]:
        return {(each.kpi, each.period, each.kind): each for each in self.inputs.figures}

    @cached_property
    def places(self) -> Mapping[tuple[str, str, str], int]:
        """Of the entries among the inputs' figures."""
        return {(each.kpi, each.period, each.kind): place for place, each in enumerate(self.inputs.figures)}

    @cached_property
    def _month_days(self) -> Mapping[str, tuple[int, int]]:
        return {each.month: (each.days, each.of) for each in self.inputs.months}

    def days_in(self, part: str) -> tuple[int, int]:
        """Days present and all days of a month or quarter."""
        days = [self._month_days[month] for month in months_of(part) if month in self._month_days]
        return sum(present for present, _ in days), sum(of for _, of in days)

    def owns(self, part: str) -> bool:
        """Whether a month, or most months of a quarter, belong to the segment; of equal ones to the later."""
        segments, months = self.inputs.segments, months_of(part)
        if len(segments) == 1:
            return any(month in segments[0].months for month in months)
        owners = Counter(
            place for place, segment in enumerate(segments) for month in months if month in segment.months
        )
        most = max(owners.values(), default=0)
        return bool(most) and segments[max(p for p, count in owners.items() if count == most)] is self.segment


@cache
def months_of(part: str) -> tuple[str, ...]:
    return periods.months_of(part)


@cache
def is_month(part: str) -> bool:
    return periods.kind_of(part) is PeriodKind.MONTH


@cache
def parts_of(period: str) -> tuple[str, ...]:
    """The months, and for a year also the quarters, which stand in where months are missing."""
    match periods.kind_of(period):
        case PeriodKind.MONTH:
            return ()
        case PeriodKind.QUARTER:
            return periods.months_of(period)
    return (*periods.months_of(period), *periods.quarters_of(period))


def earlier(kpi: Kpi, period: str) -> str:
    """The period over which growth is taken."""
    shift = periods.a_year_before if kpi.growth_over is GrowthOver.YEAR else periods.before
    return shift(period)


@dataclass(frozen=True)
class Parts:
    """The parts of the period, for all KPIs alike."""

    cases: Sequence[Case]
    period: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return parts_of(self.period)

    @cached_property
    def days(self) -> Floats:
        """Days present and days of each part [m, c, 2]."""
        days = [[case.days_in(name) for case in self.cases] for name in self.names]
        return np.array(days, dtype=float).reshape(len(self.names), len(self.cases), 2)

    @cached_property
    def months(self) -> Floats:
        """How many months each part stands for [m, c], which is what a plain mean weighs by."""
        weight = [1.0 if is_month(name) else float(MONTHS_OF_QUARTER) for name in self.names]
        return np.repeat(np.array(weight).reshape(-1, 1), len(self.cases), axis=1)

    @cached_property
    def owned(self) -> Booleans:
        """Whether a part is the case's own, or another segment's [m, c]."""
        owned = [[case.owns(name) for case in self.cases] for name in self.names]
        return np.array(owned, dtype=bool).reshape(len(self.names), len(self.cases))


@dataclass(frozen=True)
class KpiEntries:
    """Of one KPI."""

    kpi: Kpi
    parts: Parts

    @property
    def cases(self) -> Sequence[Case]:
        return self.parts.cases

    @property
    def period(self) -> str:
        return self.parts.period

    @property
    def names(self) -> tuple[str, ...]:
        return self.parts.names

    def value(self, period: str, kind: str = "actual") -> Floats:
        """As entered for a period itself [c]; 100 part / whole where these were."""
        return np.asarray(self.table((period,), "value", kind)[0])

    @cached_property
    def actuals(self) -> Floats:
        return self.table(self.names, "value")

    @cached_property
    def bases(self) -> Floats:
        return self.table(self.names, "base")

    @cached_property
    def before(self) -> Floats:
        """Of the parts of the period over which growth is taken [m, c], each beside its later one."""
        return self.table(parts_of(earlier(self.kpi, self.period)), "value")

    def table(self, names: Sequence[str], what: str, kind: str = "actual") -> Floats:
        field = _value if what == "value" else attrgetter(what)
        keys = [(self.kpi.id, name, kind) for name in names]
        rows = [[_number(case.entries.get(key), field) for case in self.cases] for key in keys]
        return np.array(rows, dtype=float).reshape(len(names), len(self.cases))

    @cached_property
    def belongs(self) -> Booleans:
        """The parts that count for the case [m, c]: its own months, or the quarter where it stands in for them.

        It does where it was entered and one of its months was not.
        """
        belongs = self.parts.owned.copy()
        if periods.kind_of(self.period) is PeriodKind.YEAR:
            known = ~np.isnan(self.actuals)
            for number, place in enumerate(range(12, 16)):
                months = slice(MONTHS_OF_QUARTER * number, MONTHS_OF_QUARTER * (number + 1))
                complete = (known[months] | ~belongs[months]).all(axis=0) & belongs[months].any(axis=0)
                belongs[place] &= ~complete & known[place]
                belongs[months] &= ~belongs[place]
        return belongs


def _number(entry: FigureInput | None, field: Callable[[FigureInput], float | None]) -> float:
    found = None if entry is None else field(entry)
    return NAN if found is None else found


def _value(entry: FigureInput) -> float | None:
    if entry.value is None and entry.part is not None and entry.whole is not None:
        return float(scoring.share(np.array([entry.part]), np.array([entry.whole]))[0])
    return entry.value
