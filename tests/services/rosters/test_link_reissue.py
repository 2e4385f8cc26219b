"""Links that are issued anew, revoked, declined; raters added and withdrawn while answers come in."""

import pytest
from sqlalchemy import func, select

from feedback.models.audit import AuditEntry
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell
from feedback.models.clients import Client
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.services.ballot_box import declining, invitations
from feedback.services.ground.errors import NotPossible, UnknownLink
from feedback.services.rosters import link_reissue, roster_changes
from tests.factories import ACTOR, NOW, Office


def visit(office: Office, nonce: bytes) -> invitations.Visit:
    return invitations.visit(office.session, office.custody, nonce, now=NOW)


def reissue(office: Office, nonce: bytes) -> bytes:
    return link_reissue.reissue(office.session, office.custody, nonce, actor=ACTOR, now=NOW)


def decline(office: Office, nonce: bytes) -> bool:
    seen = visit(office, nonce)
    done = declining.decline(office.session, seen, seen.tasks[0])
    office.session.commit()
    return done


def cell_of(office: Office, group: str = "client") -> Cell:
    office.session.expire_all()
    return office.session.scalars(select(Cell).where(Cell.group == group)).one()


def nomination_of(office: Office, nonce: bytes) -> Nomination:
    office.session.expire_all()
    contact = office.session.get_one(Invitation, nonce).contact_id
    return office.session.scalars(select(Nomination).where(Nomination.contact_id == contact)).one()


def withdraw(office: Office, nonce: bytes) -> None:
    roster_changes.remove(office.session, nomination_of(office, nonce), actor=ACTOR, now=NOW)


def test_a_new_link_takes_the_place_of_the_old_one_which_becomes_unknown(office: Office):
    office.open({"client": 3})
    old = office.session.scalars(select(Invitation.nonce)).first()
    new = reissue(office, old)
    with pytest.raises(UnknownLink):
        visit(office, old)
    assert office.answer(new)
    assert not office.answer(new, 1)


def test_an_answer_survives_a_new_link_and_cannot_be_given_twice(office: Office):
    campaign = office.open({"client": 3})
    old = office.nonces(campaign, "client")[0]
    office.answer(old, 5)
    new = reissue(office, old)
    found = visit(office, new)
    assert invitations.answered_positions(office.session, found, found.tasks) == {1}
    assert not office.answer(new, 1)
    office.close(campaign)
    assert cell_of(office).answered == 1


def test_a_revoked_link_works_again_only_under_a_new_name(office: Office):
    campaign = office.open({"client": 3})
    old = office.nonces(campaign, "client")[0]
    link_reissue.revoke(office.session, old, actor=ACTOR, now=NOW)
    with pytest.raises(UnknownLink):
        visit(office, old)
    assert office.answer(reissue(office, old))


def traces_of(office: Office, answered: bool) -> list[object]:
    """What HR can see after it has dealt with the link of one rater: everything but the box itself."""
    campaign = office.open({"client": 3}, code="2026Q4" if answered else "2027Q1")
    nonce = office.nonces(campaign, "client")[0]
    if answered:
        office.answer(nonce)
    link_reissue.revoke(office.session, nonce, actor=ACTOR, now=NOW)
    nonce = reissue(office, nonce)
    withdraw(office, nonce)
    office.session.commit()
    entries = office.session.scalars(select(AuditEntry).where(AuditEntry.target == campaign.code))
    cell = office.session.scalars(
        select(Cell).join(Cell.subject).where(Cell.group == "client").order_by(Cell.id.desc())
    )
    states = (
        select(Nomination.state)
        .join(Nomination.subject)
        .where(Nomination.subject.has(campaign_id=campaign.id))
    )
    return [
        [(entry.act, sorted(entry.detail)) for entry in entries],
        cell.first().invited,
        sorted(office.session.scalars(states)),
        office.session.scalar(
            select(func.count()).select_from(Ballot).where(Ballot.cell_id.in_(cells(campaign)))
        ),
    ]


def cells(campaign: Campaign):
    return select(Cell.id).join(Cell.subject).where(Cell.subject.has(campaign_id=campaign.id))


def test_nothing_that_is_done_to_a_link_tells_whether_it_was_used(office: Office):
    assert traces_of(office, answered=True) == traces_of(office, answered=False)


def test_who_is_withdrawn_after_answering_is_counted_all_the_same(office: Office):
    campaign = office.open({"client": 3})
    answered, silent, _ = office.nonces(campaign, "client")
    office.answer(answered)
    for nonce in (answered, silent):
        withdraw(office, nonce)
        with pytest.raises(UnknownLink):
            visit(office, nonce)
    office.close(campaign)
    assert (cell_of(office).invited, cell_of(office).answered) == (3, 1)


def test_a_rater_who_is_added_late_gets_a_link_and_enlarges_the_group(office: Office):
    campaign = office.open({"client": 3, "peer": 2})
    subject, late = campaign.subjects[0], office.person()
    office.session.flush()
    arguments = {"actor": ACTOR, "now": NOW}
    roster_changes.add(office.session, office.custody, subject, "peer", late, **arguments)
    assert cell_of(office, "peer").invited == 3
    assert office.answer(link_reissue.of_rater(office.session, campaign, late).nonce)
    with pytest.raises(NotPossible, match="on the list already"):
        roster_changes.add(office.session, office.custody, subject, "peer", late, **arguments)


def test_a_client_is_added_late_as_well(office: Office):
    campaign = office.open({"client": 3})
    subject = campaign.subjects[0]
    late = office.contact(Client(code="K900", name="公司", account_manager=subject.person))
    office.session.flush()
    roster_changes.add(office.session, office.custody, subject, "client", late, actor=ACTOR, now=NOW)
    assert cell_of(office).invited == 4


def test_who_declines_is_gone_from_the_link_and_from_the_number_of_those_asked(office: Office):
    campaign = office.open({"client": 4})
    nonce = office.nonces(campaign, "client")[0]
    slots = office.session.scalars(select(Ballot.slot).order_by(Ballot.slot)).all()
    before = office.session.scalar(select(func.count()).select_from(AuditEntry))
    assert decline(office, nonce)
    assert cell_of(office).invited == 3
    assert nomination_of(office, nonce).state == NominationState.DECLINED
    assert office.session.scalars(select(Ballot.slot).order_by(Ballot.slot)).all() == slots
    assert nonce not in office.session.scalars(select(Task.nonce)).all()
    assert office.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    with pytest.raises(UnknownLink):
        visit(office, nonce)


def test_declining_after_answering_changes_nothing(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    office.answer(nonce)
    assert not decline(office, nonce)
    assert (cell_of(office).invited, nomination_of(office, nonce).state) == (3, NominationState.APPROVED)


def test_of_an_answer_and_a_decline_the_first_one_stands(office: Office):
    campaign = office.open({"client": 3})
    nonce, other, _ = office.nonces(campaign, "client")
    seen = visit(office, nonce)
    office.answer(nonce)
    assert not declining.decline(office.session, seen, seen.tasks[0])
    assert decline(office, other)
    with pytest.raises(UnknownLink):
        office.answer(other)


def test_a_closed_campaign_has_no_links_to_change(office: Office):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    office.close(campaign)
    for change in (lambda: reissue(office, nonce), lambda: withdraw(office, nonce)):
        with pytest.raises(NotPossible):
            change()
