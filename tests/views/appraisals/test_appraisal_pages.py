"""What people see of an appraisal, by what they are to it and by how far it has come."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.decisions import Deputy
from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.models.rounds import Appraisal
from feedback.services.appraisals import computing
from tests.factories import Office
from tests.rounds import STARTED, Bureau
from tests.services.appraisals.company import Company
from tests.statements import counted
from tests.views.appraisals.desks import Desks
from tests.views.reading import Browsers

SHOW, FIGURES = "/appraisals/of/2026Q4/A01", "/appraisals/figures/2026Q4/A01"
VERSIONS = "/appraisals/versions/2026Q4/A01?before=1&after=1"
FILES = ("/appraisals/file/2026Q4/json/A01", "/appraisals/file/2026Q4/pdf/A01")
COMPUTED = (FIGURES, VERSIONS, *FILES)


def pending(bureau: Bureau, code: str) -> Incident:
    """A grave report that nobody has decided on yet."""
    incident = Incident(
        person_id=bureau.people[code].id, period="2026Q4", severity=Severity.CRITICAL, category="gifts",
        occurred=date(2026, 11, 2), evidence="CASE-7", state=IncidentState.REPORTED, reported_at=STARTED,
        reported_by="m02@example.com",
    )  # fmt: skip
    bureau.session.add(incident)
    bureau.session.flush()
    bureau.compute()
    bureau.session.commit()
    return incident


def test_before_he_is_told_the_person_sees_steps_and_figures_and_nothing_computed(
    bureau: Bureau, desks: Desks
):
    bureau.review("A01")
    person = desks.of("A01")
    page = person.get("/appraisals?lang=en")
    assert page.status_code == 200 and "Calibration" in page.text
    assert "95.00" not in page.text and "Excellent" not in page.text and "reliable" not in page.text
    assert {address: person.get(address).status_code for address in COMPUTED} == dict.fromkeys(COMPUTED, 404)


def test_after_he_is_told_he_sees_result_layers_words_and_how_it_came_about(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    person = desks.of("A01")
    page = person.get(f"{SHOW}?lang=en").text
    assert "95.00 points: band A, Excellent." in page and "reliable" in page
    assert all(word in page for word in ("Computed", "Final", "M01", "two visits a week"))
    assert {address: person.get(address).status_code for address in COMPUTED} == dict.fromkeys(COMPUTED, 200)
    figures = person.get(f"{FIGURES}?lang=en").text
    assert 'id="f-segment-1.kpi.revenue.actual"' in figures and "finance; version 1; entered by" in figures


def test_of_a_pending_incident_the_person_reads_held_and_nothing_of_why(bureau: Bureau, desks: Desks):
    pending(bureau, "A01")
    person, reviewer = desks.of("A01"), desks.of("M01")
    for address in ("/appraisals?lang=en", f"{SHOW}?lang=en"):
        page = person.get(address).text
        assert ">held<" in page
        assert not re.search(r"incident|pending|CASE-7|gifts|critical", page, re.IGNORECASE)
    assert "held: a decision is pending" in reviewer.get(f"{SHOW}?lang=en").text


def test_a_rejected_incident_leaves_no_trace_that_its_person_reads(bureau: Bureau, desks: Desks):
    incident = pending(bureau, "A01")
    incident.state = IncidentState.REJECTED
    bureau.compute()
    bureau.tell("A01")
    person = desks.of("A01")
    pages = [f"{SHOW}?lang=en"] + [f"{FIGURES}?version={number}&lang=en" for number in (1, 2, 3)]
    pages += [f"{VERSIONS.partition('?')[0]}?before={n}&after={n + 1}&lang=en" for n in (1, 2)]
    for address in pages:
        answer = person.get(address)
        assert answer.status_code == 200, address
        assert not re.search(r"incident|CASE-7|gifts|critical", answer.text, re.IGNORECASE), address
    files = {number: person.get(f"{FILES[0]}?version={number}") for number in (1, 2, 3)}
    assert [file.status_code for file in files.values()] == [
        200,
        404,
        200,
    ]  # the held one is not his to compute
    assert all(files[number].json["subjects"][0]["inputs"]["incidents"] == [] for number in (1, 3))
    assert "incident" in desks.of("M01").get(f"{SHOW}?lang=en").text


@pytest.mark.parametrize(
    ("reader", "before", "after"),
    [
        ("A01", False, True),
        ("A02", None, None),
        ("M01", True, True),
        ("M02", None, None),
        ("D01", False, False),  # not before it is noted that they look
        ("hr", False, False),
    ],
)
def test_who_reads_steps_and_figures_route_by_route(
    bureau: Bureau, desks: Desks, reader: str, before: bool | None, after: bool | None
):
    """None: it does not exist for him, as for nobody."""
    check(desks, reader, before)
    bureau.tell("A01")
    check(desks, reader, after)


def check(desks: Desks, reader: str, figures: bool | None) -> None:
    browser = desks.of(reader)
    seen = {address: browser.get(address).status_code == 200 for address in (SHOW, *COMPUTED)}
    assert seen == {SHOW: figures is not None} | dict.fromkeys(COMPUTED, bool(figures))
    absent = browser.get("/appraisals/of/2026Q4/nobody").status_code
    assert (browser.get(SHOW).status_code == absent) is (figures is None)


@pytest.mark.parametrize("reader", ["D01", "hr"])
def test_that_somebody_above_reads_figures_is_noted_once_a_day(bureau: Bureau, desks: Desks, reader: str):
    browser = desks.of(reader)
    assert "95.00" not in browser.get(SHOW).text
    for _ in range(2):
        assert browser.post("/appraisals/open/2026Q4/A01", {}, SHOW).status_code == 303
    assert "95.00" in browser.get(SHOW).text
    assert {browser.get(address).status_code for address in COMPUTED} == {200}
    entries = bureau.session.scalars(select(AuditEntry).where(AuditEntry.act == "appraisal read")).all()
    assert [(entry.actor, entry.target) for entry in entries] == [
        (f"{reader.lower()}@example.com", "2026Q4 A01")
    ]


def test_whoever_opened_it_opened_it_for_himself_alone(bureau: Bureau, desks: Desks):
    browser = desks.of("hr")
    browser.post("/appraisals/open/2026Q4/A01", {}, SHOW)
    browser.post("/sign-out", {}, SHOW)
    browser.post("/sign-in", {"email": "hr2@example.com", "password": "a long password"})
    assert browser.get(SHOW).status_code == 200 and browser.get(FIGURES).status_code == 404


def test_the_reviewer_and_the_person_are_not_noted(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    for reader in ("A01", "M01"):
        desks.of(reader).get(SHOW)
        desks.of(reader).post("/appraisals/open/2026Q4/A01", {}, SHOW)
    assert bureau.session.scalars(select(AuditEntry).where(AuditEntry.act == "appraisal read")).all() == []


def test_a_deputy_reads_the_team_of_his_manager_and_not_the_manager_s_own_appraisal(
    bureau: Bureau, desks: Desks
):
    days = {"starts": date(2027, 1, 1), "ends": date(2027, 1, 31), "at": STARTED, "actor": "m01@example.com"}
    m01, m02 = bureau.people["M01"].id, bureau.people["M02"].id
    bureau.session.add(Deputy(manager_id=m01, deputy_id=m02, **days))
    bureau.session.add(Appraisal(round_id=bureau.round.id, person_id=m01, state="running"))
    bureau.session.commit()
    deputy = desks.of("M02")
    assert deputy.get(SHOW).status_code == deputy.get(FIGURES).status_code == 200
    assert deputy.get("/appraisals/of/2026Q4/M01").status_code == 404
    assert desks.of("M01").get("/appraisals/of/2026Q4/M01").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/appraisals/of/2026Q3/A01",
        "/appraisals/of/no%20period/A01",
        "/appraisals/of/2026Q4/nobody",
        "/appraisals/of/2026Q4/A01%2F..",
        f"{FIGURES}?version=9",
        f"{FIGURES}?version=-1",
        f"{FIGURES}?version=one",
        f"{FIGURES}?version=99999999999999999999",
        f"{FIGURES}?version=²",
        f"{VERSIONS.partition('?')[0]}?before=x",
        f"{VERSIONS.partition('?')[0]}?before=1&after=7",
        "/appraisals/file/2026Q4/docx/A01",
        "/appraisals/targets/2026Q4/nobody",
    ],
)
def test_what_does_not_exist_is_not_found_in_words(bureau: Bureau, desks: Desks, address: str):
    answer = desks.of("M01").get(address)
    assert answer.status_code == 404 and "<h1" in answer.text


def test_every_figure_leads_to_its_line_and_every_line_to_the_lines_it_names(
    office: Office, browsers: Browsers
):
    company = Company(office)
    person = company.subjects(company.campaign({"client": 6, "peer": 4, "supervisor": 1}))[0]
    company.figures([person])
    company.goal(person)
    person.manager = office.person("M01")
    company.compute()
    office.session.commit()
    reviewer = browsers.sign_in("manager", person.manager)
    page = reviewer.get(f"/appraisals/of/2026Q4/{person.code}").text
    figures = reviewer.get(f"/appraisals/figures/2026Q4/{person.code}").text
    ids = set(re.findall(r'id="([^"]+)"', figures))
    assert len(set(re.findall(r'figures/2026Q4/[^"]*#([^"]+)', page))) > 40
    assert set(re.findall(r'figures/2026Q4/[^"]*#([^"]+)', page)) <= ids
    assert set(re.findall(r'href="#([^"]+)"', figures)) <= ids | {"content"}
    assert len(re.findall(r"<li id=", figures)) == len(company.document(person).derivation)


def test_report_and_appraisal_of_one_period_lead_to_each_other(office: Office, browsers: Browsers):
    company = Company(office)
    person = company.subjects(company.campaign({"client": 6, "peer": 4, "supervisor": 1}))[0]
    company.figures([person])
    person.manager = office.person("M01")
    company.compute()
    office.session.commit()
    report, appraisal = f"/reports/2026Q4/{person.code}", f"/appraisals/of/2026Q4/{person.code}"
    browser = browsers.sign_in("manager", person.manager)
    assert report in browser.get(appraisal).text
    assert appraisal in browsers.sign_in("hr").get(report).text


def test_a_corrected_figure_stands_beside_what_it_was(bureau: Bureau, desks: Desks):
    bureau.figure("A01", 70)
    computing.compute(
        bureau.session, bureau.round, reason="booked twice", actor="hr@example.com", now=STARTED
    )
    bureau.session.commit()
    reviewer = desks.of("M01")
    assert "a figure was corrected: booked twice" in reviewer.get(f"{SHOW}?lang=en").text
    page = reviewer.get("/appraisals/versions/2026Q4/A01?before=1&after=2&lang=en").text
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", page, re.DOTALL)
    numbers = {label: re.findall(r">([\d.,%  ]+)</a>", cells) for label, cells in rows}
    assert numbers["Revenue: actual"] == ["95", "70"] and numbers["total"] == ["95.00", "70.00"]
    assert "version=1" in page and "version=2" in page


def test_a_page_takes_as_many_statements_whatever_happened(bureau: Bureau, desks: Desks):
    reviewer = desks.of("M01")

    def statements() -> int:
        with counted(db.engine) as found:
            assert reviewer.get(SHOW).status_code == 200
        return len(found)

    statements()
    few = statements()
    for value in (70, 71, 72):
        bureau.figure("A01", value)
        bureau.compute()
    bureau.session.commit()
    assert statements() == few


def test_hr_reads_its_own_appraisal_as_anybody_reads_his(app: Flask, bureau: Bureau, desks: Desks):
    own = bureau.office.person("A09")
    hr = Browsers(app, bureau.office).sign_in("hr", own)
    bureau.session.add(Appraisal(round_id=bureau.round.id, person=own, state="computed", version=None))
    bureau.session.commit()
    address = "/appraisals/of/2026Q4/A09"
    assert "The figures of others are opened" not in hr.get(f"{address}?lang=en").text
    hr.post("/appraisals/open/2026Q4/A09", {}, address)
    assert hr.get("/appraisals/figures/2026Q4/A09").status_code == 404
    assert bureau.session.scalars(select(AuditEntry).where(AuditEntry.act == "appraisal read")).all() == []


def test_nobody_s_appraisal_has_a_page_of_its_own(office: Office, bureau: Bureau, desks: Desks):
    page = desks.of("M02").get("/appraisals?lang=en")
    assert page.status_code == 200 and "There is no appraisal of yours yet" in page.text
