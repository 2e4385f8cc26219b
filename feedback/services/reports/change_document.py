"""How a subject's scores changed since the campaign before, as data for reports."""

from dataclasses import dataclass
from enum import StrEnum

from feedback.services.ground.bilingual import Bilingual


class Obstacle(StrEnum):
    """Why two campaigns, or two scores, cannot be compared."""

    FIRST = "no earlier campaign of this kind"
    QUESTIONNAIRE = "other questionnaire"
    SCHEME = "other scheme"
    NOT_SHOWN = "not shown both times"
    UNOFFICIAL = "no official score on what is shown both times"


@dataclass(frozen=True)
class NotComparable:
    reason: Obstacle


@dataclass(frozen=True)
class ScoreChange:
    """Scores in points on what both campaigns show, which need not be the scores of their reports.

    error: standard error of the difference; p: adjusted for everything that the campaign's reports compare.
    Where nothing is detected, "no detectable change" is all that may be said.
    """

    earlier: float
    later: float
    difference: float
    error: float
    p: float
    detected: bool


@dataclass(frozen=True)
class DimensionChange:
    id: str
    title: Bilingual
    change: ScoreChange | NotComparable


@dataclass(frozen=True)
class SubjectChanges:
    """Since an earlier campaign; groups: the rater groups and pools that both show and the changes rest on.

    counts: digest of the earlier campaign's counts; questionnaire and scheme are those of the later one.
    """

    campaign: str
    title: Bilingual
    period: str
    counts: str
    groups: tuple[str, ...]
    total: ScoreChange | NotComparable
    dimensions: tuple[DimensionChange, ...]
