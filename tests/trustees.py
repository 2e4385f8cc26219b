"""Three trustees of a campaign, each with a passphrase, and a thief who writes to the database."""

import pytest
from sqlalchemy import select, update

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign, CampaignState, KeyCustody, Trustee
from feedback.services.accounts import accounts
from feedback.services.ballot_box import enrolled_keys
from feedback.services.ballot_box.enrolled_keys import KeyState
from feedback.services.campaigns import campaigns
from feedback.services.closing import enrolment
from feedback.services.closing.passphrases import key_of
from feedback.services.ground.errors import NotPossible
from tests.factories import ACTOR, NOW, Office

THIEF = "a passphrase of somebody else"
PASSPHRASES = (
    "the first lies under the stone",
    "第二位受托人的密码短语并不短",
    "a third nobody ever guesses",
)


def appoint(office: Office, campaign: Campaign, name: str = "trustee") -> list[Trustee]:
    campaign.key_custody = KeyCustody.TRUSTEES
    users = [
        accounts.create(
            office.session,
            f"{name}{n}@example.com",
            "a password of mine",
            RoleName.EMPLOYEE,
            actor=ACTOR,
            now=NOW,
        )
        for n in range(len(PASSPHRASES))
    ]
    office.session.flush()
    appointed = [Trustee(campaign_id=campaign.id, user_id=user.id) for user in users]
    office.session.add_all(appointed)
    office.session.commit()
    return appointed


def enrol(office: Office, campaign: Campaign, appointed: list[Trustee], number: int = 3) -> None:
    for trustee, passphrase in list(zip(appointed, PASSPHRASES, strict=True))[:number]:
        enrol_one(office, campaign, trustee, passphrase)


def enrol_one(
    office: Office, campaign: Campaign, trustee: Trustee, passphrase: str, seen: str | None = None
) -> None:
    enrolment.enrol(
        office.session, office.custody, campaign, trustee, passphrase, actor=ACTOR, now=NOW, seen=seen
    )
    office.session.commit()


def confirm(office: Office, campaign: Campaign, appointed: list[Trustee]) -> None:
    for trustee, passphrase in zip(appointed, PASSPHRASES, strict=True):
        confirm_one(office, campaign, trustee, passphrase)


def confirmed_draft(office: Office) -> Campaign:
    """Its three trustees have set and confirmed their keys."""
    campaign = office.draft({"client": 4})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed)
    confirm(office, campaign, appointed)
    return campaign


def confirm_one(office: Office, campaign: Campaign, trustee: Trustee, passphrase: str) -> None:
    """As somebody does who looks at the page, compares, and types in his passphrase."""
    seen = seen_by(office, campaign, trustee)
    enrolment.confirm(
        office.session, office.custody, campaign, trustee, passphrase, seen=seen, actor=ACTOR, now=NOW
    )
    office.session.commit()


def seen_by(office: Office, campaign: Campaign, trustee: Trustee) -> str:
    keys = enrolled_keys.on_record(office.session, office.custody, campaign)
    return enrolled_keys.others_seen(keys, trustee.user_id)


def states(office: Office, campaign: Campaign) -> list[KeyState]:
    return [key.state for key in enrolled_keys.on_record(office.session, office.custody, campaign)]


def open_test(office: Office, campaign: Campaign, trustee: Trustee, passphrase: str) -> None:
    enrolment.open_test(office.session, office.custody, campaign, trustee, passphrase, actor=ACTOR, now=NOW)
    office.session.commit()


def open_campaign(office: Office, campaign: Campaign) -> None:
    campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
    office.session.commit()


def of(office: Office, campaign: Campaign) -> list[Trustee]:
    query = select(Trustee).where(Trustee.campaign_id == campaign.id).order_by(Trustee.user_id)
    return list(office.session.scalars(query))


def write(office: Office, trustee: Trustee, **values: object) -> None:
    """What somebody does who has the database and nothing else."""
    row = (Trustee.campaign_id == trustee.campaign_id) & (Trustee.user_id == trustee.user_id)
    office.session.execute(update(Trustee).where(row).values(**values))
    office.session.commit()
    office.session.expire_all()


def swap(office: Office, trustee: Trustee, code: str, *, salt: bool) -> None:
    """The key of the thief's passphrase, with a salt of his own or the one that was there."""
    own = bytes(range(16)) if salt else trustee.salt
    key = key_of(THIEF, own, code).public_key().public_bytes_raw()
    write(office, trustee, public_key=key, salt=own)


def on_record(office: Office, campaign: Campaign) -> list[enrolled_keys.TrusteeKey]:
    return enrolled_keys.on_record(office.session, office.custody, campaign)


def refused(office: Office, campaign: Campaign, sentence: str) -> None:
    """It does not open, and nothing was sealed."""
    with pytest.raises(NotPossible, match=sentence):
        campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
    office.session.rollback()
    assert campaign.state == CampaignState.DRAFT
    assert not office.custody.holds(campaign.code)
