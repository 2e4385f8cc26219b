"""What an appraisal is weakest in, beside the plan that follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal
from feedback.services.appraisals import versions
from feedback.services.assessment import feedback_score
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.ground.bilingual import Bilingual

AT_MOST = 3
FULL = 100.0


@dataclass(frozen=True)
class Weakness:
    title: Bilingual
    score: float


@dataclass(frozen=True)
class Weaknesses:
    """Lowest first, a few of each: KPIs that count and whose score is below 100, and dimensions of the feedback."""

    kpis: tuple[Weakness, ...]
    dimensions: tuple[Weakness, ...]


def of_appraisal(session: Session, appraisal: Appraisal) -> Weaknesses | None:
    """None before it is computed."""
    document = versions.documents(session, [appraisal]).get(appraisal.id)
    return of(document) if document else None


def of(document: AppraisalDocument) -> Weaknesses:
    lines = [line for segment in document.segments for line in segment.kpis if line.weight]
    kpis = [
        Weakness(line.title, line.score) for line in lines if line.score is not None and line.score < FULL
    ]
    inputs = document.inputs
    sources = [inputs.joined] if inputs.joined else inputs.campaigns
    titles = {each.id: each.title for source in sources for each in source.dimensions}
    scores = feedback_score.of_person(inputs, document.feedback.goal).dimensions
    return Weaknesses(_lowest(kpis), _lowest(Weakness(titles[id], score) for id, score in scores.items()))


def _lowest(found: Iterable[Weakness]) -> tuple[Weakness, ...]:
    return tuple(sorted(found, key=lambda each: each.score)[:AT_MOST])
