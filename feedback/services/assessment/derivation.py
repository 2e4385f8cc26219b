"""How an appraisal came about, line by line: facts, KPIs, feedback, goals, parts, segments, incidents, band, bonus.

Every line with a formula can be computed from the lines above it, by hand and without this program.
"""

from dataclasses import dataclass

import numpy as np

from feedback.services.assessment.appraisal_document import (
    AppraisalDocument,
    DerivationLine,
    Outcome,
    Statement,
)
from feedback.services.assessment.derivation_lines import Lines, added, mean, number, ref, said, verbatim
from feedback.services.assessment.feedback_derivation import FeedbackSteps
from feedback.services.assessment.inputs import GoalInput
from feedback.services.assessment.outcomes import Judged
from feedback.services.assessment.segment_derivation import SegmentSteps
from feedback.services.assessment.totals import agreed, rating_of
from feedback.services.ground.bilingual import Bilingual
from forms.words import N_
from scoring import appraisal as scoring

TOTAL = "official"


def lines(document: AppraisalDocument, judged: Judged) -> tuple[DerivationLine, ...]:
    steps = _Steps(Lines(), document, judged)
    steps.add()
    return tuple(steps.lines.lines)


@dataclass(frozen=True)
class _Steps:
    lines: Lines
    document: AppraisalDocument
    judged: Judged

    def add(self) -> None:
        self._presence()
        FeedbackSteps(self.lines, self.judged.inputs, self.judged.totals.feedback[self.judged.place]).add()
        self._goals()
        pairs = zip(self.judged.rows, self.document.segments, strict=True)
        for place, (row, segment) in enumerate(pairs, start=1):
            SegmentSteps(self.lines, self.judged, f"segment-{place}", row, segment).add()
        if self.document.computed:
            self._total()
        self._gates()
        self._outcome()

    def _presence(self) -> None:
        presence = self.judged.inputs.presence
        days = self.lines.add(
            "presence.days", said(N_("days present")), float(presence.days), shown=str(presence.days)
        )
        of = self.lines.add(
            "presence.of", said(N_("days of the period")), float(presence.of), shown=str(presence.of)
        )
        share = presence.days / presence.of
        self.lines.add(
            "presence", said(N_("presence")), share, shown=f"{100 * share:.1f} %", formula=f"{days} / {of}"
        )

    # -- goals

    def _goals(self) -> None:
        goals = self.judged.inputs.goals
        if not goals:
            return
        for goal in goals:
            self._goal(goal)
        counted = agreed(goals)
        unrated = [goal for goal in counted if np.isnan(rating_of(goal))]
        terms = [ref(f"goal-{goal.id}") for goal in counted]
        self.lines.add(
            "goals",
            said(N_("development goals")),
            self.document.goals,
            rule=said(N_("sum of weight x goal / sum of weights")),
            formula=mean(terms, [goal.weight for goal in counted]) if counted else None,
            notes=[said(N_("goal %(title)s is not rated"), title=goal.title) for goal in unrated],
        )

    def _goal(self, goal: GoalInput) -> None:
        by_milestones = goal.rating is None and bool(goal.milestones)
        done = [number(weight) for weight, is_done in goal.milestones if is_done]
        all_of_them = added(number(weight) for weight, _ in goal.milestones)
        notes = [said(N_("cancelled: its weight is shared out"))] if goal.cancelled else []
        notes += [verbatim(goal.reason)] if goal.reason else []
        self.lines.add(
            f"goal-{goal.id}",
            said(N_("goal: %(title)s"), title=goal.title),
            rating_of(goal),
            under="goals",
            rule=said(N_("100 x weight of the milestones done / weight of all")) if by_milestones else None,
            formula=f"100 * ({added(done) or '0'}) / ({all_of_them})" if by_milestones else None,
            source=None if by_milestones else "rating",
            notes=notes,
        )

    # -- the total

    def _total(self) -> None:
        segments = self.document.segments
        terms = [ref(f"segment-{place}.overall") for place in range(1, len(segments) + 1)]
        days = [float(segment.days) for segment in segments]
        own = self._add_stage("own", said(N_("over the segments, by days")), mean(terms, days))
        last = self._quarters(own)
        adjustment = self.judged.inputs.adjustment
        if adjustment is not None:
            note = verbatim(adjustment.reason)
            formula = f"max({last} + {_signed(adjustment.points)}, min({last}, 0))"
            last = self._add_stage("adjusted", said(N_("adjusted by the reviewer")), formula, [note])
        points = [each.points for each in self.judged.confirmed if each.points]
        if points:
            most = max(each.most_points for each in self.judged.confirmed)
            off = f"min({added(map(number, points))}, {number(most)})"
            label = said(N_("less minor incidents, at most %(most)s points"), most=most)
            last = self._add_stage("deducted", label, f"max({last} - {off}, min({last}, 0))")

    def _add_stage(
        self, stage: str, label: Statement, formula: str, notes: list[Statement] | None = None
    ) -> str:
        value = float(getattr(self.judged.totals.through, stage)[0, self.judged.place])
        return self.lines.add(stage, label, value, under=TOTAL, formula=formula, notes=notes or [])

    def _quarters(self, own: str) -> str:
        quarters = self.judged.inputs.quarters
        mean_of = float(self.judged.totals.quarters[self.judged.place])
        if np.isnan(mean_of):
            return own
        terms = [
            self.lines.add(
                f"quarter.{each.period}",
                said(N_("final total of %(period)s"), period=each.period),
                each.total,
                under="quarters",
                source=f"{each.period}, version {each.version}",
            )
            for each in quarters
            if each.total is not None
        ]
        line = self.lines.add(
            "quarters", said(N_("mean of the quarters")), mean_of, under="year",
            formula=mean(terms, [1.0] * len(terms)),
        )  # fmt: skip
        share = self.judged.rules.appraisal.year.from_quarters
        parts = f"{number(1 - share)} * {own} + {number(share)} * {line}"
        formula = f"({parts}) / ({number(1 - share)} + {number(share)})"
        return self._add_stage("year", said(N_("with the quarters")), formula)

    # -- what follows

    def _gates(self) -> None:
        for gate in self.document.gates:
            notes = [said(N_("reached") if gate.reached else N_("not reached"))]
            if gate.undecided:
                per_cent = " %" if gate.figure == "feedback.top2box" else ""
                threshold = f"{gate.threshold:g}{per_cent}"
                notes.append(said(N_("the interval reaches %(threshold)s"), threshold=threshold))
            self.lines.add(
                f"gate.{gate.band}.{gate.figure}",
                said(
                    N_("band %(band)s asks for %(figure)s from %(threshold)s"),
                    band=gate.band,
                    figure=gate.figure,
                    threshold=gate.threshold,
                ),
                gate.value,
                under="band",
                formula=self._asked_of(gate.figure),
                notes=notes,
            )

    def _asked_of(self, figure: str) -> str | None:
        """The line that a gate judges, over segments by their days; shares and attainments in per cent."""
        there = {line.id for line in self.lines.lines if line.value is not None}
        if figure in there:
            return ref(figure)
        suffix = "kpi" if figure == "kpi.score" else figure.replace("kpi:", "kpi.")
        places = [
            (f"segment-{place}.{suffix}", one.days) for place, one in enumerate(self.document.segments, 1)
        ]
        found = [(ref(id), float(days)) for id, days in places if id in there]
        if not found:
            return None
        terms, days = zip(*found, strict=True)
        return mean(terms, days) if figure == "kpi.score" else f"100 * {mean(terms, days)}"

    def _outcome(self) -> None:
        official = self.document.official or self.document.computed
        if official is None:
            return
        last = (
            next(line.id for line in reversed(self.lines.lines) if line.under == TOTAL)
            if self.document.computed
            else None
        )
        veto = [each.score for each in self.judged.confirmed if each.score is not None]
        stage = ref(last) if last else None
        if veto:
            lowest = number(min(veto))
            stage = f"min({stage}, {lowest})" if stage else lowest
        self.lines.add(
            TOTAL,
            said(N_("total")),
            official.score,
            shown=official.shown,
            formula=stage,
            notes=self._band(official),
        )
        if official.bonus is not None:
            self.lines.add(
                "bonus",
                said(N_("share of the bonus")),
                official.bonus,
                shown=f"{100 * official.bonus:.1f} %",
                formula=self._bonus(official),
            )

    def _band(self, official: Outcome) -> list[Statement]:
        found = [said(N_("incident %(id)s: %(severity)s"), id=each.id, severity=each.severity)
                 for each in self.document.incidents]  # fmt: skip
        if official.band:
            found.append(said(N_("band %(band)s"), band=official.band.title))
        if not official.separable:
            names = Bilingual.joined([label.title for label in official.reached_bands])
            found.append(said(N_("these answers do not separate the bands %(bands)s"), bands=names))
        found.append(
            said(
                N_("95 %% interval %(low)s to %(high)s"),
                low=f"{official.low:.2f}",
                high=f"{official.high:.2f}",
            )
        )
        return found

    def _bonus(self, official: Outcome) -> str | None:
        """Of a row that grows: from its own share to that of the row above."""
        rows, rules = self.judged.profile.bonuses, self.judged.rules.appraisal
        if rules.bonus_by_band or rules.bonus_by_presence or not rows or official.band is None:
            return None
        place = scoring.step(scoring.displayed(official.score), [row.start for row in rows])
        if not rows[place].linear:
            return None
        row, above = rows[place], rows[place - 1]
        rise = f"({number(above.share)} - {number(row.share)})"
        run = f"({number(above.start)} - {number(row.start)})"
        return f"{number(row.share)} + {rise} * ({official.shown} - {number(row.start)}) / {run}"


def _signed(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"
