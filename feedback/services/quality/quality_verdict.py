"""Is a campaign's measurement good enough for what it is used for? Rules of thumb, each on a figure that is shown.

Alpha and reliability from 0.7 on serve research on groups, from 0.8 on decisions about people (Nunnally, 1978).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

import numpy as np

from feedback.services.quality.quality_document import CampaignQuality, Coefficient, Missing, Share
from scoring.reliability import spearman_brown

RATER_NUMBERS = (3, 5, 8, 10, 15, 20)


class Use(StrEnum):
    """What the figures are used for, and what that asks of them."""

    RESPONSE = "speaks for those who were asked"
    FEEDBACK = "tells a person where he stands"
    DIMENSIONS = "dimensions measure one thing each"
    DIFFERENCES = "tells people apart"
    CARE = "was answered with care"


class Grade(StrEnum):
    GOOD = "good"
    LIMITED = "limited"
    POOR = "poor"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judgement:
    """figure: what the grade rests on, a share, a coefficient or points; None where it is unknown."""

    use: Use
    grade: Grade
    figure: float | None


@dataclass(frozen=True)
class Rule:
    """From `good` on good, from `limited` on limited; the other way round where less is better."""

    use: Use
    good: float
    limited: float
    less_is_better: bool = False

    def judge(self, figure: float | None) -> Judgement:
        if figure is None:
            return Judgement(self.use, Grade.UNKNOWN, None)
        sign = -1 if self.less_is_better else 1
        if sign * figure >= sign * self.good:
            return Judgement(self.use, Grade.GOOD, figure)
        is_limited = sign * figure >= sign * self.limited
        return Judgement(self.use, Grade.LIMITED if is_limited else Grade.POOR, figure)


@dataclass(frozen=True)
class ReliabilityOfMean:
    """Of the mean over so many raters on a typical item."""

    raters: int
    reliability: float


def judge(quality: CampaignQuality) -> tuple[Judgement, ...]:
    return (
        Rule(Use.RESPONSE, 0.6, 0.4).judge(_least_answered(quality)),
        Rule(Use.FEEDBACK, 20, 30, less_is_better=True).judge(
            None if isinstance(quality.width, Missing) else quality.width.points
        ),
        Rule(Use.DIMENSIONS, 0.7, 0.6).judge(_least_alpha(quality)),
        Rule(Use.DIFFERENCES, 0.8, 0.7).judge(_typical_reliability(quality)),
        Rule(Use.CARE, 0.1, 0.25, less_is_better=True).judge(_known(quality.straightlined)),
    )


def reliability_by_raters(quality: CampaignQuality) -> tuple[ReliabilityOfMean, ...]:
    """From the median ICC(1) of the items; empty where raters of one person do not agree."""
    singles = [item.single.value for item in quality.items if isinstance(item.single, Coefficient)]
    single = median(singles) if singles else 0.0
    if single <= 0:
        return ()
    numbers = np.array(RATER_NUMBERS, dtype=float)
    means = spearman_brown(np.full(len(RATER_NUMBERS), single), numbers).tolist()
    return tuple(map(ReliabilityOfMean, RATER_NUMBERS, means))


def _least_answered(quality: CampaignQuality) -> float | None:
    return _least([each.answered.share for each in quality.responses if isinstance(each.answered, Share)])


def _least_alpha(quality: CampaignQuality) -> float | None:
    return _least([each.alpha.value for each in quality.dimensions if isinstance(each.alpha, Coefficient)])


def _least(figures: Sequence[float]) -> float | None:
    return min(figures, default=None)


def _typical_reliability(quality: CampaignQuality) -> float | None:
    known = [each.reliability for each in quality.separation.subjects if isinstance(each.reliability, float)]
    return median(known) if known else None


def _known(share: Share | Missing) -> float | None:
    return share.share if isinstance(share, Share) else None
