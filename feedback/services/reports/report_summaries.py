"""What pages about many people show of each: a part of his report, kept beside it and read by the hundred."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, Subject
from feedback.models.results import ReleasedReport
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.documents import restore, taken_apart
from feedback.services.reports import reports
from feedback.services.reports.change_document import ScoreChange, SubjectChanges
from feedback.services.reports.report_document import (
    Feedback,
    Report,
    Response,
    SubjectLabel,
    Withheld,
)
from feedback.services.scores.scorecards import Estimate, GapClass

LOW_SCORE = 60.0
MANY_BLIND_SPOTS = 2


class Concern(StrEnum):
    """Why a report is worth a look."""

    INSUFFICIENT = "insufficient"
    LOW_SCORE = "low score"
    BLIND_SPOTS = "blind spots"
    DIVIDED = "divided opinion"
    FALLEN = "detectable fall"


@dataclass(frozen=True)
class MemberDimension:
    id: str
    title: Bilingual
    total: Estimate | Withheld


@dataclass(frozen=True)
class MemberPeriod:
    """An earlier period with the feedback score that the report of then gave."""

    period: str
    score: float | None


@dataclass(frozen=True)
class Member:
    """axis: the lowest and the highest points of an answer. change: of the feedback score, where it can be compared.

    points: of every question that has some over all groups; wording: of the same, in both languages, without the
    member's name. They are plain data, since most of them are never looked at.
    """

    subject: SubjectLabel
    period: str
    axis: tuple[float, ...]
    feedback: Feedback
    dimensions: tuple[MemberDimension, ...]
    points: Mapping[str, float]
    wording: Mapping[str, Mapping[str, str]]
    satisfaction: Estimate | Withheld
    nps: Estimate | Withheld
    responses: tuple[Response, ...]
    change: ScoreChange | None
    history: tuple[MemberPeriod, ...]
    concerns: tuple[Concern, ...]
    corrected: bool
    released_at: datetime | None

    @classmethod
    def of(cls, report: Report) -> "Member":
        return cls(
            subject=report.subject,
            period=report.campaign.period,
            axis=report.axis,
            feedback=report.feedback,
            dimensions=tuple(MemberDimension(each.id, each.title, each.total) for each in report.dimensions),
            points={item.id: item.total for item in report.items if not isinstance(item.total, Withheld)},
            wording=_wording(report),
            satisfaction=report.satisfied,
            nps=report.nps,
            responses=report.responses,
            change=_total_change(report),
            history=tuple(
                MemberPeriod(each.period, each.score.value if each.score else None) for each in report.history
            ),
            concerns=tuple(concern for concern, applies in CONCERNS.items() if applies(report)),
            corrected=report.correction is not None,
            released_at=report.released_at,
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Member":
        return restore(cls, document)

    def to_document(self) -> dict[str, Any]:
        moment = self.released_at and self.released_at.isoformat()
        return taken_apart(replace(self, released_at=None)) | {"released_at": moment}


def of_subjects(session: Session, campaign: Campaign, subjects: Sequence[Subject]) -> list[Member]:
    """As `reports.of_subjects`, in one statement and without a report where all are released."""
    stored = _newest(session, subjects) if campaign.released_at is not None else {}
    waiting = [subject for subject in subjects if subject.id not in stored]
    if waiting:
        built = reports.build_all(session, campaign)
        stored |= {subject.id: Member.of(built[subject.id]) for subject in waiting}
    return [stored[subject.id] for subject in subjects]


def _newest(session: Session, subjects: Sequence[Subject]) -> dict[int, Member]:
    ids = [subject.id for subject in subjects]
    rows = session.execute(
        select(ReleasedReport.subject_id, ReleasedReport.summary)
        .where(ReleasedReport.subject_id.in_(ids))
        .order_by(ReleasedReport.version)
    )
    newest = {subject_id: summary for subject_id, summary in rows}
    return {subject_id: Member.from_document(summary) for subject_id, summary in newest.items()}


def _wording(report: Report) -> dict[str, dict[str, str]]:
    name = report.subject.name
    return {
        item.id: asdict(item.text.without(name))
        for item in report.items
        if not isinstance(item.total, Withheld)
    }


def _total_change(report: Report) -> ScoreChange | None:
    changes = report.changes
    found = changes.total if isinstance(changes, SubjectChanges) else None
    return found if isinstance(found, ScoreChange) else None


def _is_low(report: Report) -> bool:
    return report.feedback.score is not None and report.feedback.score.value < LOW_SCORE


def _has_blind_spots(report: Report) -> bool:
    kinds = [dimension.gap.kind for dimension in report.dimensions if dimension.gap]
    return kinds.count(GapClass.BLIND_SPOT) >= MANY_BLIND_SPOTS


def _divides(report: Report) -> bool:
    figures = (figure for item in report.items for figure in item.groups)
    return any(figure.distribution and figure.distribution.divided for figure in figures)


def _has_fallen(report: Report) -> bool:
    if not isinstance(report.changes, SubjectChanges):
        return False
    changes = (report.changes.total, *(dimension.change for dimension in report.changes.dimensions))
    return any(isinstance(each, ScoreChange) and each.detected and each.difference < 0 for each in changes)


CONCERNS: dict[Concern, Callable[[Report], bool]] = {
    Concern.INSUFFICIENT: lambda report: report.feedback.score is None,
    Concern.LOW_SCORE: _is_low,
    Concern.BLIND_SPOTS: _has_blind_spots,
    Concern.DIVIDED: _divides,
    Concern.FALLEN: _has_fallen,
}
