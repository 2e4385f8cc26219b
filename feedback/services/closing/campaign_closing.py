"""Closing a campaign: open the sealed ballots, count them, forget them.

Restartable at every point until the key is destroyed: each step is one transaction, and starting again goes on from
what the state of the campaign says. After it, nothing joins an answer to a link, old backups included.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignState, Cell, KeyCustody, Subject
from feedback.models.interviews import Interview
from feedback.services.ballot_box.custody import Custody
from feedback.services.closing import clock_watch, phone_answers, tallies
from feedback.services.closing.results import instrument
from feedback.services.closing.tallies import CellMatrix
from feedback.services.closing.unsealing import Opened, Opener, Sealed, open_all
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.secure_deletion import forget_deleted_rows
from feedback.services.ground.work_progress import Progress, no_progress
from forms.questionnaire import ItemKind
from forms.words import N_
from scoring.disclosure import Decision, Status
from scoring.instrument import Integers

BATCH = 1000  # engines limit the number of parameters in one statement


def close(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    *,
    actor: str,
    now: datetime,
    early: bool = False,
    progress: Progress = no_progress,
    opened_key: X25519PrivateKey | None = None,
) -> None:
    """Close a campaign, or go on with a closing that was interrupted. Commits step by step.

    The key is taken from custody, or given by the trustees who opened it.
    """
    row_locks.hold_row(session, campaign)
    require_closable(campaign, now=now, early=early)
    if campaign.state in (CampaignState.OPEN, CampaignState.CLOSING):
        _require_fitting(campaign, opened_key)
    if campaign.state == CampaignState.OPEN:
        _stop_answering(session, campaign, actor=actor, now=now)
    if campaign.state == CampaignState.CLOSING:
        _destroy_unopened(session, campaign)
        _count(session, custody, campaign, progress, opened_key)
    forget_deleted_rows(session)
    custody.destroy(campaign.code)


def due(session: Session, now: datetime) -> list[Campaign]:
    """Those whose time has come by a clock that is believed and whose key this server holds, and those whose closing
    was interrupted.
    """
    is_over = (Campaign.state == CampaignState.OPEN) & or_(Campaign.closes_at <= now, Campaign.answers_ended)
    by_the_clock = false() if clock_watch.doubted(session) else is_over
    is_due = or_(by_the_clock, Campaign.state == CampaignState.CLOSING)
    return list(session.scalars(select(Campaign).where(is_due, Campaign.key_custody == KeyCustody.SERVER)))


def require_closable(campaign: Campaign, *, now: datetime, early: bool) -> None:
    if campaign.state in BEFORE_OPENING:
        raise NotPossible(N_("campaign %(campaign)s was never opened"), campaign=campaign.code)
    if campaign.state == CampaignState.OPEN and not campaign.is_over(now) and not early:
        raise NotPossible(
            N_(
                "campaign %(campaign)s takes answers until %(moment)s; "
                "to close it before that, say so (`feedback campaign close --now`)"
            ),
            campaign=campaign.code,
            moment=f"{campaign.closes_at:%Y-%m-%d %H:%M %Z}",
        )


def _require_fitting(campaign: Campaign, opened_key: X25519PrivateKey | None) -> None:
    if opened_key is None and campaign.key_custody == KeyCustody.TRUSTEES:
        raise NotPossible(
            N_("the key of campaign %(campaign)s is with its trustees: two of them have to open it"),
            campaign=campaign.code,
        )
    if opened_key is not None and opened_key.public_key().public_bytes_raw() != campaign.public_key:
        raise NotPossible(
            N_("this is not the key of campaign %(campaign)s; nothing was changed"), campaign=campaign.code
        )


def _stop_answering(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    # The lock on the campaign waited for every ballot that was being cast; from our commit on no other is accepted.
    campaign.state = CampaignState.CLOSING
    campaign.wrapped_slot_key = None
    cast = select(func.count(Ballot.envelope)).where(Ballot.cell_id == Cell.id).scalar_subquery()
    by_phone = (
        select(func.count())
        .where(Interview.cell_id == Cell.id, Interview.counted.is_(True))
        .scalar_subquery()
    )
    session.execute(
        update(Cell)
        .where(Cell.subject_id.in_(_subject_ids(campaign)))
        .values(answered=cast, interviewed=by_phone),
        execution_options={"synchronize_session": False},
    )
    session.execute(delete(Interview).where(Interview.cell_id.in_(_cell_ids(campaign))))
    audit.record(
        session, "campaign closed", campaign.code, actor=actor, now=now, early=not campaign.is_over(now)
    )
    session.commit()


def _hold(session: Session, campaign: Campaign, state: CampaignState) -> bool:
    """Keep it in this state until the next commit. False: somebody else who is closing it has moved it on."""
    row_locks.hold_row(session, campaign)
    return campaign.state == state


def _destroy_unopened(session: Session, campaign: Campaign) -> None:
    """What nobody ever read cannot leak: ballots of withheld cells, and empty slots."""
    if not _hold(session, campaign, CampaignState.CLOSING):
        return
    matrix = tallies.matrix(session, campaign)
    decision = phone_answers.decision(matrix, matrix.answered)
    unopened = [
        cell.id
        for place, cell in matrix.cells.items()
        if not cell.is_pool and not decision.contributes[place]
    ]
    for start in range(0, len(unopened), BATCH):
        session.execute(delete(Ballot).where(Ballot.cell_id.in_(unopened[start : start + BATCH])))
    session.execute(delete(Ballot).where(Ballot.cell_id.in_(_cell_ids(campaign)), Ballot.envelope.is_(None)))
    session.commit()


def _count(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    progress: Progress,
    opened_key: X25519PrivateKey | None,
) -> None:
    key = opened_key or custody.private_key(campaign.code)
    sealed, opener = _sealed(session, campaign), _opener(key, campaign)
    session.commit()  # opening takes its time, and nobody should wait for it
    opened = open_all(sealed, opener, progress)
    if not _hold(session, campaign, CampaignState.CLOSING):
        return
    matrix = tallies.matrix(session, campaign)
    readable = _readable(matrix, opened)
    final = _without_destroyed(phone_answers.decision(matrix, readable), matrix.answered, readable)
    tallies.store(session, campaign, matrix, final, opened, _salt(key))
    campaign.unreadable = len(sealed) - len(opened)
    campaign.state = CampaignState.CLOSED
    session.execute(delete(Ballot).where(Ballot.cell_id.in_(_cell_ids(campaign))))
    session.commit()


def _salt(key: X25519PrivateKey) -> str:
    """Known to nobody without the key, which is about to be destroyed, and the same if closing is started again."""
    return hmac.digest(key.private_bytes_raw(), b"salt of the counts", hashlib.sha256).hex()


def _sealed(session: Session, campaign: Campaign) -> list[Sealed]:
    rows = session.execute(
        select(Ballot.cell_id, Ballot.envelope).where(
            Ballot.cell_id.in_(_cell_ids(campaign)), Ballot.envelope.is_not(None)
        )
    )
    return [Sealed(cell_id, envelope) for cell_id, envelope in rows if envelope is not None]


def _opener(key: X25519PrivateKey, campaign: Campaign) -> Opener:
    questionnaire, scheme = read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme)
    return Opener(
        private_key=key.private_bytes_raw(),
        campaign=campaign.code,
        scale_sizes=bytes(instrument(questionnaire, scheme).items.values.tolist()),
        is_rating=tuple(item.kind is ItemKind.RATING for item in questionnaire.counted_items),
        comments=len(questionnaire.comment_items),
    )


def _readable(matrix: CellMatrix, opened: Sequence[Opened]) -> Integers:
    readable, place_of = np.zeros_like(matrix.answered), matrix.place_of
    for ballot in opened:
        readable[place_of[ballot.cell_id]] += 1
    return readable


def _without_destroyed(decision: Decision, answered: Integers, readable: Integers) -> Decision:
    """A cell whose ballots were destroyed or are all unreadable is withheld, not without answers."""
    status = decision.status.copy()
    groups = answered.shape[1]
    status[:, :groups][(answered > 0) & (readable == 0)] = Status.WITHHELD
    return replace(decision, status=status)


def _subject_ids(campaign: Campaign):  # type: ignore[no-untyped-def]
    return select(Subject.id).where(Subject.campaign_id == campaign.id)


def _cell_ids(campaign: Campaign):  # type: ignore[no-untyped-def]
    return select(Cell.id).join(Subject).where(Subject.campaign_id == campaign.id)
