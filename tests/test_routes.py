"""Every route of the application, those of tomorrow included: closed unless listed here, and read without a trace."""

import itertools
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from werkzeug.routing import Rule

from feedback import current
from feedback.extensions import db
from feedback.jobs import tasks
from feedback.models.accounts import RoleName, User
from feedback.models.appraisals import ReplyKind, ReportReply
from feedback.models.assignments import Assignment, AssignmentKind
from feedback.models.call_backs import CallBack
from feedback.models.campaigns import Campaign, Cell, Subject, Trustee
from feedback.models.clients import Client, Contact
from feedback.models.confirmed_results import AppraisalReply, AppraisalReplyKind
from feedback.models.goals import GoalMeasure
from feedback.models.incidents import Severity
from feedback.models.interviews import Interview
from feedback.models.library import DefinitionKind
from feedback.models.mail import Mail
from feedback.models.measures import DimensionMeasure
from feedback.models.nominations import Nomination
from feedback.models.plans import PlanKind
from feedback.models.register import RegisterEntry, RegisterKind
from feedback.models.results import Comment
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.accounts import accounts
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import computing, rights, rounds
from feedback.services.appraisals.moves import Mover
from feedback.services.campaigns import campaigns, lifecycle
from feedback.services.campaigns.lifecycle import Step
from feedback.services.decisions import calibration, results
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions import definition_drafts, library
from feedback.services.definitions.library import DEFAULT
from feedback.services.goals import agreements
from feedback.services.goals.agreements import GoalTerms
from feedback.services.goals.sides import Actor, Side
from feedback.services.imports import uploads
from feedback.services.imports.uploads import ImportKind, ImportScope
from feedback.services.incidents import moves
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from feedback.services.plans import plans
from feedback.services.plans.plans import ItemText, PlanText
from feedback.services.releases import releases, report_batches
from feedback.services.releases.report_batches import ReportPrinter
from feedback.services.reports.report_document import Report
from feedback.services.rosters.rosters import Request
from tests.factories import ACTOR, AFTER, Office, shipped_scheme
from tests.rounds import scheme as round_scheme
from tests.views.reading import CSRF, Browser, Browsers

# Open to everybody: whoever adds to this list decides that strangers may come in there.
PUBLIC = {
    "static",
    "security.login",
    "security.two_factor_token_validation",
    "security.two_factor_rescue",
    "security.mf_recovery",
    "security.forgot_password",
    "security.reset_password",
    "respond.start",
    "respond.answer",
    "respond.submit",
    "respond.without_token",
    "respond.ask_to_decline",
    "respond.decline",
    "respond.declined",
    "respond.call_back",
    "respond.ask_for_call",
    "respond.side_by_side",
    "respond.submit_side_by_side",
    "suggestion_box.show",
    "suggestion_box.send",
    "privacy.show",
    "privacy.help_index",
    "privacy.help_page",
}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Company:
    """A released campaign and an open one on the same subject, and what may stand in an address about them."""

    browsers: Browsers
    values: Mapping[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        office = self.browsers.office
        released, running = (
            office.open({"client": 3}, {"client": 1}),
            office.open({"client": 3}, code="2027Q1"),
        )
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
        said = {"version": 1, "kind": ReplyKind.OBJECTED, "text": "Look again.", "at": AFTER}
        office.session.add(ReportReply(subject=released.subjects[0], **said))
        for kind in DefinitionKind:
            definition_drafts.copy(
                office.session, library.find(office.session, kind, DEFAULT), actor=ACTOR, now=AFTER
            )
        cell_id = self.subject_cell(released)
        office.session.add(Comment(id=bytes(16), cell_id=cell_id, item="comment", text="Always friendly."))
        nominating = self.nominating()
        self.told()
        office.session.commit()
        contact = office.session.scalars(select(Contact).order_by(Contact.id.desc())).first()
        mail = office.session.scalars(select(Mail).where(Mail.campaign_id == running.id)).first()
        self.values = {
            "token": [link.removeprefix("/s/") for link in links],
            "position": ["1", "2"],
            "campaign": [released.code, running.code, nominating.code, "none"],
            "step": [*Step, "nothing"],
            "nomination": [*map(str, office.session.scalars(select(Nomination.id)).all()[-2:]), "99999"],
            "person": [self.subject.code, "nobody"],
            "period": ["2026Q4", "2099"],
            "collection": ["questionnaires", "schemes"],
            "definition": [DEFAULT, "nothing"],
            "version": ["1", "2"],
            "section": ["title", "groups", "nothing"],
            "part": ["item", "kpi", "profile"],
            "place": ["1", "99"],
            "move": ["add", "up"],
            "client": [contact.client.code, "nobody"],
            "contact": [str(contact.id), "99999"],
            "paper": ["json", "nothing"],
            "batch": [self.batch(released), "none"],
            "card": [self.card(running), "none"],
            "guide": ["client", "nothing"],
            "comment": ["0" * 32, "none"],
            "measure": [self.measure(released), "99999"],
            "span": [self.span(), "99999"],
            "cell": [str(self.subject_cell(running)), "99999"],
            "kind": list(ImportKind),
            "entry": [str(self.complaint(contact.client)), "99999"],
            "entry_kind": list(RegisterKind),
            "number": ["1", "99999"],
            "goal": [str(self.goal()), "99999"],
            "goal_act": ["propose", "agree", "drop", "close"],
            "incident": [str(self.incident()), "99999"],
            "format": ["csv", "xlsx"],
            "mail": [str(mail.id), "99999"],
            "mail_act": ["again", "nothing"],
            "mail_kind": ["invitation", "nothing"],
            "mail_language": ["en", "xx"],
            "sheet": ["csv", "nothing"],
            "upload": [self.upload(), "none"],
            "account": [str(self.clerk.id), "99999"],
            "act": ["disable", "nothing"],
            "browser": ["0" * 64, "none"],
            "filename": ["respond.css", "nothing.css"],
            **self.decided(),
        }
        office.session.commit()

    def decided(self) -> dict[str, list[str]]:
        """The subject's appraisals: one he objects to, in an open calibration and with a plan, a final one, and
        one that waits for its confirmation."""
        session, hr = self.browsers.office.session, Mover(ACTOR, Reader(None, frozenset({RoleName.HR})))
        by = Decider(hr, AFTER, ZoneInfo("Asia/Shanghai"))
        objected, final, decided = (self.appraisal(period, by) for period in ("2030Q1", "2030Q2", "2030Q3"))
        decided.state, decided.held = AppraisalState.CALIBRATED, None
        pool = calibration.open_session(session, objected.round, "all", [objected], [], [self.manager], by)
        text = ItemText("visits", "two a week", date(2030, 6, 1), "he")
        plan = plans.draft(
            session, objected, PlanText(PlanKind.TRAINING, "why", date(2030, 7, 1), (text,), ()), by
        )
        for appraisal, state in ((objected, AppraisalState.OBJECTED), (final, AppraisalState.FINAL)):
            results.confirm(session, appraisal, by)
            appraisal.state = state
        said = {"text": "Look again.", "answer_until": date(2030, 8, 1), "figures": ["band"], "at": AFTER}
        kind = AppraisalReplyKind.OBJECTED
        session.add(AppraisalReply(appraisal_id=objected.id, result=1, kind=kind, **said))
        session.flush()
        return {
            "period": ["2030Q1", "2030Q2", "2030Q3", "none"],
            "sitting": [str(pool.id), "99999"],
            "plan": [str(plan.id), "99999"],
            "deputy": ["1"],
            "result": ["bonus", "pay review"],
        }

    def appraisal(self, period: str, by: Decider) -> Appraisal:
        session, acting = self.browsers.office.session, {"actor": ACTOR, "now": AFTER}
        made = rounds.create(session, period, round_scheme(), **acting)
        rounds.start(session, made, **acting)
        computing.compute(session, made, **acting)
        return rights.find(session, by.reader, period, self.subject.code)

    def engage(self, email: str) -> None:
        """Make this account an interviewer and a trustee, at the addresses that the values make."""
        session = self.browsers.office.session
        user_id = session.scalars(select(User.id).where(User.email == email)).one()
        contact_id, cell_id = (int(self.values[name][0]) for name in ("contact", "cell"))
        done = {"finished": True, "seat": 1, "envelope": b"sealed"}
        session.add(Interview(contact_id=contact_id, cell_id=cell_id, interviewer_id=user_id, **done))
        nominating = campaigns.find(session, "2027Q2")
        session.add(Trustee(campaign_id=nominating.id, user_id=user_id))
        session.commit()

    def measure(self, campaign: Campaign) -> str:
        """About a dimension of a campaign."""
        due = AFTER.date()
        found = DimensionMeasure(
            campaign=campaign, dimension="attitude", text="Train", owner=self.subject, due=due
        )
        self.browsers.office.session.add(found)
        self.browsers.office.session.flush()
        return str(found.id)

    def span(self) -> str:
        """A post of the manager's history."""
        found = Assignment(person=self.manager, kind=AssignmentKind.WORK, starts=date(2020, 1, 1))
        self.browsers.office.session.add(found)
        self.browsers.office.session.flush()
        return str(found.id)

    def card(self, campaign: Campaign) -> str:
        """Of a client who asked to be called."""
        card = CallBack(
            id=bytes(16), subject=campaign.subjects[0], name="Chen", reach="1", hours="", message=""
        )
        self.browsers.office.session.add(card)
        return card.id.hex()

    def complaint(self, client: Client) -> int:
        session = self.browsers.office.session
        entry = RegisterEntry(
            kind=RegisterKind.COMPLAINT, client=client, person=self.subject, opened=AFTER.date()
        )
        session.add(entry)
        session.commit()
        return entry.id

    def goal(self) -> int:
        """Proposed by the subject."""
        him = Actor(Side.PERSON, "s@example.com", AFTER)
        terms = GoalTerms("Learn", 50, GoalMeasure.RATING)
        goal = agreements.draft(self.browsers.office.session, self.subject, "2026Q4", terms, him)
        agreements.propose(self.browsers.office.session, goal, him)
        return goal.id

    def incident(self) -> int:
        hr = Acting("clerk@example.com", Reader(None, frozenset({RoleName.HR})), AFTER)
        said = IncidentReport(Severity.MINOR, "gifts", AFTER.date(), "CASE-7")
        session = self.browsers.office.session
        return moves.report(session, self.subject, said, hr, today=AFTER.date()).id

    def batch(self, campaign: Campaign) -> str:
        """Reports in a file that is ready to be fetched."""
        session, printer = (
            self.browsers.office.session,
            ReportPrinter(tasks.printer().directory, blank, current.now),
        )
        asked = report_batches.ask(session, campaign, campaign.subjects, "zh", actor=ACTOR, now=current.now())
        report_batches.make_next(session, printer)
        return asked.token

    def told(self) -> None:
        """Of the same subject in the period of the released campaign: he was told of it."""
        session = self.browsers.office.session
        self.subject.level = "senior"
        round_ = rounds.create(session, "2026Q4", shipped_scheme(), actor=ACTOR, now=AFTER)
        rounds.start(session, round_, actor=ACTOR, now=AFTER)
        computing.compute(session, round_, [self.subject], actor=ACTOR, now=AFTER)
        own = session.scalars(select(Appraisal).where(Appraisal.person_id == self.subject.id)).one()
        by = Decider(Mover(ACTOR, Reader(None, frozenset())), AFTER, ZoneInfo("UTC"))
        results.confirm(session, own, by)
        own.state, own.held = AppraisalState.NOTIFIED, None

    def subject_cell(self, campaign: Campaign) -> int:
        subjects = select(Subject.id).where(Subject.campaign_id == campaign.id)
        return self.browsers.office.session.scalars(
            select(Cell.id).where(Cell.subject_id.in_(subjects))
        ).all()[0]

    def nominating(self) -> Campaign:
        """A campaign before opening, about the same subject."""
        office = self.browsers.office
        plan = office.plan({}, code="2027Q2")
        requests = [Request(self.subject, "peer", office.person()) for _ in range(2)]
        plan = replace(plan, subjects=(self.subject,), requests=tuple(requests))
        campaign = campaigns.create(office.session, plan, actor=ACTOR, now=office.now)
        lifecycle.start_nominating(office.session, campaign, actor=ACTOR, now=office.now)
        return campaign

    def upload(self) -> str:
        """A file between its preview and its confirmation."""
        session = self.browsers.office.session
        self.clerk = accounts.create(session, "clerk@example.com", None, RoleName.HR, actor=ACTOR, now=AFTER)
        text = "code,name,department\nP900,New,east\n"
        received = uploads.receive(
            session,
            ImportKind.PEOPLE,
            "people.csv",
            text.encode(),
            ImportScope(),
            user_id=self.clerk.id,
            now=AFTER,
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
                return self.browsers.anonymous()
            case "manager":
                return self.browsers.sign_in(RoleName.MANAGER, self.manager)
            case "employee":
                return self.browsers.sign_in(RoleName.EMPLOYEE, self.subject)
            case "manager of others":
                return self.browsers.sign_in(RoleName.MANAGER, self.browsers.office.person())
            case "other employee":
                return self.browsers.sign_in(RoleName.EMPLOYEE, self.browsers.office.person())
        return self.browsers.sign_in(RoleName(reader))


def blank(report: Report, language: str) -> bytes:
    return b"%PDF-"


@pytest.fixture
def company(app: Flask, office: Office) -> Company:
    return Company(Browsers(app, office))


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def roles_of(app: Flask, rule: Rule) -> frozenset[RoleName]:
    return getattr(app.view_functions[rule.endpoint], "roles", frozenset())


def guarded(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in rules(app, method) if rule.endpoint not in PUBLIC]


def token_of(browser: Browser) -> str:
    return CSRF.search(browser.get("/account").text)[1]


def fingerprint() -> dict[str, str]:
    """A digest of every table."""
    with db.engine.connect().execution_options(read_only=True) as connection:
        return {
            name: sha256(
                repr(sorted(connection.exec_driver_sql(f'select * from "{name}"'), key=repr)).encode()
            ).hexdigest()
            for name in inspect(connection).get_table_names()
        }


def writes(watched: sqlite3.Connection) -> int:
    """Another number after any commit of another connection."""
    return int(watched.execute("PRAGMA data_version").fetchone()[0])


def test_strangers_are_sent_to_sign_in_from_every_address_that_is_not_public(app: Flask, company: Company):
    stranger = company.browsers.anonymous()
    guarded = [rule for rule in rules(app, "GET") if rule.endpoint not in PUBLIC]
    for address in itertools.chain.from_iterable(map(company.addresses, guarded)):
        answer = stranger.get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in"), address


def test_strangers_can_send_nothing_to_an_address_that_is_not_public(app: Flask, company: Company):
    stranger = company.browsers.anonymous()
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


def test_every_rule_names_the_roles_it_is_open_to_or_is_public(app: Flask):
    open_to_nobody_known = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if bool(roles_of(app, rule)) == (rule.endpoint in PUBLIC)
    ]
    assert open_to_nobody_known == []


def test_strangers_change_no_table_by_reading(app: Flask, company: Company):
    stranger, before = company.browser("anonymous"), fingerprint()
    for rule in rules(app, "GET"):
        for address in company.addresses(rule):
            assert stranger.get(address).status_code < 500, address
    assert fingerprint() == before


@pytest.mark.parametrize("role", RoleName)
def test_a_role_reads_what_is_open_to_it_and_by_reading_changes_no_table(
    app: Flask, company: Company, role: RoleName
):
    browser, before = company.browser(role), fingerprint()
    watched = sqlite3.connect(str(db.engine.url.database))
    commits = writes(watched)
    for rule in guarded(app, "GET"):
        for address in company.addresses(rule):
            seen = {method: browser.open(address, method=method) for method in ("GET", "HEAD")}
            assert seen["GET"].status_code == seen["HEAD"].status_code < 500, address
            assert seen["HEAD"].data == b"", address
            assert "/sign-in" not in seen["GET"].headers.get("Location", ""), address
            assert role in roles_of(app, rule) or seen["GET"].status_code == 404, address
        if writes(watched) != commits:
            assert fingerprint() == before, rule.rule
            commits = writes(watched)
    watched.close()


@pytest.mark.parametrize("role", RoleName)
def test_a_role_can_send_nothing_to_what_is_not_open_to_it(app: Flask, company: Company, role: RoleName):
    browser = company.browser(role)
    form, before = {"csrf_token": token_of(browser)}, fingerprint()
    for method in CHANGING:
        for rule in (rule for rule in guarded(app, method) if role not in roles_of(app, rule)):
            for address in company.addresses(rule):
                assert browser.open(address, method=method, data=form).status_code == 404, address
    assert fingerprint() == before


@pytest.mark.parametrize("role", RoleName)
def test_an_empty_form_breaks_no_page_that_is_open_to_a_role(app: Flask, company: Company, role: RoleName):
    """What it changes does not matter here; where it ends the session, the next form comes from a new one."""
    browser = company.browser(role)
    person = {RoleName.MANAGER: company.manager.code, RoleName.EMPLOYEE: company.subject.code}
    company.engage(f"{role}-{person.get(role, 'nobody')}@example.com".lower())
    form = {"csrf_token": token_of(browser)}
    kept = dict(browser.client._cookies)
    answers = Counter[int]()
    for rule in (rule for rule in guarded(app, "POST") if role in roles_of(app, rule)):
        if rule.endpoint == "account.sign_out_everywhere":
            continue
        for address in company.addresses(rule):
            status = browser.open(address, method="POST", data=form).status_code
            assert status < 500, address
            answers[status] += 1
            browser.client._cookies.update(kept)
    assert answers[400] <= 3, "forms are refused before anybody has looked at them"


@pytest.mark.parametrize("role", RoleName)
def test_an_address_that_is_not_open_to_a_role_looks_like_one_that_does_not_exist(
    app: Flask, company: Company, role: RoleName
):
    browser = company.browser(role)
    absent = browser.get("/no/such/page").data
    for rule in (rule for rule in guarded(app, "GET") if role not in roles_of(app, rule)):
        assert browser.get(next(company.addresses(rule))).data == absent, rule.rule


@pytest.mark.parametrize(
    ("reader", "released", "running"),
    [
        ("admin", True, True),
        ("hr", True, True),
        ("manager", True, False),
        ("employee", True, False),
        ("manager of others", False, False),
        ("other employee", False, False),
        ("auditor", False, False),
    ],
)
def test_who_reads_the_results_of_a_campaign(company: Company, reader: str, released: bool, running: bool):
    """Of the running one, whose answers are sealed, there is only a page that says how many answered."""
    browser = company.browser(reader)
    done, open_, *_ = company.values["campaign"]
    expected = {
        f"/reports/{done}/{company.subject.code}": released,
        f"/reports/{open_}/{company.subject.code}": False,
        f"/reports/{open_}": running,
    }
    if reader != "employee":  # the subject reads his own report, and no list of others
        expected[f"/reports/{done}"] = released
    assert {address: browser.get(address).status_code == 200 for address in expected} == expected


def test_an_auditor_reads_the_audit_log_and_the_settings_and_no_score(app: Flask, company: Company):
    auditor, hr = company.browser("auditor"), company.browser("hr")
    report = hr.get(f"/reports/{company.values['campaign'][0]}/{company.subject.code}").text
    score = re.search(r'class="big-number">([^<]+)<', report)[1]
    for rule in guarded(app, "GET"):
        for address in company.addresses(rule):
            page = auditor.get(address).data
            of_process = address.startswith(("/goals", "/incidents"))  # who agreed and who decided, he reads
            assert score.encode() not in page, address
            assert of_process or company.subject.name.encode() not in page, address
    for address in ("/audit", "/settings"):
        assert auditor.get(address).status_code == 200, address


def test_the_fingerprint_would_notice_one_answer(office: Office, company: Company):
    before = fingerprint()
    office.answer(office.tokens.read(company.values["token"][2]))
    assert {name for name, digest in fingerprint().items() if digest != before[name]} == {"ballot"}


def test_somebody_meets_a_page_behind_every_guarded_rule(app: Flask, company: Company):
    """Or the tests above would have looked at error pages only."""
    browsers = {role: company.browser(role) for role in RoleName}
    company.engage("hr-nobody@example.com")
    empty = [
        rule.rule
        for rule in guarded(app, "GET")
        if not any(
            browsers[role].get(address).status_code == 200
            for address in company.addresses(rule)
            for role in sorted(roles_of(app, rule))
        )
    ]
    assert empty == []
