"""Comments of shown cells. HR may hide one with a reason; nobody rewrites one."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.results import Comment
from feedback.services.ground import audit
from feedback.services.ground.errors import NotFound, NotPossible
from forms.text_lengths import LONGEST_REASON_TO_HIDE
from forms.words import N_


@dataclass
class Texts:
    """The texts to show, and the reasons for those that are hidden."""

    _shown: list[str] = field(default_factory=list)
    _hidden: list[str] = field(default_factory=list)

    def add(self, comment: Comment) -> None:
        if comment.hidden_because is None:
            self._shown.append(comment.text)
        else:
            self._hidden.append(comment.hidden_because)

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(self._shown)

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(self._hidden)


TextsByCell = Mapping[tuple[int, str], Texts]


def by_cell(session: Session, campaign: Campaign) -> TextsByCell:
    """The comments of a campaign by (cell, item), in the order of their random ids."""
    texts: dict[tuple[int, str], Texts] = defaultdict(Texts)
    for comment in session.scalars(_of(campaign).order_by(Comment.id)):
        texts[comment.cell_id, comment.item].add(comment)
    return texts


def _of(campaign: Campaign) -> Select[Comment]:
    return (
        select(Comment)
        .join(Cell, Cell.id == Comment.cell_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id)
    )


def hide(
    session: Session, campaign: Campaign, comment_id: bytes, reason: str, *, actor: str, now: datetime
) -> None:
    """Keep a comment out of the reports still to be released; the reason is shown in its place."""
    if not reason.strip():
        raise NotPossible(N_("a comment is hidden for a reason: say which"))
    if len(reason.strip()) > LONGEST_REASON_TO_HIDE:
        raise NotPossible(N_("a reason has at most %(limit)s characters"), limit=LONGEST_REASON_TO_HIDE)
    _change(session, campaign, comment_id, reason.strip(), "comment hidden", actor=actor, now=now)


def show(session: Session, campaign: Campaign, comment_id: bytes, *, actor: str, now: datetime) -> None:
    _change(session, campaign, comment_id, None, "comment shown", actor=actor, now=now)


def _change(
    session: Session,
    campaign: Campaign,
    comment_id: bytes,
    reason: str | None,
    act: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    comment = session.scalars(_of(campaign).where(Comment.id == comment_id)).one_or_none()
    if comment is None:
        raise NotFound(N_("there is no such comment"))
    _refuse_about_oneself(session, comment, actor)
    before, comment.hidden_because = comment.hidden_because, reason
    audit.record(
        session,
        act,
        campaign.code,
        actor=actor,
        now=now,
        before={"hidden_because": before},
        after={"hidden_because": reason},
    )


def _refuse_about_oneself(session: Session, comment: Comment, actor: str) -> None:
    rated = (
        select(Subject.person_id).join(Cell, Cell.subject_id == Subject.id).where(Cell.id == comment.cell_id)
    )
    if session.scalar(select(User.id).where(User.email == actor, User.person_id == rated.scalar_subquery())):
        raise NotPossible(N_("nobody moderates comments about himself: ask a colleague"))


@dataclass(frozen=True)
class Moderated:
    """A comment as HR sees it before deciding whether it is shown; by group, never by rater."""

    id: str
    subject_id: int
    group: str
    item: str
    text: str
    hidden_because: str | None


def sizes(session: Session, campaign: Campaign) -> list[tuple[int, bool, int]]:
    """How many comments there are, by subject and by whether they are hidden."""
    is_hidden = Comment.hidden_because.is_not(None)
    query = _of(campaign).with_only_columns(Subject.id, is_hidden, func.count())
    return [
        (id, bool(hidden), number)
        for id, hidden, number in session.execute(query.group_by(Subject.id, is_hidden))
    ]


def of_campaign(session: Session, campaign: Campaign) -> list[Moderated]:
    """Every comment that reports show, by subject, question and group, then in the order of their random ids."""
    rows = session.execute(_placed(campaign).order_by(Subject.id, Comment.item, Cell.group, Comment.id))
    return [_moderated(*row) for row in rows]


def find(session: Session, campaign: Campaign, comment_id: bytes) -> Moderated | None:
    row = session.execute(_placed(campaign).where(Comment.id == comment_id)).one_or_none()
    return row and _moderated(*row)


def _placed(campaign: Campaign) -> Select[Comment, int, str]:
    return _of(campaign).add_columns(Subject.id, Cell.group)


def _moderated(comment: Comment, subject_id: int, group: str) -> Moderated:
    return Moderated(comment.id.hex(), subject_id, group, comment.item, comment.text, comment.hidden_because)
