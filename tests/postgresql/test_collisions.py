"""Two people, or one who clicks twice, who store what there can be only one of: the second is told so in a sentence.

Each act here is one that a constraint of the database would refuse, or that finds its row gone.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName, User
from feedback.models.assignments import Assignment
from feedback.models.clients import Client, Contact
from feedback.models.figures import Figure, FigureKind
from feedback.models.goals import Goal, GoalMeasure, GoalVersion
from feedback.models.incidents import Incident, Severity
from feedback.models.library import DefinitionKind
from feedback.models.mail import MailKind, MailTemplate
from feedback.models.people import Person
from feedback.models.register import RegisterEntry, RegisterKind
from feedback.models.uploads import Upload
from feedback.services.accounts import account_changes, accounts
from feedback.services.accounts.reading_rights import Reader
from feedback.services.definitions import definition_drafts, library
from feedback.services.fact_files import figure_files, history_files, register_files
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.goals import agreements, goal_score_files
from feedback.services.goals.agreements import GoalTerms
from feedback.services.goals.sides import Actor, Side
from feedback.services.imports import uploads
from feedback.services.imports.uploads import ImportKind, ImportScope
from feedback.services.incidents import moves, scheme_rules
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from feedback.services.mail import mail_templates
from feedback.services.mail.mail_templates import MailWording
from feedback.services.people import client_edits
from feedback.services.tables.import_plan import Author
from tests.factories import NOW, Office, shipped_scheme
from tests.postgresql.moments import BY, Act, Number, Raced, add_person, make_account

AUTHOR = Author(BY["actor"], BY["now"], BY["now"].date())


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


def import_kpi(session: Session) -> None:
    rows = b"subject,kpi,actual,target\nA101,sales-revenue,1,1\n"
    file = FigureFile(FigureKind.ACTUAL, "a.csv", rows, "2026Q4", shipped_scheme())
    figure_files.import_file(session, file, Author(**BY, today=NOW.date()))


def import_visits(session: Session) -> None:
    rows = b"client,subject,date,kind\nK1,A101,2026-09-01,on site\n"
    register_files.import_file(session, RegisterKind.VISIT, rows, Author(**BY, today=NOW.date()))


def import_history(session: Session) -> None:
    rows = b"subject,from,level\nA101,2026-01-01,senior\n"
    history_files.import_file(session, rows, Author(**BY, today=NOW.date()))


def import_goals(session: Session) -> None:
    goal_score_files.import_file(session, b"subject,score\nA101,80\n", "2026Q4", AUTHOR)


@pytest.mark.parametrize(
    ("act", "table", "stored"),
    [
        (import_kpi, Figure, 2),
        (import_visits, RegisterEntry, 1),
        (import_history, Assignment, 1),
        (import_goals, Goal, 1),
    ],
)
def test_two_who_import_the_same_results_store_them_once(
    office: Office, accepted: Raced, number: Number, manager: str, act: Act, table: type[Any], stored: int
):
    add_client("K1", manager, office.session)
    accepted(act)
    assert number(table) == stored


def report_incident(session: Session) -> Incident:
    person = session.scalars(select(Person).where(Person.code == "A101")).one()
    said = IncidentReport(Severity.CRITICAL, "gifts", NOW.date(), "file 1")
    return moves.report(session, person, said, hr("hr"), today=NOW.date())


def hr(name: str) -> Acting:
    return Acting(f"{name}@example.com", Reader(None, frozenset({RoleName.HR})), NOW)


def decide(by: str, is_confirmed: bool, session: Session) -> None:
    incident = session.scalars(select(Incident)).one()
    if is_confirmed:
        rules = scheme_rules.of_period(session, incident.period)
        moves.confirm(session, incident, rules, "proved", hr(by), today=NOW.date())
    else:
        moves.reject(session, incident, "a mix-up", hr(by))


def test_of_two_who_decide_on_one_incident_the_second_is_told_that_it_is_decided(
    office: Office, refused: Raced, manager: str
):
    report_incident(office.session)
    office.session.commit()
    refused("this incident is decided already", partial(decide, "hr2", True), partial(decide, "hr3", False))


def agree(title: str, session: Session) -> None:
    goal = session.scalars(select(Goal).join(Goal.versions).where(GoalVersion.title == title)).one()
    agreements.agree(session, goal, Actor(Side.PERSON, "a101@example.com", NOW))


def test_of_two_goals_that_leave_each_other_no_room_one_is_agreed(
    office: Office, refused: Raced, manager: str
):
    person = office.session.scalars(select(Person).where(Person.code == "A101")).one()
    boss = Actor(Side.COMPANY, "m@example.com", NOW)
    for title in ("one", "two"):
        goal = agreements.draft(
            office.session, person, "2026Q4", GoalTerms(title, 60, GoalMeasure.RATING), boss
        )
        agreements.propose(office.session, goal, boss)
    office.session.commit()
    refused("the weights total 120", partial(agree, "one"), partial(agree, "two"))


def copy(session: Session) -> None:
    entry = library.find(session, DefinitionKind.SCHEME, "account-manager", 1)
    definition_drafts.copy(session, entry, **BY)


def test_two_who_copy_one_definition_have_a_version_each(office: Office, accepted: Raced):
    accepted(copy)
    versions = library.versions(office.session, DefinitionKind.SCHEME)
    assert [entry.version for entry in versions if entry.code == "account-manager"] == [3, 2, 1]


def test_two_who_import_one_file_of_the_library_have_one_version(office: Office, accepted: Raced):
    entry = library.find(office.session, DefinitionKind.SCHEME, "account-manager", 1)
    text = library.to_toml(replace(entry, table={**entry.table, "id": "mine"}))

    def take(session: Session) -> None:
        definition_drafts.take(session, DefinitionKind.SCHEME, text, **BY)

    accepted(take)
    assert library.find(office.session, DefinitionKind.SCHEME, "mine").version == 1


def test_two_who_start_definitions_with_one_code_start_one(office: Office, refused: Raced):
    entry = library.find(office.session, DefinitionKind.SCHEME, "account-manager", 1)

    def start(session: Session) -> None:
        definition_drafts.start(session, DefinitionKind.SCHEME, {**entry.table, "id": "mine"}, **BY)

    refused("there is already something called mine", start)


def discard_draft(session: Session) -> None:
    definition_drafts.discard(
        session, library.find(session, DefinitionKind.SCHEME, "account-manager", 2), **BY
    )


def test_of_two_who_delete_one_draft_the_second_is_told_that_it_changed(office: Office, refused: Raced):
    copy(office.session)
    refused("somebody else has changed this draft", discard_draft)


def write_mail(body: str, session: Session) -> None:
    mail_templates.save(session, MailKind.INVITATION, "en", MailWording("{campaign}", body), **BY)


def reset_mail(session: Session) -> None:
    mail_templates.reset(session, MailKind.INVITATION, "en", **BY)


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
    upload = uploads.receive(
        office.session, ImportKind.PEOPLE, "people.csv", data, ImportScope(), user_id=user.id, now=NOW
    )
    return upload.token, uploads.plan(office.session, upload, AUTHOR).digest


def confirm(token: str, digest: str, session: Session) -> None:
    uploads.confirm(session, uploads.find(session, token), digest, AUTHOR)


def test_two_who_throw_one_file_away_throw_it_away(office: Office, accepted: Raced, number: Number):
    token, _ = received(office, b"code,name,department\nA1,Anna,east\n")
    accepted(lambda session: uploads.discard(session, uploads.find(session, token)))
    assert number(Upload) == 0
