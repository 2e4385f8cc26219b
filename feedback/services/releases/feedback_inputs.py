"""The feedback on one person as an appraisal takes it: a released report, or the shown cells of several campaigns."""

from dataclasses import dataclass

from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.report_document import Reason
from feedback.services.scores.scorecards import Estimate, Shortage


@dataclass(frozen=True)
class CellScore:
    dimension: str
    score: Estimate


@dataclass(frozen=True)
class FeedbackCell:
    """A rater group, or a pool of the merged ones, in a released report; why: there is no score, today's reason."""

    id: str
    title: Bilingual
    merged: tuple[Bilingual, ...]
    weight: float
    ballots: int | None
    total: Estimate | None
    why: Reason | None
    dimensions: tuple[CellScore, ...]


@dataclass(frozen=True)
class FeedbackDimension:
    id: str
    title: Bilingual
    weight: float
    total: Estimate | None


@dataclass(frozen=True)
class CampaignInput:
    """A released report on the person, as far as an appraisal uses it.

    counts: the digest of what it was made from, which a correction of comments leaves as it is. deviation: dimensions
    are not plain means over groups. Without cells where it is one of several that are joined.
    """

    code: str
    title: Bilingual
    period: str
    kind: str
    counts: str
    questionnaire: str
    scheme: str
    score: Estimate | None
    error: float | None
    shortage: Shortage | None
    coverage: float | None
    minimum_coverage: float
    deviation: bool
    dimensions: tuple[FeedbackDimension, ...]
    cells: tuple[FeedbackCell, ...]
    satisfied: Estimate | None
    nps: Estimate | None


@dataclass(frozen=True)
class JoinedDimension:
    """One dimension of a cell: points, ratings per item behind them, fewest and most points, and the share of the
    largest possible variance that its campaign's ratings have (phi)."""

    id: str
    points: float
    n: float
    low: float
    high: float
    phi: float


@dataclass(frozen=True)
class JoinedCell:
    """A rater group, or a pool of some, as one campaign or several pooled quarters show it.

    phi: of the mean over dimensions.
    """

    id: str
    title: Bilingual
    weight: float
    campaigns: tuple[str, ...]
    phi: float
    dimensions: tuple[JoinedDimension, ...]


@dataclass(frozen=True)
class JoinedInput:
    """The shown cells of several released campaigns, which make one score at the dimension level.

    invited: the weight of all groups that were asked. not_pooled: why the counts of quarters could not be added up.
    averaged: then, without others beside them, their official scores are averaged, and there are no cells.
    low, high: fewest and most points of an answer.
    """

    dimensions: tuple[FeedbackDimension, ...]
    cells: tuple[JoinedCell, ...]
    invited: float
    lacks_required: bool
    minimum_coverage: float
    satisfied: Estimate | None
    nps: Estimate | None
    not_pooled: str | None
    averaged: bool
    low: float
    high: float


@dataclass(frozen=True)
class FeedbackSources:
    campaigns: tuple[CampaignInput, ...]
    joined: JoinedInput | None
