"""What one person's appraisal is computed from, out of what was read for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from feedback.models.people import Person
from feedback.services.assessment.appraisal_document import AppraisedPerson
from feedback.services.assessment.inputs import (
    AdjustmentInput,
    DaysPresent,
    FigureInput,
    GoalInput,
    IncidentInput,
    Inputs,
    MonthInput,
    QuarterInput,
    RegisterInput,
    SegmentInput,
)
from feedback.services.assessment.kpi_entries import earlier
from feedback.services.assessment.totals import Rules
from feedback.services.facts import presence, register
from feedback.services.facts.assignments import History
from feedback.services.facts.figures import FigureKey, FigureRecord
from feedback.services.facts.presence import Presence, Segment
from feedback.services.facts.register import RegisterCounts
from feedback.services.goals.goals import GoalLine
from feedback.services.ground.bilingual import Bilingual
from feedback.services.incidents.incidents import IncidentLine
from feedback.services.releases.feedback_inputs import FeedbackSources
from feedback.services.tables import periods
from forms.appraisals.choices import FigureRule
from forms.appraisals.rules import Kpi
from scoring.appraisal import LARGEST
from scoring.presence import NOWHERE, segment_of_parts


@dataclass(frozen=True)
class Facts:
    """Everything that was read, by person."""

    histories: Mapping[int, History]
    figures: Mapping[int, Sequence[tuple[FigureKey, FigureRecord]]]
    register: Mapping[int, RegisterCounts]
    feedback: Mapping[int, FeedbackSources]
    goals: Mapping[int, Sequence[GoalLine]]
    incidents: Mapping[int, Sequence[IncidentLine]]
    quarters: Mapping[int, Sequence[QuarterInput]]
    adjustments: Mapping[int, AdjustmentInput]
    departments: Mapping[int, Bilingual]


@dataclass(frozen=True)
class PersonInputs:
    rules: Rules
    facts: Facts
    person: Person

    @property
    def history(self) -> History:
        return self.facts.histories[self.person.id]

    @cached_property
    def presence(self) -> Presence:
        first, last = periods.first_day(self.rules.period), periods.last_day(self.rules.period)
        return presence.segments(self.history, first, last, self.rules.appraisal)

    def label(self) -> AppraisedPerson:
        span = self.history.on(self.presence.segments[-1].ends)
        department = span.department_id if span else self.person.department_id
        return AppraisedPerson(
            self.person.code,
            Bilingual.name(self.person),
            self.facts.departments.get(department) if department else None,
        )

    def inputs(self) -> Inputs:
        days, feedback = self.presence, self.facts.feedback.get(self.person.id)
        return Inputs(
            period=self.rules.period,
            presence=DaysPresent(days.days, days.of),
            months=self._months(),
            segments=self._segments(),
            figures=self._figures(),
            register=self._register(),
            campaigns=feedback.campaigns if feedback else (),
            joined=feedback.joined if feedback else None,
            goals=tuple(map(_goal, self.facts.goals.get(self.person.id, ()))),
            incidents=self._incidents(),
            quarters=tuple(self.facts.quarters.get(self.person.id, ())),
            adjustment=self.facts.adjustments.get(self.person.id),
        )

    def _months(self) -> tuple[MonthInput, ...]:
        months = periods.months_of(self.rules.period)
        lengths = [(periods.last_day(month) - periods.first_day(month)).days + 1 for month in months]
        days = np.split(self.presence.segment_of_day, np.cumsum(lengths)[:-1])
        present = [int((each != NOWHERE).sum()) for each in days]
        return tuple(map(MonthInput, months, present, lengths))

    def _segments(self) -> tuple[SegmentInput, ...]:
        segments = self.presence.segments
        if not segments:
            return ()
        months = self._months()
        month_of_day = np.repeat(np.arange(len(months)), [month.of for month in months])
        owner = segment_of_parts(
            self.presence.segment_of_day[None], month_of_day, len(segments), len(months)
        )[0]
        own = [[months[m].month for m in np.flatnonzero(owner == place)] for place in range(len(segments))]
        return tuple(map(self._segment, segments, own))

    def _segment(self, segment: Segment, months: Sequence[str]) -> SegmentInput:
        span = self.history.on(segment.ends)
        return SegmentInput(
            profile=segment.profile_id,
            post=span.post if span else None,
            level=span.level if span else None,
            starts=segment.starts.isoformat(),
            ends=segment.ends.isoformat(),
            days=segment.days,
            months=tuple(months),
        )

    @cached_property
    def kpis(self) -> list[Kpi]:
        """Those that the person's profiles show, and what these require: other figures say nothing about him."""
        profiles = [self.rules.profile(segment.profile_id) for segment in self.presence.segments]
        return self.rules.kpis(profiles)

    def _figures(self) -> tuple[FigureInput, ...]:
        within = set(periods.within(self.rules.period))
        concerned = {kpi.id: within | self._before(kpi) for kpi in self.kpis}
        return tuple(
            _figure(key, record)
            for key, record in self.facts.figures.get(self.person.id, ())
            if key.period in concerned.get(key.kpi, ()) and not record.is_empty
        )

    def _before(self, kpi: Kpi) -> set[str]:
        """The periods over which growth is taken."""
        is_growth = kpi.figure is FigureRule.GROWTH
        return set(periods.within(earlier(kpi, self.rules.period))) if is_growth else set()

    def _register(self) -> tuple[RegisterInput, ...]:
        counts = self.facts.register[self.person.id]
        found = [
            (kpi.id, register.figure(counts, kpi.source))
            for kpi in self.kpis
            if kpi.source and kpi.source.startswith("register.")
        ]
        return tuple(RegisterInput(id, each.value, each.part, each.whole) for id, each in found)

    def _incidents(self) -> tuple[IncidentInput, ...]:
        """Confirmed ones with what they do; of pending ones only grave ones matter, and nothing else is kept."""
        own = self.facts.incidents.get(self.person.id, ())
        return tuple(_incident(each) for each in own if not each.is_pending or each.severity == "critical")


def _figure(key: FigureKey, record: FigureRecord) -> FigureInput:
    return FigureInput(
        kpi=key.kpi,
        period=key.period,
        kind=str(key.kind),
        value=record.value,
        part=record.part,
        whole=record.whole,
        base=record.base,
        source=str(record.source),
        version=record.version,
        reason=record.reason,
        file_name=record.file_name,
        row=record.row,
        at=record.at.isoformat(),
        actor=record.actor,
        state=str(record.state) if record.state else None,
    )


def _goal(line: GoalLine) -> GoalInput:
    return GoalInput(
        id=line.id,
        title=line.title,
        weight=line.weight,
        measure=str(line.measure),
        cancelled=not line.counts,
        version=line.version,
        rating=line.rating,
        milestones=line.milestones,
        target=line.target,
        actual=line.actual,
        reason=line.reason,
        agreed_at=line.agreed_at.isoformat() if line.agreed_at else None,
    )


def _incident(line: IncidentLine) -> IncidentInput:
    effect = line.effect
    if line.is_pending or effect is None:
        return IncidentInput(line.id, str(line.severity), True, line.period, "", 0.0, 0.0, None, None, None)
    return IncidentInput(
        id=line.id,
        severity=str(line.severity),
        pending=False,
        period=line.period,
        evidence=line.evidence,
        points=effect.points,
        most_points=min(effect.most_points, LARGEST),
        cap=effect.cap,
        score=effect.score,
        decided_at=line.decided_at.isoformat() if line.decided_at else None,
    )
