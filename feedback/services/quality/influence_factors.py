"""What goes along with being recommended by clients: of a campaign, and of several of a year."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from feedback.models.campaigns import WITH_RESULTS, Campaign
from feedback.services.closing import counts_export, results
from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.closing.results import CampaignResult
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground import documents
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality.influence_document import (
    Factor,
    FactorOfYear,
    InfluenceFactors,
    InfluenceField,
    InfluenceOfYear,
    TooFewToTell,
)
from feedback.services.scores.scorecards import Estimate
from forms.questionnaire import Dimension
from scoring import influence
from scoring.influence import Influence
from scoring.instrument import Floats

FIELDS = {  # important, satisfied
    (True, False): InfluenceField.FIRST,
    (True, True): InfluenceField.KEEP,
    (False, False): InfluenceField.LATER,
    (False, True): InfluenceField.ENOUGH,
}


def of_result(matrix: CellMatrix, result: CampaignResult) -> InfluenceFactors | TooFewToTell:
    """The satisfaction is that of all shown ballots of clients, also of those that lack a dimension."""
    found, numbers = result.statistics.influence, matrix.instrument
    if found is None:
        return TooFewToTell()
    places = influence.dimensions_of_clients(numbers)
    asked = [matrix.questionnaire.dimensions[place] for place in places.tolist()]
    points = influence.satisfaction(result.disclosed, numbers)[places]
    rated = numbers.items.rating
    return InfluenceFactors(
        n=found.n,
        resamples=found.resamples,
        explained=float(found.weights.sum()),
        even=1 / len(asked),
        satisfied_from=numbers.strength_from,
        lowest=float(numbers.items.lowest[rated].min()),
        highest=float(numbers.items.highest[rated].max()),
        factors=_factors(asked, points, found, numbers.strength_from),
        correlations=tuple(map(tuple, found.correlations.tolist())),
    )


def _factors(
    asked: Sequence[Dimension], points: Floats, found: Influence, satisfied_from: float
) -> tuple[Factor, ...]:
    even = 1 / len(asked)
    rows = zip(
        *(asked, points.tolist(), found.correlations[:-1, -1].tolist()),
        _estimates(found.weights, found.weight_interval, found.n),
        _estimates(found.shares, found.share_interval, found.n),
        found.clear.tolist(),
        strict=True,
    )
    return tuple(
        Factor(
            id=dimension.id,
            title=Bilingual.of(dimension.title, dimension.id),
            satisfaction=satisfaction,
            correlation=correlation,
            weight=weight,
            share=share,
            clear=clear,
            field=FIELDS[share.value >= even, satisfaction >= satisfied_from],
            sure=not share.low <= even <= share.high,
        )
        for dimension, satisfaction, correlation, weight, share, clear in rows
    )


def _estimates(values: Floats, intervals: Floats, n: int) -> list[Estimate]:
    rows = zip(values.tolist(), intervals.tolist(), strict=True)
    return [Estimate(value, low, high, n) for value, (low, high) in rows]


def of_year(session: Session, campaign: Campaign) -> InfluenceOfYear | None:
    """The counted campaigns of its year that asked clients about the same dimensions; None if there is only one.

    One statement, however many there are.
    """
    query = select(Campaign).where(
        Campaign.period.startswith(campaign.period[:4]), Campaign.state.in_(WITH_RESULTS)
    )
    whole = (undefer(Campaign.statistics), undefer(Campaign.questionnaire), undefer(Campaign.scheme))
    others = session.scalars(query.options(*whole).order_by(Campaign.period, Campaign.id)).all()
    return pooled(campaign, others)


def pooled(campaign: Campaign, campaigns: Sequence[Campaign]) -> InfluenceOfYear | None:
    """Of a campaign, and of those of several that can be pooled with it."""
    asked = _asked(campaign)
    ids = [dimension.id for dimension in asked]
    same = [each for each in campaigns if [dimension.id for dimension in _asked(each)] == ids]
    found = [(each, kept) for each in same if (kept := _kept(each))]
    if len(found) < 2:
        return None
    n = np.array([kept.n for _each, kept in found])
    together = influence.pooled(np.array([kept.correlations for _each, kept in found]), n)
    weights = influence.relative_weights(together, influence.least_eigenvalue(together))
    shares = influence.shares(weights)
    own = (
        np.array([kept.shares for _each, kept in found]),
        np.array([kept.share_interval for _each, kept in found]),
    )
    estimates = _estimates(shares, influence.pooled_interval(shares, *own, n), int(n.sum()))
    return InfluenceOfYear(
        year=campaign.period[:4],
        campaigns=tuple(each.code for each, _kept in found),
        n=int(n.sum()),
        explained=float(weights.sum()),
        factors=tuple(
            FactorOfYear(dimension.id, Bilingual.of(dimension.title, dimension.id), correlation, share)
            for dimension, correlation, share in zip(
                asked, together[:-1, -1].tolist(), estimates, strict=True
            )
        ),
    )


def _asked(campaign: Campaign) -> list[Dimension]:
    """Dimensions that clients were asked."""
    questionnaire, scheme = read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme)
    places = influence.dimensions_of_clients(results.instrument(questionnaire, scheme))
    return [questionnaire.dimensions[place] for place in places.tolist()]


def _kept(campaign: Campaign) -> Influence | None:
    kept = documents.content(campaign.statistics or {}).get("influence")
    return counts_export.influence_from_json(kept) if kept else None
