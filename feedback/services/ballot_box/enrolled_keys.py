"""The public keys of the trustees who have set their passphrases: what opening a campaign seals its key to."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, KeyCustody, Trustee
from feedback.services.ground.errors import NotPossible
from forms.words import N_

NUMBER_OF_TRUSTEES = 3


def public_keys(session: Session, campaign: Campaign) -> Sequence[bytes] | None:
    """What opening seals the campaign's key to; None where the server keeps it."""
    if campaign.key_custody == KeyCustody.SERVER:
        return None
    keys = session.scalars(
        select(Trustee.public_key).where(Trustee.campaign_id == campaign.id, Trustee.public_key.is_not(None))
    ).all()
    enrolled = [key for key in keys if key is not None]
    if len(enrolled) != NUMBER_OF_TRUSTEES:
        raise NotPossible(
            N_("%(enrolled)s of %(needed)s trustees have set their passphrase; it opens when all have"),
            enrolled=len(enrolled),
            needed=NUMBER_OF_TRUSTEES,
        )
    return enrolled
