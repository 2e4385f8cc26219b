"""What pages about many people show of each appraisal: a part of its newest version, kept beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feedback.services.assessment.appraisal_document import (
    AppraisalDocument,
    AppraisalStatus,
    AppraisedPerson,
    BandLabel,
    ComponentId,
    Held,
)
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import restore, taken_apart
from feedback.services.scores.scorecards import Estimate
from scoring.appraisal import displayed


@dataclass(frozen=True)
class AppraisalSummary:
    """total: official, as displayed, and its interval; computed: before adjustment and incidents, not rounded.

    feedback_weight: the share of a point of feedback in the total, by which scores are drawn together for an order.
    gates_missed, gates_undecided: of which bands.
    """

    person: AppraisedPerson
    profile: Bilingual
    status: AppraisalStatus
    held: tuple[Held, ...]
    total: float | None
    low: float | None
    high: float | None
    computed: float | None
    band: BandLabel | None
    bonus: float | None
    reached_bands: tuple[BandLabel, ...]
    missing: tuple[ComponentId, ...]
    kpi: float | None
    kpi_coverage: float | None
    kpi_attainment: float | None
    feedback: Estimate | None
    feedback_error: float | None
    feedback_weight: float
    satisfied: Estimate | None
    nps: Estimate | None
    goals: float | None
    gates_missed: tuple[str, ...]
    gates_undecided: tuple[str, ...]
    incidents: int
    days: int
    period_days: int
    renormalised: bool
    digest: str

    @classmethod
    def of(cls, document: AppraisalDocument) -> "AppraisalSummary":
        official, computed, presence = document.official, document.computed, document.inputs.presence
        last = document.segments[-1]
        missed = [gate.band for gate in document.gates if not gate.reached]
        undecided = [gate.band for gate in document.gates if gate.undecided]
        return cls(
            person=document.subject,
            profile=last.title,
            status=document.status,
            held=document.held,
            total=float(official.shown) if official else None,
            low=official.low if official else None,
            high=official.high if official else None,
            computed=computed.score if computed else None,
            band=official.band if official else None,
            bonus=official.bonus if official else None,
            reached_bands=official.reached_bands if official else (),
            missing=document.missing,
            kpi=_over(document, "kpi"),
            kpi_coverage=_over(document, "kpi_coverage"),
            kpi_attainment=_over(document, "kpi_attainment"),
            feedback=document.feedback.score,
            feedback_error=document.feedback.error,
            feedback_weight=_feedback_weight(document),
            satisfied=document.feedback.satisfied,
            nps=document.feedback.nps,
            goals=document.goals,
            gates_missed=tuple(dict.fromkeys(missed)),
            gates_undecided=tuple(dict.fromkeys(undecided)),
            incidents=len(document.incidents),
            days=presence.days,
            period_days=presence.of,
            renormalised=any(_is_renormalised(segment) for segment in document.segments),
            digest=document.basis.inputs,
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "AppraisalSummary":
        return restore(cls, document)

    def to_document(self) -> dict[str, Any]:
        return taken_apart(self)

    @property
    def shown(self) -> str | None:
        return None if self.total is None else str(displayed(self.total))


def _over(document: AppraisalDocument, name: str) -> float | None:
    """A figure of the segments by their days; None where one of them lacks it."""
    values = [(getattr(segment, name), segment.days) for segment in document.segments]
    if any(value is None for value, _ in values):
        return None
    days = sum(days for _, days in values)
    return float(sum(value * days for value, days in values) / days) if days else None


def _feedback_weight(document: AppraisalDocument) -> float:
    """How much of a point of feedback is in the total of the segments."""
    days = sum(segment.days for segment in document.segments)
    used = [
        (part.used or 0.0, segment.days)
        for segment in document.segments
        for part in segment.components
        if part.id is ComponentId.FEEDBACK
    ]
    return sum(weight / 100 * own for weight, own in used) / days if days else 0.0


def _is_renormalised(segment: Any) -> bool:
    """Whether something was missing and its weight went to the others."""
    parts = any(part.used is not None and part.used != part.weight for part in segment.components)
    return parts or (segment.kpi_coverage is not None and segment.kpi_coverage < 1)
