"""A rater says no to a request, as long as he has not answered it."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.models.campaigns import Cell
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.services.ballot_box import ballots
from feedback.services.ballot_box.invitations import OpenTask, Visit
from feedback.services.crowds import crowds


def decline(session: Session, visit: Visit, task: OpenTask) -> bool:
    """Take the task away. False: it was answered before, and nothing was changed. The campaign is held alone.

    The slot stays as it is: this transaction writes to the rater's rows, and in PostgreSQL would mark the slot as
    his. What an interviewer entered for him is destroyed with it. Nothing is written down but the state on the
    roster, for HR to ask somebody else: no time, no reason, no entry in the audit log. Through a link that others
    have seen it does the same whether there is an answer or not.
    """
    if not visit.shared and ballots.is_filled(session, task.slot):
        return False
    invitation = session.get_one(Invitation, visit.nonce)
    session.execute(delete(Task).where(Task.nonce == visit.nonce, Task.cell_id == task.cell_id))
    session.execute(
        delete(Interview).where(
            Interview.contact_id == invitation.contact_id, Interview.cell_id == task.cell_id
        )
    )
    if not visit.shared:
        session.execute(update(Cell).where(Cell.id == task.cell_id).values(invited=Cell.invited - 1))
    subject = session.scalars(select(Cell.subject_id).where(Cell.id == task.cell_id)).one()
    _note(session, invitation, subject)
    crowds.review(session, subject)
    return True


def _note(session: Session, invitation: Invitation, subject: int) -> None:
    session.execute(
        update(Nomination)
        .where(
            Nomination.subject_id == subject,
            Nomination.person_id == invitation.person_id,
            Nomination.contact_id == invitation.contact_id,
        )
        .values(state=NominationState.DECLINED)
    )
