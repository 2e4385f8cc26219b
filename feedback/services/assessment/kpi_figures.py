"""The figure of a KPI in a period and its target, for many people at once: as entered for the period itself, or from
its months or quarters, from the released feedback, or from the register.

Arrays are [c] over cases or [m, c] over parts of the period, as in `kpi_entries`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from feedback.services.assessment.kpi_entries import NAN, Case, KpiEntries, Parts, earlier, is_month, parts_of
from forms.appraisals.choices import Combine, FigureRule
from forms.appraisals.rules import Kpi
from scoring import figures as scoring
from scoring.figures import Combined
from scoring.instrument import Booleans, Floats, Integers
from scoring.reasons import Reasons, ScoreReason


class FigureBasis(StrEnum):
    """Where the actual of a KPI is from."""

    PERIOD = "period"
    PARTS = "parts"
    FEEDBACK = "feedback"
    REGISTER = "register"
    NOTHING = "nothing"


@dataclass(frozen=True)
class KpiFigures:
    """actual, target [c] and what they are from. used [m, c]: the parts of `names` [m] that made the actual, `parts` of
    the `of` [c] that belong to it. own_target [c]: it was entered for the period itself; where targets are `prorated`,
    by days [c, 2], present of all. target_parts [m, c]: else the parts whose targets made it.
    differs [c]: what was entered for the period is not what its parts come to.
    """

    actual: Floats
    target: Floats
    basis: Sequence[FigureBasis]
    names: tuple[str, ...]
    used: Booleans
    belongs: Booleans
    parts: Integers
    of: Integers
    own_target: Booleans
    target_parts: Booleans
    prorated: bool
    days: Floats
    differs: Booleans
    reasons: Reasons


def figures(kpi: Kpi, parts: Parts) -> KpiFigures:
    return _OfKpi(KpiEntries(kpi, parts)).result()


@dataclass(frozen=True)
class _OfKpi:
    entries: KpiEntries

    @property
    def kpi(self) -> Kpi:
        return self.entries.kpi

    @property
    def adds_up(self) -> bool:
        """Only then a target is taken in proportion to the days."""
        return self.kpi.combine is Combine.SUM and self.kpi.figure is FigureRule.VALUE

    def result(self) -> KpiFigures:
        entries, own = self.entries, self._entered()
        is_given, given = self._given()
        combined = self._combined()
        from_parts = np.isnan(own) & ~is_given & ~np.isnan(combined.actual)
        actual = np.where(is_given, given, np.where(np.isnan(own), combined.actual, own))
        used = self._there() & entries.belongs & from_parts
        of_all, all_parts = self._of_all_parts()
        target, own_target, days = self._target(combined, used, from_parts, of_all)
        return KpiFigures(
            actual=actual,
            target=target,
            basis=self._basis(is_given, ~np.isnan(own), from_parts),
            names=entries.names,
            used=used,
            belongs=entries.belongs,
            parts=combined.parts,
            of=combined.of,
            own_target=own_target,
            target_parts=np.where(from_parts, used, all_parts) & ~own_target,
            prorated=self.adds_up,
            days=days,
            differs=~is_given & (np.abs(own - combined.actual) > 1e-9 * np.abs(own).clip(min=1)),
            reasons=np.where(np.isnan(actual), self._reasons(combined), np.uint8(ScoreReason.NONE)),
        )

    def _basis(self, given: Booleans, own: Booleans, parts: Booleans) -> list[FigureBasis]:
        by_itself = FigureBasis.REGISTER if self._is_of_register() else FigureBasis.FEEDBACK
        return [
            by_itself
            if is_given
            else FigureBasis.PERIOD
            if is_own
            else FigureBasis.PARTS
            if is_of_parts
            else FigureBasis.NOTHING
            for is_given, is_own, is_of_parts in zip(given, own, parts, strict=True)
        ]

    def _is_of_register(self) -> bool:
        return (self.kpi.source or "").startswith("register.")

    def _given(self) -> tuple[Booleans, Floats]:
        """Whether the figure comes from feedback or register by itself, and what it is then [c]."""
        cases, source = self.entries.cases, self.kpi.source or ""
        by_itself = source.startswith(("feedback.", "register."))
        find = self._registered if self._is_of_register() else lambda case: case.given.get(source, NAN)
        values = [find(case) if by_itself else NAN for case in cases]
        return np.full(len(cases), by_itself), np.array(values, dtype=float)

    def _registered(self, case: Case) -> float:
        for entry in case.inputs.register:
            if entry.kpi == self.kpi.id and entry.part is not None and entry.whole is not None:
                return float(scoring.share(np.array([entry.part]), np.array([entry.whole]))[0])
            if entry.kpi == self.kpi.id and entry.value is not None:
                return entry.value
        return NAN

    def _entered(self) -> Floats:
        """For the period itself."""
        now = self.entries.value(self.entries.period)
        return scoring.growth(now, self._before()) if self.kpi.figure is FigureRule.GROWTH else now

    def _before(self) -> Floats:
        """What an entered figure has grown from: the one entered for the period before, or what its parts come to."""
        period = earlier(self.kpi, self.entries.period)
        own, names = self.entries.value(period), parts_of(period)
        if not names:
            return own
        months = np.array([[is_month(name)] * len(own) for name in names])
        actual = self.entries.before
        if self.kpi.combine is Combine.LAST:
            of_parts = scoring.combine_last(actual, actual, months, 0.0).actual
        else:
            of_parts = scoring.combine_sum(actual, actual, months, self.kpi.least_parts).actual
        return np.where(np.isnan(own), of_parts, own)

    def _there(self) -> Booleans:
        """Parts with what the KPI's figure needs of them [m, c]."""
        there = ~np.isnan(self.entries.actuals)
        if self.kpi.figure is FigureRule.GROWTH and self.kpi.combine is not Combine.LAST:
            return there & ~np.isnan(self.entries.before)
        return there & (self.entries.bases > 0) if self.kpi.combine is Combine.WEIGHTED else there

    def _combined(self) -> Combined:
        entries, least = self.entries, self.kpi.least_parts
        actual, target, belongs = entries.actuals, self._part_targets(), entries.belongs
        if not entries.names:
            nothing, none = np.full(len(entries.cases), NAN), np.zeros(len(entries.cases), dtype=np.int64)
            return Combined(nothing, nothing, none, none, np.full(len(none), ScoreReason.NO_ACTUAL))
        if self.kpi.figure is FigureRule.GROWTH:
            return self._growth(target)
        match self.kpi.combine:
            case Combine.SHARE:
                part, whole = (entries.table(entries.names, name) for name in ("part", "whole"))
                return scoring.combine_share(part, whole, target, belongs, least)
            case Combine.WEIGHTED:
                return scoring.combine_weighted(actual, target, entries.bases, belongs, least)
            case Combine.MEAN:
                return scoring.combine_weighted(actual, target, entries.parts.months, belongs, least)
            case Combine.LAST:
                return scoring.combine_last(actual, target, belongs, least)
        return scoring.combine_sum(actual, target, belongs, least)

    def _growth(self, target: Floats) -> Combined:
        entries, least = self.entries, self.kpi.least_parts
        if self.kpi.combine is not Combine.LAST:
            return scoring.combine_growth(entries.actuals, entries.before, target, entries.belongs, least)
        last = scoring.combine_last(entries.actuals, target, entries.belongs, least)
        before = self._before()
        why = np.where(last.reasons, last.reasons, scoring.growth_reasons(last.actual, before))
        return Combined(scoring.growth(last.actual, before), last.target, last.parts, last.of, why)

    def _part_targets(self) -> Floats:
        """Of the parts [m, c]; what adds up is taken in proportion to the days present in each."""
        target = self.entries.table(self.entries.names, "value", "target")
        if not self.adds_up:
            return target
        present, of = self.entries.parts.days[..., 0], self.entries.parts.days[..., 1]
        return np.where(of > 0, scoring.prorated(target, present, of.clip(min=1)), NAN)

    def _target(
        self, combined: Combined, used: Booleans, from_parts: Booleans, of_all: Floats
    ) -> tuple[Floats, Booleans, Floats]:
        """Target, whether it is the period's own, and the days that one counts for.

        That of the parts that made the actual, where all of them have one; else the period's own, in proportion to the
        days of the parts that entered.
        """
        cases = self.entries.cases
        own = self.entries.value(self.entries.period, "target")
        of_parts = np.where(from_parts, combined.target, of_all)
        is_own = ~np.isnan(own) & ~(from_parts & ~np.isnan(of_parts))
        entered = (self.entries.parts.days[..., 0] * used).sum(axis=0)
        present = np.where(from_parts, entered, [case.inputs.presence.days for case in cases])
        days = np.column_stack([present, [case.inputs.presence.of for case in cases]])
        prorated = scoring.prorated(own, days[:, 0], days[:, 1]) if self.adds_up else own
        return np.where(is_own, prorated, of_parts), is_own, days

    def _of_all_parts(self) -> tuple[Floats, Booleans]:
        """What the targets of all months with a day of presence come to, or of the quarters where months have none."""
        entries, target = self.entries, self._part_targets()
        if not entries.names:
            return np.full(len(entries.cases), NAN), np.zeros(target.shape, dtype=bool)
        month = np.array([is_month(name) for name in entries.names])[:, None]
        there = entries.parts.days[..., 0] > 0
        by_month, by_quarter = (self._over_parts(target, there & mask) for mask in (month, ~month))
        complete = (~np.isnan(target) | ~(there & month)).all(axis=0)
        monthly = complete | np.isnan(by_quarter)
        return np.where(monthly, by_month, by_quarter), there & (month == monthly) & ~np.isnan(target)

    def _over_parts(self, target: Floats, belongs: Booleans) -> Floats:
        if self.adds_up:
            return scoring.combine_sum(target, target, belongs).target
        if self.kpi.combine is Combine.LAST:
            return scoring.combine_last(target, target, belongs).target
        return scoring.combine_mean(target, target, belongs).target

    def _reasons(self, combined: Combined) -> Reasons:
        """Why there is no actual."""
        if self.kpi.figure is not FigureRule.GROWTH:
            return combined.reasons
        now = self.entries.value(self.entries.period)
        return np.where(np.isnan(now), combined.reasons, scoring.growth_reasons(now, self._before()))
