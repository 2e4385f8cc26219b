"""The compliance register in the browser, and that the accused notices nothing before he should."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import current
from feedback.models.accounts import RoleName
from feedback.models.incidents import Incident, IncidentState
from feedback.models.people import Person
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import CSRF, Browser, Browsers

REPORT = {"person": "A1", "category": "gifts", "evidence": "CASE-7", "summary": "a watch", "period": ""}


@pytest.fixture
def person(office: Office) -> Person:
    return office.person("A1", name_en="Zhang Wei", manager=office.person("M1"))


@pytest.fixture
def hr(browsers: Browsers, person: Person) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.fixture
def compliance(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.COMPLIANCE)


def report(browser: Browser, severity: str = "critical", **fields: str) -> str:
    """Its address."""
    yesterday = (current.today() - timedelta(days=1)).isoformat()
    form = REPORT | {"severity": severity, "occurred": yesterday} | fields
    answer = browser.post("/incidents/new", form, page="/incidents/new")
    assert answer.status_code == 303, answer.text
    return answer.location


def decide(browser: Browser, incident: str, act: str, reason: str = "It is proved.", **fields: str) -> int:
    form = {f"{act}-reason": reason} | {f"{act}-{name}": value for name, value in fields.items()}
    return browser.post(f"{incident}/{act}", form, page=incident).status_code


def stored(office: Office) -> Incident:
    office.session.expire_all()
    return office.session.scalars(select(Incident)).one()


def confirm(browser: Browser, incident: str, office: Office) -> int:
    return decide(browser, incident, "confirm", period=stored(office).period)


def test_one_reports_another_confirms_and_two_withdraw(hr: Browser, compliance: Browser, office: Office):
    incident = report(hr)
    assert "You have reported it" in hr.get(f"{incident}?lang=en").text
    assert confirm(hr, incident, office) == 422
    assert "reported incidents to decide: 1" in compliance.get("/?lang=en").text
    before = " ".join(re.sub("<[^>]+>", " ", compliance.get(f"{incident}?lang=en").text).split())
    assert "Confirmed today it would mean: not qualified: 0 points , without end" in before
    assert confirm(compliance, incident, office) == 303
    assert (stored(office).state, stored(office).effect["score"]) == (IncidentState.CONFIRMED, 0.0)
    assert decide(hr, incident, "withdraw", "The proof was forged.") == 303
    assert decide(hr, incident, "withdraw", "Once more.") == 422
    assert stored(office).state == IncidentState.CONFIRMED
    assert decide(compliance, incident, "withdraw", "I agree.") == 303
    assert stored(office).state == IncidentState.WITHDRAWN


def test_a_decision_without_a_reason_is_asked_for_it(hr: Browser, compliance: Browser, office: Office):
    incident = report(hr)
    assert decide(compliance, incident, "reject", " ") == 422
    assert decide(compliance, incident, "reject", "A mix-up.") == 303
    assert stored(office).state == IncidentState.REJECTED


def test_a_manager_reports_about_his_team_and_sees_only_that(browsers: Browsers, hr: Browser, office: Office):
    person = office.session.scalars(select(Person).where(Person.code == "A1")).one()
    office.person("B1")
    manager = browsers.sign_in(RoleName.MANAGER, person.manager)
    of_hr, own = report(hr), report(manager)
    assert [manager.get(path).status_code for path in (of_hr, own)] == [404, 200]
    assert own in manager.get("/incidents").text and of_hr not in manager.get("/incidents").text
    assert "a watch" not in manager.get(own).text
    day = current.today().isoformat()
    refused = manager.post(
        "/incidents/new?lang=en",
        REPORT | {"person": "B1", "severity": "minor", "occurred": day},
        page="/incidents/new",
    )
    assert (refused.status_code, "there is no person B1" in refused.text) == (422, True)
    assert manager.post(f"{own}/confirm", {}, page=own).status_code == 404


def test_the_summary_is_for_those_who_decide(browsers: Browsers, hr: Browser, compliance: Browser):
    incident = report(hr)
    auditor = browsers.sign_in(RoleName.AUDITOR)
    assert [("a watch" in browser.get(incident).text) for browser in (hr, compliance, auditor)] == [
        True,
        True,
        False,
    ]
    assert "CASE-7" in auditor.get(incident).text
    assert browsers.sign_in(RoleName.ADMIN).get(incident).status_code == 404


def test_the_register_is_searched_by_person_state_severity_and_period(hr: Browser):
    incident = report(hr, "minor")
    link = f'href="{incident}"'
    for query in ("person=zhang", "person=A1", "state=reported", "severity=minor"):
        assert link in hr.get(f"/incidents?{query}").text, query
    for query in ("person=B1", "state=confirmed", "severity=critical", "period=1999"):
        assert link not in hr.get(f"/incidents?{query}").text, query


def test_once_it_is_confirmed_the_person_reads_severity_and_reference(
    browsers: Browsers, hr: Browser, compliance: Browser, person: Person, office: Office
):
    accused = browsers.sign_in(RoleName.EMPLOYEE, person)
    incident = report(hr)
    assert "CASE-7" not in accused.get("/incidents/about-me").text
    confirm(compliance, incident, office)
    assert "Read what was confirmed about you" in accused.get("/?lang=en").text
    page = accused.get("/incidents/about-me?lang=en").text
    assert "CASE-7" in page and "critical" in page and "object to it" in page
    assert "a watch" not in page


READABLE = ("/incidents", "/incidents/1", "/incidents/about-me", "/incidents/new", "/goals", "/goals/of/A1")


@pytest.mark.parametrize("severity", ["minor", "major", "critical"])
@pytest.mark.parametrize(
    "roles",
    [(RoleName.EMPLOYEE,), (RoleName.MANAGER,), (RoleName.HR,), (RoleName.COMPLIANCE,), (RoleName.AUDITOR,)],
    ids=lambda roles: "-".join(roles),
)
def test_no_page_of_the_accused_tells_of_a_report_whatever_his_role(
    app: Flask, browsers: Browsers, person: Person, roles: tuple[RoleName, ...], severity: str
):
    """But for the audit log, which counts a step and names nobody."""
    accused = browsers.sign_in(roles[0], person)
    reporter = browsers.account(RoleName.HR).email
    hr = browsers.anonymous()
    assert (
        hr.post("/sign-in", {"email": reporter, "password": "correct horse battery staple"}).status_code
        == 302
    )
    before = seen(app, accused)
    report(hr, severity)
    after = seen(app, accused)
    assert {path for path in before if before[path] != after[path]} <= {"/audit"}
    assert (
        "A1"
        not in re.findall(r"Incident reported.*?</li>", accused.get("/audit?lang=en").text, re.DOTALL)[:1]
    )


def seen(app: Flask, browser: Browser) -> dict[str, tuple[int, str]]:
    """Every page without a part in its address, and those that a number or a code leads to."""
    plain = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments}
    pages = sorted(plain - {"/audit/export.csv", "/audit/export.xlsx"} | {*READABLE})
    answers = {path: browser.get(f"{path}?lang=en") for path in pages}
    return {path: (answer.status_code, CSRF.sub("", answer.text)) for path, answer in answers.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_well_formed_and_labelled(
    hr: Browser, compliance: Browser, office: Office, language: str
):
    incident = report(hr)
    pages = ("/incidents", "/incidents/new", incident)
    for path in pages:
        assert faults(Page(compliance.get(f"{path}?lang={language}").text)) == [], path
    confirm(compliance, incident, office)
    for path in (incident, "/incidents?state=confirmed"):
        assert faults(Page(compliance.get(f"{path}?lang={language}").text)) == [], path
