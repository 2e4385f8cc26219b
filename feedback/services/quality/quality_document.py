"""How good a campaign's measurement is, as data: one frozen object for page, file and export.

A figure that is not there is a `Missing` with its reason and has no number.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import restore
from feedback.services.quality.influence_document import InfluenceFactors, TooFewToTell
from feedback.services.reports.report_document import CampaignLabel, DefinitionLabel
from feedback.services.scores.scorecards import Estimate


class Lack(StrEnum):
    """Why there is no figure."""

    TOO_FEW_INVITED = "fewer people invited than the group's minimum"
    TOO_FEW_BALLOTS = "fewer than 10 ballots to look at"
    TOO_FEW_SUBJECTS = "fewer than 10 subjects rated"
    ONE_ITEM = "one item only"
    NO_VARIANCE = "no variance"
    NO_REPEATED_RATINGS = "nobody has two ratings"
    NO_AGREEMENT = "raters of one person agree no more than raters of different ones"
    NO_LARGE_CELL = "no rater group with 10 ratings"
    NO_SCORE = "no score"
    ONE_SCORE = "fewer than two scores to compare"


@dataclass(frozen=True)
class Missing:
    reason: Lack


@dataclass(frozen=True)
class Coefficient:
    """Alpha or an intraclass correlation with its 95 % interval; n: the ballots or subjects it rests on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Share:
    """A share, 0 to 1, of so many."""

    share: float
    of: int


@dataclass(frozen=True)
class Median:
    """A median, in points, over so many."""

    points: float
    of: int


@dataclass(frozen=True)
class ResponseRate:
    title: Bilingual
    answered: Share | Missing


@dataclass(frozen=True)
class DimensionQuality:
    """alpha: do its items measure one thing. phi: how far raters of one person differ, of the largest possible
    variance. divided: of the items in groups of ten ratings and more, those on which opinion is divided. width: of
    the subjects' intervals."""

    id: str
    title: Bilingual
    alpha: Coefficient | Missing
    phi: float
    divided: Share | Missing
    width: Median | Missing


@dataclass(frozen=True)
class ItemQuality:
    """single, average: ICC(1), ICC(k). raters_needed: whose mean has a reliability of 0.7."""

    id: str
    text: Bilingual
    single: Coefficient | Missing
    average: Coefficient | Missing
    raters_needed: float | Missing


@dataclass(frozen=True)
class SubjectQuality:
    """reliability: B, what part of the differences in this score is not chance. shrunken: for comparing people
    only, never the official score."""

    subject: str
    name: Bilingual
    score: Estimate | Missing
    reliability: float | Missing
    shrunken: Estimate | Missing


@dataclass(frozen=True)
class Separation:
    """What differences between people mean. variance: tau^2, of true scores, in squared points."""

    variance: float | Missing
    subjects: tuple[SubjectQuality, ...]


@dataclass(frozen=True)
class CampaignQuality:
    """phi and width: of the feedback score. straightlined: ballots with one value everywhere. counts: their digest.
    influence: what goes along with being recommended by clients.
    """

    campaign: CampaignLabel
    formula: str
    questionnaire: DefinitionLabel
    scheme: DefinitionLabel
    counts: str
    responses: tuple[ResponseRate, ...]
    straightlined: Share | Missing
    phi: float
    width: Median | Missing
    dimensions: tuple[DimensionQuality, ...]
    items: tuple[ItemQuality, ...]
    separation: Separation
    influence: InfluenceFactors | TooFewToTell = field(default_factory=TooFewToTell)

    def to_document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "CampaignQuality":
        return restore(cls, document)
