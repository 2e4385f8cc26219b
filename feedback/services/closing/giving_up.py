"""The end of a campaign whose ballots nobody can open any more.

Its keys were lost, or destroyed when it was counted, and the database is from before that. Without this way out it
would stay open, or closing, for ever.
"""

import secrets
from collections import Counter
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import SEALED, Campaign, CampaignState
from feedback.services.ballot_box.custody import Custody
from feedback.services.closing import campaign_closing, phone_answers, sealed_answers, tallies
from feedback.services.closing.unsealing import Opened
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from forms.words import N_


def contradicted(session: Session, custody: Custody) -> list[str]:
    """Codes of campaigns that were counted here and that the database still takes answers for: it is older."""
    codes = session.scalars(select(Campaign.code).where(Campaign.state.in_(SEALED)).order_by(Campaign.code))
    return [code for code in codes if custody.was_counted(code)]


def give_up(session: Session, custody: Custody, campaign: Campaign, *, actor: str, now: datetime) -> int:
    """Close it without opening a ballot: all are destroyed, no group is shown. Says how many there were. Commits."""
    row_locks.hold_row(session, campaign)
    _require_lost(custody, campaign)
    lost = sealed_answers.number_by_link(session, campaign)
    sealed_answers.note(session, campaign, lost, Counter())
    session.expire_all()
    matrix = tallies.matrix(session, campaign)
    nothing = np.zeros_like(matrix.answered)
    decision = phone_answers.decision(matrix, nothing, nothing)
    none = Opened.none(len(matrix.questionnaire.counted_items))
    tallies.store(session, campaign, matrix, decision, none, secrets.token_hex(32))
    campaign.unreadable, campaign.state = lost.total(), CampaignState.CLOSED
    campaign_closing.delete_ballots(session, campaign)
    audit.record(session, "campaign given up", campaign.code, actor=actor, now=now, lost=lost.total())
    session.commit()
    campaign_closing.forget(session, custody, campaign.code)
    return lost.total()


def _require_lost(custody: Custody, campaign: Campaign) -> None:
    if campaign.state not in SEALED:
        raise NotPossible(
            N_("campaign %(campaign)s has no sealed answers: there is nothing to give up"),
            campaign=campaign.code,
        )
    if not custody.was_counted(campaign.code) and custody.has_all(campaign.code):
        raise NotPossible(
            N_("the keys of campaign %(campaign)s are here: close it, and its answers are counted"),
            campaign=campaign.code,
        )
