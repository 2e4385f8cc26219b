"""The appraisal of one subject, as data: every part of the overall score, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from feedback.services.ground.bilingual import Bilingual


class ComponentId(StrEnum):
    KPI = "kpi"
    FEEDBACK = "feedback"
    GOALS = "goals"


@dataclass(frozen=True)
class KpiLine:
    """One KPI: attainment (uncapped share of the target) and score (points) are None without an actual."""

    id: str
    title: Bilingual
    weight: float
    lower_is_better: bool
    actual: float | None
    target: float | None
    attainment: float | None
    score: float | None


@dataclass(frozen=True)
class Component:
    """A part of the overall score: its contribution is weight x value / 100."""

    id: ComponentId
    weight: float
    value: float | None
    contribution: float | None


class AppraisalStatus(StrEnum):
    OK = "ok"
    INSUFFICIENT = "insufficient"
    HELD = "held"
    NOT_QUALIFIED = "not qualified"


@dataclass(frozen=True)
class BandLabel:
    id: str
    title: Bilingual
    start: float


@dataclass(frozen=True)
class Outcome:
    """An overall score with what follows from it.

    reached_bands: its own band and every one that the interval of the shrunken score reaches, best first.
    """

    score: float
    low: float
    high: float
    band: BandLabel | None
    bonus: float | None
    reached_bands: tuple[BandLabel, ...]

    @property
    def separable(self) -> bool:
        return len(self.reached_bands) < 2


@dataclass(frozen=True)
class AppraisalResult:
    """Computed is what the components give; official is what counts.

    A confirmed veto lowers the official outcome; while a veto is pending, or a component missing, there is none.
    """

    status: AppraisalStatus
    components: tuple[Component, ...]
    bands: tuple[BandLabel, ...]
    missing: tuple[ComponentId, ...]
    computed: Outcome | None
    official: Outcome | None
    evidence: str | None
    kpis: tuple[KpiLine, ...]
    kpi_coverage: float | None
