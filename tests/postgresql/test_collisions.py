"""Two people, or one who clicks twice, who store what there can be only one of: the second is told so in a sentence.

Each act here is one that a constraint of the database would refuse, or that finds its row gone.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback import current
from feedback.models.accounts import RoleName, User
from feedback.models.appraisals import GoalScore, KpiResult, ReplyKind, Veto
from feedback.models.campaigns import Campaign, ResponseDay, Subject
from feedback.models.clients import Client, Contact
from feedback.models.interviews import Interview
from feedback.models.library import DefinitionKind
from feedback.models.mail import Mail, MailKind, MailState, MailTemplate
from feedback.models.people import Person
from feedback.models.uploads import Upload
from feedback.services import (
    account_changes,
    accounts,
    campaign_drafts,
    campaigns,
    client_edits,
    deliveries,
    drafts,
    goals,
    imports,
    interviews,
    kpi,
    library,
    mail_texts,
    people_edits,
    purging,
    recurrence,
    releases,
    replies,
    roster_changes,
    trustees,
    vetoes,
    watching,
)
from feedback.services.errors import DomainError
from feedback.services.imports import Kind, Scope
from feedback.services.mail_texts import Wording
from tests.factories import ACTOR, AFTER, NOW, Office, shipped_scheme
from tests.postgresql.moments import Act, race

BY: dict[str, Any] = {"actor": ACTOR, "now": NOW}

Raced = Callable[..., None]
Number = Callable[[type[Any]], int]


@pytest.fixture
def refused(postgres: Flask, crowd: ThreadPoolExecutor) -> Raced:
    """That the second of two is told this."""

    def check(sentence: str, first: Act, second: Act | None = None) -> None:
        with pytest.raises(DomainError, match=sentence):
            race(postgres, crowd, first, second or first).result()

    return check


@pytest.fixture
def accepted(postgres: Flask, crowd: ThreadPoolExecutor) -> Raced:
    """That the second of two is served too, after the first."""

    def check(first: Act, second: Act | None = None) -> None:
        race(postgres, crowd, first, second or first).result()

    return check


@pytest.fixture
def number(office: Office) -> Number:
    return lambda table: office.session.scalar(select(func.count()).select_from(table)) or 0


def make_account(email: str, session: Session, person: str | None = None) -> User:
    return accounts.create(session, email, None, RoleName.EMPLOYEE, person=person, **BY)


def link(email: str, person: str, session: Session) -> None:
    account_changes.link(session, accounts.by_address(session, email), person, **BY)


def give(email: str, roles: list[RoleName], session: Session) -> None:
    account_changes.change_roles(session, accounts.by_address(session, email), roles, **BY)


def test_two_who_make_the_very_first_accounts_make_both(accepted: Raced, number: Number):
    accepted(partial(make_account, "a@x.com"), partial(make_account, "b@x.com"))
    assert number(User) == 2


def test_two_who_make_an_account_with_one_address_make_one(refused: Raced, number: Number):
    refused("there is already an account a@x.com", partial(make_account, "a@x.com"))
    assert number(User) == 1


def test_two_who_make_accounts_for_one_person_make_one(office: Office, refused: Raced, number: Number):
    code = office.person().code
    make = [partial(make_account, f"{name}@x.com", person=code) for name in "ab"]
    refused(f"{code} has an account already", *make)
    assert number(User) == 1


def test_two_who_link_two_accounts_to_one_person_link_one(office: Office, refused: Raced):
    code = office.person().code
    for email in ("a@x.com", "b@x.com"):
        make_account(email, office.session)
    refused(f"{code} has an account already", partial(link, "a@x.com", code), partial(link, "b@x.com", code))
    holder = office.session.scalars(select(User).join(User.person)).unique().one()
    assert holder.email == "a@x.com"


@pytest.mark.parametrize("roles", [[RoleName.HR, RoleName.EMPLOYEE], [RoleName.HR]])
def test_two_who_give_an_account_the_same_roles_at_once_give_them_once(
    office: Office, accepted: Raced, roles: list[RoleName]
):
    make_account("a@x.com", office.session)
    accepted(partial(give, "a@x.com", roles))
    assert accounts.by_address(office.session, "a@x.com").role_names == set(roles)


def add_person(code: str, session: Session) -> None:
    cells = {"code": code, "name": "张伟", "department": "east", "email": "one@x.com"}
    people_edits.add(session, cells, **BY)


def test_two_who_add_a_person_with_one_code_add_one(refused: Raced, number: Number):
    refused("is the code of somebody else", partial(add_person, "A1"))
    assert number(Person) == 1


def test_two_who_add_people_with_one_address_add_one(refused: Raced, number: Number):
    refused("is also the address of A1", partial(add_person, "A1"), partial(add_person, "A2"))
    assert number(Person) == 1


@pytest.fixture
def manager(office: Office) -> str:
    return office.person("A101", level="senior").code


def add_client(code: str, manager: str, session: Session) -> None:
    cells = {"client": code, "client_name": "澜桥物流", "account_manager": manager}
    client_edits.add(session, cells | {"contact_name": "陈晨", "email": "chen@k1.example"}, **BY)


def test_two_who_add_one_client_add_one(refused: Raced, number: Number, manager: str):
    refused("is the code of another client", partial(add_client, "K1", manager))
    assert (number(Client), number(Contact)) == (1, 1)


def test_two_who_add_contacts_with_one_address_add_one(
    office: Office, refused: Raced, number: Number, manager: str
):
    add_client("K1", manager, office.session)

    def add(session: Session) -> None:
        client = session.scalars(select(Client)).one()
        client_edits.add_contact(session, client, {"contact_name": "Anna", "email": "anna@k1.example"}, **BY)

    refused("is the address of another contact", add)
    assert number(Contact) == 2


def test_two_who_give_two_raters_one_address_give_it_to_one(office: Office, refused: Raced):
    campaign = office.open({"peer": 3})
    office.session.execute(update(Mail).values(state=MailState.SENT))
    one, two, _ = (mail.mail_id for mail in deliveries.listed(office.session, campaign).rows)

    def correct(mail: int, session: Session) -> None:
        found = campaigns.find(session, "2026Q4")
        wanted = deliveries.find(session, found, mail)
        deliveries.correct_address(session, found, wanted, "one@x.com", **BY)

    refused("somebody else has the address", partial(correct, one), partial(correct, two))


def test_an_address_that_is_given_away_while_a_mail_is_corrected_is_refused(office: Office, refused: Raced):
    campaign = office.open({"peer": 3})
    office.session.execute(update(Mail).values(state=MailState.SENT))
    mail = deliveries.listed(office.session, campaign).rows[0].mail_id

    def correct(session: Session) -> None:
        found = campaigns.find(session, "2026Q4")
        deliveries.correct_address(session, found, deliveries.find(session, found, mail), "one@x.com", **BY)

    refused("somebody else has the address", partial(add_person, "A1"), correct)


def import_kpi(session: Session) -> None:
    kpis = shipped_scheme().appraisal.kpis
    kpi.import_file(
        session, f"subject,kpi,actual,target\nA101,{kpis[0].id},1,1\n".encode(), "2026Q4", kpis, **BY
    )


def import_goals(session: Session) -> None:
    goals.import_file(session, b"subject,score\nA101,80\n", "2026Q4", **BY)


@pytest.mark.parametrize(("act", "table"), [(import_kpi, KpiResult), (import_goals, GoalScore)])
def test_two_who_import_the_same_results_store_them_once(
    office: Office, accepted: Raced, number: Number, manager: str, act: Act, table: type[Any]
):
    accepted(act)
    assert number(table) == 1


def put_veto(evidence: str, session: Session) -> None:
    vetoes.put(session, "A101", "2026Q4", evidence, confirmed=True, **BY)


def clear_veto(session: Session) -> None:
    vetoes.clear(session, "A101", "2026Q4", **BY)


def test_two_who_enter_one_veto_enter_it_once_and_the_second_changes_it(
    office: Office, accepted: Raced, manager: str
):
    accepted(partial(put_veto, "file 1"), partial(put_veto, "file 2"))
    assert office.session.scalars(select(Veto.evidence)).all() == ["file 2"]


def test_of_two_who_clear_one_veto_the_second_is_told_that_there_is_none(
    office: Office, refused: Raced, manager: str
):
    put_veto("file 1", office.session)
    refused("there is no veto", clear_veto)


def test_a_veto_that_is_changed_while_it_is_cleared_is_there_again(
    office: Office, accepted: Raced, number: Number, manager: str
):
    put_veto("file 1", office.session)
    accepted(clear_veto, partial(put_veto, "file 2"))
    assert number(Veto) == 1


def make_campaign(code: str, session: Session) -> Campaign:
    plan = replace(office_of_session(session).plan(code=code), subjects=())
    return campaigns.create(session, plan, **BY)


def office_of_session(session: Session) -> Office:
    return Office(session, current.custody(), current.tokens())


def discard(session: Session) -> None:
    campaign_drafts.discard(session, campaigns.find(session, "2026Q4"), **BY)


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
        campaign_drafts.revise(session, campaigns.find(session, "2026Q4"), plan, **BY)

    acts = {"discard": discard, "open": open_it, "roster": add, "revise": revise}
    refused("somebody else has deleted this", discard, acts[late])


def test_two_who_purge_one_campaign_purge_it_once(office: Office, refused: Raced):
    campaign = office.open({"client": 3})
    office.close(campaign)

    def purge(session: Session) -> None:
        purging.purge(session, campaigns.find(session, "2026Q4"), **BY)

    refused("not closed, or purged already", purge)


def copy(session: Session) -> None:
    entry = library.find(session, DefinitionKind.SCHEME, "account-manager", 1)
    drafts.copy(session, entry, **BY)


def test_two_who_copy_one_definition_have_a_version_each(office: Office, accepted: Raced):
    accepted(copy)
    versions = library.versions(office.session, DefinitionKind.SCHEME)
    assert [entry.version for entry in versions if entry.code == "account-manager"] == [3, 2, 1]


def test_two_who_import_one_file_of_the_library_have_one_version(office: Office, accepted: Raced):
    entry = library.find(office.session, DefinitionKind.SCHEME, "account-manager", 1)
    text = library.to_toml(replace(entry, table={**entry.table, "id": "mine"}))

    def take(session: Session) -> None:
        drafts.take(session, DefinitionKind.SCHEME, text, **BY)

    accepted(take)
    assert library.find(office.session, DefinitionKind.SCHEME, "mine").version == 1


def test_two_who_start_definitions_with_one_code_start_one(office: Office, refused: Raced):
    entry = library.find(office.session, DefinitionKind.SCHEME, "account-manager", 1)

    def start(session: Session) -> None:
        drafts.start(session, DefinitionKind.SCHEME, {**entry.table, "id": "mine"}, **BY)

    refused("there is already something called mine", start)


def discard_draft(session: Session) -> None:
    drafts.discard(session, library.find(session, DefinitionKind.SCHEME, "account-manager", 2), **BY)


def test_of_two_who_delete_one_draft_the_second_is_told_that_it_changed(office: Office, refused: Raced):
    copy(office.session)
    refused("somebody else has changed this draft", discard_draft)


def write_mail(body: str, session: Session) -> None:
    mail_texts.save(session, MailKind.INVITATION, "en", Wording("{campaign}", body), **BY)


def reset_mail(session: Session) -> None:
    mail_texts.reset(session, MailKind.INVITATION, "en", **BY)


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("first", [partial(write_mail, "one {link}"), reset_mail])
@pytest.mark.parametrize("second", [partial(write_mail, "two {link}"), reset_mail])
def test_of_two_who_write_one_mail_text_the_last_one_stays(
    office: Office, accepted: Raced, before: bool, first: Act, second: Act
):
    if before:
        write_mail("before {link}", office.session)
    accepted(first, second)
    kept = office.session.scalars(select(MailTemplate.body)).all()
    assert kept == ([] if second is reset_mail else ["two {link}"])


def test_two_who_assign_one_interview_assign_it_to_the_last_named(office: Office, accepted: Raced):
    campaign, key = interviewable(office)
    for email in ("a@x.com", "b@x.com"):
        make_account(email, office.session)

    def assign(email: str, session: Session) -> None:
        found = campaigns.find(session, campaign.code)
        interviews.assign(session, found, [key], accounts.by_address(session, email), **BY)

    accepted(partial(assign, "a@x.com"), partial(assign, "b@x.com"))
    assert office.session.scalars(select(Interview)).one().interviewer.email == "b@x.com"

    def take_back(session: Session) -> None:
        interviews.take_back(session, interviews.find(session, key), **BY)

    accepted(take_back, partial(assign, "a@x.com"))
    assert office.session.scalars(select(Interview)).one().interviewer.email == "a@x.com"


def test_of_two_who_take_back_one_interview_the_second_is_told_that_it_is_gone(
    office: Office, refused: Raced
):
    campaign, key = interviewable(office)
    make_account("a@x.com", office.session)
    interviews.assign(office.session, campaign, [key], accounts.by_address(office.session, "a@x.com"), **BY)

    def take_back(session: Session) -> None:
        interviews.take_back(session, interviews.find(session, key), **BY)

    refused("somebody else has deleted this", take_back)


def interviewable(office: Office) -> tuple[Campaign, tuple[int, int]]:
    campaign = office.open({"client": 3})
    candidate = interviews.candidates(office.session, campaign)[0]
    return campaign, (candidate.contact.id, candidate.cell_id)


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
        trustees.enrol(session, found, trustee, "a long enough passphrase", **BY)

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


def test_a_file_that_is_confirmed_twice_is_carried_out_once(office: Office, refused: Raced, number: Number):
    token, digest = received(office, b"code,name,department\nA1,Anna,east\n")
    refused("there is no such file any more", partial(confirm, token, digest))
    assert number(Person) == 1


def test_a_file_that_changes_nothing_can_be_confirmed_twice(office: Office, refused: Raced):
    data = b"code,name,department\nA1,Anna,east\n"
    confirm(*received(office, data), office.session)
    refused("there is no such file any more", partial(confirm, *received(office, data)))


def received(office: Office, data: bytes) -> tuple[str, str]:
    user = office.session.scalar(select(User)) or make_account("a@x.com", office.session)
    upload = imports.receive(
        office.session, Kind.PEOPLE, "people.csv", data, Scope(), user_id=user.id, now=NOW
    )
    return upload.token, imports.plan(office.session, upload).digest


def confirm(token: str, digest: str, session: Session) -> None:
    imports.confirm(session, imports.find(session, token), digest, **BY)


def test_two_who_throw_one_file_away_throw_it_away(office: Office, accepted: Raced, number: Number):
    token, _ = received(office, b"code,name,department\nA1,Anna,east\n")
    accepted(lambda session: imports.discard(session, imports.find(session, token)))
    assert number(Upload) == 0


def test_two_workers_who_keep_the_number_of_one_day_keep_it_once(
    office: Office, accepted: Raced, number: Number
):
    campaign = office.open({"client": 10})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)

    def record(session: Session) -> None:
        watching.record_day(session, campaigns.find(session, "2026Q4"), NOW.date())

    accepted(record)
    assert number(ResponseDay) == 1


def test_two_workers_who_prepare_what_is_due_prepare_it_once(office: Office, accepted: Raced, number: Number):
    campaign = office.open({"client": 3})
    campaign.recurring = True
    accepted(lambda session: recurrence.prepare_due(session, NOW + timedelta(days=90)))
    assert number(Campaign) == 2
