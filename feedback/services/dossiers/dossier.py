"""Everything about one appraisal that one reader may know: steps, figures, result, words, plans, other periods.

A constant number of statements. Before the person is told, nothing computed is in it for him; while it is held, that
it is, and nothing of why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.confirmed_results import AppraisalReply
from feedback.models.decisions import AppraisalInterview
from feedback.models.people import Person
from feedback.models.plans import DevelopmentPlan
from feedback.models.rounds import Appraisal, AppraisalMove, AppraisalState, VersionCause
from feedback.services.appraisals import versions
from feedback.services.appraisals.versions import VersionLabel
from feedback.services.assessment.appraisal_document import AppraisalDocument, Held
from feedback.services.decisions import deputies, interviews, objections, results, reviewers, reviews
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.results import Layers
from feedback.services.decisions.reviewers import ContributionLine
from feedback.services.decisions.reviews import ReviewState
from feedback.services.dossiers import earlier, progress, target_list, timeline
from feedback.services.dossiers.earlier import EarlierResult, OwnPeriod
from feedback.services.dossiers.progress import MonthTable
from feedback.services.dossiers.reading import Access
from feedback.services.dossiers.target_list import TargetLine
from feedback.services.dossiers.timeline import TimelineStep
from feedback.services.ground.errors import NotFound
from feedback.services.plans import plan_lists, what_if
from feedback.services.plans.what_if import WhatIf
from forms.appraisals.rules import AppraisalRules
from forms.words import N_


@dataclass(frozen=True)
class VersionLine:
    """A version as one reader may know it. cause None: of what held it and was never confirmed nothing is said."""

    label: VersionLabel
    cause: VersionCause | None
    reason: str


@dataclass(frozen=True)
class Result:
    """What came of it, with everything that was decided over it. told: all that was ever confirmed, newest first."""

    document: AppraisalDocument
    layers: Layers
    told: tuple[Layers, ...]
    versions: tuple[VersionLine, ...]
    before: EarlierResult | None
    review: ReviewState | None
    contributions: tuple[ContributionLine, ...]
    what_if: WhatIf | None


@dataclass(frozen=True)
class Dossier:
    """names: how people call whoever the logs name. held: a code of why, None where nothing is said of it."""

    appraisal: Appraisal
    access: Access
    rules: AppraisalRules
    reviewer: Person | None
    steps: tuple[TimelineStep, ...]
    moves: tuple[AppraisalMove, ...]
    names: Mapping[str, str]
    is_held: bool
    held: Held | None
    months: MonthTable | None
    targets: tuple[TargetLine, ...]
    result: Result | None
    interview: AppraisalInterview | None
    replies: tuple[AppraisalReply, ...]
    plans: tuple[DevelopmentPlan, ...]
    periods: tuple[OwnPeriod, ...]

    @property
    def waiting(self) -> int:
        """How many proposed targets wait for the reader's side."""
        side = target_list.side_of(self.access)
        return sum(line.waits_for(side) for line in self.targets)

    @property
    def agrees_targets(self) -> bool:
        side = target_list.side_of(self.access)
        return side is not None and self.access.figures and self.appraisal.state in target_list.OPEN

    @property
    def may_reply(self) -> bool:
        """Whether it is the person's turn to say something to it, but for the deadline."""
        told = (AppraisalState.NOTIFIED, AppraisalState.READ)
        return self.access.is_own and self.appraisal.state in told and self.result is not None


def of(session: Session, appraisal: Appraisal, access: Access, by: Decider) -> Dossier:
    rules = objections.rules_of(appraisal)
    moves = _moves(session, appraisal)
    replies = objections.of(session, appraisal)
    reads = access.figures or access.result
    running = access.figures and appraisal.state in target_list.OPEN
    others = earlier.of_person(session, appraisal, by) if reads else []
    result = result_of(session, appraisal, access, others) if access.result else None
    return Dossier(
        appraisal=appraisal,
        access=access,
        rules=rules,
        reviewer=session.get(Person, appraisal.reviewer_id) if appraisal.reviewer_id else None,
        steps=timeline.of(appraisal, rules.process, moves, replies),
        moves=tuple(moves),
        names=deputies.called(session, _actors(moves, replies)),
        is_held=appraisal.held is not None,
        held=_told_why(appraisal, access, rules),
        months=progress.of(session, appraisal, by) if running else None,
        targets=tuple(target_list.of(session, appraisal, rules)) if running else (),
        result=result,
        interview=interviews.of(session, appraisal) if access.figures else None,
        replies=tuple(replies) if access.result else (),
        plans=tuple(plan_lists.of(session, appraisal, by)) if reads else (),
        periods=tuple(others),
    )


def _moves(session: Session, appraisal: Appraisal) -> Sequence[AppraisalMove]:
    query = select(AppraisalMove).where(AppraisalMove.appraisal_id == appraisal.id)
    return session.scalars(query.order_by(AppraisalMove.id)).all()


def _actors(moves: Sequence[AppraisalMove], replies: Sequence[AppraisalReply]) -> list[str]:
    answering = [name for reply in replies for name in (reply.answered_by, reply.statement_by) if name]
    return [move.actor for move in moves] + answering


def _told_why(appraisal: Appraisal, access: Access, rules: AppraisalRules) -> Held | None:
    """To the person nothing, whatever the reason: or silence would tell which it is."""
    if appraisal.held is None or (access.is_own and not rules.incidents.tell_pending) or not access.figures:
        return None
    return Held(appraisal.held)


def result_of(
    session: Session, appraisal: Appraisal, access: Access, others: Sequence[OwnPeriod]
) -> Result | None:
    """None before anything was computed."""
    layers = results.standing(session, appraisal)
    if layers is None:
        return None
    document = document_of(session, appraisal, access, layers.version)
    review = reviews.of(session, appraisal)
    return Result(
        document=document,
        layers=layers,
        told=tuple(results.history(session, appraisal)),
        versions=tuple(_line(label, access) for label in versions.history(session, appraisal)),
        before=earlier.before(others, appraisal.round.period),
        review=review if review.handed_in_at is not None else None,
        contributions=() if access.is_own else tuple(reviewers.contributions(session, appraisal)),
        what_if=what_if.of_appraisal(appraisal, document),
    )


def document_of(
    session: Session, appraisal: Appraisal, access: Access, number: int | None
) -> AppraisalDocument:
    """A version as the reader may read it; None: the one that counts for him. Raises NotFound."""
    if not access.result:
        raise NotFound(N_("%(code)s has no such version"), code=appraisal.person.code)
    if number is None:
        layers = results.standing(session, appraisal)
        number = layers.version if layers else None
    document = versions.document(session, appraisal, number)
    return versions.for_person(document) if access.is_own else document


def _line(label: VersionLabel, access: Access) -> VersionLine:
    hidden = access.is_own and label.cause == VersionCause.INCIDENT and not label.summary.incidents
    if not access.is_own:
        return VersionLine(label, VersionCause(label.cause), label.reason)
    summary = replace(
        label.summary, held=tuple(held for held in label.summary.held if held is not Held.INCIDENT)
    )
    label = replace(label, summary=summary)
    return VersionLine(label, None if hidden else VersionCause(label.cause), "" if hidden else label.reason)
