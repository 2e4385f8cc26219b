"""Links that fell into wrong hands or were lost: revoked, and issued anew.

Both do the same whether the rater has answered or not, and say nothing about it: an answer in the box stays there.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box.ballots import slot_of
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import open_slot_key
from feedback.services.ballot_box.issuing import Rater
from feedback.services.ballot_box.tokens import new_nonce
from feedback.services.crowds import crowds
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import outbox
from forms.words import N_


def of_rater(session: Session, campaign: Campaign, rater: Rater) -> Invitation:
    column = Invitation.person_id if isinstance(rater, Person) else Invitation.contact_id
    query = select(Invitation).where(Invitation.campaign_id == campaign.id, column == rater.id)
    invitation: Invitation | None = session.scalar(query)
    if invitation is None:
        raise NotFound(N_("%(name)s has no link in this campaign"), name=rater.name)
    return invitation


def revoke(session: Session, nonce: bytes, *, actor: str, now: datetime) -> None:
    """From now on the link is unknown."""
    invitation = _hold(session, nonce, now)
    invitation.revoked = True
    session.flush()
    for task in invitation.tasks:
        crowds.review(session, task.cell.subject_id)
    _note(session, "link revoked", invitation, actor, now)


def reissue(session: Session, custody: Custody, nonce: bytes, *, actor: str, now: datetime) -> bytes:
    """A new link in place of the old one, which becomes unknown, and a mail with it. Returns the new nonce.

    What is still to be answered moves to the new link. What was answered looks answered there as well, since its slot
    is not among the empty ones.
    """
    invitation = _hold(session, nonce, now)
    slot_key, new = open_slot_key(custody, invitation.campaign), new_nonce()
    cells = session.scalars(select(Task.cell_id).where(Task.nonce == nonce)).all()
    _move_empty_slots(session, slot_key, nonce, new, cells)
    session.execute(
        update(Invitation).where(Invitation.nonce == nonce).values(nonce=new, revoked=False),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    invitation = session.get_one(Invitation, new)
    outbox.owe_invitation_again(session, invitation, now=now)
    _note(session, "link reissued", invitation, actor, now)
    return new


def _hold(session: Session, nonce: bytes, now: datetime) -> Invitation:
    """Casting shares this lock: no answer is on its way to a slot that moves."""
    campaign = _invitation(session, nonce).campaign
    row_locks.hold_row(session, campaign)
    invitation = _invitation(session, nonce)  # once more: somebody else may have issued it anew meanwhile
    if not campaign.accepts_answers(now):
        raise NotPossible(N_("links can be changed only while the campaign is open"))
    return invitation


def _invitation(session: Session, nonce: bytes) -> Invitation:
    invitation = session.get(Invitation, nonce, populate_existing=True)
    if invitation is None:
        raise NotFound(N_("this link does not exist any more"))
    return invitation


def _move_empty_slots(
    session: Session, slot_key: bytes, old: bytes, new: bytes, cells: Sequence[int]
) -> None:
    for cell_id in cells:
        session.execute(
            update(Ballot)
            .where(Ballot.slot == slot_of(slot_key, old, cell_id), Ballot.envelope.is_(None))
            .values(slot=slot_of(slot_key, new, cell_id)),
            execution_options={"synchronize_session": False},
        )


def _note(session: Session, act: str, invitation: Invitation, actor: str, now: datetime) -> None:
    rater = invitation.rater.known_as
    audit.record(session, act, invitation.campaign.code, actor=actor, now=now, rater=rater)
