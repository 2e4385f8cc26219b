"""Two people who do the same at the same moment, on a real PostgreSQL: the second waits, and then sees what happened.

The first has acted and not committed when the second comes, who has read everything as it was before.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from random import Random
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName, User
from feedback.models.audit import AuditEntry
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.mail import Mail, MailKind
from feedback.models.nominations import Nomination, NominationState
from feedback.models.results import ReleasedReport
from feedback.services.accounts import account_changes, accounts, sign_ins
from feedback.services.campaigns import campaigns, lifecycle
from feedback.services.ground.errors import DomainError, NotFound, NotPossible, UnknownLink
from feedback.services.releases import releases
from feedback.services.rosters import link_reissue, nominations, roster_changes
from feedback.services.rosters.nomination_lists import NominationRole
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.postgresql.moments import BY, office_of, office_of_session, race
from tests.views.survey import Survey, complete


def entries(session: Session, act: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)))


def disable(email: str, session: Session, actor: str) -> None:
    user = accounts.by_address(session, email)
    account_changes.disable(session, user, actor=actor, now=NOW)


def degrade(email: str, session: Session, actor: str) -> None:
    user = accounts.by_address(session, email)
    account_changes.change_roles(session, user, [RoleName.HR], actor=actor, now=NOW)


@pytest.mark.parametrize(("first", "second"), list(product([disable, degrade], repeat=2)))
def test_two_administrators_who_remove_each_other_leave_one(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, first: Any, second: Any
):
    for email in ("a@x.com", "b@x.com"):
        accounts.create(office.session, email, None, RoleName.ADMIN, actor=ACTOR, now=NOW)
    late = race(
        postgres,
        crowd,
        lambda session: first("b@x.com", session, "a@x.com"),
        lambda session: second("a@x.com", session, "b@x.com"),
    )
    with pytest.raises(NotPossible, match="the last administrator"):
        late.result()
    left = select(User).where(User.active)
    [admin] = [user for user in office.session.scalars(left).unique() if "admin" in user.role_names]
    assert admin.email == "a@x.com"


def reissue(nonce: bytes, session: Session) -> bytes:
    seen = session.get(Invitation, nonce)
    return link_reissue.reissue(
        session, office_of_session(session).custody, seen.nonce if seen else nonce, **BY
    )


def test_an_answer_that_is_sent_while_its_link_is_issued_anew_is_not_acknowledged_and_can_be_given_again(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    survey = Survey.open(postgres, office, {"client": 3})
    link, nonce = survey.link(), office.nonces(survey.campaign, "client")[0]
    survey_of_the_rater = replace(survey, office=Idle())
    late = race(
        postgres,
        crowd,
        partial(reissue, nonce),
        lambda session: survey_of_the_rater.post(link, complete()),
    )
    assert late.result().status_code == 404
    assert survey.get(link).status_code == 404
    assert survey.stored() == []
    for new in office.nonces(survey.campaign, "client"):
        assert office.answer(new)
    assert len(survey.stored()) == 3


class Idle:
    """Stands for the office in another thread, whose session is not to be touched there."""

    @property
    def session(self) -> "Idle":
        return self

    def commit(self) -> None:
        pass


def test_a_link_that_is_issued_anew_while_its_answer_is_sent_shows_it_as_answered(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    late = race(postgres, crowd, lambda session: cast(office, nonce), partial(reissue, nonce))
    new = late.result()
    with pytest.raises(UnknownLink):
        office.answer(nonce)
    assert not office.answer(new)
    assert office.session.scalar(select(func.count(Ballot.envelope))) == 1


def cast(office: Office, nonce: bytes) -> None:
    """As `Office.answer`, but for the commit."""
    session = office.session
    session.commit, commit = session.flush, session.commit
    try:
        assert office.answer(nonce)
    finally:
        session.commit = commit


def test_of_two_who_issue_a_link_anew_the_second_is_told_that_it_is_gone(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.open({"client": 3})
    nonce = office.nonces(campaign, "client")[0]
    late = race(postgres, crowd, partial(reissue, nonce), partial(reissue, nonce))
    with pytest.raises(NotFound, match="does not exist any more"):
        late.result()
    assert len(entries(office.session, "link reissued")) == 1


def test_in_a_crowd_that_answers_while_links_are_issued_anew_everybody_counts_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.open({"client": 20})
    nonces = office.nonces(campaign, "client")
    slots = office.session.scalar(select(func.count(Ballot.slot)))
    office.session.commit()
    start = Barrier(20)

    def act(number: int) -> int:
        with postgres.app_context():
            start.wait()
            own = office_of(postgres)
            nonce = nonces[number // 2]
            try:
                if number % 2:
                    own.answer(nonce)
                else:
                    reissue(nonce, own.session)
                    own.session.commit()
            except UnknownLink:
                own.session.rollback()
            return number

    assert list(crowd.map(act, range(20))) == list(range(20))
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
        assert not office.answer(nonce)
    assert office.session.scalar(select(func.count(Ballot.envelope))) == 20
    assert office.session.scalar(select(func.count(Ballot.slot))) == slots


def open_campaign(session: Session) -> None:
    office = office_of_session(session)
    campaigns.open(session, office.custody, campaigns.find(session, "2026Q4"), **BY)


def test_two_who_open_a_campaign_at_once_open_it_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.draft({"client": 3, "supervisor": 1})
    late = race(postgres, crowd, open_campaign, open_campaign)
    with pytest.raises(NotPossible, match="only before it is opened"):
        late.result()
    numbers = [select(func.count()).select_from(table) for table in (Invitation, Task, Mail)]
    assert [office.session.scalar(number) for number in numbers] == [4] * 3
    assert len(entries(office.session, "campaign opened")) == 1
    for nonce in office.nonces(campaign, "client"):
        assert office.answer(nonce)
    office.close(campaign)
    assert campaign.state == CampaignState.CLOSED


def test_a_rater_who_is_added_while_the_campaign_opens_gets_one_link(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = office.draft({"client": 3})
    colleague, subject = office.person().code, campaign.subjects[0].person.code

    def add(session: Session) -> None:
        listed = roster_changes.find_subject(session, campaigns.find(session, "2026Q4"), subject)
        rater = roster_changes.find_rater(session, colleague)
        roster_changes.add(session, office_of_session(session).custody, listed, "peer", rater, **BY)

    race(postgres, crowd, open_campaign, add).result()
    assert office.session.scalar(select(func.count()).select_from(Invitation)) == 4
    assert len(office.nonces(campaign, "peer")) == 1
    assert office.answer(office.nonces(campaign, "peer")[0])


def closed_campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 4}, {"client": 4})
    for subject in (0, 1):
        for nonce in office.nonces(campaign, "client", subject):
            office.answer(nonce, Random(subject).randrange(1, 6))
    office.close(campaign)
    return campaign


def release(session: Session) -> None:
    releases.release(session, campaigns.find(session, "2026Q4"), actor=ACTOR, now=AFTER)


def release_of(people: set[str], session: Session) -> int:
    campaign = campaigns.find(session, "2026Q4")
    return releases.release_some(session, campaign, people, actor=ACTOR, now=AFTER)


def released(office: Office) -> list[tuple[int, int]]:
    return sorted(
        map(tuple, office.session.execute(select(ReleasedReport.subject_id, ReleasedReport.version)))
    )


def test_two_who_release_a_campaign_at_once_release_it_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = closed_campaign(office)
    late = race(postgres, crowd, release, release)
    with pytest.raises(NotPossible, match="only a closed one can be released"):
        late.result()
    assert released(office) == sorted((subject.id, 1) for subject in campaign.subjects)
    mails = select(func.count()).select_from(Mail).where(Mail.kind == MailKind.RELEASE)
    assert office.session.scalar(mails) == 2


def test_of_two_who_release_the_same_report_the_second_is_told_that_nothing_was_left(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = closed_campaign(office)
    one, two = (subject.person.code for subject in campaign.subjects)
    assert race(postgres, crowd, partial(release_of, {one}), partial(release_of, {one})).result() == 0
    assert len(released(office)) == 1 and campaign.state == CampaignState.CLOSED
    assert race(postgres, crowd, partial(release_of, {two}), partial(release_of, {one, two})).result() == 0
    assert len(released(office)) == 2 and campaign.state == CampaignState.RELEASED


def test_two_managers_who_release_their_own_at_once_release_the_campaign_together(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    campaign = closed_campaign(office)
    one, two = (subject.person.code for subject in campaign.subjects)
    assert race(postgres, crowd, partial(release_of, {one}), partial(release_of, {two})).result() == 1
    assert campaign.state == CampaignState.RELEASED
    assert [len(entries(office.session, f"{what} released")) for what in ("reports", "campaign")] == [1, 1]


@pytest.fixture
def proposal(office: Office) -> Nomination:
    """In a campaign that is nominating."""
    campaign = office.draft({"client": 3})
    rater = office.person()
    lifecycle.start_nominating(office.session, campaign, **BY)
    [subject] = campaign.subjects
    made = nominations.propose(office.session, subject, rater.code, "peer", part=NominationRole.SUBJECT, **BY)
    office.session.commit()
    return made


def decide(number: int, approved: bool, session: Session) -> None:
    seen = session.get_one(Nomination, number)
    nominations.decide(session, seen.subject, seen.id, approved, part=NominationRole.HR, **BY)


def take_back(number: int, session: Session) -> None:
    seen = session.get_one(Nomination, number)
    nominations.take_back(session, seen.subject, seen.id, part=NominationRole.SUBJECT, **BY)


def remove(number: int, session: Session) -> None:
    roster_changes.remove(session, session.get_one(Nomination, number), **BY)


def test_a_proposal_that_two_approve_at_once_is_approved_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, proposal: Nomination
):
    approve = partial(decide, proposal.id, True)
    race(postgres, crowd, approve, approve).result()
    assert proposal.state == NominationState.APPROVED
    assert len(entries(office.session, "rater approved")) == 1


def test_who_rejects_what_was_approved_meanwhile_is_said_to_have_rejected_what_was_approved(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, proposal: Nomination
):
    race(postgres, crowd, partial(decide, proposal.id, True), partial(decide, proposal.id, False)).result()
    assert proposal.state == NominationState.REJECTED
    [entry] = entries(office.session, "rater rejected")
    assert entry.detail["before"] == {"state": "approved"}


def test_a_proposal_that_is_approved_while_it_is_taken_back_stays(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, proposal: Nomination
):
    late = race(postgres, crowd, partial(decide, proposal.id, True), partial(take_back, proposal.id))
    with pytest.raises(NotPossible, match="has been decided on"):
        late.result()
    assert proposal.state == NominationState.APPROVED


@pytest.mark.parametrize("late_act", [partial(decide, approved=True), remove, take_back])
def test_who_comes_after_a_proposal_was_taken_back_is_told_so(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, proposal: Nomination, late_act: Any
):
    number = proposal.id
    late = race(
        postgres, crowd, partial(take_back, number), lambda session: late_act(number, session=session)
    )
    with pytest.raises(NotFound, match="does not exist any more"):
        late.result()
    assert office.session.scalar(select(func.count()).select_from(Nomination).join(Subject)) == 3


def test_two_workers_who_tell_managers_at_once_tell_them_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, proposal: Nomination
):
    subject, campaign = proposal.subject.person, proposal.subject.campaign
    subject.manager, campaign.nominations_until = office.person(), NOW

    def tell(session: Session) -> None:
        lifecycle.tell_managers(session, now=NOW)

    race(postgres, crowd, tell, tell).result()
    told = select(func.count()).select_from(Mail).where(Mail.kind == MailKind.APPROVAL)
    assert office.session.scalar(told) == 1


def test_two_who_nominate_the_same_colleague_at_once_put_him_on_the_list_once(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor, proposal: Nomination
):
    rater, subject = office.person().code, proposal.subject_id

    def propose(session: Session) -> None:
        of = session.get_one(Subject, subject)
        nominations.propose(session, of, rater, "peer", part=NominationRole.HR, **BY)

    with pytest.raises(DomainError, match="on the list already"):
        race(postgres, crowd, propose, propose).result()


def fail_to_sign_in(email: str, session: Session) -> None:
    sign_ins.failed(session, accounts.by_address(session, email), now=NOW)


def test_sign_ins_that_fail_at_the_same_moment_all_count(
    office: Office, postgres: Flask, crowd: ThreadPoolExecutor
):
    user = accounts.create(office.session, "a@x.com", None, RoleName.HR, actor=ACTOR, now=NOW)
    race(postgres, crowd, partial(fail_to_sign_in, "a@x.com"), partial(fail_to_sign_in, "a@x.com")).result()
    assert user.failed_sign_ins == 2
