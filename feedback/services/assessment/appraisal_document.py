"""The appraisal of one person as it was computed, as data: what it was made from, what came out, and how.

One frozen object feeds every page and file, in either language. Numbers are not rounded; ``shown`` is what is displayed
and judged. A number that is not there is None, never zero.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from feedback.services.assessment.inputs import Inputs
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import FORMAT, KEY, restore, taken_apart, written
from feedback.services.scores.scorecards import Estimate

FORMULA = "feedback-appraisal-1"


class ComponentId(StrEnum):
    KPI = "kpi"
    FEEDBACK = "feedback"
    GOALS = "goals"


class AppraisalStatus(StrEnum):
    """Held: something must be decided or supplied first. Insufficient: too little is there for a total.

    Not qualified is outside the bands. Figures only: a month without weights, which has no total.
    """

    OK = "ok"
    HELD = "held"
    INSUFFICIENT = "insufficient"
    NOT_QUALIFIED = "not qualified"
    FIGURES_ONLY = "figures only"


class Held(StrEnum):
    """Why an appraisal is held. Of an incident nothing more is said before it is decided."""

    INCIDENT = "incident"
    KPI = "kpi"
    FEEDBACK = "feedback"
    GOALS = "goals"
    QUARTERS = "quarters"


class Track(StrEnum):
    """How a figure of a month stands to its prorated target."""

    ON_TRACK = "on track"
    BEHIND = "behind"


@dataclass(frozen=True)
class Statement:
    """A sentence in English that is translated where it is read, with the facts to fill in; titles as {zh, en}."""

    text: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class DerivationLine:
    """One number and how it came about.

    id: what other lines and pages refer to; under: the line that it belongs below. formula: arithmetic over numbers and
    ids of lines above in braces, None for what was taken from somewhere. rule: the formula in words. figure: which of
    the inputs' figures it is, with file, row, version and reason; source: where else it is from, such as a campaign and
    a cell of it.
    """

    id: str
    label: Statement
    under: str | None = None
    value: float | None = None
    shown: str | None = None
    rule: Statement | None = None
    formula: str | None = None
    figure: int | None = None
    source: str | None = None
    notes: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class KpiLine:
    """One KPI in a segment. attainment: uncapped share of the target, 2 - a/t downwards. reason: a code of why there is
    no score, or why it is not what the method alone gives. parts, of: months or quarters that had an actual."""

    id: str
    title: Bilingual
    unit: Bilingual
    decimals: int
    weight: float
    lower_is_better: bool
    actual: float | None
    target: float | None
    attainment: float | None
    score: float | None
    track: Track | None
    reason: str | None
    parts: int | None
    of: int | None
    differs: bool


@dataclass(frozen=True)
class Component:
    """A part of the overall score. used: the weight it counts with where another is missing.

    contribution: used x value / 100.
    """

    id: ComponentId
    weight: float
    used: float | None
    value: float | None
    contribution: float | None


@dataclass(frozen=True)
class SegmentResult:
    profile: str
    title: Bilingual
    post: Bilingual | None
    level: Bilingual | None
    starts: str
    ends: str
    days: int
    kpis: tuple[KpiLine, ...]
    kpi: float | None
    kpi_coverage: float | None
    kpi_attainment: float | None
    components: tuple[Component, ...]
    overall: float | None


@dataclass(frozen=True)
class BandLabel:
    id: str
    title: Bilingual
    start: float


@dataclass(frozen=True)
class GateLine:
    """What a band asks of a figure beside the total. reaches: the interval of a feedback figure lies across the
    threshold, so that these answers do not decide it."""

    band: str
    figure: str
    threshold: float
    value: float | None
    reached: bool
    undecided: bool


@dataclass(frozen=True)
class IncidentEffect:
    """What a confirmed incident does to the appraisal; a pending one is not among them."""

    id: int
    severity: str
    evidence: str
    points: float
    cap: str | None
    score: float | None


@dataclass(frozen=True)
class Outcome:
    """A total with what follows from it. reached_bands: its own and every one within the interval, best first.

    band None: not qualified, or a scheme without bands.
    """

    score: float
    shown: str
    low: float
    high: float
    band: BandLabel | None
    bonus: float | None
    reached_bands: tuple[BandLabel, ...]

    @property
    def separable(self) -> bool:
        return len(self.reached_bands) < 2


@dataclass(frozen=True)
class FeedbackFigures:
    """error: the standard error of the score, for comparisons of people."""

    score: Estimate | None
    error: float | None
    coverage: float | None
    satisfied: Estimate | None
    nps: Estimate | None
    goal: float
    campaigns: tuple[str, ...]
    not_pooled: str | None


@dataclass(frozen=True)
class AppraisedPerson:
    code: str
    name: Bilingual
    department: Bilingual | None


@dataclass(frozen=True)
class AppraisalBasis:
    """What it was computed by. inputs: the digest of formula, scheme and inputs, by which versions are told apart."""

    formula: str
    scheme: str
    scheme_version: int
    scheme_digest: str
    inputs: str


@dataclass(frozen=True)
class AppraisalDocument:
    """Computed is what the parts give; official is what counts, after adjustment and incidents.

    derivation: empty as it is stored.
    """

    subject: AppraisedPerson
    period: str
    basis: AppraisalBasis
    inputs: Inputs
    status: AppraisalStatus
    held: tuple[Held, ...]
    segments: tuple[SegmentResult, ...]
    feedback: FeedbackFigures
    goals: float | None
    missing: tuple[ComponentId, ...]
    bands: tuple[BandLabel, ...]
    gates: tuple[GateLine, ...]
    incidents: tuple[IncidentEffect, ...]
    computed: Outcome | None
    official: Outcome | None
    derivation: tuple[DerivationLine, ...]

    def to_text(self) -> str:
        """As it is stored: without the derivation, which follows from the rest (`assessing.explained`)."""
        return written({KEY: FORMAT, **vars(self), "derivation": ()})

    def to_document(self) -> dict[str, Any]:
        """All of it, as commands and exports write it. Lines are without what they do not have."""
        document = taken_apart(self)
        lines = document["derivation"]
        return document | {
            "derivation": [{name: v for name, v in line.items() if v not in (None, [])} for line in lines]
        }

    @classmethod
    def from_text(cls, text: str) -> "AppraisalDocument":
        return cls.from_document(json.loads(text))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "AppraisalDocument":
        return restore(cls, document)
