"""Whether a campaign tells people apart: reliability of each score, scores drawn to their mean, bands they reach."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from sqlalchemy.orm import Session

from feedback.services import appraisals
from feedback.services.bilingual import Bilingual
from feedback.services.quality_document import Lack, Missing, Separation, Share, SubjectQuality
from feedback.services.scorecards import Estimate, NoEstimate, Scorecard
from feedback.services.tallies import Grid
from scoring.instrument import Floats, Items
from scoring.intervals import Z
from scoring.reliability import Shrinkage, shrink


def separation(session: Session, period: str, grid: Grid, cards: Sequence[Scorecard]) -> Separation:
    shrinkage = shrink(*_official(cards))
    estimates = list(_shrunken(shrinkage, cards, grid.instrument.items))
    return Separation(
        variance=Missing(Lack.ONE_SCORE) if math.isnan(shrinkage.between) else shrinkage.between,
        bands=_separable(session, period, grid, cards, estimates),
        subjects=tuple(
            _subject(Bilingual.name(subject.person), card, float(reliability), estimate)
            for subject, card, reliability, estimate in zip(
                grid.subjects, cards, shrinkage.reliability, estimates, strict=True
            )
        ),
    )


def shrunken(cards: Sequence[Scorecard], items: Items) -> list[Estimate | None]:
    """Every feedback score drawn to their mean by what part of it is chance; None where there is none to compare."""
    return list(_shrunken(shrink(*_official(cards)), cards, items))


def _official(cards: Sequence[Scorecard]) -> tuple[Floats, Floats]:
    """Feedback scores and their standard errors; NaN for none."""
    scores = [card.total.value if isinstance(card.total, Estimate) else math.nan for card in cards]
    errors = [math.nan if card.error is None else card.error for card in cards]
    return np.array(scores, dtype=float), np.array(errors, dtype=float)


def _shrunken(shrinkage: Shrinkage, cards: Sequence[Scorecard], items: Items) -> Iterator[Estimate | None]:
    lowest, highest = items.lowest[items.rating].min(), items.highest[items.rating].max()
    for card, score, error in zip(cards, shrinkage.score, shrinkage.error, strict=True):
        if isinstance(card.total, NoEstimate) or math.isnan(score):
            yield None
        else:
            low, high = np.clip([score - Z * error, score + Z * error], lowest, highest).tolist()
            yield Estimate(float(score), low, high, card.total.n)


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
    grid: Grid,
    cards: Sequence[Scorecard],
    estimates: Sequence[Estimate | None],
) -> Share | Missing:
    results = appraisals.appraise(session, period, grid.scheme, grid.subjects, cards, estimates).values()
    outcomes = [
        result.computed
        for result, estimate in zip(results, estimates, strict=False)
        if result.computed and result.bands and estimate
    ]
    if not outcomes:
        return Missing(Lack.NO_BANDS)
    return Share(sum(outcome.separable for outcome in outcomes) / len(outcomes), len(outcomes))
