"""What an appraisal is computed by: the tables of a scheme, read and checked. How they are written: ``parsing``."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.appraisals.choices import (
    AbsentComponent,
    AbsentGoals,
    CampaignFeed,
    Combine,
    ComponentName,
    Direction,
    FigureRule,
    GrowthOver,
    InterviewRule,
    Method,
    MissingActual,
    PeriodKind,
    SecondAnswer,
    YearClients,
    YearOthers,
)

Titles = Mapping[str, str]


@dataclass(frozen=True)
class Requirement:
    """Another KPI's figure that must lie within from..to (both included), or else the score is `otherwise`."""

    kpi: str
    start: float | None
    end: float | None


@dataclass(frozen=True)
class Kpi:
    """``parameters`` are the method's own numbers; ``steps`` (from, score) ascending for tiers, ``points``
    (figure, score) ascending for curves.

    source: where the figure comes from by itself ("feedback.top2box", "register.in-time" ...), or what it is entered
    from ("crm" ...). least_parts: the share of months or quarters that must be there. decimals: as it is shown.
    """

    id: str
    title: Titles
    definition: Titles
    unit: Titles
    decimals: int
    figure: FigureRule
    growth_over: GrowthOver
    combine: Combine
    least_parts: float
    method: Method
    direction: Direction
    parameters: Mapping[str, float]
    steps: tuple[tuple[float, float], ...]
    points: tuple[tuple[float, float], ...]
    requires: tuple[Requirement, ...]
    otherwise: float
    missing: MissingActual
    source: str | None

    @property
    def lower_is_better(self) -> bool:
        return self.method is Method.LOWER_IS_BETTER or self.direction is Direction.LOWER


@dataclass(frozen=True)
class Components:
    kpi: float
    feedback: float
    goals: float


@dataclass(frozen=True)
class Gate:
    """A figure that must reach `start` for the band: "kpi.attainment", "kpi.score", "kpi.coverage",
    "kpi:ID.attainment", "feedback.score", "feedback.top2box", "feedback.nps", "goals". Attainments are in per cent."""

    figure: str
    start: float


@dataclass(frozen=True)
class Band:
    """examples: what somebody of this band does; bonus: its own share of the bonus, where the scheme pays by band."""

    id: str
    start: float
    title: Titles
    gates: tuple[Gate, ...]
    examples: tuple[Titles, ...]
    bonus: float | None = None


@dataclass(frozen=True)
class Bonus:
    start: float
    share: float
    linear: bool


@dataclass(frozen=True)
class Level:
    """A name for a level of people; profiles refer to it."""

    id: str
    title: Titles


@dataclass(frozen=True)
class Post:
    id: str
    title: Titles


@dataclass(frozen=True)
class Profile:
    """What people of these posts and levels are appraised by; an empty list fits any.

    weights: of the KPIs by their ids, totalling 100, for each kind of period that has any.
    bands, bonuses: its own, or those of the scheme.
    """

    id: str
    title: Titles
    posts: tuple[str, ...]
    levels: tuple[str, ...]
    components: Components
    weights: Mapping[PeriodKind, Mapping[str, float]]
    required: tuple[str, ...]
    bands: tuple[Band, ...]
    bonuses: tuple[Bonus, ...]

    @property
    def kpis(self) -> tuple[str, ...]:
        """Those that count or are shown in any kind of period."""
        return tuple(dict.fromkeys(kpi for weights in self.weights.values() for kpi in weights))

    def fits(self, post: str | None, level: str | None) -> bool:
        return (not self.posts or post in self.posts) and (not self.levels or level in self.levels)


@dataclass(frozen=True)
class IncidentRule:
    """What a confirmed incident of one severity does: points off, the best band that is left, or the veto's score.

    valid_months: how long it counts for promotion and reading; None: for ever.
    """

    points: float = 0.0
    cap: str | None = None
    score: float | None = None
    valid_months: int | None = None


@dataclass(frozen=True)
class IncidentRules:
    minor: IncidentRule
    major: IncidentRule
    critical: IncidentRule
    most_points: float
    tell_pending: bool


@dataclass(frozen=True)
class PeriodFeedback:
    """Which campaigns feed a kind of period: their kinds in order of preference, or for a year where the clients come
    from and where the others do. Where nothing is said, the one that is released."""

    kinds: tuple[CampaignFeed, ...]
    clients: YearClients | None = None
    others: YearOthers | None = None


@dataclass(frozen=True)
class FeedbackRules:
    month: PeriodFeedback
    quarter: PeriodFeedback
    year: PeriodFeedback
    absent_component: AbsentComponent
    required_components: tuple[ComponentName, ...]
    absent_goals: AbsentGoals


@dataclass(frozen=True)
class MonthRules:
    """on_track_from: the share of its target, as far as the period has gone, from which a figure is on track."""

    on_track_from: float


@dataclass(frozen=True)
class YearRules:
    """from_quarters: the share (0-1) that the mean of the final quarterly totals has in the year's."""

    from_quarters: float
    least_quarters: int


@dataclass(frozen=True)
class PresenceRules:
    """Days: fewer in a kind of period are not appraised; leave in one piece of at least least_leave days counts."""

    least_days: Mapping[PeriodKind, int]
    least_leave: int
    probation_counts: bool


@dataclass(frozen=True)
class Process:
    """Which steps there are and how long they may take in working days; adjustment_limit in points."""

    targets_agreed: bool
    calibration: bool
    interview: InterviewRule
    plan_for_last_band: bool
    adjustment_limit: float
    review_days: int
    calibrate_days: int
    object_days: int
    answer_days: int
    second_answer_by: SecondAnswer


@dataclass(frozen=True)
class SeriesRule:
    band: str
    periods: int


@dataclass(frozen=True)
class PromotionRule:
    band: str
    at_least: int
    of_last: int
    months_in_level: int
    no_incident_months: int
    training: bool


@dataclass(frozen=True)
class AppraisalRules:
    """A scheme that only scores feedback has no profiles.

    guideline: the share (0-1) of each band, best first, of a pool of 25 or more; empty for none.
    bands, bonuses: of the profiles that have none of their own.
    """

    profiles: tuple[Profile, ...]
    posts: tuple[Post, ...]
    levels: tuple[Level, ...]
    kpis: tuple[Kpi, ...]
    bands: tuple[Band, ...]
    bonuses: tuple[Bonus, ...]
    incidents: IncidentRules
    feedback: FeedbackRules
    month: MonthRules
    year: YearRules
    presence: PresenceRules
    process: Process
    series: SeriesRule | None
    promotion: PromotionRule | None
    guideline: tuple[float, ...]
    bonus_by_band: bool
    bonus_by_presence: bool

    @property
    def appraises(self) -> bool:
        return bool(self.profiles)

    def profile_of(self, post: str | None, level: str | None) -> Profile | None:
        """The first that fits."""
        return next((profile for profile in self.profiles if profile.fits(post, level)), None)

    def kpi(self, kpi_id: str) -> Kpi:
        """Raises KeyError for a KPI that the scheme does not have."""
        for kpi in self.kpis:
            if kpi.id == kpi_id:
                return kpi
        raise KeyError(kpi_id)

    def knows_level(self, level: str | None) -> bool:
        return level is None or any(level == known.id for known in self.levels)

    def knows_post(self, post: str | None) -> bool:
        return post is None or any(post == known.id for known in self.posts)
