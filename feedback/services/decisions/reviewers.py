"""Who reviews: changed by HR with a reason. Who reviewed before keeps what he may read, and may say what he knows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.decisions import ReviewerContribution
from feedback.models.notices import NoticeKind
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalReviewer, AppraisalState
from feedback.services.appraisals import moves
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.reviews import WRITABLE
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import notices
from forms.text_lengths import LONGEST_REVIEW
from forms.words import N_


@dataclass(frozen=True)
class ContributionLine:
    """Somebody who led the person for 30 days of the period or more; text None while he has written nothing."""

    person: Person
    text: str | None
    at: datetime | None


def change(session: Session, appraisal: Appraisal, reviewer: Person, reason: str, by: Decider) -> None:
    """From now on somebody else reviews; a draft that was begun goes over to him."""
    row_locks.hold_row(session, appraisal)
    deputies.check_hr(appraisal, by)
    reason = reason.strip()
    if not reason:
        raise NotPossible(moves.NO_REASON)
    if reviewer.id == appraisal.person_id:
        raise NotPossible(moves.HIMSELF)
    if appraisal.state in (AppraisalState.FINAL, AppraisalState.NOT_APPRAISED):
        raise NotPossible(N_("the appraisal of %(code)s is over"), code=appraisal.person.code)
    if reviewer.id == appraisal.reviewer_id:
        raise NotPossible(N_("%(code)s reviews already"), code=reviewer.code)
    before = session.get(Person, appraisal.reviewer_id) if appraisal.reviewer_id else None
    if before is not None:
        _keep(session, appraisal, before, reason, by)
    appraisal.reviewer_id = reviewer.id
    _record(session, appraisal, before, reviewer, by)
    occasion = f"{appraisal.id}/{by.now:%Y%m%d%H%M%S}"
    told = {person.id for person in (before, reviewer) if person} | {appraisal.person_id}
    notices.owe(session, NoticeKind.REVIEWER_CHANGED, appraisal, told, occasion=occasion, now=by.now)


def _keep(session: Session, appraisal: Appraisal, before: Person, reason: str, by: Decider) -> None:
    """Somebody who led the person long enough is on record as a contributor already."""
    known = select(AppraisalReviewer).where(
        AppraisalReviewer.appraisal_id == appraisal.id, AppraisalReviewer.reviewer_id == before.id
    )
    row = session.scalars(known).first()
    if row is None:
        row = AppraisalReviewer(appraisal_id=appraisal.id, reviewer_id=before.id)
        session.add(row)
    row.at, row.actor, row.reason = by.now, by.name, reason


def _record(
    session: Session, appraisal: Appraisal, before: Person | None, after: Person, by: Decider
) -> None:
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(
        session,
        "reviewer changed",
        target,
        actor=by.name,
        now=by.now,
        before={"manager": before.code if before else None},
        after={"manager": after.code},
    )


def contributions(session: Session, appraisal: Appraisal) -> list[ContributionLine]:
    """Of all who are asked for one, by code; one statement."""
    asked = (
        select(Person, ReviewerContribution)
        .join(AppraisalReviewer, AppraisalReviewer.reviewer_id == Person.id)
        .outerjoin(
            ReviewerContribution,
            (ReviewerContribution.person_id == Person.id)
            & (ReviewerContribution.appraisal_id == AppraisalReviewer.appraisal_id),
        )
        .where(AppraisalReviewer.appraisal_id == appraisal.id, AppraisalReviewer.contributes)
        .order_by(Person.code)
    )
    return [
        ContributionLine(person, row.text if row else None, row.at if row else None)
        for person, row in session.execute(asked).unique()
    ]


def contribute(session: Session, appraisal: Appraisal, text: str, by: Decider) -> None:
    """What a former reviewer says of his time with the person, until the review is handed in."""
    row_locks.hold_row(session, appraisal)
    person_id = by.person_id
    if person_id is None or person_id not in _asked(session, appraisal):
        raise NotPossible(moves.NOT_YOURS)
    if appraisal.state not in WRITABLE:
        raise NotPossible(N_("the review is handed in: ask HR to reopen it"))
    text = text.strip()
    if not text:
        raise NotPossible(N_("a contribution needs words"))
    if len(text) > LONGEST_REVIEW:
        raise NotPossible(N_("a contribution has at most %(limit)s characters"), limit=LONGEST_REVIEW)
    row = session.get(ReviewerContribution, (appraisal.id, person_id)) or ReviewerContribution(
        appraisal_id=appraisal.id, person_id=person_id
    )
    row.text, row.at, row.actor = text, by.now, by.name
    session.add(row)


def _asked(session: Session, appraisal: Appraisal) -> set[int]:
    query = select(AppraisalReviewer.reviewer_id).where(
        AppraisalReviewer.appraisal_id == appraisal.id, AppraisalReviewer.contributes
    )
    return set(session.scalars(query))
