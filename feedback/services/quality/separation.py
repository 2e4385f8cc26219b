"""Whether a campaign tells people apart: reliability of each score, scores drawn to their mean, bands they reach."""

import math
from collections.abc import Sequence

from sqlalchemy.orm import Session

from feedback.services.appraisals import appraisals
from feedback.services.closing.tallies import CellMatrix
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality.quality_document import Lack, Missing, Separation, Share, SubjectQuality
from feedback.services.scores import shrinkage
from feedback.services.scores.scorecards import Estimate, NoEstimate, Scorecard


def separation(session: Session, period: str, matrix: CellMatrix, cards: Sequence[Scorecard]) -> Separation:
    chance = shrinkage.of_cards(cards)
    estimates = shrinkage.estimates(chance, cards, matrix.instrument.items)
    return Separation(
        variance=Missing(Lack.ONE_SCORE) if math.isnan(chance.between) else chance.between,
        bands=_separable(session, period, matrix, cards, estimates),
        subjects=tuple(
            _subject(Bilingual.name(subject.person), card, float(reliability), estimate)
            for subject, card, reliability, estimate in zip(
                matrix.subjects, cards, chance.reliability, estimates, strict=True
            )
        ),
    )


def _subject(
    name: Bilingual, card: Scorecard, reliability: float, shrunken: Estimate | None
) -> SubjectQuality:
    if isinstance(card.total, NoEstimate):
        nothing = Missing(Lack.NO_SCORE)
        return SubjectQuality(card.subject, name, nothing, nothing, nothing)
    if shrunken is None:
        return SubjectQuality(
            card.subject, name, card.total, Missing(Lack.ONE_SCORE), Missing(Lack.ONE_SCORE)
        )
    return SubjectQuality(card.subject, name, card.total, reliability, shrunken)


def _separable(
    session: Session,
    period: str,
    matrix: CellMatrix,
    cards: Sequence[Scorecard],
    estimates: Sequence[Estimate | None],
) -> Share | Missing:
    results = appraisals.appraise(session, period, matrix.scheme, matrix.subjects, cards, estimates).values()
    outcomes = [
        result.computed
        for result, estimate in zip(results, estimates, strict=False)
        if result.computed and result.bands and estimate
    ]
    if not outcomes:
        return Missing(Lack.NO_BANDS)
    return Share(sum(outcome.separable for outcome in outcomes) / len(outcomes), len(outcomes))
