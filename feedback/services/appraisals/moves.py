"""The steps of an appraisal: from where to where, by whom, under what condition, and the words of a refusal.

What rests on reviews, interviews, pools and plans is asked for by those who keep them, in the words that stand here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalMove, AppraisalState
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import rights
from feedback.services.appraisals.rights import Relation
from feedback.services.assessment.appraisal_document import Held
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit
from feedback.services.ground.errors import ABOUT_YOURSELF, NotPossible, Phrase
from forms.appraisals.rules import AppraisalRules
from forms.words import N_

NOT_RELEASED = N_("%(campaign)s is not released: an appraisal uses released results only")
HIMSELF = N_("nobody reviews himself")
HELD = N_("the appraisal is held: %(reason)s")
NOT_REVIEWED = N_("%(n)s of the pool are not reviewed: %(codes)s")
WHO_REVIEWED = N_("who reviewed it cannot confirm it")
NO_INTERVIEW = N_("record the interview of %(code)s first")
TOO_LATE = N_("the time to object ended on %(date)s; ask HR to reopen it")
NOT_YET = N_("%(code)s has time to read it until %(date)s")
LAST_ANSWER = N_("a second objection is answered by %(role)s, and that is the end of it")
NO_PLAN = N_("%(code)s has band %(band)s and no improvement plan")
FALLS_AWAY = N_("what was decided since falls away: review kept as a draft, calibration lost")
NOT_CALIBRATED = N_("the scheme has a calibration: close the session first")
NO_CALIBRATION = N_("the scheme has no calibration: confirm it")
NO_REASON = N_("this needs a reason")
NOT_YOURS = N_("this step is not yours to take")
NO_SUCH_STEP = N_("the appraisal of %(code)s is %(state)s: it cannot become %(after)s")

# What a held appraisal waits for; of an incident nothing is said before it is decided.
WAITS_FOR = {
    Held.INCIDENT: Phrase(N_("a decision is pending")),
    Held.KPI: Phrase(N_("a KPI figure is missing")),
    Held.FEEDBACK: Phrase(N_("there is no feedback score")),
    Held.GOALS: Phrase(N_("the goals are not rated")),
    Held.QUARTERS: Phrase(N_("a quarter is not final")),
}

S = AppraisalState
BEFORE_FINAL = tuple(state for state in S if state not in (S.FINAL, S.NOT_APPRAISED))


@dataclass(frozen=True)
class Mover:
    """Who takes a step: as the log names him, and what decides what he may. The calendar has no person and no role."""

    name: str
    reader: Reader
    is_calendar: bool = False


CALENDAR = Mover("calendar", Reader(None, frozenset()), is_calendar=True)


@dataclass(frozen=True)
class MoveRequest:
    """A step that somebody wants to take. today: for deadlines. entitled: by a right kept elsewhere, as a chair's."""

    session: Session
    appraisal: Appraisal
    by: Mover
    now: datetime
    today: date
    reason: str
    on_behalf_of: Person | None
    entitled: bool = False

    @property
    def rules(self) -> AppraisalRules:
        return read_scheme(self.appraisal.round.scheme).appraisal

    @property
    def is_about_mover(self) -> bool:
        return self.by.reader.person_id == self.appraisal.person_id


Condition = Callable[[MoveRequest], None]


def _not_himself(request: MoveRequest) -> None:
    deputised = request.on_behalf_of is not None and request.on_behalf_of.id == request.appraisal.person_id
    if request.is_about_mover or deputised:
        raise NotPossible(HIMSELF)


def _not_held(request: MoveRequest) -> None:
    if request.appraisal.held:
        raise NotPossible(HELD, reason=WAITS_FOR[Held(request.appraisal.held)])


def _another_hr(request: MoveRequest) -> None:
    if request.is_about_mover:
        raise NotPossible(ABOUT_YOURSELF)


def _not_who_reviewed(request: MoveRequest) -> None:
    reviewed = request.session.scalars(
        select(AppraisalMove.actor)
        .where(AppraisalMove.appraisal_id == request.appraisal.id, AppraisalMove.after == S.REVIEWED)
        .order_by(AppraisalMove.id.desc())
    ).first()
    person = request.by.reader.person_id
    if request.by.name == reviewed or (person is not None and person == request.appraisal.reviewer_id):
        raise NotPossible(WHO_REVIEWED)


def _calibrates(request: MoveRequest) -> None:
    if not request.rules.process.calibration:
        raise NotPossible(NO_CALIBRATION)


def _skips_calibration(request: MoveRequest) -> None:
    if request.rules.process.calibration:
        raise NotPossible(NOT_CALIBRATED)


def _in_time(request: MoveRequest) -> None:
    until = request.appraisal.reply_until
    if until is not None and request.today > until:
        raise NotPossible(TOO_LATE, date=until)


def _after_deadline(request: MoveRequest) -> None:
    until = request.appraisal.reply_until
    if until is None or request.today <= until:
        raise NotPossible(NOT_YET, code=request.appraisal.person.code, date=until)


def _reason(request: MoveRequest) -> None:
    if not request.reason.strip():
        raise NotPossible(NO_REASON)


@dataclass(frozen=True)
class MoveRule:
    who: frozenset[Relation]
    conditions: tuple[Condition, ...] = ()
    calendar: bool = False


def _by(*who: Relation) -> frozenset[Relation]:
    return frozenset(who)


_HR = _by(Relation.HR)
_ABOVE = _by(Relation.HR, Relation.LINE)
_PERSON = _by(Relation.PERSON)
_CONFIRMED = (_another_hr, _not_who_reviewed)
_ENDS = MoveRule(_HR, (_another_hr,), calendar=True)

STEPS: dict[tuple[AppraisalState, AppraisalState], MoveRule] = {
    (S.PREPARING, S.RUNNING): MoveRule(_HR, calendar=True),
    (S.RUNNING, S.COMPUTED): MoveRule(_HR, calendar=True),
    (S.COMPUTED, S.REVIEWED): MoveRule(_by(Relation.REVIEWER), (_not_himself, _not_held)),
    (S.REVIEWED, S.CALIBRATED): MoveRule(_ABOVE, (_another_hr, _calibrates, _not_held)),
    (S.REVIEWED, S.CONFIRMED): MoveRule(_ABOVE, (*_CONFIRMED, _skips_calibration, _not_held)),
    (S.CALIBRATED, S.CONFIRMED): MoveRule(_ABOVE, (*_CONFIRMED, _not_held)),
    (S.CONFIRMED, S.NOTIFIED): MoveRule(_HR, (_another_hr, _not_held)),
    (S.NOTIFIED, S.READ): MoveRule(_PERSON, (_in_time,)),
    (S.NOTIFIED, S.OBJECTED): MoveRule(_PERSON, (_in_time,)),
    (S.READ, S.OBJECTED): MoveRule(_PERSON, (_in_time,)),
    (S.NOTIFIED, S.DEEMED_READ): MoveRule(frozenset(), (_after_deadline,), calendar=True),
    (S.OBJECTED, S.ANSWERED): MoveRule(_ABOVE, (_another_hr, _not_who_reviewed, _reason)),
    (S.ANSWERED, S.NOTIFIED): MoveRule(_HR, (_another_hr, _reason)),
    (S.READ, S.FINAL): _ENDS,
    (S.DEEMED_READ, S.FINAL): _ENDS,
    (S.ANSWERED, S.FINAL): _ENDS,
    (S.FINAL, S.NOTIFIED): MoveRule(_HR, (_another_hr, _reason)),
    (S.NOT_APPRAISED, S.RUNNING): MoveRule(_HR, (_another_hr, _reason)),
}
STEPS |= {
    (before, S.COMPUTED): MoveRule(_HR, (_another_hr, _reason))
    for before in BEFORE_FINAL
    if before not in (S.PREPARING, S.RUNNING)
}
# Whoever may confirm what was decided may send it back instead.
STEPS |= {
    (before, S.COMPUTED): MoveRule(_ABOVE, (_another_hr, _reason)) for before in (S.REVIEWED, S.CALIBRATED)
}
STEPS |= {
    (before, S.NOT_APPRAISED): MoveRule(_HR, (_another_hr, _reason), calendar=True)
    for before in (*BEFORE_FINAL, S.FINAL)
}


def move(
    session: Session,
    appraisal: Appraisal,
    after: AppraisalState,
    *,
    by: Mover,
    now: datetime,
    today: date | None = None,
    reason: str = "",
    on_behalf_of: Person | None = None,
    entitled: bool = False,
) -> None:
    """Take a step, or say why not (NotPossible). on_behalf_of: whose deputy the mover is. today: where people live,
    by which deadlines are judged; else the day of the moment."""
    request = MoveRequest(session, appraisal, by, now, today or now.date(), reason, on_behalf_of, entitled)
    for refusal in refusals(request, after):
        raise refusal
    note(session, appraisal, after, by=by, now=now, reason=reason.strip(), on_behalf_of=on_behalf_of)


def refusals(request: MoveRequest, after: AppraisalState) -> Iterator[NotPossible]:
    """Why the step cannot be taken, first what matters most; nothing if it can."""
    appraisal = request.appraisal
    step = STEPS.get((appraisal.state, after))
    if step is None:
        yield NotPossible(
            NO_SUCH_STEP, code=appraisal.person.code, state=AppraisalState(appraisal.state), after=after
        )
        return
    for condition in step.conditions:
        try:
            condition(request)
        except NotPossible as refusal:
            yield refusal
    if not _may(request, step):
        yield NotPossible(NOT_YOURS)


def _may(request: MoveRequest, step: MoveRule) -> bool:
    if request.by.is_calendar or request.entitled:
        return step.calendar or request.entitled
    found = rights.relations(request.session, request.by.reader, request.appraisal)
    if request.on_behalf_of is not None:
        stands_for = Reader(request.on_behalf_of.id, frozenset())
        found |= rights.relations(request.session, stands_for, request.appraisal)
    return bool(found & step.who)


def note(
    session: Session,
    appraisal: Appraisal,
    after: AppraisalState,
    *,
    by: Mover,
    now: datetime,
    reason: str = "",
    on_behalf_of: Person | None = None,
) -> None:
    """Set the state, and write down who did it, when and why: in the appraisal's own history and in the audit log."""
    before = AppraisalState(appraisal.state)
    appraisal.state = after
    appraisal.not_appraised = reason if after == S.NOT_APPRAISED else None
    if after in (S.COMPUTED, S.RUNNING):
        appraisal.calibrated_band, appraisal.fallen_band, appraisal.reply_until = None, None, None
    session.add(
        AppraisalMove(
            appraisal_id=appraisal.id,
            before=before,
            after=after,
            at=now,
            actor=by.name,
            on_behalf_of=on_behalf_of.code if on_behalf_of else None,
            reason=reason,
        )
    )
    target = f"{appraisal.round.period} {appraisal.person.code}"
    was, is_now = {"state": str(before)}, {"state": str(after)}
    audit.record(session, "appraisal moved", target, actor=by.name, now=now, before=was, after=is_now)


def history(session: Session, appraisal: Appraisal) -> list[AppraisalMove]:
    """Its steps, the first one first."""
    query = select(AppraisalMove).where(AppraisalMove.appraisal_id == appraisal.id)
    return list(session.scalars(query.order_by(AppraisalMove.id)))
