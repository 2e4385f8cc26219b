"""The company's answer to an objection. Upheld changes something: figures are computed anew, or the band is another."""

from sqlalchemy.orm import Session

from feedback.models.confirmed_results import AnswerOutcome, AppraisalReply
from feedback.models.notices import NoticeKind
from feedback.models.rounds import Appraisal, AppraisalState, VersionCause
from feedback.services.appraisals import computing, moves
from feedback.services.assessment.appraisal_document import Held
from feedback.services.decisions import calibration_changes, confirming, objections, results
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import notices
from forms.text_lengths import LONGEST_REPLY
from forms.words import N_

NOTHING_CHANGED = N_(
    "upheld changes something: correct the figure first, or give another band; as it stands nothing is different"
)


def answer(
    session: Session,
    appraisal: Appraisal,
    outcome: AnswerOutcome,
    reason: str,
    by: Decider,
    *,
    band: str | None = None,
) -> AppraisalReply:
    """The first answer that changes something is told with a new time to reply, once; the second one ends it."""
    row_locks.hold_row(session, appraisal)
    reply = objections.open_one(session, appraisal)
    objections.check_answerer(session, appraisal, reply, by)
    reason = reason.strip()
    if not reason:
        raise NotPossible(objections.NEEDS_REASON)
    if len(reason) > LONGEST_REPLY:
        raise NotPossible(N_("a reply has at most %(limit)s characters"), limit=LONGEST_REPLY)
    is_upheld = outcome is not AnswerOutcome.REJECTED
    if band and not is_upheld:
        raise NotPossible(N_("a rejected objection changes no band"))
    if is_upheld:
        _change(session, appraisal, reply, reason, band, by)
    reply.outcome, reply.reason = outcome, reason
    reply.answered_at, reply.answered_by = by.now, by.name
    _tell(session, appraisal, reply, is_upheld, by)
    return reply


def _change(
    session: Session, appraisal: Appraisal, reply: AppraisalReply, reason: str, band: str | None, by: Decider
) -> None:
    told = results.newest(session, appraisal)
    computing.compute(
        session,
        appraisal.round,
        [appraisal.person],
        cause=VersionCause.OBJECTION,
        reason=f"objection {reply.id}",
        actor=by.name,
        now=by.now,
    )
    if appraisal.held:
        raise NotPossible(moves.HELD, reason=moves.WAITS_FOR[Held(appraisal.held)])
    if band:
        calibration_changes.change_by_answer(session, appraisal, band, reason[:500], by, reply_id=reply.id)
    elif appraisal.version == told.version:
        raise NotPossible(NOTHING_CHANGED)
    results.confirm(session, appraisal, by, reply_id=reply.id)


def _tell(
    session: Session, appraisal: Appraisal, reply: AppraisalReply, is_upheld: bool, by: Decider
) -> None:
    """Whoever was appointed is nothing to the appraisal, so that the steps are noted here, after other checks."""
    words = str(reply.outcome)
    moves.note(session, appraisal, AppraisalState.ANSWERED, by=by.mover, now=by.now, reason=words)
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(session, "objection answered", target, actor=by.name, now=by.now, after={"outcome": words})
    occasion, told = f"reply/{reply.id}", {appraisal.person_id}
    notices.owe(session, NoticeKind.OBJECTION_ANSWERED, appraisal, told, occasion=occasion, now=by.now)
    if is_upheld and appraisal.objections == 1:
        moves.note(session, appraisal, AppraisalState.NOTIFIED, by=by.mover, now=by.now, reason=words)
        until = by.deadline(objections.process_of(appraisal).object_days)
        confirming.announce(session, appraisal, until, by)
