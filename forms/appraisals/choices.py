"""What may be chosen in the tables of an appraisal, by the words that the file has for it."""

from enum import StrEnum


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Method(StrEnum):
    RATIO = "ratio"
    LOWER_IS_BETTER = "lower_is_better"
    INCREMENT = "increment"
    TIER = "tier"
    PASS_FAIL = "pass_fail"
    INTERPOLATE = "interpolate"
    CURVE = "curve"
    PROPORTIONAL = "proportional"


class FigureRule(StrEnum):
    """What the figure of a KPI is: as entered, 100 x part / whole, or the growth in per cent over an earlier period."""

    VALUE = "value"
    SHARE = "share"
    GROWTH = "growth"


class Combine(StrEnum):
    """How months make a quarter, and quarters a year. The figures of growth are combined before it is taken."""

    SUM = "sum"
    MEAN = "mean"
    WEIGHTED = "weighted"
    LAST = "last"
    SHARE = "share"


class GrowthOver(StrEnum):
    PERIOD = "period"
    YEAR = "year"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class MissingActual(StrEnum):
    """What a KPI without an actual does: the others take its weight, it holds the appraisal, or it is zero."""

    LEAVE = "leave"
    HOLD = "hold"
    ZERO = "zero"


class ComponentName(StrEnum):
    KPI = "kpi"
    FEEDBACK = "feedback"
    GOALS = "goals"


class AbsentComponent(StrEnum):
    HOLD = "hold"
    LEVEL = "level"


class AbsentGoals(StrEnum):
    HOLD = "hold"
    RENORMALISE = "renormalise"


class CampaignFeed(StrEnum):
    """The kinds of campaigns, as a period may be fed by them."""

    CLIENT = "client"
    COLLEAGUES = "360"
    BOTH = "both"


class YearClients(StrEnum):
    """Where the clients of a year come from: its quarters' campaigns, pooled, or a campaign of its own."""

    POOLED_QUARTERS = "pooled quarters"
    CLIENT = "client"
    BOTH = "both"


class YearOthers(StrEnum):
    COLLEAGUES = "360"
    BOTH = "both"


class InterviewRule(StrEnum):
    """Who has to be talked to before being told: everybody, the last band and not qualified, or nobody."""

    ALWAYS = "always"
    LAST_BAND = "last band"
    NEVER = "never"


class SecondAnswer(StrEnum):
    LINE = "line"
    HR = "hr"
