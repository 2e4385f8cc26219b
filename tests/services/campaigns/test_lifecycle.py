"""A campaign's way: what each step would do, what it leaves, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from feedback.models.campaigns import Campaign, CampaignState, Cell
from feedback.models.clients import Client
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, MailKind
from feedback.models.nominations import Nomination, NominationSource, NominationState
from feedback.models.results import Comment
from feedback.services.campaigns import campaigns, lifecycle, purging
from feedback.services.ground.errors import NotPossible
from feedback.services.planning import draft_changes, recurrence, stored_plans
from feedback.services.releases import releases
from feedback.services.reports import reports
from feedback.services.rosters import nominations, roster_changes
from feedback.services.rosters.nomination_lists import NominationRole
from tests.factories import ACTOR, AFTER, NOW, Office, ratings_kept

SHANGHAI = ZoneInfo("Asia/Shanghai")

BY = {"actor": ACTOR, "now": NOW}


def count(office: Office, table: type) -> int:
    return office.session.scalar(select(func.count()).select_from(table))


def of_accounts(office: Office, code: str, *, subject=None) -> Campaign:
    """A campaign whose clients come from the accounts."""
    plan = office.plan({}, code=code)
    subject = subject or plan.subjects[0]
    plan = stored_plans.with_roster(office.session, replace(plan, subjects=(subject,)), now=office.now)
    return campaigns.create(office.session, plan, **BY)


def with_contacts(office: Office, number: int = 3):
    subject = office.person(level="senior")
    client = Client(code="K0", name="澜桥", account_manager=subject)
    for _ in range(number):
        office.contact(client)
    office.session.flush()
    return subject


def states(office: Office, campaign: Campaign) -> list[str]:
    office.session.expire_all()
    query = select(Nomination.state).where(
        Nomination.contact_id.is_not(None), Nomination.subject.has(campaign_id=campaign.id)
    )
    return sorted(office.session.scalars(query))


def test_opening_does_what_the_outlook_said(office: Office):
    campaign = office.draft({"client": 4, "peer": 2, "self": 1}, {"client": 3})
    told = lifecycle.outlook(office.session, office.custody, campaign, now=NOW)
    campaigns.open(office.session, office.custody, campaign, **BY)
    assert (told.subjects, told.raters, told.requests) == (2, count(office, Invitation), count(office, Task))
    assert told.mails == count(office, Mail)
    assert [(small.group.en, small.asked, small.minimum) for small in told.small] == [("Peers", 2, 3)]


def test_hr_is_told_before_opening_which_groups_are_counted_together_and_which_not_at_all(office: Office):
    campaign = office.draft(
        {"client": 2, "peer": 5, "subordinate": 1}, {"client": 3, "peer": 2, "subordinate": 1}
    )
    told = lifecycle.outlook(office.session, office.custody, campaign, now=NOW).small
    fates = [(small.group.en, small.asked, [title.en for title in small.together]) for small in told]
    assert sorted(fates) == [
        ("Clients", 2, []),
        ("Direct reports", 1, ["Peers", "Direct reports"]),
        ("Direct reports", 1, ["Peers", "Direct reports"]),
        ("Peers", 2, ["Peers", "Direct reports"]),
    ]
    campaigns.open(office.session, office.custody, campaign, **BY)
    assert lifecycle.small_groups(office.session, campaign, now=NOW) == told


def test_a_draft_invites_nobody(office: Office):
    office.draft({"client": 4})
    assert (count(office, Invitation), office.session.scalar(select(func.sum(Cell.invited)))) == (0, 0)


def test_clients_asked_within_ninety_days_rest_and_hr_may_ask_one_of_them(office: Office):
    subject = with_contacts(office)
    first = of_accounts(office, "2026Q4", subject=subject)
    campaigns.open(office.session, office.custody, first, **BY)
    second = of_accounts(office, "2027Q1", subject=subject)
    assert states(office, second) == ["skipped"] * 3
    one = office.session.scalars(select(Nomination).where(Nomination.state == "skipped")).first()
    roster_changes.ask_anyway(office.session, one, **BY)
    told = lifecycle.outlook(office.session, office.custody, second, now=NOW)
    assert (told.requests - 1, told.skipped) == (1, 2)  # and the subject himself
    campaigns.open(office.session, office.custody, second, **BY)
    assert states(office, second) == ["approved", "skipped", "skipped"]


def test_whose_rest_is_over_when_the_campaign_opens_is_asked(office: Office):
    subject = with_contacts(office)
    campaigns.open(office.session, office.custody, of_accounts(office, "2026Q4", subject=subject), **BY)
    second = of_accounts(office, "2027Q1", subject=subject)
    second.closes_at = NOW + timedelta(days=120)
    office.session.flush()
    campaigns.open(office.session, office.custody, second, actor=ACTOR, now=NOW + timedelta(days=91))
    assert states(office, second) == ["approved"] * 3


def test_who_has_left_since_is_not_asked(office: Office):
    campaign = office.draft({"client": 3, "peer": 3})
    gone = office.session.scalars(select(Nomination).where(Nomination.group == "peer")).first()
    gone.person.active = False
    campaigns.open(office.session, office.custody, campaign, **BY)
    assert count(office, Task) == 5


def test_a_changed_draft_keeps_what_somebody_decided(office: Office):
    campaign = of_accounts(office, "2026Q4", subject=with_contacts(office))
    lifecycle.start_nominating(office.session, campaign, **BY)
    peer, subject = office.person(), campaign.subjects[0]
    office.session.flush()
    nominations.propose(office.session, subject, peer.code, "peer", part=NominationRole.SUBJECT, **BY)
    contact = office.session.scalars(select(Nomination).where(Nomination.contact_id.is_not(None))).first()
    roster_changes.remove(office.session, contact, **BY)
    plan = replace(stored_plans.of_campaign(office.session, campaign, now=NOW), title_en="Another title")
    draft_changes.revise(office.session, campaign, plan, **BY)
    office.session.expire_all()
    kept = {
        n.group: n.state
        for n in office.session.scalars(select(Nomination))
        if n.source != NominationSource.CLIENT
    }
    assert kept["peer"] == NominationState.PROPOSED
    assert states(office, campaign) == ["approved", "approved", "rejected"]
    assert campaign.title_en == "Another title"


def test_an_open_campaign_cannot_be_changed_or_discarded(office: Office):
    campaign = office.open({"client": 3})
    plan = stored_plans.of_campaign(office.session, campaign, now=NOW)
    for change in (
        lambda: draft_changes.revise(office.session, campaign, plan, **BY),
        lambda: draft_changes.discard(office.session, campaign, **BY),
    ):
        with pytest.raises(NotPossible, match="only before it is opened"):
            change()


def test_the_next_campaign_has_shifted_dates_todays_people_and_the_approved_peers(office: Office):
    campaign = office.open({"peer": 3, "client": 3})
    stays, goes, _ = office.session.scalars(select(Nomination).where(Nomination.group == "peer"))
    goes.person.active = False
    prepared = recurrence.prepare_next(office.session, campaign, **BY)
    assert (prepared.code, prepared.state, prepared.period) == ("2027Q1", CampaignState.DRAFT, "2027Q1")
    assert (prepared.title_zh, prepared.title_en) == ("2027年第一季度", "First quarter 2027")
    assert prepared.closes_at - campaign.closes_at == timedelta(days=92)
    peers = select(Nomination.person_id).where(Nomination.group == "peer")
    copied = set(office.session.scalars(peers.where(Nomination.subject.has(campaign_id=prepared.id))))
    assert stays.person_id in copied and goes.person_id not in copied and len(copied) == 2


def test_recurring_campaigns_are_prepared_two_weeks_ahead_and_once(office: Office):
    campaign = office.open({"client": 3})
    campaign.recurring = True
    assert prepare_due(office, datetime(2026, 12, 17, 23, 59, tzinfo=SHANGHAI)) == []
    due = datetime(2026, 12, 18, tzinfo=SHANGHAI)
    assert [prepared.code for prepared in prepare_due(office, due)] == ["2027Q1"]
    assert prepare_due(office, due) == []


def prepare_due(office: Office, now: datetime) -> list[Campaign]:
    return recurrence.prepare_due(office.session, now.astimezone(UTC), SHANGHAI)


def test_discarding_what_was_prepared_ends_the_repetition(office: Office):
    campaign = office.open({"client": 3})
    campaign.recurring = True
    due = datetime(2026, 12, 20, tzinfo=UTC)
    (prepared,) = prepare_due(office, due)
    draft_changes.discard(office.session, prepared, **BY)
    assert prepare_due(office, due) == []
    assert office.session.scalars(select(Campaign.code)).all() == ["2026Q4"]


def test_purging_forgets_names_and_words_and_keeps_counts_and_scores(office: Office):
    campaign = office.open({"client": 6})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 4, "these words")
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    counted = ratings_kept(office.session)
    before = reports.released(office.session, campaign.subjects)[0]
    purging.purge(office.session, campaign, actor=ACTOR, now=AFTER)
    assert [count(office, table) for table in (Invitation, Task, Nomination, Mail, Comment)] == [0] * 5
    after = reports.released(office.session, campaign.subjects)[0]
    assert (ratings_kept(office.session), after.feedback) == (counted, before.feedback)
    assert "these words" in str(before) and "these words" not in str(after)
    with pytest.raises(NotPossible):
        purging.purge(office.session, campaign, actor=ACTOR, now=AFTER)


def test_what_runs_is_not_purged(office: Office):
    with pytest.raises(NotPossible, match="not closed"):
        purging.purge(office.session, office.open({"client": 3}), actor=ACTOR, now=AFTER)


def test_two_who_propose_the_same_colleague_put_him_on_the_list_once(office: Office):
    campaign = office.draft({"client": 3})
    lifecycle.start_nominating(office.session, campaign, **BY)
    peer, subject = office.person(), campaign.subjects[0]
    office.session.flush()
    nominations.propose(office.session, subject, peer.code, "peer", part=NominationRole.SUBJECT, **BY)
    with pytest.raises(NotPossible, match="on the list already"):
        nominations.propose(office.session, subject, peer.code, "peer", part=NominationRole.MANAGER, **BY)


def test_managers_are_told_once_when_the_time_for_proposals_is_over(office: Office):
    campaign = office.draft({"client": 3})
    subject, peer = campaign.subjects[0], office.person()
    subject.person.manager = office.person()
    campaign.nominations_until = NOW + timedelta(days=5)
    office.session.flush()
    lifecycle.start_nominating(office.session, campaign, **BY)
    nominations.propose(office.session, subject, peer.code, "peer", part=NominationRole.SUBJECT, **BY)
    for days in (4, 5, 6):
        lifecycle.tell_managers(office.session, now=NOW + timedelta(days=days))
        office.session.flush()
    told = select(Mail.person_id).where(Mail.kind == MailKind.APPROVAL)
    assert office.session.scalars(told).all() == [subject.person.manager_id]


def test_a_campaign_about_nobody_asks_for_no_nominations(office: Office):
    campaign = office.draft()
    with pytest.raises(NotPossible, match="about nobody yet"):
        lifecycle.start_nominating(office.session, campaign, actor=ACTOR, now=NOW)
    assert campaign.state == CampaignState.DRAFT
