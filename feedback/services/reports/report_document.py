"""The report on one subject, as data: one frozen object feeds every page and file, in either language.

Whatever may not be shown is a `Withheld`, which has no number; only an `Estimate` has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from feedback.models.campaigns import Campaign
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import restore, taken_apart
from feedback.services.reports.change_document import NotComparable, SubjectChanges
from feedback.services.scores.scorecards import Estimate, GapClass, ItemMean, Shortage


class Reason(StrEnum):
    """Why there is no figure."""

    MERGED = "merged"
    TOO_FEW = "too few answers"
    NO_ANSWERS = "no answers"
    NOBODY_INVITED = "nobody invited"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Withheld:
    """from_start: since the opening, because too few people were asked."""

    reason: Reason
    counted_in: Bilingual | None = None
    from_start: bool = False


@dataclass(frozen=True)
class RaterGroup:
    """A rater group, or a pool with the groups merged into it. Ballots are given where it is shown.

    from_start: those of the merged groups that are counted together since the opening, by the people asked.
    """

    id: str
    title: Bilingual
    merged: tuple[Bilingual, ...]
    weight: float
    attributed: bool
    is_self: bool
    ballots: int | None
    total: Estimate | Withheld
    from_start: tuple[Bilingual, ...] = ()


@dataclass(frozen=True)
class GroupScore:
    title: Bilingual
    is_self: bool
    score: Estimate | Withheld


@dataclass(frozen=True)
class ReportGap:
    own: float
    others: float
    difference: float
    kind: GapClass


@dataclass(frozen=True)
class DimensionScore:
    id: str
    title: Bilingual
    weight: float
    total: Estimate | Withheld
    groups: tuple[GroupScore, ...]
    gap: ReportGap | None


@dataclass(frozen=True)
class Feedback:
    """The feedback score, or why there is none. Coverage: share of the invited weight that is shown.

    error: the standard error of the score in points, by which people are compared.
    """

    score: Estimate | None
    shortage: Shortage | None
    missing_groups: tuple[Bilingual, ...]
    coverage: float | None
    minimum_coverage: float
    error: float | None = None


class Verdict(StrEnum):
    """How a share with its interval stands to its goal."""

    REACHED = "reached"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True)
class Satisfaction:
    """Top-2-box: the share of the two best answers, 0 to 1."""

    share: Estimate
    goal: float
    verdict: Verdict


@dataclass(frozen=True)
class Distribution:
    """The share of each answer, in the order of the scale; divided: opinions are far apart."""

    shares: tuple[float, ...]
    divided: bool


@dataclass(frozen=True)
class ItemFigure:
    """An item in one cell. A distribution only where ten or more rated it."""

    title: Bilingual
    is_self: bool
    mean: ItemMean | Withheld
    distribution: Distribution | None


@dataclass(frozen=True)
class ItemScore:
    """One item: points over the groups in which it is shown; `scale` is the place in `Basis.scales`."""

    id: str
    text: Bilingual
    dimension: str
    scale: int
    total: float | Withheld
    groups: tuple[ItemFigure, ...]


@dataclass(frozen=True)
class Extremes:
    """Ids of the items that stand out, best first and worst first."""

    highest: tuple[str, ...]
    lowest: tuple[str, ...]


@dataclass(frozen=True)
class Comments:
    """The comments of one cell on one question, in an order fixed at random; hidden: HR's reasons, one per comment."""

    question: Bilingual
    group: Bilingual
    texts: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class Response:
    """How many were invited and answered in a unit large enough to say so; of a shown one, how many by phone."""

    title: Bilingual
    invited: int
    answered: int
    by_phone: int = 0


@dataclass(frozen=True)
class PointMap:
    """How many points each answer of a scale is worth."""

    labels_zh: tuple[str, ...]
    labels_en: tuple[str, ...]
    points: tuple[float, ...]


@dataclass(frozen=True)
class DefinitionLabel:
    id: str
    version: int
    digest: str


@dataclass(frozen=True)
class Basis:
    """What the figures rest on: enough to compute them again."""

    formula: str
    questionnaire: DefinitionLabel
    scheme: DefinitionLabel
    counts: str
    scales: tuple[PointMap, ...]
    trimmed: bool
    gap_cut: float
    strength_from: float


@dataclass(frozen=True)
class SubjectLabel:
    code: str
    name: Bilingual
    department: Bilingual
    level: Bilingual | None


@dataclass(frozen=True)
class CampaignLabel:
    code: str
    title: Bilingual
    period: str

    @classmethod
    def of(cls, campaign: Campaign) -> "CampaignLabel":
        return cls(campaign.code, Bilingual(campaign.title_zh, campaign.title_en), campaign.period)


@dataclass(frozen=True)
class TrendDimension:
    id: str
    total: Estimate | Withheld


@dataclass(frozen=True)
class TrendPoint:
    """What an earlier released report said."""

    period: str
    title: Bilingual
    score: Estimate | None
    dimensions: tuple[TrendDimension, ...]


class ReportPart(StrEnum):
    """A part of a report that a correction can change."""

    FEEDBACK = "feedback"
    COMMENTS = "comments"
    TREND = "trend"
    OTHER = "other"


@dataclass(frozen=True)
class Correction:
    """A later release of a report: why there is one, and which parts differ from the release before."""

    reason: str
    changed: tuple[ReportPart, ...]


@dataclass(frozen=True)
class Report:
    """released_at: when it was stored as it is; None in a preview, whose figures may still change."""

    subject: SubjectLabel
    campaign: CampaignLabel
    feedback: Feedback
    groups: tuple[RaterGroup, ...]
    dimensions: tuple[DimensionScore, ...]
    items: tuple[ItemScore, ...]
    extremes: Extremes
    satisfaction: Satisfaction | Withheld
    nps: Estimate | Withheld
    comments: tuple[Comments, ...]
    responses: tuple[Response, ...]
    changes: SubjectChanges | NotComparable
    history: tuple[TrendPoint, ...]
    basis: Basis
    correction: Correction | None = None
    released_at: datetime | None = None

    @property
    def axis(self) -> tuple[float, float]:
        """The lowest and the highest points that an answer can have."""
        scales = [self.basis.scales[place] for place in {item.scale for item in self.items}]
        points = [point for scale in scales for point in scale.points]
        return (min(points), max(points)) if points else (0.0, 100.0)

    @property
    def satisfied(self) -> Estimate | Withheld:
        return self.satisfaction if isinstance(self.satisfaction, Withheld) else self.satisfaction.share

    def to_document(self) -> dict[str, Any]:
        moment = self.released_at and self.released_at.isoformat()
        return taken_apart(replace(self, released_at=None)) | {"released_at": moment}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Report":
        return restore(cls, document)
