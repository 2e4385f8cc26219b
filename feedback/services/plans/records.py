"""What people reached in the periods before: series of good bands, and whether they are eligible for promotion."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.assignments import AssignmentKind
from feedback.models.confirmed_results import ConfirmedResult
from feedback.models.incidents import Incident, IncidentState
from feedback.models.plans import DevelopmentPlan, PlanKind, PlanState
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.facts import assignments
from feedback.services.ground.row_locks import among
from feedback.services.tables import periods
from forms.appraisals.rules import AppraisalRules, PromotionRule, SeriesRule

MONTHS_OF_YEAR = 12


class SeriesStanding(StrEnum):
    """How far a series has come. Waits: an appraisal in it is not final yet."""

    REACHED = "reached"
    NOT_YET = "not yet"
    WAITS = "waits"


@dataclass(frozen=True)
class PastResult:
    """One period of a person: band None when not qualified or not final."""

    period: str
    state: AppraisalState
    qualified: bool
    band: str | None

    @property
    def is_final(self) -> bool:
        return self.state is AppraisalState.FINAL


@dataclass(frozen=True)
class Series:
    standing: SeriesStanding
    count: int
    wanted: int


class ConditionKind(StrEnum):
    RESULTS = "results"
    LEVEL = "level"
    INCIDENTS = "incidents"
    TRAINING = "training"


@dataclass(frozen=True)
class PromotionCondition:
    """One condition of a promotion, ticked or not: so many there, so many wanted; there None: since ever."""

    kind: ConditionKind
    there: int | None
    wanted: int
    met: bool


def past(session: Session, person_ids: Collection[int], period: str) -> Mapping[int, tuple[PastResult, ...]]:
    """Results of the same kind of period up to this one, newest first; one statement."""
    newest = ConfirmedResult.fell_at.is_(None)
    query = (
        select(Appraisal.person_id, Round.period, Appraisal.state, ConfirmedResult)
        .join(Appraisal.round)
        .outerjoin(ConfirmedResult, (ConfirmedResult.appraisal_id == Appraisal.id) & newest)
        .where(among(Appraisal.person_id, person_ids), Round.period <= period)
        .order_by(Round.period.desc(), ConfirmedResult.number)
    )
    kind = periods.kind_of(period)
    found: dict[int, dict[str, PastResult]] = {}
    for person_id, earlier, state, result in session.execute(query):
        if periods.kind_of(earlier) is kind:
            made = PastResult(
                earlier,
                AppraisalState(state),
                result.qualified if result else True,
                result.band if result else None,
            )
            found.setdefault(person_id, {})[earlier] = made
    return {person_id: tuple(results.values()) for person_id, results in found.items()}


def is_as_good(band: str | None, wanted: str, rules: AppraisalRules) -> bool:
    """The band, or a better one of any list of bands of the scheme that has both."""
    for bands in (rules.bands, *(profile.bands for profile in rules.profiles)):
        places = [one.id for one in bands]
        if band in places and wanted in places:
            return places.index(band) <= places.index(wanted)
    return False


def series(results: Sequence[PastResult], rule: SeriesRule, rules: AppraisalRules) -> Series:
    """Not appraised neither counts nor breaks, what is not final waits, not qualified breaks."""
    count, standing = 0, SeriesStanding.NOT_YET
    for result in results:
        if result.state is AppraisalState.NOT_APPRAISED:
            continue
        if not result.is_final:
            standing = SeriesStanding.WAITS
            break
        if not result.qualified or not is_as_good(result.band, rule.band, rules):
            break
        count += 1
        if count == rule.periods:
            return Series(SeriesStanding.REACHED, count, rule.periods)
    return Series(standing, count, rule.periods)


def promotions(
    session: Session,
    results: Mapping[int, tuple[PastResult, ...]],
    period: str,
    rule: PromotionRule,
    rules: AppraisalRules,
) -> Mapping[int, tuple[PromotionCondition, ...]]:
    """The conditions of everybody, each ticked or not; a constant number of statements."""
    people = list(results)
    day = periods.last_day(period)
    months = _months_in_level(session, people, day)
    marked = _with_incidents(session, people, months_before(day, rule.no_incident_months), day)
    trained = _trained(session, people)
    return {
        person_id: tuple(
            _conditions(found, rule, rules, months.get(person_id), person_id in marked, person_id in trained)
        )
        for person_id, found in results.items()
    }


def _conditions(
    found: Sequence[PastResult],
    rule: PromotionRule,
    rules: AppraisalRules,
    months: int | None,
    is_marked: bool,
    is_trained: bool,
) -> Iterator[PromotionCondition]:
    last = [result for result in found if result.state is not AppraisalState.NOT_APPRAISED][: rule.of_last]
    good = sum(one.is_final and one.qualified and is_as_good(one.band, rule.band, rules) for one in last)
    yield PromotionCondition(ConditionKind.RESULTS, good, rule.at_least, good >= rule.at_least)
    if rule.months_in_level:
        long_enough = months is None or months >= rule.months_in_level
        yield PromotionCondition(ConditionKind.LEVEL, months, rule.months_in_level, long_enough)
    if rule.no_incident_months:
        there = 0 if is_marked else rule.no_incident_months
        yield PromotionCondition(ConditionKind.INCIDENTS, there, rule.no_incident_months, not is_marked)
    if rule.training:
        yield PromotionCondition(ConditionKind.TRAINING, int(is_trained), 1, is_trained)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month's 28 days."""
    place = day.year * MONTHS_OF_YEAR + day.month - 1 - months
    return date(place // MONTHS_OF_YEAR, place % MONTHS_OF_YEAR + 1, min(day.day, 28))


def _months_in_level(session: Session, people: Collection[int], day: date) -> dict[int, int]:
    """Whole months with the level that one has on the day; who has no record has had it since ever, and is left out."""
    found = {}
    for person_id, history in assignments.histories(session, people, date.min, day).items():
        spans = [span for span in history.posts if span.starts <= day and span.kind is AssignmentKind.WORK]
        if history.assumed or not spans:
            continue
        level, since = spans[-1].level, spans[-1].starts
        for span in reversed(spans):
            if span.level != level:
                break
            since = span.starts
        whole = (day.year - since.year) * MONTHS_OF_YEAR + day.month - since.month
        found[person_id] = whole - (day.day < since.day)
    return found


def _with_incidents(session: Session, people: Collection[int], first: date, last: date) -> set[int]:
    counting = (IncidentState.CONFIRMED, IncidentState.EXPIRED)
    query = select(Incident.person_id).where(
        among(Incident.person_id, people),
        Incident.state.in_(counting),
        Incident.occurred > first,
        Incident.occurred <= last,
    )
    return set(session.scalars(query))


def _trained(session: Session, people: Collection[int]) -> set[int]:
    """Who has met a training plan."""
    query = (
        select(Appraisal.person_id)
        .join(DevelopmentPlan, DevelopmentPlan.appraisal_id == Appraisal.id)
        .where(among(Appraisal.person_id, people))
        .where(DevelopmentPlan.kind == PlanKind.TRAINING, DevelopmentPlan.state == PlanState.MET)
    )
    return set(session.scalars(query))
