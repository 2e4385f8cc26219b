"""What goes along with being recommended by clients, as data: one frozen object for page, file and export."""

from dataclasses import dataclass
from enum import StrEnum

from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from feedback.services.scores.scorecards import Estimate


class InfluenceField(StrEnum):
    """Importance against satisfaction: Martilla & James (1977), Journal of Marketing 41, 77."""

    FIRST = "important, clients are not satisfied"
    KEEP = "important, clients are satisfied"
    LATER = "less important, clients are not satisfied"
    ENOUGH = "less important, clients are satisfied"


@dataclass(frozen=True)
class Factor:
    """A dimension. satisfaction: the mean of clients, in points. correlation: with the recommendation.

    weight: its relative weight; share: of all weights; both with 95 % intervals. clear: more than a column of pure
    chance has. sure: the interval of the share lies on one side of the line between the fields.
    """

    id: str
    title: Bilingual
    satisfaction: float
    correlation: float
    weight: Estimate
    share: Estimate
    clear: bool
    field: InfluenceField
    sure: bool


@dataclass(frozen=True)
class InfluenceFactors:
    """From n ballots of clients. explained: R^2. even: the share of each if all were equally important.

    lowest, highest: the fewest and the most points. correlations: of every two dimensions and, last, with the
    recommendation.
    """

    n: int
    resamples: int
    explained: float
    even: float
    satisfied_from: float
    lowest: float
    highest: float
    factors: tuple[Factor, ...]
    correlations: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class TooFewToTell:
    """It takes so many ballots, and enough of them that differ."""

    least: int = protection.INFLUENCE_FROM


@dataclass(frozen=True)
class FactorOfYear:
    """share: of all weights, with a 95 % interval from those of the campaigns."""

    id: str
    title: Bilingual
    correlation: float
    share: Estimate


@dataclass(frozen=True)
class InfluenceOfYear:
    """Pooled from the correlations of several campaigns, weighted by their ballots n."""

    year: str
    campaigns: tuple[str, ...]
    n: int
    explained: float
    factors: tuple[FactorOfYear, ...]
