"""Links that fell into wrong hands or were lost: revoked, and issued anew.

Both do the same whether the rater has answered or not, and say nothing about it: an answer in the box stays there.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.models.invitations import Invitation
from feedback.models.people import Person
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import box_of, seat_of, slot_of
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

    The seats stay what they are, so that no slot is touched; their proofs are made anew for the new link, which
    only its rater gets to see.
    """
    invitation = _hold(session, nonce, now)
    new = new_nonce()
    proofs = _proofs_for(custody, invitation, new)
    session.execute(
        update(Invitation).where(Invitation.nonce == nonce).values(nonce=new, revoked=False, shared=False),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    invitation = session.get_one(Invitation, new)
    for task in invitation.tasks:
        task.proof = proofs[task.cell_id]
    outbox.owe_invitation_again(session, invitation, now=now)
    _note(session, "link reissued", invitation, actor, now)
    return new


def _proofs_for(custody: Custody, invitation: Invitation, new: bytes) -> dict[int, bytes]:
    """By cell. Raises BoxRefused for a task that was not given to the old link."""
    keys = box_of(custody, invitation.campaign)
    proofs = {}
    for task in invitation.tasks:
        slot_of(keys, invitation, task)
        proofs[task.cell_id] = keys.proof(replace(seat_of(invitation, task.cell_id, task.seat), nonce=new))
    return proofs


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


def _note(session: Session, act: str, invitation: Invitation, actor: str, now: datetime) -> None:
    rater = invitation.rater.known_as
    audit.record(session, act, invitation.campaign.code, actor=actor, now=now, rater=rater)
