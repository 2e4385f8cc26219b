"""What one person's appraisal is computed from, frozen with it: enough to compute it again without a database.

None is "not there". Everything that is not shown to anybody else's eyes is absent: of the feedback, what released
reports and the shown cells of released campaigns tell.
"""

from dataclasses import dataclass

from feedback.services.releases.feedback_inputs import CampaignInput, JoinedInput


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
    """What the register of visits and complaints says in the period for a KPI's source: a number, or part and whole."""

    kpi: str
    value: float | None
    part: float | None
    whole: float | None


@dataclass(frozen=True)
class GoalInput:
    """milestones: (weight, done) of each; rating: of a goal that is rated. A cancelled one's weight is shared out."""

    id: int
    title: str
    weight: float
    measure: str
    cancelled: bool
    version: int
    rating: float | None
    milestones: tuple[tuple[float, bool], ...]
    target: float | None
    actual: float | None
    reason: str
    agreed_at: str | None


@dataclass(frozen=True)
class IncidentInput:
    """A confirmed one with what the scheme said that it does then, or a pending one, of which nothing else is kept."""

    id: int
    severity: str
    pending: bool
    period: str
    evidence: str
    points: float
    most_points: float
    cap: str | None
    score: float | None
    decided_at: str | None


@dataclass(frozen=True)
class QuarterInput:
    """A quarter's appraisal, for the year; total: the official one of its final version, None if it is not final."""

    period: str
    version: int | None
    digest: str | None
    total: float | None


@dataclass(frozen=True)
class AdjustmentInput:
    points: float
    reason: str
    actor: str


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
    register: tuple[RegisterInput, ...]
    campaigns: tuple[CampaignInput, ...]
    joined: JoinedInput | None
    goals: tuple[GoalInput, ...]
    incidents: tuple[IncidentInput, ...]
    quarters: tuple[QuarterInput, ...]
    adjustment: AdjustmentInput | None
