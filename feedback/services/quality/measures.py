"""Measures about dimensions: taken after a campaign, and looked at again with the figures of the next one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from feedback.models.campaigns import WITH_RESULTS, Campaign
from feedback.models.measures import DimensionMeasure
from feedback.services.accounts.reading_rights import Reader
from feedback.services.definitions.frozen_definitions import read_questionnaire
from feedback.services.ground import audit
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.people import people
from feedback.services.quality import campaign_quality
from feedback.services.quality.influence_document import Factor, InfluenceFactors, TooFewToTell
from forms.text_lengths import LONGEST_LINE
from forms.words import N_


@dataclass(frozen=True)
class FollowedMeasure:
    """Of an earlier campaign, with what its dimension was then and is now; None where a campaign cannot tell."""

    measure: DimensionMeasure
    then: Factor | None
    now: Factor | None


def add(
    session: Session,
    campaign: Campaign,
    dimension: str,
    text: str,
    owner: str,
    due: date,
    *,
    actor: str,
    now: datetime,
) -> DimensionMeasure:
    """owner: the code of a person. Raises NotFound for nobody, NotPossible for no dimension of the page."""
    if dimension not in _factors(campaign_quality.of_campaign(session, campaign).influence):
        raise NotPossible(
            N_("there is no dimension %(dimension)s to take a measure about"), dimension=dimension
        )
    if not 0 < len(text) <= LONGEST_LINE:
        raise NotPossible(N_("say what is done, in at most %(limit)s characters"), limit=LONGEST_LINE)
    person = people.find(session, owner)
    measure = DimensionMeasure(campaign=campaign, dimension=dimension, text=text, owner=person, due=due)
    session.add(measure)
    session.flush()
    after = {"body": text, "person": owner, "due": due.isoformat(), "dimension": dimension}
    audit.record(session, "measure added", campaign.code, actor=actor, now=now, after=after)
    return measure


def remove(session: Session, campaign: Campaign, measure_id: int, *, actor: str, now: datetime) -> None:
    measure = session.get(DimensionMeasure, measure_id)
    if measure is None or measure.campaign_id != campaign.id:
        raise NotFound(N_("there is no such measure"))
    if measure.done_at is not None:
        raise NotPossible(N_("what became of this measure is noted: it stays"))
    before = {"body": measure.text, "dimension": measure.dimension}
    audit.record(session, "measure removed", campaign.code, actor=actor, now=now, before=before)
    session.delete(measure)


def finish(session: Session, measure: DimensionMeasure, outcome: str, *, actor: str, now: datetime) -> None:
    """What was done, by its owner or HR; from then on nobody is reminded of it."""
    outcome = outcome.strip()
    if measure.done_at is not None:
        raise NotPossible(N_("what became of this measure is noted: it stays"))
    if not 0 < len(outcome) <= LONGEST_LINE:
        raise NotPossible(N_("say what was done, in at most %(limit)s characters"), limit=LONGEST_LINE)
    measure.outcome, measure.done_at, measure.done_by = outcome, now, actor
    target, after = measure.campaign.code, {"body": outcome, "dimension": measure.dimension}
    audit.record(session, "measure done", target, actor=actor, now=now, after=after)


def find(session: Session, number: int, reader: Reader) -> DimensionMeasure:
    """One of his own, or any for HR. Raises NotFound."""
    found = session.scalars(_readable(reader).where(DimensionMeasure.id == number)).one_or_none()
    if found is None:
        raise NotFound(N_("there is no such measure"))
    return found


def listed(session: Session, reader: Reader) -> list[DimensionMeasure]:
    """His own, or all for HR: what is to be done first, by day, then what is done."""
    query = _readable(reader).order_by(
        DimensionMeasure.done_at.is_not(None), DimensionMeasure.due, DimensionMeasure.id
    )
    return list(session.scalars(query))


def _readable(reader: Reader) -> Select[DimensionMeasure]:
    query = select(DimensionMeasure).options(
        joinedload(DimensionMeasure.owner),
        joinedload(DimensionMeasure.campaign).options(undefer(Campaign.questionnaire)),
    )
    return query if reader.reads_everything else query.where(DimensionMeasure.owner_id == reader.person_id)


def due(until: date) -> Select[DimensionMeasure]:
    """What is not done and due by a day, with its campaign."""
    query = select(DimensionMeasure).options(joinedload(DimensionMeasure.campaign))
    return query.where(DimensionMeasure.done_at.is_(None), DimensionMeasure.due <= until)


def title(measure: DimensionMeasure) -> Bilingual:
    """Of its dimension, as the campaign asked it."""
    asked = read_questionnaire(measure.campaign.questionnaire).dimensions
    found = next(dimension for dimension in asked if dimension.id == measure.dimension)
    return Bilingual.of(found.title, found.id)


def of_campaign(session: Session, campaign: Campaign) -> list[DimensionMeasure]:
    return list(session.scalars(_measures(campaign.id)))


def followed(
    session: Session, campaign: Campaign, found: InfluenceFactors | TooFewToTell
) -> tuple[FollowedMeasure, ...]:
    """Those of the last campaign before this one that has any."""
    earlier = session.scalars(
        select(Campaign)
        .where(
            Campaign.period == _period_before(campaign).scalar_subquery(),
            Campaign.state.in_(WITH_RESULTS),
            Campaign.id.in_(select(DimensionMeasure.campaign_id)),
        )
        .order_by(Campaign.id)
    )
    return tuple(each for one in earlier for each in _followed(session, one, found))


def _period_before(campaign: Campaign) -> Select[str]:
    with_measures = select(func.max(Campaign.period)).join(
        DimensionMeasure, DimensionMeasure.campaign_id == Campaign.id
    )
    return with_measures.where(Campaign.period < campaign.period)


def _followed(
    session: Session, earlier: Campaign, found: InfluenceFactors | TooFewToTell
) -> Iterator[FollowedMeasure]:
    then, now = _factors(campaign_quality.of_campaign(session, earlier).influence), _factors(found)
    for measure in session.scalars(_measures(earlier.id)):
        yield FollowedMeasure(measure, then.get(measure.dimension), now.get(measure.dimension))


def _measures(campaign_id: int) -> Select[DimensionMeasure]:
    own = select(DimensionMeasure).where(DimensionMeasure.campaign_id == campaign_id)
    return own.options(joinedload(DimensionMeasure.owner)).order_by(DimensionMeasure.due, DimensionMeasure.id)


def _factors(found: InfluenceFactors | TooFewToTell) -> dict[str, Factor]:
    return {factor.id: factor for factor in found.factors} if isinstance(found, InfluenceFactors) else {}
