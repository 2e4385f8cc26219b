"""A rater says no to a request, as long as he has not answered it."""

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Cell
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.services.ballot_box.invitations import OpenTask
from feedback.services.crowds import crowds


def decline(session: Session, nonce: bytes, task: OpenTask) -> bool:
    """Give the empty slot back. False: it is filled, or gone, and nothing was changed.

    The conditional DELETE decides against an answer that is sent at the same moment. Nothing is written down but the
    state on the roster, for HR to ask somebody else: no time, no reason, no entry in the audit log.
    """
    if not _give_back(session, task):
        return False
    subject = session.scalars(select(Cell.subject_id).where(Cell.id == task.cell_id)).one()
    session.execute(delete(Task).where(Task.nonce == nonce, Task.cell_id == task.cell_id))
    session.execute(update(Cell).where(Cell.id == task.cell_id).values(invited=Cell.invited - 1))
    invitation = session.get_one(Invitation, nonce)
    session.execute(
        update(Nomination)
        .where(
            Nomination.subject_id == subject,
            Nomination.person_id == invitation.person_id,
            Nomination.contact_id == invitation.contact_id,
        )
        .values(state=NominationState.DECLINED)
    )
    crowds.review(session, subject)
    return True


def _give_back(session: Session, task: OpenTask) -> bool:
    result = session.execute(delete(Ballot).where(Ballot.slot == task.slot, Ballot.envelope.is_(None)))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
