"""Feedback scores drawn to their mean by what part of them is chance."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from feedback.services.scores.scorecards import Estimate, NoEstimate, Scorecard
from scoring.instrument import Floats, Items
from scoring.intervals import Z
from scoring.reliability import Shrinkage, shrink


def of_cards(cards: Sequence[Scorecard]) -> Shrinkage:
    return shrink(*_official(cards))


def estimates(shrinkage: Shrinkage, cards: Sequence[Scorecard], items: Items) -> list[Estimate | None]:
    """Every feedback score drawn to their mean by what part of it is chance; None where there is none to compare."""
    return list(_estimates(shrinkage, cards, items))


def _official(cards: Sequence[Scorecard]) -> tuple[Floats, Floats]:
    """Feedback scores and their standard errors; NaN for none."""
    scores = [card.total.value if isinstance(card.total, Estimate) else math.nan for card in cards]
    errors = [math.nan if card.error is None else card.error for card in cards]
    return np.array(scores, dtype=float), np.array(errors, dtype=float)


def _estimates(shrinkage: Shrinkage, cards: Sequence[Scorecard], items: Items) -> Iterator[Estimate | None]:
    lowest, highest = items.lowest[items.rating].min(), items.highest[items.rating].max()
    for card, score, error in zip(cards, shrinkage.score, shrinkage.error, strict=True):
        if isinstance(card.total, NoEstimate) or math.isnan(score):
            yield None
        else:
            low, high = np.clip([score - Z * error, score + Z * error], lowest, highest).tolist()
            yield Estimate(float(score), low, high, card.total.n)
