import pytest
from sqlalchemy import event, select, update

from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import CampaignState
from feedback.models.invitations import Invitation
from feedback.services.ballot_box import ballots, invitations, shared_links
from feedback.services.ballot_box.tokens import new_nonce
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import LinkClosed, NotPossible, UnknownLink
from tests.factories import AFTER, NOW, Office


def visit(office: Office, nonce: bytes, **arguments):
    return invitations.visit(office.session, office.custody, nonce, **{"now": NOW} | arguments)


def test_a_link_leads_to_its_subjects_and_tells_the_size_of_the_group(office: Office):
    campaign = office.open({"client": 5, "peer": 4})
    found = visit(office, office.nonces(campaign, "peer")[0])
    assert [(task.group, task.invited) for task in found.tasks] == [("peer", 4)]
    assert found.title_in("en") == "Fourth quarter 2026"


def test_an_unknown_a_revoked_and_a_draft_link_are_the_same(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    office.session.execute(update(Invitation).where(Invitation.nonce == nonce).values(revoked=True))
    for unknown in (nonce, new_nonce(), b""):
        with pytest.raises(UnknownLink):
            visit(office, unknown)


def test_a_link_closes_with_its_campaign_to_the_second(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    with pytest.raises(LinkClosed) as closed:
        visit(office, nonce, now=campaign.closes_at)
    assert closed.value.closes_at == campaign.closes_at
    office.close(campaign)
    with pytest.raises(LinkClosed):
        visit(office, nonce)


def test_the_first_answer_wins_and_a_second_one_stores_nothing(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    assert office.answer(nonce, 5)
    stored = office.session.scalars(select(Ballot.envelope).where(Ballot.envelope.is_not(None))).one()
    assert not office.answer(nonce, 1)
    assert office.session.scalars(select(Ballot.envelope).where(Ballot.envelope.is_not(None))).one() == stored


def test_an_answer_to_a_slot_that_was_never_issued_is_refused(office: Office):
    office.open({"client": 3})
    assert not ballots.cast(office.session, b"s" * 32, b"envelope")


def test_one_rater_of_several_subjects_has_one_link_and_one_unrelated_ballot_each(office: Office):
    plan = office.plan({"peer": 3}, {"peer": 3})
    rater = plan.requests[0].rater
    shared = [
        request if n % 3 else campaigns.Request(request.subject, "peer", rater)
        for n, request in enumerate(plan.requests)
    ]
    plan = campaigns.CampaignPlan(**vars(plan) | {"requests": tuple(shared)})
    campaign = campaigns.create(office.session, plan, actor="hr", now=NOW)
    campaigns.open(office.session, office.custody, campaign, actor="hr", now=NOW)
    nonce = office.session.scalars(select(Invitation.nonce).where(Invitation.person_id == rater.id)).one()
    found = visit(office, nonce)
    assert [task.position for task in found.tasks] == [1, 2]
    assert office.answer(nonce, position=2)
    assert invitations.answered_positions(office.session, found, found.tasks) == {2}
    slots = set(office.session.scalars(select(Ballot.slot)))
    assert {task.slot for task in found.tasks} < slots
    assert nonce not in slots


def test_a_form_costs_two_statements_however_many_subjects_wait(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    office.session.commit()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    found = visit(office, nonce)
    invitations.instructions(office.session, found, found.tasks[0])
    assert len(statements) == 2, statements


def test_links_can_be_handed_out_while_the_campaign_is_open_and_only_then(office: Office):
    campaign = office.draft({"client": 3, "peer": 2})
    with pytest.raises(NotPossible):
        shared_links.share(office.session, office.tokens, "https://feedback.example", campaign)
    campaigns.open(office.session, office.custody, campaign, actor="hr", now=NOW)
    links = shared_links.share(office.session, office.tokens, "https://feedback.example", campaign)
    assert len({link.url for link in links}) == 5
    assert all(link.url.startswith("https://feedback.example/s/") for link in links)
    assert [link.rater for link in links] == sorted(link.rater for link in links)


def test_opening_twice_or_too_late_or_for_nobody_is_refused(office: Office):
    campaign = office.open({"client": 3})
    with pytest.raises(NotPossible, match="only before it is opened"):
        campaigns.open(office.session, office.custody, campaign, actor="hr", now=NOW)
    late = office.draft({"client": 3}, code="2027Q1")
    with pytest.raises(NotPossible, match="in the past"):
        campaigns.open(office.session, office.custody, late, actor="hr", now=AFTER)
    nobody = office.draft({}, code="2027Q2")
    with pytest.raises(NotPossible, match="asks nobody"):
        campaigns.open(office.session, office.custody, nobody, actor="hr", now=NOW)
    assert nobody.state == CampaignState.DRAFT
