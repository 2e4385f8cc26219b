"""The record of the conversation about a result: who, what about, what was agreed, and the confirmations of both."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.models.decisions import AppraisalInterview, InterviewAgreement
from feedback.models.notices import NoticeKind
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.appraisals import moves
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import notices
from forms.text_lengths import LONGEST_LINE, LONGEST_REVIEW
from forms.words import N_

# From the review on, and until everything has been said.
POSSIBLE = (
    AppraisalState.REVIEWED,
    AppraisalState.CALIBRATED,
    AppraisalState.CONFIRMED,
    AppraisalState.NOTIFIED,
    AppraisalState.READ,
    AppraisalState.DEEMED_READ,
    AppraisalState.OBJECTED,
    AppraisalState.ANSWERED,
)


@dataclass(frozen=True)
class Agreement:
    text: str
    owner: str
    due: date | None


@dataclass(frozen=True)
class InterviewRecord:
    day: date
    present: str
    topics: str
    agreements: tuple[Agreement, ...]


def of(session: Session, appraisal: Appraisal) -> AppraisalInterview | None:
    return session.get(AppraisalInterview, appraisal.id)


def record(session: Session, appraisal: Appraisal, said: InterviewRecord, by: Decider) -> None:
    """By the reviewer or his deputy, who confirms it thereby; the person is asked to, after a change anew."""
    row_locks.hold_row(session, appraisal)
    deputised = deputies.check_reviewer(session, appraisal, by)
    if appraisal.state not in POSSIBLE:
        raise NotPossible(
            N_("an interview is about a reviewed result that is not final; this one is %(state)s"),
            state=AppraisalState(appraisal.state),
        )
    _check(said, by)
    row = of(session, appraisal) or AppraisalInterview(appraisal_id=appraisal.id, remark="")
    row.day, row.present, row.topics = said.day, said.present.strip(), said.topics.strip()
    row.at, row.actor = by.now, by.name
    row.on_behalf_of = deputised.code if deputised else None
    row.reviewer_confirmed_at, row.person_confirmed_at = by.now, None
    session.add(row)
    _agree(session, row, said)
    _log(session, appraisal, "interview recorded", by)
    occasion = f"{appraisal.id}/{by.now:%Y%m%d%H%M%S}"
    notices.owe(
        session,
        NoticeKind.INTERVIEW_TO_CONFIRM,
        appraisal,
        {appraisal.person_id},
        occasion=occasion,
        now=by.now,
    )


def _agree(session: Session, row: AppraisalInterview, said: InterviewRecord) -> None:
    row.agreements.clear()
    session.flush()
    row.agreements.extend(
        InterviewAgreement(position=place, text=one.text.strip(), owner=one.owner.strip(), due=one.due)
        for place, one in enumerate(said.agreements, 1)
    )


def _check(said: InterviewRecord, by: Decider) -> None:
    if said.day > by.today:
        raise NotPossible(N_("an interview is recorded after it was held"))
    if not said.present.strip() or not said.topics.strip():
        raise NotPossible(N_("say who was present and what was talked about"))
    lines = [said.present, *(text for one in said.agreements for text in (one.text, one.owner))]
    if len(said.topics) > LONGEST_REVIEW or any(len(line) > LONGEST_LINE for line in lines):
        raise NotPossible(N_("this is too long"))
    if any(not one.text.strip() or not one.owner.strip() for one in said.agreements):
        raise NotPossible(N_("an agreement says what, and who does it"))


def confirm(session: Session, appraisal: Appraisal, remark: str, by: Decider) -> None:
    """By the person: that it was held and is recorded rightly, with a remark if he has one. It is not a consent."""
    row_locks.hold_row(session, appraisal)
    if by.person_id != appraisal.person_id:
        raise NotPossible(moves.NOT_YOURS)
    row = session.get(AppraisalInterview, appraisal.id, populate_existing=True)
    if row is None:
        raise NotFound(N_("there is no interview to confirm"))
    if row.person_confirmed_at is not None:
        raise NotPossible(N_("you have confirmed this already"))
    remark = remark.strip()
    if len(remark) > LONGEST_REVIEW:
        raise NotPossible(N_("this is too long"))
    row.remark, row.person_confirmed_at = remark, by.now
    _log(session, appraisal, "interview confirmed", by)


def _log(session: Session, appraisal: Appraisal, act: str, by: Decider) -> None:
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(session, act, target, actor=by.name, now=by.now)
