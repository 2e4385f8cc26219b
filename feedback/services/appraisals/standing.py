"""What several appraisals together say: an order of people, a guideline, a series of bands, who may be promoted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.incidents import Incident, IncidentState
from feedback.models.rounds import Appraisal, AppraisalState, AppraisalVersion, Round
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalStatus
from feedback.services.facts import assignments
from feedback.services.facts.assignments import History
from feedback.services.ground.row_locks import among
from feedback.services.tables import periods
from forms.appraisals.rules import AppraisalRules, PromotionRule, SeriesRule
from forms.words import N_
from scoring.appraisal import guideline
from scoring.reliability import shrink


@dataclass(frozen=True)
class Placed:
    """A person's place in the order of a pool, the first one best.

    total: with feedback drawn to the pool's mean by what part of it is chance, which is for the order alone.
    suggested: the band of the guideline, from 25 people on.
    """

    appraisal_id: int
    place: int
    total: float
    suggested: int | None


def order(summaries: Mapping[int, AppraisalSummary], rules: AppraisalRules) -> list[Placed]:
    """Those of a pool, by appraisal, who have a total; equal totals share a place."""
    ids = [
        id
        for id, summary in summaries.items()
        if summary.status is AppraisalStatus.OK and summary.total is not None
    ]
    totals = _drawn([summaries[id] for id in ids])
    shares = np.array(rules.guideline)
    bands = guideline(totals, shares) if len(shares) else np.full(len(ids), -1)
    placed = [
        Placed(id, 1 + int((totals > total).sum()), float(total), int(band) if band >= 0 else None)
        for id, total, band in zip(ids, totals, bands, strict=True)
    ]
    return sorted(placed, key=lambda each: (each.place, each.appraisal_id))


def _drawn(summaries: Sequence[AppraisalSummary]) -> np.ndarray:
    """Totals with shrunken feedback. Whose feedback has no error, or where there is nothing to compare, as they are."""
    total = np.array([summary.total for summary in summaries], dtype=float)
    score = np.array([each.feedback.value if each.feedback else np.nan for each in summaries], dtype=float)
    error = np.array(
        [np.nan if each.feedback_error is None else each.feedback_error for each in summaries], dtype=float
    )
    weight = np.array([summary.feedback_weight for summary in summaries])
    shrunken = shrink(score, error).score
    return np.round(total + np.nan_to_num(weight * (shrunken - score)), 9)


@dataclass(frozen=True)
class PastResult:
    """What became of a person in a period; band: the calibrated one, else the computed one."""

    period: str
    state: AppraisalState
    status: AppraisalStatus | None
    band: str | None


@dataclass(frozen=True)
class Condition:
    """One condition of a promotion: met, or how far it is."""

    text: str
    facts: Mapping[str, object]
    met: bool


@dataclass(frozen=True)
class Standing:
    """series: how many periods in a row had the band that counts; reached: as many as the scheme asks for.

    conditions: of a promotion, None where the scheme has no rule or the person is at another level by now.
    """

    series: int
    reached: bool
    conditions: tuple[Condition, ...]

    @property
    def eligible(self) -> bool:
        return bool(self.conditions) and all(condition.met for condition in self.conditions)


def results(session: Session, people: Collection[int], period: str) -> dict[int, list[PastResult]]:
    """By person, newest first: what the rounds of this kind of period came to, up to this one; one statement."""
    newest = (AppraisalVersion.appraisal_id == Appraisal.id) & (AppraisalVersion.number == Appraisal.version)
    rows = session.execute(
        select(
            Appraisal.person_id,
            Round.period,
            Appraisal.state,
            Appraisal.calibrated_band,
            AppraisalVersion.summary,
        )
        .join(Appraisal.round)
        .outerjoin(AppraisalVersion, newest)
        .where(among(Appraisal.person_id, people), Round.period <= period)
        .order_by(Round.period.desc())
    )
    found: dict[int, list[PastResult]] = {}
    for person_id, own_period, state, calibrated, summary in rows:
        if periods.kind_of(own_period) is periods.kind_of(period):
            found.setdefault(person_id, []).append(_result(own_period, state, calibrated, summary))
    return found


def _result(
    period: str, state: str, calibrated: str | None, summary: Mapping[str, object] | None
) -> PastResult:
    if summary is None:
        return PastResult(period, AppraisalState(state), None, calibrated)
    read = AppraisalSummary.from_document(summary)
    band = calibrated or (read.band.id if read.band else None)
    return PastResult(period, AppraisalState(state), read.status, band)


def series(results: Sequence[PastResult], rule: SeriesRule) -> int:
    """Periods in a row, newest first, with the band. Not appraised neither counts nor breaks; held waits, as it is not
    decided; not qualified breaks."""
    count = 0
    for result in results:
        if result.state == AppraisalState.NOT_APPRAISED or result.status is AppraisalStatus.HELD:
            continue
        if result.status is AppraisalStatus.NOT_QUALIFIED or result.band != rule.band:
            break
        count += 1
    return count


def of_people(
    session: Session,
    people: Collection[int],
    period: str,
    rules: AppraisalRules,
    trained: Collection[int] = (),
) -> dict[int, Standing]:
    """By person. trained: who has done the training that a promotion asks for."""
    past = results(session, people, period)
    last = periods.last_day(period)
    at_level = rules.promotion.months_in_level if rules.promotion else 0
    histories = assignments.histories(session, people, _months_before(last, at_level), last)
    months = rules.promotion.no_incident_months if rules.promotion else 0
    hit = _with_incidents(session, people, _months_before(last, months), last)
    found = {}
    for id in people:
        own = past.get(id, [])
        count = series(own, rules.series) if rules.series else 0
        since = _at_level_since(histories[id], last)
        conditions: tuple[Condition, ...] = ()
        if rules.promotion and since is not None:
            conditions = _conditions(rules, rules.promotion, own, since, last, id in hit, id in trained)
        reached = rules.series is not None and count >= rules.series.periods
        found[id] = Standing(count, reached, conditions)
    return found


def _at_level_since(history: History, day: date) -> date | None:
    """Since when, without a break, somebody had the level that he has on a day."""
    span = history.on(day)
    while span is not None and span.starts > date.min:
        before = history.on(span.starts - timedelta(days=1))
        if before is None or before.level != span.level:
            break
        span = before
    return span.starts if span else None


def _conditions(
    rules: AppraisalRules,
    rule: PromotionRule,
    own: Sequence[PastResult],
    since: date,
    last: date,
    hit: bool,
    trained: bool,
) -> tuple[Condition, ...]:
    counted = [each for each in own if each.state != AppraisalState.NOT_APPRAISED][: rule.of_last]
    reached = sum(each.band in _at_least(rules, rule.band) for each in counted)
    found = [
        Condition(
            N_("band %(band)s in %(least)s of the last %(of)s: %(reached)s"),
            {"band": rule.band, "least": rule.at_least, "of": rule.of_last, "reached": reached},
            reached >= rule.at_least,
        ),
        Condition(
            N_("%(months)s months at the level"),
            {"months": rule.months_in_level},
            since <= _months_before(last, rule.months_in_level),
        ),
        Condition(N_("no incident in %(months)s months"), {"months": rule.no_incident_months}, not hit),
    ]
    if rule.training:
        found.append(Condition(N_("training done"), {}, trained))
    return tuple(found)


def _at_least(rules: AppraisalRules, band: str) -> tuple[str, ...]:
    """This band and the better ones."""
    bands = tuple(each.id for each in rules.bands)
    return bands[: bands.index(band) + 1] if band in bands else (band,)


def _months_before(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    last = periods.last_day(f"{max(year, 1):04}-{month + 1:02}")
    return min(last, date(last.year, last.month, min(day.day, last.day)))


def _with_incidents(session: Session, people: Collection[int], first: date, last: date) -> set[int]:
    query = select(Incident.person_id).where(
        among(Incident.person_id, people),
        Incident.occurred.between(first, last),
        Incident.state == IncidentState.CONFIRMED,
    )
    return set(session.scalars(query))
