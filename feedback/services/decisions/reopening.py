"""An appraisal goes back a step or all of them: by HR, with a reason, after it was shown what falls away."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.decisions import Review
from feedback.models.plans import DevelopmentPlan, PlanState
from feedback.models.rounds import Appraisal, AppraisalState, RoundState
from feedback.services.appraisals import moves
from feedback.services.assessment.appraisal_document import Held
from feedback.services.decisions import confirming, deputies, objections, results
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotPossible
from forms.words import N_

S = AppraisalState


@dataclass(frozen=True)
class Reopening:
    """What reopening would do. becomes: computed, or for a final one notified, where the corrected result is told anew.

    review: a handed-in one becomes a draft again. calibration: band and reason that are lost. confirmed: a confirmed
    result counts no longer, and stays readable. replies: so many were given to it. plans: published ones stay.
    """

    becomes: AppraisalState
    review: bool
    calibration: str | None
    confirmed: bool
    replies: int
    plans: int


def preview(session: Session, appraisal: Appraisal) -> Reopening:
    review = session.get(Review, appraisal.id)
    change = results.counting_change(session, appraisal)
    running = select(DevelopmentPlan.id).where(
        DevelopmentPlan.appraisal_id == appraisal.id, DevelopmentPlan.state != PlanState.DRAFT
    )
    final = appraisal.state == S.FINAL
    return Reopening(
        becomes=S.NOTIFIED if final else S.COMPUTED,
        review=not final and review is not None and review.handed_in_at is not None,
        calibration=None
        if final or change is None
        else f"{change.before} -> {change.after}: {change.reason}",
        confirmed=any(layers.fell_at is None for layers in results.history(session, appraisal)),
        replies=len(objections.of(session, appraisal)),
        plans=len(session.scalars(running).all()),
    )


def reopen(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> AppraisalState:
    """Back to computed; a final one is confirmed anew from its newest version and told again."""
    row_locks.hold_row(session, appraisal)
    deputies.check_hr(appraisal, by)
    if not reason.strip():
        raise NotPossible(moves.NO_REASON)
    if appraisal.state in (S.PREPARING, S.RUNNING, S.COMPUTED):
        raise NotPossible(N_("the appraisal of %(code)s is open"), code=appraisal.person.code)
    if appraisal.state == S.FINAL:
        _correct(session, appraisal, reason, by)
    else:
        _back_to_computed(session, appraisal, reason, by)
    _resume(appraisal)
    return AppraisalState(appraisal.state)


def send_back(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> None:
    """Instead of confirming it, by those who may: the reviewer writes anew, and what was calibrated is lost."""
    row_locks.hold_row(session, appraisal)
    if appraisal.state not in (S.REVIEWED, S.CALIBRATED):
        raise NotPossible(N_("%(code)s does not wait for a confirmation"), code=appraisal.person.code)
    if results.is_reviewer(session, appraisal, by):
        raise NotPossible(moves.WHO_REVIEWED)
    _back_to_computed(session, appraisal, reason, by)


def _back_to_computed(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> None:
    after = S.RUNNING if appraisal.state == S.NOT_APPRAISED else S.COMPUTED
    moves.move(session, appraisal, after, by=by.mover, now=by.now, reason=reason)
    results.let_fall(session, appraisal, by)
    appraisal.calibrated_band, appraisal.fallen_band = None, None
    appraisal.reply_until, appraisal.objections = None, 0
    if review := session.get(Review, appraisal.id):
        review.handed_in_at = None


def _correct(session: Session, appraisal: Appraisal, reason: str, by: Decider) -> None:
    """The earlier result stays readable; to the new one the person may object as to any."""
    if appraisal.held:
        raise NotPossible(moves.HELD, reason=moves.WAITS_FOR[Held(appraisal.held)])
    moves.move(session, appraisal, S.NOTIFIED, by=by.mover, now=by.now, reason=reason)
    tell_anew(session, appraisal, by)


def tell_anew(session: Session, appraisal: Appraisal, by: Decider) -> None:
    """The newest version is the result from here on, with all the time to object."""
    results.let_fall(session, appraisal, by)
    results.confirm(session, appraisal, by)
    appraisal.objections = 0
    reached = confirming.with_account(session, [appraisal.person_id])
    until = by.deadline(objections.process_of(appraisal).object_days)
    confirming.announce(session, appraisal, until if reached else None, by)
    _resume(appraisal)


def _resume(appraisal: Appraisal) -> None:
    if appraisal.round.state == RoundState.ENDED:
        appraisal.round.state = RoundState.RUNNING
