"""From a decided result to one that stands: confirmed, told, read or deemed read, final."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, undefer

from feedback.models.accounts import User
from feedback.models.confirmed_results import ConfirmedResult, Handover
from feedback.models.decisions import AppraisalInterview
from feedback.models.notices import NoticeKind
from feedback.models.people import Person
from feedback.models.plans import DevelopmentPlan, PlanState
from feedback.models.rounds import Appraisal, AppraisalState, Round, RoundState
from feedback.services.appraisals import moves, rights
from feedback.services.decisions import deputies, objections, results
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import notices
from forms.appraisals.choices import InterviewRule
from forms.appraisals.rules import AppraisalRules
from forms.words import N_

S = AppraisalState
ENDED = (S.FINAL, S.NOT_APPRAISED)
SAID = (S.READ, S.DEEMED_READ, S.ANSWERED)


def pool(
    session: Session, of_round: Round, by: Decider, *states: AppraisalState, codes: Collection[str] = ()
) -> list[Appraisal]:
    """The appraisals of a round in these states that he reads as HR or line, or of those the ones with these codes.

    They are held, in one order.
    """
    query = (
        rights.with_person()
        .where(Appraisal.round_id == of_round.id, Appraisal.state.in_(states), rights.readable(by.reader))
        .order_by(Appraisal.id)
        .with_for_update(of=Appraisal)
        .execution_options(populate_existing=True)
    )
    if codes:
        query = query.where(Person.code.in_(codes))
    return sorted(session.scalars(query), key=lambda appraisal: appraisal.person.code)


def confirm(session: Session, appraisal: Appraisal, by: Decider) -> ConfirmedResult:
    """By HR or somebody above the reviewer; never by the reviewer, his deputy who wrote it, or the person."""
    row_locks.hold_row(session, appraisal)
    if results.is_reviewer(session, appraisal, by):
        raise NotPossible(moves.WHO_REVIEWED)
    moves.move(session, appraisal, S.CONFIRMED, by=by.mover, now=by.now, today=by.today)
    return results.confirm(session, appraisal, by)


def is_own(appraisal: Appraisal, by: Decider) -> bool:
    return by.person_id is not None and by.person_id == appraisal.person_id


def confirmable(rules: AppraisalRules) -> AppraisalState:
    """Calibrated, or reviewed where the scheme has no calibration."""
    return S.CALIBRATED if rules.process.calibration else S.REVIEWED


def confirm_pool(
    session: Session, of_round: Round, by: Decider, *, codes: Collection[str] = ()
) -> list[Appraisal]:
    """All that he can confirm, or those named: then the first refusal stops it all."""
    state = confirmable(read_scheme(of_round.scheme).appraisal)
    found = pool(session, of_round, by, state, codes=codes)
    if not codes:
        found = [one for one in found if not is_own(one, by) and not results.is_reviewer(session, one, by)]
    if not found:
        raise NotPossible(N_("there is nothing to confirm in %(period)s"), period=of_round.period)
    for appraisal in found:
        confirm(session, appraisal, by)
    return found


def ready(session: Session) -> ColumnElement[bool]:
    """What only waits for a confirmation, as a condition on Appraisal; one statement."""
    running = select(Round).where(Round.state == RoundState.RUNNING).options(undefer(Round.scheme))
    states = [(one.id, confirmable(read_scheme(one.scheme).appraisal)) for one in session.scalars(running)]
    return or_(false(), *(and_(Appraisal.round_id == id, Appraisal.state == state) for id, state in states))


def seen_as(appraisal: Appraisal) -> str:
    """What somebody has looked at who confirms it."""
    return f"{appraisal.version} {appraisal.calibrated_band or ''}".strip()


def confirm_seen(session: Session, of_round: Round, seen: Mapping[str, str], by: Decider) -> list[Appraisal]:
    """Those with these codes, as they were when they were looked at (`seen_as`), or none of them."""
    state = confirmable(read_scheme(of_round.scheme).appraisal)
    held = {one.person.code: seen_as(one) for one in pool(session, of_round, by, state, codes=seen)}
    if changed := sorted(code for code in seen if held.get(code) != seen[code]):
        raise NotPossible(N_("changed since you looked: %(codes)s"), codes=", ".join(changed))
    return confirm_pool(session, of_round, by, codes=seen)


def without_interview(
    session: Session, appraisals: Sequence[Appraisal], rules: AppraisalRules
) -> list[Appraisal]:
    """Those who have to be talked to first: everybody, or the last band and not qualified."""
    wanted = rules.process.interview
    if wanted is InterviewRule.NEVER or not appraisals:
        return []
    ids = [appraisal.id for appraisal in appraisals]
    recorded = select(AppraisalInterview.appraisal_id).where(AppraisalInterview.appraisal_id.in_(ids))
    held = set(session.scalars(recorded))
    results_of = newest_results(session, appraisals)
    return [
        appraisal
        for appraisal in appraisals
        if appraisal.id not in held
        and (wanted is InterviewRule.ALWAYS or is_last(results_of.get(appraisal.id), rules))
    ]


def newest_results(session: Session, appraisals: Sequence[Appraisal]) -> Mapping[int, ConfirmedResult]:
    """By appraisal, of those that are confirmed; one statement."""
    query = select(ConfirmedResult).where(
        ConfirmedResult.appraisal_id.in_([appraisal.id for appraisal in appraisals]),
        ConfirmedResult.fell_at.is_(None),
    )
    return {row.appraisal_id: row for row in session.scalars(query.order_by(ConfirmedResult.number))}


def is_last(result: ConfirmedResult | None, rules: AppraisalRules) -> bool:
    """Not qualified, or in the last band of a scheme."""
    if result is None:
        return False
    last = {bands[-1].id for bands in (rules.bands, *(one.bands for one in rules.profiles)) if bands}
    return not result.qualified or result.band in last


def notify(session: Session, of_round: Round, by: Decider, *, codes: Collection[str] = ()) -> list[Appraisal]:
    """Tell everybody of a pool in one act, or nobody. Time to reply begins, without an account at the handing over."""
    found = pool(session, of_round, by, S.CONFIRMED, codes=codes)
    if not codes:
        found = [one for one in found if not is_own(one, by)]
    if not found:
        raise NotPossible(N_("there is nobody to notify in %(period)s"), period=of_round.period)
    rules = read_scheme(of_round.scheme).appraisal
    if missing := without_interview(session, found, rules):
        raise NotPossible(moves.NO_INTERVIEW, code=_codes(missing))
    until = by.deadline(rules.process.object_days)
    reached = with_account(session, [appraisal.person_id for appraisal in found])
    for appraisal in found:
        tell(session, appraisal, until if appraisal.person_id in reached else None, by)
    return found


def tell(
    session: Session, appraisal: Appraisal, until: date | None, by: Decider, *, reason: str = ""
) -> None:
    moves.move(session, appraisal, S.NOTIFIED, by=by.mover, now=by.now, reason=reason)
    announce(session, appraisal, until, by)


def announce(session: Session, appraisal: Appraisal, until: date | None, by: Decider) -> None:
    """until None: the paper has to be handed over first."""
    appraisal.reply_until = until
    if until is None:
        return
    number = results.newest(session, appraisal).number
    occasion = f"{appraisal.id}/{number}/{until.isoformat()}"
    told = {appraisal.person_id}
    notices.owe(
        session, NoticeKind.APPRAISAL_READY, appraisal, told, occasion=occasion, now=by.now, day=until
    )


def with_account(session: Session, person_ids: Collection[int]) -> set[int]:
    """Who can sign in and read; one statement."""
    query = select(User.person_id).join(User.person).where(User.person_id.in_(person_ids), User.active)
    return {person_id for person_id in session.scalars(query.where(Person.active)) if person_id is not None}


def hand_over(session: Session, appraisal: Appraisal, day: date, by: Decider) -> None:
    """The printed appraisal was given to somebody without an account: from that day his time to reply runs."""
    row_locks.hold_row(session, appraisal)
    deputies.check_hr(appraisal, by)
    if appraisal.state != S.NOTIFIED or appraisal.reply_until is not None:
        raise NotPossible(N_("there is no paper of %(code)s to hand over"), code=appraisal.person.code)
    if day > by.today:
        raise NotPossible(N_("a paper is recorded as handed over after it was"))
    days = read_scheme(appraisal.round.scheme).appraisal.process.object_days
    appraisal.reply_until = by.calendar.after(day, days)
    session.add(Handover(appraisal_id=appraisal.id, day=day, at=by.now, actor=by.name))
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(
        session, "appraisal handed over", target, actor=by.name, now=by.now, after={"day": day.isoformat()}
    )


def deem_read(session: Session, by: Decider) -> int:
    """By the calendar: whoever said nothing until the deadline is deemed to have read it. It is no consent."""
    query = _waiting(S.NOTIFIED).where(Appraisal.reply_until < by.today)
    found = session.scalars(query).all()
    for appraisal in found:
        moves.move(session, appraisal, S.DEEMED_READ, by=by.mover, now=by.now, today=by.today)
    return len(found)


def finish_due(session: Session, by: Decider) -> int:
    """By the calendar: what was said, and whose deadline is over, is final; but for those who still need a plan."""
    over = (Appraisal.state == S.ANSWERED) | (Appraisal.reply_until < by.today)
    found = session.scalars(_waiting(*SAID).where(over)).all()
    lacking = without_plan(session, found)
    for appraisal in found:
        if appraisal not in lacking:
            finish_one(session, appraisal, by)
    for of_round in {appraisal.round for appraisal in found}:
        end_if_over(session, of_round)
    return len(found) - len(lacking)


def finish(session: Session, of_round: Round, by: Decider) -> list[Appraisal]:
    """By HR: the same for a round, refused with the names of those who need a plan."""
    found = [one for one in pool(session, of_round, by, *SAID) if is_over(one, by.today)]
    if lacking := without_plan(session, found):
        band = read_scheme(of_round.scheme).appraisal.bands
        title = band[-1].id if band else ""
        raise NotPossible(moves.NO_PLAN, code=_codes(lacking), band=title)
    for appraisal in found:
        finish_one(session, appraisal, by)
    end_if_over(session, of_round)
    return found


def finish_one(session: Session, appraisal: Appraisal, by: Decider) -> None:
    moves.move(session, appraisal, S.FINAL, by=by.mover, now=by.now, today=by.today)


def end_if_over(session: Session, of_round: Round) -> None:
    """A round in which everybody is final or not appraised has ended."""
    session.flush()
    left = select(Appraisal.id).where(Appraisal.round_id == of_round.id, Appraisal.state.not_in(ENDED))
    if session.scalars(left.limit(1)).first() is None:
        of_round.state = RoundState.ENDED


def is_over(appraisal: Appraisal, today: date) -> bool:
    """Nothing can be said any more: the deadline is over, or the objection is answered for good."""
    if appraisal.state == S.ANSWERED:
        return True
    return appraisal.reply_until is not None and appraisal.reply_until < today


def _codes(appraisals: Sequence[Appraisal]) -> str:
    return ", ".join(one.person.code for one in appraisals)


def without_plan(session: Session, appraisals: Sequence[Appraisal]) -> list[Appraisal]:
    """Those in the last band, or not qualified, for whom no plan was published; leavers need none."""
    planned = {
        appraisal_id
        for appraisal_id in session.scalars(
            select(DevelopmentPlan.appraisal_id).where(
                DevelopmentPlan.appraisal_id.in_([appraisal.id for appraisal in appraisals]),
                DevelopmentPlan.state.not_in((PlanState.DRAFT, PlanState.DROPPED)),
            )
        )
    }
    results_of = newest_results(session, appraisals)
    lacking = []
    for appraisal in appraisals:
        rules = objections.rules_of(appraisal)
        needed = rules.process.plan_for_last_band and appraisal.person.active
        if needed and appraisal.id not in planned and is_last(results_of.get(appraisal.id), rules):
            lacking.append(appraisal)
    return lacking


def _waiting(*states: AppraisalState) -> Select[Appraisal]:
    return (
        rights.with_person()
        .where(Appraisal.state.in_(states))
        .order_by(Appraisal.id)
        .with_for_update(of=Appraisal)
        .execution_options(populate_existing=True)
    )
