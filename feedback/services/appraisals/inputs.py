"""What one person's appraisal is computed from, frozen with it: enough to compute it again without a database.

None is "not there". Everything that is not shown to anybody else's eyes is absent: of the feedback, what released
reports and the shown cells of released campaigns tell.
"""

from dataclasses import dataclass
from enum import StrEnum

from feedback.services.ground.bilingual import Bilingual
from feedback.services.scores.scorecards import Estimate, Shortage


@dataclass(frozen=True)
class DaysPresent:
    """Days of a period on which the person had a post, of so many."""

    days: int
    of: int


@dataclass(frozen=True)
class MonthInput:
    month: str
    days: int
    of: int


@dataclass(frozen=True)
class SegmentInput:
    """A stretch of the period under one profile, with the months that belong to it. Days are ISO dates."""

    profile: str
    post: str | None
    level: str | None
    starts: str
    ends: str
    days: int
    months: tuple[str, ...]


@dataclass(frozen=True)
class FigureInput:
    """A target or an actual as it was entered, the newest version of it, and where it came from.

    at: when, ISO; state: of targets, "proposed" or "agreed".
    """

    kpi: str
    period: str
    kind: str
    value: float | None
    part: float | None
    whole: float | None
    base: float | None
    source: str
    version: int
    reason: str | None
    file_name: str | None
    row: int | None
    at: str
    actor: str
    state: str | None


@dataclass(frozen=True)
class RegisterInput:
    """What the register of visits and complaints counts in the period. known: of how many it is known if satisfied."""

    visits: int
    complaints: int
    in_time: int
    done: int
    satisfied: int
    known: int


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
    why: str | None
    dimensions: tuple[CellScore, ...]


@dataclass(frozen=True)
class FeedbackDimension:
    id: str
    title: Bilingual
    weight: float
    total: Estimate | None


@dataclass(frozen=True)
class CampaignInput:
    """A released report on the person, as far as an appraisal uses it. counts: the digest of what it was made from."""

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
    """One dimension of one rater group: points, how many ratings it rests on, its squared error on the unit scale."""

    id: str
    points: float
    n: float
    squared_error: float


@dataclass(frozen=True)
class JoinedCell:
    """A rater group of several campaigns with the ones that it comes from; asked: whether anybody of it was."""

    id: str
    title: Bilingual
    weight: float
    required: bool
    asked: bool
    campaigns: tuple[str, ...]
    dimensions: tuple[JoinedDimension, ...]


@dataclass(frozen=True)
class JoinedInput:
    """The shown cells of several released campaigns, which make one score. low, high: the range of points.

    not_pooled: why the counts of the quarters could not be added up; then their official scores are averaged.
    """

    cells: tuple[JoinedCell, ...]
    low: float
    high: float
    minimum_coverage: float
    satisfied: Estimate | None
    nps: Estimate | None
    not_pooled: str | None


@dataclass(frozen=True)
class GoalInput:
    """milestones: (weight, done) of each; rating: of a goal that is rated or whose figure was scored."""

    id: int
    title: str
    weight: float
    measure: str
    state: str
    version: int
    rating: float | None
    milestones: tuple[tuple[float, bool], ...]
    target: float | None
    actual: float | None
    reason: str
    agreed_at: str | None


@dataclass(frozen=True)
class IncidentInput:
    """effect: what the scheme said that it does when it was confirmed; None while it is reported only."""

    id: int
    severity: str
    state: str
    evidence: str
    points: float
    cap: str | None
    score: float | None
    decided_at: str | None


@dataclass(frozen=True)
class QuarterInput:
    """A quarter's appraisal, for the year; total: the official one of its final version, None if it is not final."""

    period: str
    state: str
    version: int | None
    digest: str | None
    total: float | None


@dataclass(frozen=True)
class AdjustmentInput:
    points: float
    reason: str
    actor: str


class AbsenceReason(StrEnum):
    NO_PROFILE = "no profile"
    TOO_SHORT = "too short"


@dataclass(frozen=True)
class Inputs:
    """months: of every month of the period, how many of its days the person was there.

    earlier: figures of the periods that growth is taken over stand among the figures.
    """

    period: str
    presence: DaysPresent
    months: tuple[MonthInput, ...]
    segments: tuple[SegmentInput, ...]
    figures: tuple[FigureInput, ...]
    register: RegisterInput | None
    campaigns: tuple[CampaignInput, ...]
    joined: JoinedInput | None
    goals: tuple[GoalInput, ...]
    incidents: tuple[IncidentInput, ...]
    quarters: tuple[QuarterInput, ...]
    adjustment: AdjustmentInput | None
