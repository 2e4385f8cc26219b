"""Two people, or one who clicks twice, at one campaign: the second is told what happened in a sentence."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback import current
from feedback.models.appraisals import ReplyKind
from feedback.models.campaigns import Campaign, ResponseDay, Subject
from feedback.models.interviews import Interview
from feedback.models.mail import Mail, MailState
from feedback.services.accounts import accounts
from feedback.services.ballot_box import interviews
from feedback.services.campaigns import campaigns, purging
from feedback.services.closing import enrolment, trustees
from feedback.services.crowds import response_rates
from feedback.services.mail import delivery_status
from feedback.services.planning import draft_changes, recurrence
from feedback.services.releases import releases, replies
from feedback.services.rosters import roster_changes
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.postgresql.moments import BY, Number, Raced, add_person, make_account, office_of_session

SHANGHAI = ZoneInfo("Asia/Shanghai")


def make_campaign(code: str, session: Session) -> Campaign:
    plan = replace(office_of_session(session).plan(code=code), subjects=())
    return campaigns.create(session, plan, **BY)


def discard(session: Session) -> None:
    draft_changes.discard(session, campaigns.find(session, "2026Q4"), **BY)


def test_two_who_make_campaigns_with_one_code_make_one(refused: Raced, number: Number):
    refused("there is already a campaign 2026Q4", partial(make_campaign, "2026Q4"))
    assert number(Campaign) == 1


def test_two_who_prepare_the_next_campaign_prepare_one(office: Office, refused: Raced, number: Number):
    office.open({"client": 3})

    def prepare(session: Session) -> None:
        recurrence.prepare_next(session, campaigns.find(session, "2026Q4"), **BY)

    refused("is prepared already", prepare)
    assert number(Campaign) == 2


def test_a_campaign_that_two_prepare_from_different_ones_has_one_code(office: Office, refused: Raced):
    """Both would be the next quarter's."""
    office.open({"client": 3}, code="2026Q4")
    office.open({"client": 3}, code="2026Q4-b")

    def prepare(code: str, session: Session) -> None:
        recurrence.prepare_next(session, campaigns.find(session, code), **BY)

    refused("there is already a campaign 2027Q1", partial(prepare, "2026Q4"), partial(prepare, "2026Q4-b"))


@pytest.mark.parametrize("late", ["discard", "open", "roster", "revise"])
def test_who_comes_after_a_draft_was_thrown_away_is_told_so(office: Office, refused: Raced, late: str):
    campaign = office.draft({"client": 3})
    subject, rater = campaign.subjects[0].person.code, office.person().code
    office.session.commit()

    def open_it(session: Session) -> None:
        campaigns.open(session, current.custody(), campaigns.find(session, "2026Q4"), **BY)

    def add(session: Session) -> None:
        listed = roster_changes.find_subject(session, campaigns.find(session, "2026Q4"), subject)
        person = roster_changes.find_rater(session, rater)
        roster_changes.add(session, current.custody(), listed, "peer", person, **BY)

    def revise(session: Session) -> None:
        plan = replace(office_of_session(session).plan(), subjects=())
        draft_changes.revise(session, campaigns.find(session, "2026Q4"), plan, **BY)

    acts = {"discard": discard, "open": open_it, "roster": add, "revise": revise}
    refused("somebody else has deleted this", discard, acts[late])


def test_two_who_purge_one_campaign_purge_it_once(office: Office, refused: Raced):
    campaign = office.open({"client": 3})
    office.close(campaign)

    def purge(session: Session) -> None:
        purging.purge(session, campaigns.find(session, "2026Q4"), **BY)

    refused("not closed, or purged already", purge)


def test_two_who_give_two_raters_one_address_give_it_to_one(office: Office, refused: Raced):
    campaign = office.open({"peer": 3})
    office.session.execute(update(Mail).values(state=MailState.SENT))
    one, two, _ = (mail.mail_id for mail in delivery_status.listed(office.session, campaign).rows)

    def correct(mail: int, session: Session) -> None:
        found = campaigns.find(session, "2026Q4")
        wanted = delivery_status.find(session, found, mail)
        delivery_status.correct_address(session, found, wanted, "one@x.com", **BY)

    refused("somebody else has the address", partial(correct, one), partial(correct, two))


def test_an_address_that_is_given_away_while_a_mail_is_corrected_is_refused(office: Office, refused: Raced):
    campaign = office.open({"peer": 3})
    office.session.execute(update(Mail).values(state=MailState.SENT))
    mail = delivery_status.listed(office.session, campaign).rows[0].mail_id

    def correct(session: Session) -> None:
        found = campaigns.find(session, "2026Q4")
        delivery_status.correct_address(
            session, found, delivery_status.find(session, found, mail), "one@x.com", **BY
        )

    refused("somebody else has the address", partial(add_person, "A1"), correct)


def test_two_who_assign_one_interview_assign_it_to_the_last_named(office: Office, accepted: Raced):
    campaign, keys = interviewable(office)
    for email in ("a@x.com", "b@x.com"):
        make_account(email, office.session)

    def assign(email: str, session: Session) -> None:
        found = campaigns.find(session, campaign.code)
        interviews.assign(session, found, keys, accounts.by_address(session, email), **BY)

    accepted(partial(assign, "a@x.com"), partial(assign, "b@x.com"))
    assert {one.interviewer.email for one in office.session.scalars(select(Interview))} == {"b@x.com"}

    def take_back(session: Session) -> None:
        interviews.take_back(session, interviews.find(session, keys[0]), **BY)

    accepted(take_back, partial(assign, "a@x.com"))
    assert {one.interviewer.email for one in office.session.scalars(select(Interview))} == {"a@x.com"}


def test_of_two_who_take_back_one_interview_the_second_is_told_that_it_is_gone(
    office: Office, refused: Raced
):
    campaign, keys = interviewable(office)
    make_account("a@x.com", office.session)
    interviews.assign(office.session, campaign, keys, accounts.by_address(office.session, "a@x.com"), **BY)

    def take_back(session: Session) -> None:
        interviews.take_back(session, interviews.find(session, keys[0]), **BY)

    refused("somebody else has deleted this", take_back)


def interviewable(office: Office) -> tuple[Campaign, list[tuple[int, int]]]:
    campaign = office.open({"client": 3})
    candidates = interviews.candidates(office.session, campaign)
    return campaign, [(candidate.contact.id, candidate.cell_id) for candidate in candidates]


TRUSTEES = [f"{name}@x.com" for name in "abcd"]


def appoint(emails: list[str], session: Session) -> None:
    trustees.appoint(session, campaigns.find(session, "2026Q4"), emails, **BY)


@pytest.fixture
def entrusted(office: Office) -> Campaign:
    campaign = office.draft({"client": 3})
    for email in TRUSTEES:
        make_account(email, office.session)
    return campaign


def test_two_who_appoint_the_same_trustees_appoint_them_once(
    office: Office, accepted: Raced, entrusted: Campaign
):
    accepted(partial(appoint, TRUSTEES[:3]))
    assert trustees.emails(office.session, entrusted) == TRUSTEES[:3]


def test_who_is_no_trustee_any_more_when_he_sets_his_passphrase_is_told_so(
    office: Office, refused: Raced, entrusted: Campaign
):
    appoint(TRUSTEES[:3], office.session)

    def enrol(session: Session) -> None:
        found = campaigns.find(session, "2026Q4")
        trustee = trustees.find_by_email(session, found, TRUSTEES[0])
        enrolment.enrol(session, office.custody, found, trustee, "a long enough passphrase", **BY)

    refused("somebody else has deleted this", partial(appoint, TRUSTEES[1:]), enrol)


def test_two_who_put_one_rater_on_a_roster_put_him_there_once(office: Office, refused: Raced):
    campaign = office.draft({"client": 3})
    subject, rater = campaign.subjects[0].person.code, office.person().code

    def add(session: Session) -> None:
        listed = roster_changes.find_subject(session, campaigns.find(session, "2026Q4"), subject)
        person = roster_changes.find_rater(session, rater)
        roster_changes.add(session, current.custody(), listed, "peer", person, **BY)

    refused("is on the list already", add)


def test_who_replies_twice_to_one_report_replies_once(office: Office, refused: Raced):
    campaign = office.open({"client": 4})
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)

    def reply(session: Session) -> None:
        subject = session.scalars(select(Subject)).one()
        replies.reply(session, subject, ReplyKind.ACKNOWLEDGED, "", **BY)

    refused("you have replied to this report already", reply)


def test_two_workers_who_keep_the_number_of_one_day_keep_it_once(
    office: Office, accepted: Raced, number: Number
):
    campaign = office.open({"client": 10})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)

    def record(session: Session) -> None:
        response_rates.record_day(session, campaigns.find(session, "2026Q4"), NOW.date())

    accepted(record)
    assert number(ResponseDay) == 1


def test_two_workers_who_prepare_what_is_due_prepare_it_once(office: Office, accepted: Raced, number: Number):
    campaign = office.open({"client": 3})
    campaign.recurring = True
    accepted(lambda session: recurrence.prepare_due(session, NOW + timedelta(days=90), SHANGHAI))
    assert number(Campaign) == 2
