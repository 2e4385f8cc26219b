"""Plans to improve or to learn: what, measured how, until when, with whose help; looked at on dates, with an outcome.

draft -> published -> acknowledged -> (paused -> published anew) -> extended -> met, not met or dropped. Its text is
locked when it is published.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.notices import NoticeKind
from feedback.models.plans import (
    PLAN_ENDED,
    DevelopmentPlan,
    FollowUpStatus,
    PlanFollowUp,
    PlanItem,
    PlanKind,
    PlanState,
    PlanStep,
)
from feedback.models.rounds import TOLD, Appraisal, AppraisalState
from feedback.services.appraisals import moves
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import audit, row_locks
from feedback.services.ground.audit import Facts
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import notices
from forms.text_lengths import LONGEST_LINE, LONGEST_REVIEW
from forms.words import N_

S = PlanState
# Beside the reviewer, HR may take each step; only the person acknowledges.
STEPS = {
    (S.DRAFT, S.PUBLISHED),
    (S.DRAFT, S.DROPPED),
    (S.PUBLISHED, S.ACKNOWLEDGED),
    (S.EXTENDED, S.ACKNOWLEDGED),
    (S.PAUSED, S.PUBLISHED),
    *((before, S.PAUSED) for before in (S.PUBLISHED, S.ACKNOWLEDGED, S.EXTENDED)),
    *((before, S.EXTENDED) for before in (S.PUBLISHED, S.ACKNOWLEDGED, S.EXTENDED)),
    *(
        (before, after)
        for before in (S.PUBLISHED, S.ACKNOWLEDGED, S.PAUSED, S.EXTENDED)
        for after in PLAN_ENDED
    ),
}
NEEDS_OUTCOME = N_("say what came of the plan")
RUNNING = (S.PUBLISHED, S.ACKNOWLEDGED, S.EXTENDED)


@dataclass(frozen=True)
class ItemText:
    text: str
    measure: str
    due: date
    owner: str
    resources: str = ""
    mentor: str = ""


@dataclass(frozen=True)
class PlanText:
    """The whole form. follow_ups: the dates on which it is looked at."""

    kind: PlanKind
    reason: str
    ends: date
    items: tuple[ItemText, ...]
    follow_ups: tuple[date, ...]


def draft(session: Session, appraisal: Appraisal, text: PlanText, by: Decider) -> DevelopmentPlan:
    """By the reviewer or HR, once there is a review."""
    row_locks.hold_row(session, appraisal)
    _check_writer(session, appraisal, by)
    if appraisal.state in (AppraisalState.PREPARING, AppraisalState.RUNNING, AppraisalState.NOT_APPRAISED):
        raise NotPossible(N_("a plan follows from a computed appraisal"))
    _check(text)
    plan = DevelopmentPlan(
        appraisal_id=appraisal.id, kind=text.kind, reason=text.reason.strip(), ends=text.ends
    )
    session.add(plan)
    session.flush()
    _write(session, plan, text)
    return plan


def rewrite(session: Session, plan: DevelopmentPlan, text: PlanText, by: Decider) -> None:
    """A draft, or while it is paused; then it is published and acknowledged anew."""
    row_locks.hold_row(session, plan)
    _check_writer(session, plan.appraisal, by)
    if plan.state not in (S.DRAFT, S.PAUSED):
        raise NotPossible(N_("the text of a published plan is locked: pause it to change it"))
    _check(text)
    plan.kind, plan.reason, plan.ends = text.kind, text.reason.strip(), text.ends
    if plan.state == S.PAUSED:
        plan.edition += 1
    _write(session, plan, text)


def _write(session: Session, plan: DevelopmentPlan, text: PlanText) -> None:
    """Follow-ups that took place stay."""
    plan.items.clear()
    session.flush()
    plan.items.extend(
        PlanItem(position=place, **{name: _plain(value) for name, value in vars(item).items()})
        for place, item in enumerate(text.items, 1)
    )
    for follow_up in [one for one in plan.follow_ups if one.at is None]:
        session.delete(follow_up)
    session.flush()
    session.expire(plan, ["follow_ups"])
    kept = {one.due for one in plan.follow_ups}
    session.add_all(PlanFollowUp(plan_id=plan.id, due=day) for day in sorted(set(text.follow_ups) - kept))
    session.flush()
    session.expire(plan, ["follow_ups"])


def _plain(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _check(text: PlanText) -> None:
    if not text.reason.strip() or not text.items:
        raise NotPossible(N_("a plan has a reason, and at least one thing to do"))
    for item in text.items:
        if not (item.text.strip() and item.measure.strip() and item.owner.strip()):
            raise NotPossible(N_("each thing to do says what, how it is measured, and who does it"))
    words = [text.reason, *(str(value) for item in text.items for value in vars(item).values())]
    if any(len(word) > LONGEST_LINE for word in words):
        raise NotPossible(N_("this is too long"))
    if any(day > text.ends for day in (*text.follow_ups, *(item.due for item in text.items))):
        raise NotPossible(N_("nothing of a plan is due after its end"))


def publish(session: Session, plan: DevelopmentPlan, by: Decider) -> None:
    """The person reads it from here on; not before he was told his result."""
    row_locks.hold_row(session, plan)
    _check_writer(session, plan.appraisal, by)
    if plan.appraisal.state not in TOLD:
        raise NotPossible(N_("a plan is published after the person was told the result"))
    _step(session, plan, S.PUBLISHED, by)
    occasion = f"plan/{plan.id}/{plan.edition}"
    told = {plan.appraisal.person_id}
    notices.owe(session, NoticeKind.PLAN_PUBLISHED, plan.appraisal, told, occasion=occasion, now=by.now)


def acknowledge(session: Session, plan: DevelopmentPlan, by: Decider) -> None:
    """By the person, that he knows it."""
    row_locks.hold_row(session, plan)
    if by.person_id != plan.appraisal.person_id:
        raise NotPossible(moves.NOT_YOURS)
    _step(session, plan, S.ACKNOWLEDGED, by)


def pause(session: Session, plan: DevelopmentPlan, reason: str, by: Decider) -> None:
    """By HR: while it is paused its text may be changed."""
    row_locks.hold_row(session, plan)
    deputies.check_hr(plan.appraisal, by)
    if not reason.strip():
        raise NotPossible(moves.NO_REASON)
    _step(session, plan, S.PAUSED, by, reason)


def extend(session: Session, plan: DevelopmentPlan, ends: date, reason: str, by: Decider) -> None:
    row_locks.hold_row(session, plan)
    _check_writer(session, plan.appraisal, by)
    if ends <= plan.ends:
        raise NotPossible(N_("an extended plan ends later than before"))
    if not reason.strip():
        raise NotPossible(moves.NO_REASON)
    before, plan.ends = plan.ends, ends
    _step(session, plan, S.EXTENDED, by, reason, ends=(before, ends))


def end(session: Session, plan: DevelopmentPlan, after: PlanState, outcome: str, by: Decider) -> None:
    """Met, not met, or dropped, with what came of it."""
    row_locks.hold_row(session, plan)
    _check_writer(session, plan.appraisal, by)
    if after not in PLAN_ENDED or not outcome.strip():
        raise NotPossible(NEEDS_OUTCOME)
    if len(outcome) > LONGEST_REVIEW:
        raise NotPossible(N_("this is too long"))
    plan.outcome = outcome.strip()
    _step(session, plan, after, by)


def follow_up(
    session: Session, plan: DevelopmentPlan, due: date, status: FollowUpStatus, note: str, by: Decider
) -> None:
    """What was found on a date that was agreed, or on one in between."""
    row_locks.hold_row(session, plan)
    _check_writer(session, plan.appraisal, by)
    if plan.state not in RUNNING:
        raise NotPossible(N_("the plan is %(state)s: it is not looked at"), state=S(plan.state))
    if not note.strip() or len(note) > LONGEST_REVIEW:
        raise NotPossible(N_("a follow-up has 1 to %(limit)s characters"), limit=LONGEST_REVIEW)
    found = next((one for one in plan.follow_ups if one.due == due), None)
    row = found or PlanFollowUp(plan_id=plan.id, due=due)
    row.status, row.note, row.at, row.actor = status, note.strip(), by.now, by.name
    session.add(row)
    _log(session, plan, "plan followed up", by, None, {"status": str(status), "due": due.isoformat()})


def _step(
    session: Session,
    plan: DevelopmentPlan,
    after: PlanState,
    by: Decider,
    reason: str = "",
    ends: tuple[date, date] | None = None,
) -> None:
    """ends: the day before and the day from now on, where they changed."""
    before = PlanState(plan.state)
    if (before, after) not in STEPS:
        raise NotPossible(N_("the plan is %(state)s: it cannot become %(after)s"), state=before, after=after)
    plan.state = after
    deputised = deputies.principal(session, plan.appraisal, by)
    session.add(
        PlanStep(
            plan_id=plan.id,
            before=before,
            after=after,
            at=by.now,
            actor=by.name,
            on_behalf_of=deputised.code if deputised else None,
            reason=reason.strip(),
        )
    )
    days = [{"ends": day.isoformat()} for day in ends] if ends else [{}, {}]
    earlier, later = ({"state": str(state)} | day for state, day in zip((before, after), days, strict=True))
    _log(session, plan, "plan moved", by, earlier, later)


def _log(
    session: Session, plan: DevelopmentPlan, act: str, by: Decider, before: Facts | None, after: Facts
) -> None:
    target = f"{plan.appraisal.round.period} {plan.appraisal.person.code}"
    audit.record(
        session,
        act,
        target,
        actor=by.name,
        now=by.now,
        before=before,
        after=after,
        kind=str(plan.kind),
    )


def _check_writer(session: Session, appraisal: Appraisal, by: Decider) -> None:
    """The reviewer, his deputy or HR; nobody for himself."""
    if RoleName.HR in by.reader.roles:
        deputies.check_hr(appraisal, by)
    else:
        deputies.check_reviewer(session, appraisal, by)
