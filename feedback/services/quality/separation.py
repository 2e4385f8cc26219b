"""Whether a campaign tells people apart: reliability of each score, and scores drawn to their mean."""

import math
from collections.abc import Sequence

from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality.quality_document import Lack, Missing, Separation, SubjectQuality
from feedback.services.scores import shrinkage
from feedback.services.scores.scorecards import Estimate, NoEstimate, Scorecard


def separation(matrix: CellMatrix, cards: Sequence[Scorecard]) -> Separation:
    chance = shrinkage.of_cards(cards)
    estimates = shrinkage.estimates(chance, cards, matrix.instrument.items)
    return Separation(
        variance=Missing(Lack.ONE_SCORE) if math.isnan(chance.between) else chance.between,
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
