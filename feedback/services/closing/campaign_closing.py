"""Closing a campaign: open the sealed ballots, count them, forget them.

Restartable at every point until the key is destroyed: each step is one transaction, and starting again goes on from
what the state of the campaign says. After it, nothing joins an answer to a link, old backups included.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, false, or_, select
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import (
    BEFORE_OPENING,
    SEALED,
    WITH_RESULTS,
    Campaign,
    CampaignState,
    Cell,
    KeyCustody,
    Subject,
)
from feedback.models.interviews import Interview
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.box_keys import BoxKeys, cells_of
from feedback.services.ballot_box.custody import Custody
from feedback.services.closing import clock_watch, phone_answers, sealed_answers, tallies
from feedback.services.closing.results import instrument
from feedback.services.closing.sealed_answers import Found, Row, Spread, spread_for
from feedback.services.closing.unsealing import Opener, open_all
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import BoxRefused, NotPossible
from feedback.services.ground.secure_deletion import forget_deleted_rows
from feedback.services.ground.work_progress import Progress, no_progress
from forms.questionnaire import ItemKind
from forms.words import N_


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
    if campaign.state in SEALED:
        _require_fitting(campaign, opened_key)
        keys = intact_box(session, custody, campaign)
        if campaign.state == CampaignState.OPEN:
            _stop_answering(session, campaign, actor=actor, now=now)
        key = opened_key or custody.private_key(campaign.code)
        with spread_for(sealed_answers.number_by_link(session, campaign).total()) as spread:
            _settle(session, campaign, keys, spread)
            _count(session, campaign, keys, key, spread, progress)
    forget(session, custody, campaign.code)


def forget(session: Session, custody: Custody, campaign: str) -> None:
    """The end, in this order: what was deleted, then the keys; the mark before them, or none would know that it was."""
    forget_deleted_rows(session)
    custody.mark_counted(campaign)
    custody.destroy(campaign)


def left_unfinished(session: Session, custody: Custody) -> list[Campaign]:
    """Those that were counted and whose keys are still here: their closing was interrupted just before its end."""
    counted = session.scalars(select(Campaign.code).where(Campaign.state.in_(WITH_RESULTS)))
    left = [code for code in counted if custody.holds(code)]
    return list(session.scalars(select(Campaign).where(Campaign.code.in_(left)))) if left else []


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


def intact_box(session: Session, custody: Custody, campaign: Campaign) -> BoxKeys:
    """Before anything is changed or destroyed: all keys are here, and the database says what it said at the opening."""
    keys = invitations.box_of(custody, campaign)
    invitations.require_promises(keys, campaign)
    if cells_of(session, campaign) != keys.cells:
        raise BoxRefused(
            N_(
                "whom groups of campaign %(campaign)s are about, or how they are counted, was changed in the database: "
                "it is not closed until that is mended"
            ),
            campaign=campaign.code,
        )
    custody.check(campaign.code)
    return keys


def _stop_answering(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> None:
    # The lock on the campaign waited for every ballot that was being cast; from our commit on no other is accepted.
    campaign.state = CampaignState.CLOSING
    audit.record(
        session, "campaign closed", campaign.code, actor=actor, now=now, early=not campaign.is_over(now)
    )
    session.commit()


def _hold(session: Session, campaign: Campaign, state: CampaignState) -> bool:
    """Keep it in this state until the next commit. False: somebody else who is closing it has moved it on."""
    row_locks.hold_row(session, campaign)
    return campaign.state == state


def _settle(session: Session, campaign: Campaign, keys: BoxKeys, spread: Spread) -> None:
    """Find out who answered, and destroy what is not to be opened: what nobody ever read cannot leak.

    Whatever this server did not cast is unreadable, and makes no crowd for anybody. Done once, in one transaction; it
    is looked at before that, since nothing is cast any more, and nobody who writes should wait for it.
    """
    if campaign.unreadable is not None:
        return
    looking = sealed_answers.looking(session, campaign, keys)
    session.commit()
    found = looking(spread)
    if not _hold(session, campaign, CampaignState.CLOSING) or campaign.unreadable is not None:
        return
    sealed_answers.note(session, campaign, found.answered, found.interviewed)
    session.expire_all()
    campaign.unreadable = len(found.foreign)
    sealed_answers.drop(session, found.foreign)
    _destroy_unopened(session, campaign, found.by_cell)
    session.commit()


def _destroy_unopened(session: Session, campaign: Campaign, by_link: Mapping[int, int]) -> None:
    """Ballots and interviews of withheld cells, and empty slots."""
    matrix = tallies.matrix(session, campaign)
    decision = phone_answers.decision(matrix, matrix.answered, matrix.by_place(by_link))
    unopened = [
        cell.id
        for place, cell in matrix.cells.items()
        if not cell.is_pool and not decision.contributes[place]
    ]
    for some in sealed_answers.batches(unopened):
        session.execute(delete(Ballot).where(Ballot.cell_id.in_(some)))
        session.execute(delete(Interview).where(Interview.cell_id.in_(some)))
    session.execute(delete(Ballot).where(Ballot.cell_id.in_(_cell_ids(campaign)), Ballot.envelope.is_(None)))


def _count(
    session: Session,
    campaign: Campaign,
    keys: BoxKeys,
    key: X25519PrivateKey,
    spread: Spread,
    progress: Progress,
) -> None:
    if not _hold(session, campaign, CampaignState.CLOSING):
        return
    found = sealed_answers.to_be_opened(session, campaign, keys)
    opener = _opener(key, keys, campaign)
    batches = chain(sealed_answers.batches_by_link(session, campaign), _batches_by_phone(found))
    session.commit()  # opening takes its time, and nobody should wait for it
    opened = open_all(batches, found.number, opener, spread, progress)
    if not _hold(session, campaign, CampaignState.CLOSING):
        return
    matrix = tallies.matrix(session, campaign)
    readable = matrix.by_place(Counter(opened.cells.tolist()))
    final = phone_answers.decision(matrix, readable, matrix.by_place(found.by_cell))
    tallies.store(session, campaign, matrix, final, opened, _salt(key), _seed(key))
    campaign.unreadable = (campaign.unreadable or 0) + found.number - len(opened.cells)
    campaign.state = CampaignState.CLOSED
    delete_ballots(session, campaign)
    session.commit()


def _batches_by_phone(found: Found) -> Iterator[Sequence[Row]]:
    return sealed_answers.batches([sealed.row for sealed in found.counted])


def delete_ballots(session: Session, campaign: Campaign) -> None:
    session.execute(delete(Ballot).where(Ballot.cell_id.in_(_cell_ids(campaign))))
    session.execute(delete(Interview).where(Interview.cell_id.in_(_cell_ids(campaign))))


def _salt(key: X25519PrivateKey) -> str:
    """Known to nobody without the key, which is about to be destroyed, and the same if closing is started again."""
    return hmac.digest(key.private_bytes_raw(), b"salt of the counts", hashlib.sha256).hex()


def _seed(key: X25519PrivateKey) -> int:
    """Of the resamples behind intervals; as the salt, but kept nowhere: nobody draws them again to try guesses."""
    return int.from_bytes(hmac.digest(key.private_bytes_raw(), b"seed of the resamples", hashlib.sha256))


def _opener(key: X25519PrivateKey, keys: BoxKeys, campaign: Campaign) -> Opener:
    questionnaire, scheme = read_questionnaire(campaign.questionnaire), read_scheme(campaign.scheme)
    return Opener(
        campaign=campaign.code,
        private_key=key.private_bytes_raw(),
        keys=keys,
        scale_sizes=bytes(instrument(questionnaire, scheme).items.values.tolist()),
        is_rating=tuple(item.kind is ItemKind.RATING for item in questionnaire.counted_items),
        comments=len(questionnaire.comment_items),
    )


def _cell_ids(campaign: Campaign):  # type: ignore[no-untyped-def]
    return select(Cell.id).join(Subject).where(Subject.campaign_id == campaign.id)
