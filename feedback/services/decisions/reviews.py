"""What the reviewer writes about a person: saved as a draft, then handed in.

Two may write at once, the reviewer and his deputy: whoever saves later is told, and keeps both texts.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models.decisions import Review
from feedback.models.rounds import Appraisal, AppraisalState, VersionCause
from feedback.services.appraisals import computing, moves
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotPossible
from forms.text_lengths import LONGEST_REVIEW
from forms.words import N_

WRITABLE = (AppraisalState.RUNNING, AppraisalState.COMPUTED)
LONGEST_REASON = 500
WORDS = ("strengths", "to_improve", "comment")


@dataclass(frozen=True)
class ReviewText:
    """The whole form; recommendations are those of the reviewer, and decide nothing."""

    strengths: str = ""
    to_improve: str = ""
    comment: str = ""
    adjustment: float = 0.0
    award: bool = False
    promotion: bool = False
    training: bool = False

    @classmethod
    def of(cls, review: Review) -> "ReviewText":
        return cls(**{name: getattr(review, name) for name in cls.__dataclass_fields__})

    def stripped(self) -> "ReviewText":
        return ReviewText(**asdict(self) | {name: getattr(self, name).strip() for name in WORDS})


@dataclass(frozen=True)
class ReviewState:
    """What the form shows: the text, the edition that is saved over, who wrote it last, for whom, and when."""

    text: ReviewText
    edition: int
    by: str
    on_behalf_of: str | None
    at: datetime | None
    handed_in_at: datetime | None
    limit: float


class ReviewChanged(NotPossible):
    """Somebody else saved meanwhile: his text and one's own stand side by side, and nothing is lost."""

    def __init__(self, newer: ReviewState, own: ReviewText, time: str) -> None:
        super().__init__(N_("%(who)s changed this at %(time)s"), who=newer.by, time=time)
        self.newer, self.own = newer, own


def of(session: Session, appraisal: Appraisal) -> ReviewState:
    """Edition 0 before anything was saved."""
    review = session.get(Review, appraisal.id)
    limit = adjustment_limit(appraisal)
    if review is None:
        return ReviewState(ReviewText(), 0, "", None, None, None, limit)
    by = deputies.called(session, [review.actor])[review.actor]
    return ReviewState(
        ReviewText.of(review),
        review.edition,
        by,
        review.on_behalf_of,
        review.at,
        review.handed_in_at,
        limit,
    )


def adjustment_limit(appraisal: Appraisal) -> float:
    return read_scheme(appraisal.round.scheme).appraisal.process.adjustment_limit


def save(session: Session, appraisal: Appraisal, text: ReviewText, edition: int, by: Decider) -> Review:
    """Keep the draft. edition: of the text that was changed. Raises ReviewChanged if there is a newer one."""
    row_locks.hold_row(session, appraisal)
    deputised = deputies.check_reviewer(session, appraisal, by)
    if appraisal.state not in WRITABLE:
        raise NotPossible(N_("the review is handed in: ask HR to reopen it"))
    text = text.stripped()
    _check_size(text)
    stored = session.get(Review, appraisal.id, populate_existing=True)
    if stored is not None and stored.edition != edition:
        raise _changed(session, appraisal, text, stored.at, by)
    review = stored or Review(appraisal_id=appraisal.id, edition=0)
    for name, value in asdict(text).items():
        setattr(review, name, value)
    review.edition += 1
    review.at, review.actor = by.now, by.name
    review.on_behalf_of = deputised.code if deputised else None
    session.add(review)
    session.flush()
    return review


def _changed(
    session: Session, appraisal: Appraisal, own: ReviewText, at: datetime, by: Decider
) -> ReviewChanged:
    local, today = at.astimezone(by.zone), by.today
    form = "%H:%M" if local.date() == today else "%Y-%m-%d %H:%M"
    return ReviewChanged(of(session, appraisal), own, local.strftime(form))


def hand_in(session: Session, appraisal: Appraisal, text: ReviewText, edition: int, by: Decider) -> None:
    """computed -> reviewed. An adjustment makes a new version first, so that what was reviewed is what counts."""
    review = save(session, appraisal, text, edition, by)
    _check_complete(appraisal, text.stripped())
    _adjust(session, appraisal, review, by)
    moves.move(
        session,
        appraisal,
        AppraisalState.REVIEWED,
        by=by.mover,
        now=by.now,
        on_behalf_of=deputies.principal(session, appraisal, by),
    )
    review.handed_in_at = by.now


def _check_size(text: ReviewText) -> None:
    if any(len(getattr(text, name)) > LONGEST_REVIEW for name in WORDS):
        raise NotPossible(N_("each part of a review has at most %(limit)s characters"), limit=LONGEST_REVIEW)


def _check_complete(appraisal: Appraisal, text: ReviewText) -> None:
    if not any(getattr(text, name) for name in WORDS):
        raise NotPossible(N_("a review needs words: what is strong, and what should improve?"))
    limit = adjustment_limit(appraisal)
    if not abs(text.adjustment) <= limit:
        raise NotPossible(
            N_("the scheme allows an adjustment of at most %(limit)s points"), limit=f"{limit:g}"
        )
    if text.adjustment and not text.comment:
        raise NotPossible(N_("an adjustment needs a comment that the person may read"))


def _adjust(session: Session, appraisal: Appraisal, review: Review, by: Decider) -> None:
    points = review.adjustment or None
    if points == appraisal.adjustment:
        return
    appraisal.adjustment = points
    appraisal.adjustment_reason = review.comment[:LONGEST_REASON] if points else None
    appraisal.adjusted_by = by.name if points else None
    computing.compute(
        session,
        appraisal.round,
        [appraisal.person],
        cause=VersionCause.ADJUSTMENT,
        actor=by.name,
        now=by.now,
    )
