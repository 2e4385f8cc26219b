"""How the figure, the target and the score of one KPI of one segment came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from feedback.services.assessment.appraisal_document import Statement
from feedback.services.assessment.derivation_lines import Lines, added, mean, number, ref, said, worth_of_one
from feedback.services.assessment.inputs import FigureInput
from feedback.services.assessment.kpi_entries import Case, earlier, is_month, parts_of
from feedback.services.assessment.kpi_figures import FigureBasis
from feedback.services.assessment.kpi_scores import KpiColumn
from feedback.services.assessment.score_formulas import COMBINED, REASONS, attainment, rule, score
from feedback.services.ground.bilingual import Bilingual
from forms.appraisals.choices import Combine, FigureRule
from forms.words import N_
from scoring.reasons import ScoreReason

NAN = float("nan")


@dataclass(frozen=True)
class KpiSteps:
    """prefix: of the ids of its lines."""

    lines: Lines
    column: KpiColumn
    case: Case
    row: int
    period: str
    prefix: str
    under: str

    @property
    def title(self) -> Bilingual:
        return self.column.title

    def add(self) -> str:
        """A reference to the line of the score."""
        kpi, figures, row = self.column.kpi, self.column.figures, self.row
        actual, target = float(figures.actual[row]), float(figures.target[row])
        self._actual(actual)
        if not np.isnan(target):
            self._target(target)
        reached = float(self.column.attainment[row])
        if not np.isnan(reached):
            self.lines.add(
                f"{self.prefix}.attainment",
                said(N_("%(kpi)s: attainment"), kpi=self.title),
                reached,
                under=self.prefix,
                shown=f"{100 * reached:.1f} %",
                formula=attainment(kpi, ref(f"{self.prefix}.actual"), ref(f"{self.prefix}.target")),
            )
        return self._score()

    def _score(self) -> str:
        column, kpi, row = self.column, self.column.kpi, self.row
        value = float(column.score[row])
        formula = score(kpi, self.prefix, float(column.figures.actual[row]), reached=self._reached())
        notes = self._notes(value)
        if column.reasons[row] == ScoreReason.REQUIREMENT_NOT_MET and formula:
            formula = f"min({formula}, {number(kpi.otherwise)})"
        is_zero = np.isnan(column.figures.actual[row]) and value == 0
        return self.lines.add(
            self.prefix,
            said(N_("%(kpi)s: score"), kpi=self.title),
            value,
            under=self.under,
            rule=rule(kpi),
            formula=None if is_zero else formula,
            notes=notes,
        )

    def _reached(self) -> float:
        return float(self.column.attainment[self.row])

    def _notes(self, value: float) -> list[Statement]:
        column, row = self.column, self.row
        reason = ScoreReason(int(column.reasons[row]))
        notes = [said(REASONS[reason])] if reason is not ScoreReason.NONE else []
        if np.isnan(column.figures.actual[row]) and value == 0:
            notes.append(said(N_("the scheme counts a missing figure as zero")))
        if column.figures.differs[row]:
            notes.append(said(N_("what was entered for the period is not what its parts come to")))
        return notes

    # -- the actual

    def _actual(self, actual: float) -> None:
        label, source = said(N_("%(kpi)s: actual"), kpi=self.title), self.column.kpi.source
        shown = "" if np.isnan(actual) else f"{actual:,.{self.column.kpi.decimals}f}"
        add = partial(self.lines.add, f"{self.prefix}.actual", label, under=self.prefix, shown=shown)
        match self.column.figures.basis[self.row]:
            case FigureBasis.PERIOD:
                self._entered(label, actual, shown)
            case FigureBasis.PARTS:
                rule = said(COMBINED[self._combine()])
                add(actual, rule=rule, formula=self._of_parts(), notes=self._notes_of_parts())
            case FigureBasis.REGISTER:
                of_register, whole = self._registered()
                add(actual, source=source, formula=of_register, notes=worth_of_one(whole))
            case FigureBasis.FEEDBACK:
                add(actual, source=source)
            case FigureBasis.NOTHING:
                add(None)

    def _notes_of_parts(self) -> list[Statement]:
        figures, row = self.column.figures, self.row
        parts, of = int(figures.parts[row]), int(figures.of[row])
        wholes = [entry.whole for name in self._used if (entry := self._entry(name)) and entry.whole]
        is_share = self.column.kpi.combine is Combine.SHARE
        one = worth_of_one(sum(wholes)) if is_share else []
        return [said(N_("%(parts)s of %(of)s parts"), parts=parts, of=of), *one]

    def _registered(self) -> tuple[str | None, float]:
        """How a share of the register comes about, and of how many."""
        for entry in self.case.inputs.register:
            if entry.kpi == self.column.kpi.id and entry.part is not None and entry.whole:
                return f"100 * {number(entry.part)} / {number(entry.whole)}", entry.whole
        return None, 0.0

    def _combine(self) -> str:
        kpi = self.column.kpi
        return "growth" if kpi.figure is FigureRule.GROWTH else str(kpi.combine)

    def _entry(self, period: str, kind: str = "actual") -> FigureInput | None:
        return self.case.entries.get((self.column.kpi.id, period, kind))

    def _place(self, period: str, kind: str = "actual") -> int | None:
        """Which of the inputs' figures it is."""
        return self.case.places.get((self.column.kpi.id, period, kind))

    def _entered(self, label: Statement, actual: float, shown: str) -> None:
        """For the period itself; a share from part and whole, growth from the figure and an earlier one."""
        id, entry = f"{self.prefix}.actual", self._entry(self.period)
        formula, figure, notes = None, self._place(self.period), []
        if self.column.kpi.figure is FigureRule.GROWTH:
            now = self._part(self.period, "now")
            before = self._before()
            formula, figure = f"100 * ({now} - {before}) / {before}", None
        elif entry and entry.part is not None and entry.whole is not None:
            formula = f"100 * {number(entry.part)} / {number(entry.whole)}"
            notes = worth_of_one(entry.whole)
        self.lines.add(
            id, label, actual, under=self.prefix, shown=shown, formula=formula, figure=figure, notes=notes
        )

    def _before(self) -> str:
        """What an entered figure has grown from."""
        period = earlier(self.column.kpi, self.period)
        if not np.isnan(self._value(period)):
            return self._part(period, "before")
        there = [name for name in parts_of(period) if is_month(name) and not np.isnan(self._value(name))]
        if self.column.kpi.combine is Combine.LAST:
            return self._part(there[-1], "before")
        return f"({added(self._part(name, 'before') for name in there)})"

    def _value(self, period: str) -> float:
        return _value(self._entry(period))

    def _part(self, period: str, what: str) -> str:
        """The line of what was entered for a month, a quarter or an earlier period."""
        entry = self._entry(period)
        formula = None
        if entry and entry.value is None and entry.part is not None and entry.whole is not None:
            formula = f"100 * {number(entry.part)} / {number(entry.whole)}"
        return self.lines.add(
            f"{self.prefix}.{what}.{period}",
            said(N_("%(kpi)s in %(period)s"), kpi=self.title, period=period),
            _value(entry),
            under=f"{self.prefix}.actual",
            shown=f"{_value(entry):,.{self.column.kpi.decimals}f}",
            formula=formula,
            figure=self._place(period),
        )

    @property
    def _used(self) -> list[str]:
        """The parts that made the actual, in time."""
        figures = self.column.figures
        return [figures.names[m] for m in np.flatnonzero(figures.used[:, self.row])]

    def _of_parts(self) -> str:
        used, kpi = self._used, self.column.kpi
        if kpi.figure is FigureRule.GROWTH:
            return self._growth(used)
        terms = [self._part(name, "actual") for name in used]
        match kpi.combine:
            case Combine.SHARE:
                entries = [entry for name in used if (entry := self._entry(name))]
                parts, wholes = (
                    [number(getattr(entry, what)) for entry in entries] for what in ("part", "whole")
                )
                return f"100 * ({added(parts)}) / ({added(wholes)})"
            case Combine.LAST:
                return terms[-1]
            case Combine.SUM:
                return added(terms)
        return mean(terms, self._weights(used))

    def _growth(self, used: Sequence[str]) -> str:
        """Of a stock the last figure, against what there was before; else what was added up, against the same parts."""
        if self.column.kpi.combine is Combine.LAST:
            now, before = self._part(used[-1], "now"), self._before()
            return f"100 * ({now} - {before}) / {before}"
        matching = dict(
            zip(parts_of(self.period), parts_of(earlier(self.column.kpi, self.period)), strict=True)
        )
        now = added(self._part(name, "now") for name in used)
        then = added(self._part(matching[name], "before") for name in used)
        return f"100 * (({now}) - ({then})) / ({then})"

    def _weights(self, names: Sequence[str]) -> list[float]:
        """What the parts of a mean weigh by."""
        kpi = self.column.kpi
        if kpi.figure is FigureRule.GROWTH:
            before = dict(zip(parts_of(self.period), parts_of(earlier(kpi, self.period)), strict=True))
            return [max(self._value(before[name]), 0.0) for name in names]
        what = {Combine.SHARE: "whole", Combine.WEIGHTED: "base"}.get(kpi.combine)
        if what is None:
            return [1.0 if is_month(name) else 3.0 for name in names]
        return [getattr(self._entry(name), what) for name in names]

    # -- the target

    def _target(self, target: float) -> None:
        figures, row, id = self.column.figures, self.row, f"{self.prefix}.target"
        label = said(N_("%(kpi)s: target"), kpi=self.title)
        shown = f"{target:,.{self.column.kpi.decimals}f}"
        if not figures.own_target[row]:
            formula, rule = self._target_of_parts(), said(N_("from the targets of the parts"))
            self.lines.add(id, label, target, under=self.prefix, shown=shown, formula=formula, rule=rule)
            return
        entry = self._entry(self.period, "target")
        formula, rule = self._prorated(entry, tuple(map(int, figures.days[row])))  # type: ignore[assignment]
        figure = self._place(self.period, "target")
        notes = _agreement(entry)
        self.lines.add(
            id, label, target, under=self.prefix, shown=shown, formula=formula, rule=rule,
            figure=figure, notes=notes,
        )  # fmt: skip

    def _prorated(
        self, entry: FigureInput | None, days: tuple[int, ...]
    ) -> tuple[str | None, Statement | None]:
        present, of = days
        if not self.column.figures.prorated or present == of:
            return None, None
        formula = f"{number(_value(entry))} * {present} / {of}"
        return formula, said(N_("target x days present / days of the period"))

    def _target_of_parts(self) -> str:
        figures, row, kpi = self.column.figures, self.row, self.column.kpi
        names = [figures.names[m] for m in np.flatnonzero(figures.target_parts[:, row])]
        from_parts = figures.basis[row] is FigureBasis.PARTS
        if kpi.combine is Combine.LAST:
            names = names[-1:]
        weights = self._weights(names) if from_parts else [1.0] * len(names)
        pairs = [(name, weight) for name, weight in zip(names, weights, strict=True) if weight]
        terms = [self._target_part(name) for name, _ in pairs]
        return added(terms) if figures.prorated else mean(terms, [weight for _, weight in pairs])

    def _target_part(self, name: str) -> str:
        entry = self._entry(name, "target")
        value, (present, of) = _value(entry), self.case.days_in(name)
        formula, rule = None, None
        if self.column.figures.prorated and present != of:
            formula, rule = self._prorated(entry, (present, of))
            value = value * present / of
        return self.lines.add(
            f"{self.prefix}.target.{name}",
            said(N_("%(kpi)s: target of %(period)s"), kpi=self.title, period=name),
            value,
            under=f"{self.prefix}.target",
            shown=f"{value:,.{self.column.kpi.decimals}f}",
            formula=formula,
            rule=rule,
            figure=self._place(name, "target"),
            notes=_agreement(entry),
        )


def _agreement(entry: FigureInput | None) -> list[Statement]:
    if entry is None or entry.state is None:
        return []
    return [said(N_("agreed") if entry.state == "agreed" else N_("proposed, not agreed"))]


def _value(entry: FigureInput | None) -> float:
    if entry is None:
        return NAN
    if entry.value is None and entry.part is not None and entry.whole:
        return 100 * entry.part / entry.whole
    return NAN if entry.value is None else entry.value
