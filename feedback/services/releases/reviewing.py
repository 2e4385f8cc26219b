"""What to look at before reports are released: scores that are missing, comments, and replies afterwards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.models.appraisals import ReportReply
from feedback.models.campaigns import Campaign, Subject
from feedback.services.releases import replies
from feedback.services.reports import comment_moderation, report_summaries
from feedback.services.reports.report_summaries import Member


@dataclass(frozen=True)
class ReviewLine:
    """One person's report: as it was released, or as it would be released now. Replies: to the last release first."""

    member: Member
    comments: int
    hidden: int
    replies: Sequence[ReportReply]

    @property
    def released(self) -> bool:
        return self.member.released_at is not None


def lines(session: Session, campaign: Campaign, subjects: Sequence[Subject]) -> list[ReviewLine]:
    said = replies.of_subjects(session, subjects)
    shown, hidden = _comments(session, campaign)
    return [
        ReviewLine(
            member=member,
            comments=shown[subject.id],
            hidden=hidden[subject.id],
            replies=said.get(subject.id, ()),
        )
        for subject, member in zip(
            subjects, report_summaries.of_subjects(session, campaign, subjects), strict=True
        )
    ]


def _comments(session: Session, campaign: Campaign) -> tuple[Counter[int], Counter[int]]:
    """How many comments are shown and hidden, by subject."""
    shown: Counter[int] = Counter()
    hidden: Counter[int] = Counter()
    for subject_id, is_hidden, number in comment_moderation.sizes(session, campaign):
        (hidden if is_hidden else shown)[subject_id] += number
    return shown, hidden
