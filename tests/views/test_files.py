"""Reports as files: who gets which, what is in them, and the batch from the button to the ZIP."""

import io
import json
import re
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import current
from feedback.extensions import db
from feedback.jobs.rounds import Jobs
from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.services import releases
from tests.factories import ACTOR, AFTER, Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Desks


@pytest.fixture
def campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 5}, {"client": 3})
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce, 4, "=1+1")
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return campaign


@pytest.fixture
def hr(desks: Desks) -> Browser:
    return desks.sign_in(RoleName.HR)


def person(campaign: Campaign, place: int = 0) -> str:
    return sorted(subject.person.code for subject in campaign.subjects)[place]


@pytest.mark.parametrize(
    ("paper", "start"), [("pdf", b"%PDF-"), ("html", b"<!doctype html>"), ("json", b"{")]
)
def test_a_report_is_handed_out_as_a_file(hr: Browser, campaign: Campaign, paper: str, start: bytes):
    answer = hr.get(f"/files/{campaign.code}/{paper}/{person(campaign)}")
    assert answer.status_code == 200
    assert answer.data.lstrip().startswith(start)
    name = f"report-{campaign.code}-{person(campaign)}.{paper}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_report_that_waits_while_others_are_released_says_that_it_is_a_preview(hr: Browser, office: Office):
    campaign = office.open({"client": 3}, {"client": 3}, code="2027Q1")
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce)
    office.close(campaign)
    released, waiting = sorted(subject.person.code for subject in campaign.subjects)
    releases.release_some(office.session, campaign, [released], actor=ACTOR, now=AFTER)
    office.session.commit()
    pages = {code: hr.get(f"/files/{campaign.code}/html/{code}?lang=en").text for code in (released, waiting)}
    assert {code: "Preview, not released" in page for code, page in pages.items()} == {
        released: False,
        waiting: True,
    }


def test_the_web_page_needs_nothing_else_and_runs_nothing(hr: Browser, campaign: Campaign):
    page = hr.get(f"/files/{campaign.code}/html/{person(campaign)}").text
    assert "<script" not in page and "<link" not in page
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', re.sub(r'xmlns(:\w+)?="[^"]*"', "", page))


def test_the_subject_reads_his_own_report_as_a_file_and_nobody_elses(desks: Desks, campaign: Campaign):
    subject = next(each for each in campaign.subjects if each.person.code == person(campaign))
    browser = desks.sign_in(RoleName.EMPLOYEE, subject.person)
    assert browser.get(f"/files/{campaign.code}/json/{person(campaign)}").status_code == 200
    assert browser.get(f"/files/{campaign.code}/json/{person(campaign, 1)}").status_code == 404
    assert browser.get(f"/files/{campaign.code}").status_code == 404


def test_an_unknown_kind_of_paper_is_not_found(hr: Browser, campaign: Campaign):
    assert hr.get(f"/files/{campaign.code}/exe/{person(campaign)}").status_code == 404
    assert hr.post(f"/files/{campaign.code}/tables/exe", {}, f"/files/{campaign.code}").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_files_is_labelled_and_obeys_the_content_policy(
    hr: Browser, campaign: Campaign, language: str
):
    answer = hr.get(f"/files/{campaign.code}?lang={language}")
    assert answer.status_code == 200 and faults(Page(answer.text)) == []


@pytest.mark.parametrize("sheet", ["xlsx", "csv", "json"])
def test_hr_takes_the_tables_and_the_audit_log_notes_it(hr: Browser, campaign: Campaign, sheet: str):
    answer = hr.post(f"/files/{campaign.code}/tables/{sheet}", {}, f"/files/{campaign.code}")
    assert answer.status_code == 200
    if sheet == "json":
        assert [report["subject"]["code"] for report in json.loads(answer.data)] == ["P001", "P002"]
    else:
        assert ZipFile(io.BytesIO(answer.data)).testzip() is None
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and (entry.act, entry.detail) == ("results exported", {"format": sheet})


def test_a_manager_gets_papers_of_his_people_and_no_tables(desks: Desks, office: Office, campaign: Campaign):
    manager = office.person()
    next(each for each in campaign.subjects if each.person.code == "P001").person.manager = manager
    browser = desks.sign_in(RoleName.MANAGER, manager)
    page = f"/files/{campaign.code}"
    assert "XLSX" not in browser.get(page).text
    assert browser.post(f"{page}/tables/xlsx", {}, page).status_code == 404
    assert browser.get(f"{page}/pdf/P001").status_code == 200
    assert browser.get(f"{page}/pdf/P002").status_code == 404


def test_a_batch_is_asked_for_printed_by_a_worker_and_fetched(hr: Browser, campaign: Campaign, app: Flask):
    page = f"/files/{campaign.code}"
    asked = hr.post(f"{page}/batches", {"department": ""}, page)
    assert asked.status_code == 303 and current.queue().waiting() >= 1
    waiting = hr.get(asked.location)
    assert waiting.headers["Refresh"] and "<progress" in waiting.text
    assert hr.get(f"{asked.location}/zip").status_code == 404
    Jobs(app).print_reports()
    ready = hr.get(asked.location)
    assert "Refresh" not in ready.headers and f"{asked.location}/zip" in ready.text
    with ZipFile(io.BytesIO(hr.get(f"{asked.location}/zip").data)) as archive:
        assert len(archive.namelist()) == 2
        assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())


@pytest.mark.parametrize("department", ["nowhere", "' or 1=1", "\0"])
def test_a_department_that_has_no_report_is_refused_in_words(
    hr: Browser, campaign: Campaign, department: str
):
    page = f"/files/{campaign.code}"
    assert hr.post(f"{page}/batches", {"department": department}, page).status_code in (400, 409, 422)


def test_nobody_else_fetches_a_batch_by_its_address(
    hr: Browser, desks: Desks, office: Office, campaign: Campaign
):
    page = f"/files/{campaign.code}"
    address = hr.post(f"{page}/batches", {}, page).location
    stranger = desks.sign_in(RoleName.MANAGER, office.person())
    assert stranger.get(address).status_code == stranger.get(f"{address}/zip").status_code == 404


def test_before_the_close_there_is_nothing_to_take(hr: Browser, office: Office):
    running = office.open({"client": 3}, code="2027Q1")
    page = f"/files/{running.code}"
    assert hr.get(page).status_code == 200
    assert hr.post(f"{page}/batches", {}, page).status_code == 409
    assert hr.post(f"{page}/tables/xlsx", {}, page).status_code == 409
