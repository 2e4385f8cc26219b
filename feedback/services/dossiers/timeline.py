"""The steps of an appraisal with their days, which of them are taken, and whose turn it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from feedback.models.confirmed_results import AppraisalReply
from feedback.models.rounds import Appraisal, AppraisalMove, AppraisalState, Round
from forms.appraisals.rules import Process

S = AppraisalState
ORDER = tuple(state for state in S if state != S.NOT_APPRAISED)


class StepKind(StrEnum):
    AGREE = "agree"
    FIGURES = "figures"
    COMPUTE = "compute"
    REVIEW = "review"
    CALIBRATE = "calibrate"
    CONFIRM = "confirm"
    NOTIFY = "notify"
    REPLY = "reply"
    ANSWER = "answer"
    END = "end"


class Whose(StrEnum):
    BOTH = "both"
    HR = "hr"
    CONFIRMER = "confirmer"
    REVIEWER = "reviewer"
    POOL = "pool"
    PERSON = "person"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class TimelineStep:
    """done: when it was taken, None if it was not or, of an early one, was never noted. until: by when it is due."""

    kind: StepKind
    whose: Whose
    until: date | None
    done: datetime | None
    is_done: bool
    is_current: bool

    def is_overdue(self, today: date) -> bool:
        return self.is_current and self.until is not None and self.until < today


@dataclass(frozen=True)
class _Plan:
    """A step before it is known whether it was taken. taken_from: the state from which on it is behind."""

    kind: StepKind
    whose: Whose
    taken_from: AppraisalState
    until: date | None = None


def of(
    appraisal: Appraisal,
    process: Process,
    moves: Sequence[AppraisalMove],
    replies: Sequence[AppraisalReply],
) -> tuple[TimelineStep, ...]:
    """Nothing for somebody who is not appraised."""
    if appraisal.state == S.NOT_APPRAISED:
        return ()
    plans = list(_plans(appraisal, appraisal.round, process, replies))
    taken = [_is_taken(appraisal, plan) for plan in plans]
    current = next((place for place, is_taken in enumerate(taken) if not is_taken), None)
    return tuple(
        TimelineStep(
            kind=plan.kind,
            whose=plan.whose,
            until=plan.until,
            done=_when(moves, plan) if is_taken else None,
            is_done=is_taken,
            is_current=place == current,
        )
        for place, (plan, is_taken) in enumerate(zip(plans, taken, strict=True))
    )


def _plans(
    appraisal: Appraisal, of_round: Round, process: Process, replies: Sequence[AppraisalReply]
) -> Iterator[_Plan]:
    yield _Plan(StepKind.AGREE, Whose.BOTH, S.RUNNING, of_round.targets_by)
    yield _Plan(StepKind.FIGURES, Whose.HR, S.COMPUTED, of_round.figures_by)
    yield _Plan(StepKind.COMPUTE, Whose.HR, S.COMPUTED)
    yield _Plan(StepKind.REVIEW, Whose.REVIEWER, S.REVIEWED, of_round.review_by)
    if process.calibration:
        yield _Plan(StepKind.CALIBRATE, Whose.POOL, S.CALIBRATED, of_round.calibrate_by)
    yield _Plan(StepKind.CONFIRM, Whose.CONFIRMER, S.CONFIRMED)
    yield _Plan(StepKind.NOTIFY, Whose.HR, S.NOTIFIED)
    yield _Plan(StepKind.REPLY, Whose.PERSON, S.READ, appraisal.reply_until)
    if appraisal.state in (S.OBJECTED, S.ANSWERED) or any(reply.answer_until for reply in replies):
        until = next((reply.answer_until for reply in reversed(replies) if reply.answer_until), None)
        yield _Plan(StepKind.ANSWER, Whose.HR, S.ANSWERED, until)
    yield _Plan(StepKind.END, Whose.CALENDAR, S.FINAL)


def _is_taken(appraisal: Appraisal, plan: _Plan) -> bool:
    """An answer is none before there is something to answer; told again, the reply is the next one."""
    if plan.kind is StepKind.ANSWER and appraisal.state not in (S.ANSWERED, S.FINAL):
        return False
    return ORDER.index(AppraisalState(appraisal.state)) >= ORDER.index(plan.taken_from)


def _when(moves: Sequence[AppraisalMove], plan: _Plan) -> datetime | None:
    """The last move that led to it."""
    if plan.kind in (StepKind.AGREE, StepKind.FIGURES):
        return None
    ends = {S.READ: (S.READ, S.DEEMED_READ, S.OBJECTED)}.get(plan.taken_from, (plan.taken_from,))
    return next((move.at for move in reversed(moves) if move.after in ends), None)
