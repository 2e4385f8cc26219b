"""Targets and figures of the demo company, as the files that finance and the CRM hand in."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from feedback.models.figures import FigureKind
from feedback.services.demo import demo_company
from feedback.services.demo import demo_story as story
from feedback.services.demo.demo_company import DemoCompany
from feedback.services.demo.demo_story import Form
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.tables import periods, table_files
from feedback.services.tables.spreadsheets import Value
from forms.appraisals.choices import Combine, FigureRule, PeriodKind
from forms.appraisals.rules import AppraisalRules, Kpi

Row = tuple[Value, ...]
HEADINGS = ("subject", "kpi", "period", "actual", "part", "whole", "base")
FROM_REGISTER = "register."
KEY_ACCOUNTS = 10
CLIENTS_IN_THE_BEGINNING = 40
BEFORE = "2024-12"
AVERAGE_PROJECT, SMALL_PROJECT = 66_000, 42_000
CHANCE = 0.03
MONTHS_DIFFER = 0.06
MONTHS_OF_QUARTER = 3
NO_ACTUAL_SHARE = 0.02


@dataclass(frozen=True)
class Usual:
    """The target of a quarter, how much of somebody's form shows in the figure, and the most there can be."""

    target: float
    shows: float = 1.0
    decimals: int = 0
    most: float = inf


USUAL: Mapping[str, Usual] = {
    "sales-revenue": Usual(1_200_000),
    "new-clients": Usual(8, 1.3),
    "retention": Usual(92, 0.25, 1, 100),
    "sales-cycle": Usual(45, 0.8, 1),
    "average-order": Usual(36_000, 0.8),
    "conversion": Usual(28, 1.0, 1),
    "visits": Usual(12),
    "profit": Usual(310_000, 1.2),
    "key-account-coverage": Usual(80),
    "client-growth": Usual(5, 2.0, 1),
    "large-projects": Usual(4, 1.2),
    "collection-cycle": Usual(60, 0.5, 1),
    "market-share": Usual(12, 0.8, 1),
}
OF_YEAR = {"client-growth": 21.0, "visits": 48.0}


@dataclass(frozen=True)
class Figures:
    """forms: how somebody does in a period."""

    company: DemoCompany
    rules: AppraisalRules
    forms: Callable[[str, str], Form]
    clients: dict[str, int]

    def kpis(self, period: str) -> Iterator[tuple[str, Kpi]]:
        """Of everybody who is there what counts or is shown; of a year what is not taken from its quarters."""
        kind = periods.kind_of(period)
        first, last = periods.first_day(period), periods.last_day(period)
        for code, levels in demo_company.levels_in(self.company, first, last).items():
            profiles = [profile for level in levels if (profile := self.rules.profile_of(None, level))]
            own = {kpi for profile in profiles for kpi in profile.weights.get(kind, {})}
            if kind is PeriodKind.YEAR:
                known = {kpi for profile in profiles for kpi in profile.weights.get(PeriodKind.QUARTER, {})}
                own = {kpi for kpi in own if kpi not in known or kpi in OF_YEAR}
            yield from ((code, kpi) for kpi in self.rules.kpis if kpi.id in own)

    def targets(self, period: str) -> FigureFile:
        rows: list[Row] = []
        for code, kpi in self.kpis(period):
            if kpi.id in USUAL and (target := self._target(kpi, period)):
                parts = self._parts(code, kpi, period)
                share = MONTHS_OF_QUARTER if self._adds_up(kpi) and parts != [period] else 1
                rows += [(code, kpi.id, part, target / share) for part in parts]
        data = table_files.write(("subject", "kpi", "period", "target"), rows).encode()
        return FigureFile(FigureKind.TARGET, f"targets-{period}.csv", data, period)

    def _target(self, kpi: Kpi, period: str) -> float:
        usual = USUAL[kpi.id].target
        if periods.kind_of(period) is not PeriodKind.YEAR:
            return usual
        return OF_YEAR.get(kpi.id, usual * 4 if kpi.combine is Combine.SUM else usual)

    def _parts(self, code: str, kpi: Kpi, period: str) -> list[str]:
        """A quarter may be planned and told by months, those in which somebody was there."""
        if period not in (story.BY_MONTH, story.OPEN_QUARTER) or self._is_of_register(kpi):
            return [period]
        joined = story.JOINED.get(code, demo_company.HIRED)
        return [month for month in periods.months_of(period) if periods.last_day(month) >= joined]

    @staticmethod
    def _adds_up(kpi: Kpi) -> bool:
        return kpi.combine is Combine.SUM and kpi.figure is FigureRule.VALUE

    def _share_there(self, code: str, period: str) -> float:
        first, last = periods.first_day(period), periods.last_day(period)
        return len(story.days_there(code, first, last)) / ((last - first).days + 1)

    @staticmethod
    def _is_of_register(kpi: Kpi) -> bool:
        return (kpi.source or "").startswith(FROM_REGISTER)

    def before(self) -> FigureFile | None:
        """What the first quarter grows from, if anybody is measured by it."""
        growing = [code for code, kpi in self.kpis(story.QUARTERS[0]) if kpi.id == "client-growth"]
        rows: list[Row] = [
            (code, "client-growth", BEFORE, self._clients(code), None, None, None)
            for code in dict.fromkeys(growing)
        ]
        return self._file("crm", BEFORE, rows) if rows else None

    def actuals(self, period: str, until: str = "9999") -> list[FigureFile]:
        """A file of each source. until: months that are over."""
        dice = random.Random(f"figures {period}")
        by_source: dict[str, list[Row]] = {}
        for code, kpi in self.kpis(period):
            if not self._is_of_register(kpi):
                rows = [row for row in self._rows(code, kpi, period, dice) if str(row[2]) <= until]
                by_source.setdefault(kpi.source or "manual", []).extend(rows)
        return [self._file(source, period, rows) for source, rows in sorted(by_source.items()) if rows]

    def _file(self, source: str, period: str, rows: list[Row]) -> FigureFile:
        data = table_files.write(HEADINGS, rows).encode()
        return FigureFile(FigureKind.ACTUAL, f"{source}-{period}.csv", data, period)

    def _rows(self, code: str, kpi: Kpi, period: str, dice: random.Random) -> Iterator[Row]:
        form = self.forms(code, period).figures
        if kpi.id == "key-account-coverage":
            part = min(KEY_ACCOUNTS, round(0.8 * KEY_ACCOUNTS * form))
            for month in self._parts(code, kpi, period):
                yield code, kpi.id, month, None, part, KEY_ACCOUNTS, None
            return
        value, months = self._value(code, kpi, period, form, dice), self._parts(code, kpi, period)
        usual = USUAL.get(kpi.id, Usual(0))
        for month in months:
            base = dice.randint(3, 5) if kpi.combine is Combine.WEIGHTED else None
            missing = period == story.RUNNING and dice.random() < NO_ACTUAL_SHARE
            actual = value / len(months) if self._adds_up(kpi) else value
            if month != period and kpi.figure is FigureRule.VALUE:
                actual *= dice.uniform(1 - MONTHS_DIFFER, 1 + MONTHS_DIFFER)
            shown = None if missing else min(usual.most, round(actual, usual.decimals))
            yield code, kpi.id, month, shown, None, None, base

    def _value(self, code: str, kpi: Kpi, period: str, form: float, dice: random.Random) -> float:
        if kpi.id == "project-value":
            return SMALL_PROJECT if (code, period) in story.SMALL_PROJECTS else AVERAGE_PROJECT
        if kpi.id == "client-growth":
            return self._grown(code, period, form)
        usual, scale = USUAL[kpi.id], self._target(kpi, period)
        share = 1 + (form - 1) * usual.shows + dice.gauss(0, CHANCE)
        value = scale * (2 - share if kpi.lower_is_better else share)
        value *= self._share_there(code, period) if self._adds_up(kpi) else 1.0
        return min(usual.most, round(max(value, 0.0), usual.decimals))

    def _clients(self, code: str) -> int:
        return self.clients.setdefault(code, CLIENTS_IN_THE_BEGINNING)

    def _grown(self, code: str, period: str, form: float) -> float:
        """The number of active clients at the end; that of a year is that of its last quarter."""
        now = self._clients(code)
        if periods.kind_of(period) is PeriodKind.QUARTER:
            now += max(-2, round(now * 0.05 * (1 + (form - 1) * USUAL["client-growth"].shows)))
            self.clients[code] = now
        return float(now)
