"""Every route of the application, those of tomorrow included: closed unless listed here, and read without a trace."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from werkzeug.routing import Rule

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.clients import Contact
from feedback.models.mail import Mail
from feedback.models.library import DefinitionKind
from feedback.services import accounts, drafts, imports, library, releases
from feedback.services.imports import Kind, Scope
from feedback.services.library import DEFAULT
from tests.factories import ACTOR, AFTER, Office
from tests.views.reading import Browser, Desks

# Open to everybody: whoever adds to this list decides that strangers may come in there.
PUBLIC = {
    "static",
    "security.static",
    "bootstrap.static",
    "security.login",
    "security.logout",
    "respond.start",
    "respond.answer",
    "respond.submit",
    "respond.without_token",
    "suggestion_box.show",
    "suggestion_box.send",
}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Company:
    """A released campaign and an open one on the same subject, and what may stand in an address about them."""

    desks: Desks
    values: Mapping[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        office = self.desks.office
        released, running = office.open({"client": 3}), office.open({"client": 3}, code="2027Q1")
        self.subject = released.subjects[0].person
        self.manager = office.person()
        self.subject.manager = self.manager
        for nonce in office.nonces(released, "client"):
            office.answer(nonce)
        answered, unanswered, _ = office.links(running, "client")
        office.answer(office.nonces(running, "client")[0])
        links = [*office.links(released, "client")[:1], answered, unanswered, "/s/forged"]
        office.close(released)
        releases.release(office.session, released, actor=ACTOR, now=AFTER)
        for kind in DefinitionKind:
            drafts.copy(office.session, library.find(office.session, kind, DEFAULT), actor=ACTOR, now=AFTER)
        office.session.commit()
        contact = office.session.scalars(select(Contact).order_by(Contact.id)).first()
        mail = office.session.scalars(select(Mail).where(Mail.campaign_id == running.id)).first()
        self.values = {
            "token": [link.removeprefix("/s/") for link in links],
            "position": ["1", "2"],
            "campaign": [released.code, running.code, "none"],
            "person": [self.subject.code, "nobody"],
            "shelf": ["questionnaires", "schemes"],
            "definition": [DEFAULT, "nothing"],
            "version": ["1", "2"],
            "section": ["title", "groups", "nothing"],
            "place": ["1", "99"],
            "client": [contact.client.code, "nobody"],
            "contact": [str(contact.id), "99999"],
            "kind": ["people", "clients", "kpi", "goals"],
            "format": ["csv", "xlsx"],
            "mail": [str(mail.id), "99999"],
            "mail_act": ["again", "nothing"],
            "mail_kind": ["invitation", "nothing"],
            "mail_language": ["en", "xx"],
            "sheet": ["csv", "nothing"],
            "upload": [self.upload(), "none"],
            "filename": ["respond.css", "css/bootstrap.min.css"],
        }

    def upload(self) -> str:
        """A file between its preview and its confirmation."""
        session = self.desks.office.session
        user = accounts.create(session, "clerk@example.com", None, RoleName.HR, actor=ACTOR, now=AFTER)
        text = "code,name,department\nP900,New,east\n"
        received = imports.receive(
            session, Kind.PEOPLE, "people.csv", text.encode(), Scope(), user_id=user.id, now=AFTER
        )
        session.commit()
        return received.token

    def addresses(self, rule: Rule) -> Iterator[str]:
        names = sorted(rule.arguments)
        for values in itertools.product(*(self.values[name] for name in names)):
            built = rule.build(dict(zip(names, values, strict=True)))
            assert built is not None
            yield built[1]

    def browser(self, reader: str) -> Browser:
        match reader:
            case "anonymous":
                return self.desks.anonymous()
            case "manager":
                return self.desks.sign_in(RoleName.MANAGER, self.manager)
            case "employee":
                return self.desks.sign_in(RoleName.EMPLOYEE, self.subject)
        return self.desks.sign_in(RoleName(reader))


@pytest.fixture
def company(app: Flask, office: Office) -> Company:
    return Company(Desks(app, office))


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def fingerprint() -> dict[str, str]:
    """A digest of every table."""
    with db.engine.connect().execution_options(read_only=True) as connection:
        return {
            name: sha256(
                repr(sorted(connection.exec_driver_sql(f'select * from "{name}"'), key=repr)).encode()
            ).hexdigest()
            for name in inspect(connection).get_table_names()
        }


def test_strangers_are_sent_to_sign_in_from_every_address_that_is_not_public(app: Flask, company: Company):
    stranger = company.desks.anonymous()
    guarded = [rule for rule in rules(app, "GET") if rule.endpoint not in PUBLIC]
    for address in itertools.chain.from_iterable(map(company.addresses, guarded)):
        answer = stranger.get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in"), address


def test_strangers_can_send_nothing_to_an_address_that_is_not_public(app: Flask, company: Company):
    stranger = company.desks.anonymous()
    before = fingerprint()
    for method in CHANGING:
        for rule in (rule for rule in rules(app, method) if rule.endpoint not in PUBLIC):
            for address in company.addresses(rule):
                answer = stranger.open(address, method=method)
                assert answer.status_code in (302, 400), address
                assert "/sign-in" in answer.headers.get("Location", "/sign-in"), address
    assert fingerprint() == before


def test_the_public_list_names_only_what_exists(app: Flask):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC


@pytest.mark.parametrize("reader", ["anonymous", "hr", "manager", "employee"])
def test_reading_any_address_changes_no_table(app: Flask, company: Company, reader: str):
    browser = company.browser(reader)
    before = fingerprint()
    for rule in rules(app, "GET"):
        for address in company.addresses(rule):
            seen = {method: browser.open(address, method=method) for method in ("GET", "HEAD")}
            assert seen["GET"].status_code == seen["HEAD"].status_code < 500, address
            assert seen["HEAD"].data == b"", address
        assert fingerprint() == before, rule.rule


def test_the_fingerprint_would_notice_one_answer(office: Office, company: Company):
    before = fingerprint()
    office.answer(office.tokens.read(company.values["token"][2]))
    assert {name for name, digest in fingerprint().items() if digest != before[name]} == {"ballot"}


def test_human_resources_meet_a_page_behind_every_guarded_rule(app: Flask, company: Company):
    """Or the tests above would have looked at error pages only."""
    browser = company.browser("hr")
    for rule in (rule for rule in rules(app, "GET") if rule.endpoint not in PUBLIC | {"security.verify"}):
        assert 200 in [browser.get(address).status_code for address in company.addresses(rule)], rule.rule
