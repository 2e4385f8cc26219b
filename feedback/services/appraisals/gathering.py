"""What the appraisals of a period are computed from, read for everybody at once: a number of statements that does not
depend on how many people there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.people import Department, Person
from feedback.models.rounds import Appraisal, AppraisalState, AppraisalVersion, Round
from feedback.services.appraisals.person_inputs import Facts, PersonInputs
from feedback.services.assessment.assessing import Assessable
from feedback.services.assessment.inputs import (
    AdjustmentInput,
    QuarterInput,
)
from feedback.services.assessment.kpi_entries import earlier
from feedback.services.assessment.totals import Rules
from feedback.services.facts import assignments, figures, register
from feedback.services.facts.figures import FigureKey, FigureRecord
from feedback.services.facts.presence import NotAppraised
from feedback.services.goals import goals
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.row_locks import among
from feedback.services.incidents import incidents
from feedback.services.releases import released_feedback
from feedback.services.tables import periods
from forms.appraisals.choices import FigureRule, PeriodKind
from forms.scheme import Scheme
from forms.words import N_

# Why somebody is not appraised, by the rules.
REASONS = {
    NotAppraised.NO_POST: N_("no post in the period"),
    NotAppraised.NO_PROFILE: N_("no profile of the scheme fits the post"),
    NotAppraised.TOO_FEW_DAYS: N_("fewer days present than the scheme asks for"),
}


@dataclass(frozen=True)
class Gathered:
    """By person id: who can be computed, and why the others are not appraised."""

    people: Mapping[int, Assessable]
    not_appraised: Mapping[int, NotAppraised]


def gather(session: Session, scheme: Scheme, period: str, people: Sequence[Person], today: date) -> Gathered:
    """Raises NotPossible where a campaign of the period is not released, or two of them have no rule."""
    read = _Reading(session, Rules(scheme, period), [person.id for person in people], today)
    facts = read.facts()
    found: dict[int, Assessable] = {}
    left_out: dict[int, NotAppraised] = {}
    for person in people:
        own = PersonInputs(read.rules, facts, person)
        if own.presence.reason_not_appraised is not None:
            left_out[person.id] = own.presence.reason_not_appraised
        else:
            found[person.id] = Assessable(own.label(), own.inputs())
    return Gathered(found, left_out)


@dataclass(frozen=True)
class _Reading:
    session: Session
    rules: Rules
    ids: Sequence[int]
    today: date

    def facts(self) -> Facts:
        session, period, ids = self.session, self.rules.period, self.ids
        first, last = periods.first_day(period), periods.last_day(period)
        return Facts(
            histories=assignments.histories(session, ids, first, last),
            figures=self._figures(),
            register=register.counts(session, ids, first, last),
            feedback=released_feedback.of_people(session, ids, period, self.rules.scheme),
            goals=goals.of_people(session, ids, period),
            incidents=incidents.on_people(session, ids, period, self.today),
            quarters=self._quarters(),
            adjustments=self._adjustments(),
            departments={each.id: Bilingual.name(each) for each in session.scalars(select(Department))},
        )

    def _figures(self) -> dict[int, list[tuple[FigureKey, FigureRecord]]]:
        wanted = set(periods.within(self.rules.period))
        for kpi in self.rules.appraisal.kpis:
            if kpi.figure is FigureRule.GROWTH:
                wanted |= set(periods.within(earlier(kpi, self.rules.period)))
        found: dict[int, list[tuple[FigureKey, FigureRecord]]] = defaultdict(list)
        for key, record in sorted(figures.newest(self.session, self.ids, sorted(wanted)).items()):
            found[key.person_id].append((key, record))
        return found

    def _quarters(self) -> dict[int, list[QuarterInput]]:
        """Of a year that takes part of its total from them; quarters that were not appraised are left out."""
        found: dict[int, list[QuarterInput]] = defaultdict(list)
        if self.rules.kind is not PeriodKind.YEAR or not self.rules.appraisal.year.from_quarters:
            return found
        newest = (AppraisalVersion.appraisal_id == Appraisal.id) & (
            AppraisalVersion.number == Appraisal.version
        )
        rows = self.session.execute(
            select(Appraisal, Round.period, AppraisalVersion.digest, AppraisalVersion.summary)
            .join(Appraisal.round)
            .outerjoin(AppraisalVersion, newest)
            .where(
                Round.period.in_(periods.quarters_of(self.rules.period)), among(Appraisal.person_id, self.ids)
            )
            .where(Appraisal.state != AppraisalState.NOT_APPRAISED)
            .order_by(Round.period)
        )
        for appraisal, period, digest, summary in rows:
            is_final = appraisal.state == AppraisalState.FINAL and summary is not None
            known = (appraisal.version, digest, summary["total"]) if is_final else (None, None, None)
            found[appraisal.person_id].append(QuarterInput(period, *known))
        return found

    def _adjustments(self) -> dict[int, AdjustmentInput]:
        columns = (
            Appraisal.person_id,
            Appraisal.adjustment,
            Appraisal.adjustment_reason,
            Appraisal.adjusted_by,
        )
        query = select(*columns).join(Appraisal.round)
        query = query.where(Round.period == self.rules.period, Appraisal.adjustment.is_not(None))
        return {
            person_id: AdjustmentInput(points, reason or "", by or "")
            for person_id, points, reason, by in self.session.execute(query)
            if points is not None
        }
