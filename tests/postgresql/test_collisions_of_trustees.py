"""A trustee sets another passphrase at the moment at which another one confirms, or HR opens."""

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, CampaignState, Trustee
from feedback.services.campaigns import campaigns
from feedback.services.closing import enrolment
from tests.factories import Office
from tests.postgresql.moments import BY, Raced, office_of_session
from tests.trustees import PASSPHRASES, appoint, confirm, enrol, of, on_record, seen_by


@pytest.fixture
def draft(office: Office) -> Campaign:
    """Its three trustees have set and confirmed their keys."""
    campaign = office.draft({"client": 3})
    appointed = appoint(office, campaign)
    enrol(office, campaign, appointed)
    confirm(office, campaign, appointed)
    return campaign


def of_session(session: Session) -> tuple[Office, Campaign, list[Trustee]]:
    office = office_of_session(session)
    campaign = campaigns.find(session, "2026Q4")
    return office, campaign, of(office, campaign)


def enrol_the_second(session: Session) -> None:
    office, campaign, (_, second, _) = of_session(session)
    enrolment.enrol(session, office.custody, campaign, second, "another one of the second", **BY)


def open_it(session: Session) -> None:
    office, campaign, _ = of_session(session)
    campaigns.open(session, office.custody, campaign, **BY)


def confirm_the_first(seen: str, session: Session) -> None:
    office, campaign, (first, *_) = of_session(session)
    enrolment.confirm(session, office.custody, campaign, first, PASSPHRASES[0], seen=seen, **BY)


def test_a_campaign_that_opens_while_a_passphrase_is_set_waits_and_is_refused(
    office: Office, draft: Campaign, refused: Raced
):
    refused("still have to confirm", enrol_the_second, open_it)
    assert (draft.state, office.custody.holds(draft.code)) == (CampaignState.DRAFT, False)


def test_a_passphrase_that_is_set_while_the_campaign_opens_is_refused(
    office: Office, draft: Campaign, refused: Raced
):
    before = {key.public_key for key in on_record(office, draft)}
    refused("were fixed when the campaign opened", open_it, enrol_the_second)
    assert office.custody.quorum(draft.code).trustees == before


def test_who_confirms_while_another_sets_a_passphrase_confirms_nothing(
    office: Office, draft: Campaign, refused: Raced
):
    seen = seen_by(office, draft, office.session.scalars(select(Trustee).order_by(Trustee.user_id)).first())
    refused("changed meanwhile", enrol_the_second, partial(confirm_the_first, seen))
