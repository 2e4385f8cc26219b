"""What somebody notices of a report about himself, on every page: nothing, or only that his appraisal is held."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import time_machine
from flask import Flask

from feedback.models.incidents import Severity
from feedback.services.corrections import incident_corrections as corrections
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from tests.factories import Office
from tests.rounds import STARTED, Bureau, scheme
from tests.views.appraisals.desks import Desks
from tests.views.reading import CSRF, Browser

OWN = "2026Q4/A01"
PAGES = ("/", "/appraisals", "/goals", "/plans", "/incidents/about-me", f"/appraisals/of/{OWN}")
PAGES += (f"/appraisals/figures/{OWN}", f"/appraisals/versions/{OWN}", f"/appraisals/targets/{OWN}")
PAGES += ("/appraisals/file/2026Q4/json/A01", "/incidents", "/incidents/1", "/audit")


@pytest.fixture
def bureau(office: Office) -> Iterator[Bureau]:
    """Three people of M01 with 95, 80 and 60 of 100: A, B and C."""
    with time_machine.travel(STARTED, tick=False):
        yield Bureau(office, {"A01": 95, "A02": 80, "A03": 60})


@pytest.fixture
def accused(app: Flask, bureau: Bureau) -> Browser:
    return Desks(app, bureau).of("A01")


def report(bureau: Bureau, severity: Severity) -> None:
    by = bureau.by("hr")
    said = IncidentReport(severity, "gifts", date(2026, 11, 3), "CASE-7", period="2026Q4")
    acting = Acting(by.name, by.reader, by.now)
    corrections.report(bureau.session, bureau.people["A01"], said, acting, today=by.today)
    bureau.session.commit()


def seen(browser: Browser) -> dict[str, tuple[int, str]]:
    answers = {path: browser.get(f"{path}?lang=en") for path in PAGES}
    return {path: (answer.status_code, CSRF.sub("", answer.text)) for path, answer in answers.items()}


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MAJOR])
def test_of_a_minor_or_major_report_he_notices_nothing(bureau: Bureau, accused: Browser, severity: Severity):
    before = seen(accused)
    report(bureau, severity)
    assert seen(accused) == before
    bureau.compute()
    assert seen(accused) == before


def test_of_a_critical_one_he_reads_that_his_appraisal_is_held_and_not_why(bureau: Bureau, accused: Browser):
    before = seen(accused)
    report(bureau, Severity.CRITICAL)
    after = seen(accused)
    changed = {path for path in PAGES if before[path] != after[path]}
    assert changed <= {"/appraisals", f"/appraisals/of/{OWN}"}
    page = after[f"/appraisals/of/{OWN}"][1]
    assert ">held<" in page and not [
        word for word in ("CASE-7", "gifts", "incident", "decision is pending") if word in page
    ]


@pytest.mark.parametrize("severity", Severity)
def test_what_he_was_told_says_nothing_of_a_report(bureau: Bureau, accused: Browser, severity: Severity):
    bureau.tell("A01")
    before = seen(accused)
    report(bureau, severity)
    assert seen(accused) == before
    bureau.compute()
    assert seen(accused) == before


def test_a_scheme_may_say_that_he_is_told_of_a_report(app: Flask, office: Office):
    plain = scheme()
    rules = replace(plain.appraisal, incidents=replace(plain.appraisal.incidents, tell_pending=True))
    with time_machine.travel(STARTED, tick=False):
        bureau = Bureau(office, {"A01": 95}, scheme=replace(plain, appraisal=rules))
        report(bureau, Severity.MINOR)
        page = Desks(app, bureau).of("A01").get("/incidents/about-me?lang=en").text
    assert "Reported, and not decided yet." in page and "CASE-7" not in page
