"""What a person says to his result: that he has read it, or which figures he objects to; and the company's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from feedback.models.accounts import RoleName
from feedback.models.confirmed_results import AppraisalReply, AppraisalReplyKind
from feedback.models.notices import NoticeKind
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalLine, AppraisalState, Round
from feedback.services.appraisals import moves, rights, versions
from feedback.services.appraisals.rights import Relation
from feedback.services.decisions import deputies, results
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import ABOUT_YOURSELF, NotFound, NotPossible, Phrase
from feedback.services.mail import notices
from forms.appraisals.choices import SecondAnswer
from forms.appraisals.rules import AppraisalRules, Process
from forms.text_lengths import LONGEST_LINE, LONGEST_REPLY
from forms.words import N_

NEEDS_WORDS = N_("an objection needs words: what should be looked at again?")
NEEDS_REASON = N_("an answer needs a reason that the person may read")
# What one can object to beside the figures of the derivation.
DECISIONS = ("review", "adjustment", "calibration", "band")
ROLES = {
    SecondAnswer.LINE: Phrase(N_("somebody above the reviewer")),
    SecondAnswer.HR: Phrase(N_("HR")),
}


@dataclass(frozen=True)
class ObjectionLine:
    """An objection on a list: of whom, since when, until when, and whose turn it is. Words stand on its page only."""

    appraisal: Appraisal
    reply: AppraisalReply
    is_second: bool
    days_left: int


def rules_of(appraisal: Appraisal) -> AppraisalRules:
    return read_scheme(appraisal.round.scheme).appraisal


def process_of(appraisal: Appraisal) -> Process:
    return rules_of(appraisal).process


def read(session: Session, appraisal: Appraisal, by: Decider) -> None:
    """That he has read it. It is no consent, and he may still object until the deadline."""
    row_locks.hold_row(session, appraisal)
    _check_time(appraisal, by)
    moves.move(session, appraisal, AppraisalState.READ, by=by.mover, now=by.now, today=by.today)
    session.add(
        AppraisalReply(
            appraisal_id=appraisal.id,
            result=results.newest(session, appraisal).number,
            kind=AppraisalReplyKind.READ,
            figures=[],
            at=by.now,
        )
    )


def object_to(
    session: Session, appraisal: Appraisal, figures: Sequence[str], text: str, evidence: str, by: Decider
) -> AppraisalReply:
    """To one figure or several, with words: from here on a clock runs for the company."""
    row_locks.hold_row(session, appraisal)
    text, evidence = text.strip(), evidence.strip()
    _check_time(appraisal, by)
    if not text or not figures:
        raise NotPossible(NEEDS_WORDS)
    if len(text) > LONGEST_REPLY or len(evidence) > LONGEST_LINE:
        raise NotPossible(N_("a reply has at most %(limit)s characters"), limit=LONGEST_REPLY)
    _check_figures(session, appraisal, figures)
    moves.move(session, appraisal, AppraisalState.OBJECTED, by=by.mover, now=by.now, today=by.today)
    until = by.deadline(process_of(appraisal).answer_days)
    reply = _said_before(session, appraisal) or AppraisalReply(
        appraisal_id=appraisal.id, result=results.newest(session, appraisal).number
    )
    reply.kind, reply.figures, reply.text = AppraisalReplyKind.OBJECTED, list(dict.fromkeys(figures)), text
    reply.evidence, reply.at, reply.answer_until = evidence, by.now, until
    session.add(reply)
    appraisal.objections += 1
    session.flush()
    _tell(session, appraisal, reply, by)
    return reply


def _said_before(session: Session, appraisal: Appraisal) -> AppraisalReply | None:
    """That he has read it, which an objection takes the place of."""
    number = results.newest(session, appraisal).number
    query = select(AppraisalReply).where(
        AppraisalReply.appraisal_id == appraisal.id, AppraisalReply.result == number
    )
    return session.scalars(query).one_or_none()


def _check_time(appraisal: Appraisal, by: Decider) -> None:
    until = appraisal.reply_until
    told = (AppraisalState.NOTIFIED, AppraisalState.READ, AppraisalState.DEEMED_READ, AppraisalState.FINAL)
    if by.person_id == appraisal.person_id and appraisal.state in told and until and by.today > until:
        raise NotPossible(moves.TOO_LATE, date=until)


def _check_figures(session: Session, appraisal: Appraisal, figures: Sequence[str]) -> None:
    document = versions.document(session, appraisal)
    known = {line.id for line in document.derivation} | set(DECISIONS)
    for figure in figures:
        if figure not in known:
            raise NotPossible(N_("%(figure)s is no figure of this appraisal"), figure=figure)


def _tell(session: Session, appraisal: Appraisal, reply: AppraisalReply, by: Decider) -> None:
    occasion, day = f"reply/{reply.id}", reply.answer_until
    received, to_answer = NoticeKind.OBJECTION_RECEIVED, NoticeKind.OBJECTION_TO_ANSWER
    told = {appraisal.person_id}
    notices.owe(session, received, appraisal, told, occasion=occasion, now=by.now, day=day)
    offices = notices.hr_accounts(session)
    notices.owe(session, to_answer, appraisal, (), occasion=occasion, now=by.now, day=day, offices=offices)


def open_one(session: Session, appraisal: Appraisal) -> AppraisalReply:
    """The objection that waits for its answer. Raises NotFound."""
    query = select(AppraisalReply).where(
        AppraisalReply.appraisal_id == appraisal.id,
        AppraisalReply.kind == AppraisalReplyKind.OBJECTED,
        AppraisalReply.outcome.is_(None),
    )
    reply = session.scalars(query.execution_options(populate_existing=True)).first()
    if reply is None or appraisal.state != AppraisalState.OBJECTED:
        raise NotFound(N_("there is no objection of %(code)s to answer"), code=appraisal.person.code)
    return reply


def appoint(session: Session, appraisal: Appraisal, person: Person, by: Decider) -> None:
    """HR has somebody else answer the first objection: neither the reviewer nor the person."""
    row_locks.hold_row(session, appraisal)
    deputies.check_hr(appraisal, by)
    reply = open_one(session, appraisal)
    if person.id in (appraisal.person_id, appraisal.reviewer_id):
        raise NotPossible(N_("an objection is answered neither by the reviewer nor by the person"))
    reply.appointed_id = person.id
    occasion = f"reply/{reply.id}"
    notices.owe(
        session,
        NoticeKind.OBJECTION_TO_ANSWER,
        appraisal,
        {person.id},
        occasion=occasion,
        now=by.now,
        day=reply.answer_until,
    )
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(
        session,
        "objection handed on",
        target,
        actor=by.name,
        now=by.now,
        after={"person": person.code},
    )


def state(session: Session, appraisal: Appraisal, text: str, by: Decider) -> None:
    """What the reviewer says to an objection; he does not answer it."""
    row_locks.hold_row(session, appraisal)
    deputies.check_reviewer(session, appraisal, by)
    reply = open_one(session, appraisal)
    text = text.strip()
    if not text or len(text) > LONGEST_REPLY:
        raise NotPossible(N_("a statement has 1 to %(limit)s characters"), limit=LONGEST_REPLY)
    reply.statement, reply.statement_at, reply.statement_by = text, by.now, by.name


def check_answerer(session: Session, appraisal: Appraisal, reply: AppraisalReply, by: Decider) -> None:
    """HR or who was appointed, and for the second one whom the scheme names; never the reviewer or the person."""
    if by.person_id == appraisal.person_id:
        raise NotPossible(ABOUT_YOURSELF)
    if results.is_reviewer(session, appraisal, by):
        raise NotPossible(N_("who reviewed it cannot answer an objection to it"))
    found = rights.relations(session, by.reader, appraisal)
    if appraisal.objections > 1:
        role = process_of(appraisal).second_answer_by
        wanted = Relation.LINE if role is SecondAnswer.LINE else Relation.HR
        if wanted not in found:
            raise NotPossible(moves.LAST_ANSWER, role=ROLES[role])
    elif RoleName.HR not in by.reader.roles and (by.person_id is None or by.person_id != reply.appointed_id):
        raise NotPossible(moves.NOT_YOURS)


def listed(session: Session, by: Decider, *, period: str | None = None) -> list[ObjectionLine]:
    """Objections that wait for an answer, the most urgent first: for HR all, for others those that they were appointed
    to, and second ones below them."""
    query = (
        select(AppraisalReply)
        .join(AppraisalReply.appraisal)
        .join(Appraisal.round)
        .options(
            contains_eager(AppraisalReply.appraisal).contains_eager(Appraisal.round),
            contains_eager(AppraisalReply.appraisal).joinedload(Appraisal.person),
            joinedload(AppraisalReply.appointed),
        )
        .where(Appraisal.state == AppraisalState.OBJECTED, AppraisalReply.outcome.is_(None))
        .where(AppraisalReply.kind == AppraisalReplyKind.OBJECTED)
        .order_by(AppraisalReply.answer_until, AppraisalReply.id)
    )
    if period is not None:
        query = query.where(Round.period == period)
    if RoleName.HR not in by.reader.roles:
        below = select(AppraisalLine.appraisal_id).where(AppraisalLine.person_id == by.person_id)
        is_last = (Appraisal.objections > 1) & Appraisal.id.in_(below)
        query = query.where((AppraisalReply.appointed_id == by.person_id) | is_last)
    return [
        ObjectionLine(
            reply.appraisal, reply, reply.appraisal.objections > 1, _days_left(reply.answer_until, by.today)
        )
        for reply in session.scalars(query)
        if reply.appraisal.person_id != by.person_id
    ]


def find(session: Session, period: str, code: str, by: Decider) -> Appraisal:
    """Of somebody on his list. Raises NotFound."""
    found = (line.appraisal for line in listed(session, by, period=period))
    appraisal = next((one for one in found if one.person.code == code), None)
    if appraisal is None:
        raise NotFound(N_("there is no objection of %(code)s to answer"), code=code)
    return appraisal


def _days_left(until: date | None, today: date) -> int:
    return (until - today).days if until else 0


def of(session: Session, appraisal: Appraisal) -> list[AppraisalReply]:
    """All that was said to its results, in order."""
    query = select(AppraisalReply).where(AppraisalReply.appraisal_id == appraisal.id)
    return list(session.scalars(query.order_by(AppraisalReply.result)))
