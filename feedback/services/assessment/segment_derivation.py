"""How one segment of a person came about: its KPIs one by one, their score, the parts, the overall score."""

from dataclasses import dataclass

import numpy as np

from feedback.services.assessment.appraisal_document import ComponentId, SegmentResult, Statement
from feedback.services.assessment.derivation_lines import Lines, added, mean, number, ref, said
from feedback.services.assessment.kpi_derivation import KpiSteps
from feedback.services.assessment.outcomes import Judged
from forms.words import N_
from scoring import appraisal as scoring

COMPONENTS = {
    ComponentId.KPI: N_("KPIs"),
    ComponentId.FEEDBACK: N_("feedback"),
    ComponentId.GOALS: N_("development goals"),
}
OF_COMPONENT = {
    ComponentId.KPI: "kpi.counted",
    ComponentId.FEEDBACK: "feedback",
    ComponentId.GOALS: "goals",
}


@dataclass(frozen=True)
class SegmentSteps:
    """prefix: of the ids of its lines; row: the case."""

    lines: Lines
    judged: Judged
    prefix: str
    row: int
    segment: SegmentResult

    def add(self) -> None:
        kpis, prefix, row, segment = self.judged.totals.kpis, self.prefix, self.row, self.segment
        case, own = self.judged.totals.cases[row], {line.id for line in segment.kpis}
        terms, weights = [], []
        for column in kpis.columns:
            if column.kpi.id not in own:
                continue
            line = KpiSteps(
                lines=self.lines,
                column=column,
                case=case,
                row=row,
                period=self.judged.inputs.period,
                prefix=f"{prefix}.kpi.{column.kpi.id}",
                under=f"{prefix}.kpi",
            ).add()
            weight = self._weight(column.kpi.id)
            if weight and not np.isnan(column.score[row]):
                terms.append(line)
                weights.append(weight)
        if any(line.weight for line in segment.kpis):
            self._composite(terms, weights)
        self._parts()

    def _weight(self, kpi_id: str) -> float:
        return next(line.weight for line in self.segment.kpis if line.id == kpi_id)

    def _composite(self, terms: list[str], weights: list[float]) -> None:
        prefix, segment = self.prefix, self.segment
        whole = [line.weight for line in segment.kpis if line.weight]
        coverage = segment.kpi_coverage
        self.lines.add(
            f"{prefix}.kpi.coverage",
            said(N_("share of the KPI weight that is there")),
            coverage,
            under=f"{prefix}.kpi",
            shown=f"{100 * (coverage or 0):.1f} %",
            formula=f"({added(map(number, weights)) or '0'}) / ({added(map(number, whole))})",
        )
        lacking = segment.kpi is None
        self.lines.add(
            f"{prefix}.kpi",
            said(N_("KPI score K")),
            segment.kpi,
            under=f"{prefix}.part.kpi",
            rule=said(N_("sum of weight x score / sum of the weights that are there")),
            formula=mean(terms, weights) if terms else None,
            notes=[said(N_("less than 60 %% of the KPI weight is there"))] * lacking,
        )
        self._attainment()
        counted = float(self.judged.totals.values[self.row, 0])
        self.lines.add(
            f"{prefix}.kpi.counted",
            said(N_("K as it counts, up to 120")),
            counted,
            under=f"{prefix}.part.kpi",
            formula=f"min({number(scoring.MOST_KPI)}, {ref(f'{prefix}.kpi')})",
        )

    def _attainment(self) -> None:
        prefix, segment = self.prefix, self.segment
        there = [line for line in segment.kpis if line.attainment is not None and line.weight]
        if not there or segment.kpi_attainment is None:
            return
        terms = [ref(f"{prefix}.kpi.{line.id}.attainment") for line in there]
        self.lines.add(
            f"{prefix}.kpi.attainment",
            said(N_("attainment of the whole, uncapped")),
            segment.kpi_attainment,
            under=f"{prefix}.kpi",
            shown=f"{100 * segment.kpi_attainment:.1f} %",
            formula=mean(terms, [line.weight for line in there]),
        )

    def _parts(self) -> None:
        prefix, segment = self.prefix, self.segment
        terms = []
        for part in segment.components:
            source = OF_COMPONENT[part.id]
            of = f"{prefix}.{source}" if part.id is ComponentId.KPI else source
            notes = []
            if part.used is not None and part.used != part.weight:
                notes.append(said(N_("weight %(before)s before renormalising"), before=part.weight))
            if part.value is None:
                notes.append(said(N_("this part is missing")))
            elif part.contribution is not None and part.used is not None:
                terms.append(ref(f"{prefix}.part.{part.id}"))
            self.lines.add(
                f"{prefix}.part.{part.id}",
                said(COMPONENTS[part.id]),
                part.contribution,
                under=f"{prefix}.overall",
                rule=said(N_("weight x value / 100")),
                formula=self._part_formula(part.used, of),
                notes=notes,
            )
        if segment.components:
            self.lines.add(
                f"{prefix}.overall",
                said(
                    N_("overall score as %(profile)s, %(days)s days"),
                    profile=segment.title,
                    days=segment.days,
                ),
                segment.overall,
                under="own",
                formula=added(terms) if terms else None,
                notes=_rounded_parts(segment),
            )

    @staticmethod
    def _part_formula(used: float | None, of: str) -> str | None:
        return f"{number(used)} * {ref(of)} / 100" if used else None


def _rounded_parts(segment: SegmentResult) -> list[Statement]:
    """Parts that are shown rounded need not add up to the total that is shown."""
    parts = [part.contribution for part in segment.components if part.contribution is not None]
    if segment.overall is None:
        return []
    total, rounded = scoring.displayed(segment.overall), sum(map(scoring.displayed, parts))
    if rounded == total:
        return []
    return [
        said(
            N_("rounded parts add up to %(sum)s, the total is %(total)s"), sum=str(rounded), total=str(total)
        )
    ]
