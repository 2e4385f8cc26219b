"""Reports as files: who gets which, what is in them, and the batch from the button to the ZIP."""

import io
import json
import re
from contextlib import closing
from datetime import date, timedelta
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from feedback import current
from feedback.extensions import db
from feedback.jobs.tasks import Jobs
from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.models.people import Department
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers


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
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


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


def test_each_report_has_the_day_of_its_own_release_and_one_that_waits_has_none(hr: Browser, office: Office):
    campaign = office.open(*[{"client": 3}] * 3, code="2027Q1")
    for place in range(3):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce)
    office.close(campaign)
    codes = sorted(subject.person.code for subject in campaign.subjects)
    for days, code in enumerate(codes[:2]):
        releases.release_some(
            office.session, campaign, [code], actor=ACTOR, now=AFTER + timedelta(days=7 * days)
        )
    office.session.commit()
    expected = ["released October 31, 2026", "released November 7, 2026", "Preview, not released"]
    states = re.compile("|".join(expected))
    for shape in ("/reports/{}/{}", "/files/{}/html/{}", "/files/{}/pdf/{}"):
        answers = [hr.get(f"{shape.format(campaign.code, code)}?lang=en").data for code in codes]
        assert [states.findall(words_of(answer)) for answer in answers] == [[state] for state in expected]
    book = hr.post(f"/files/{campaign.code}/tables/xlsx", {}, f"/files/{campaign.code}?lang=en").data
    with CalamineWorkbook.from_filelike(io.BytesIO(book)) as found:
        released = [row[-1] for row in found.get_sheet_by_index(0).to_python()[1:]]
    assert released == [date(2026, 10, 31), date(2026, 11, 7), ""]


def words_of(file: bytes) -> str:
    """Of a page, or of a PDF."""
    if not file.startswith(b"%PDF-"):
        return file.decode()
    with closing(pypdfium2.PdfDocument(file)) as document:
        return document[0].get_textpage().get_text_range()


def test_the_web_page_needs_nothing_else_and_runs_nothing(hr: Browser, campaign: Campaign):
    page = hr.get(f"/files/{campaign.code}/html/{person(campaign)}").text
    assert "<script" not in page and "<link" not in page
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', re.sub(r'xmlns(:\w+)?="[^"]*"', "", page))


def test_the_subject_reads_his_own_report_as_a_file_and_nobody_elses(browsers: Browsers, campaign: Campaign):
    subject = next(each for each in campaign.subjects if each.person.code == person(campaign))
    browser = browsers.sign_in(RoleName.EMPLOYEE, subject.person)
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


def test_a_manager_gets_papers_of_his_people_and_no_tables(
    browsers: Browsers, office: Office, campaign: Campaign
):
    manager = office.person()
    next(each for each in campaign.subjects if each.person.code == "P001").manager = manager
    browser = browsers.sign_in(RoleName.MANAGER, manager)
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
    hr: Browser, browsers: Browsers, office: Office, campaign: Campaign
):
    page = f"/files/{campaign.code}"
    address = hr.post(f"{page}/batches", {}, page).location
    stranger = browsers.sign_in(RoleName.MANAGER, office.person())
    assert stranger.get(address).status_code == stranger.get(f"{address}/zip").status_code == 404


@pytest.mark.parametrize(("paper", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("json", b"{")])
def test_the_team_and_the_quality_are_handed_out_to_whom_their_pages_are_open(
    hr: Browser, browsers: Browsers, office: Office, campaign: Campaign, paper: str, start: bytes
):
    manager = office.person()
    for subject in campaign.subjects:
        subject.manager = manager
    leading, other = (
        browsers.sign_in(RoleName.MANAGER, manager),
        browsers.sign_in(RoleName.MANAGER, office.person()),
    )
    team, quality = (f"/files/{campaign.code}/{name}/{paper}" for name in ("team", "quality"))
    for browser, address in ((hr, team), (leading, team), (hr, quality)):
        assert browser.get(address).data.startswith(start)
    for browser, address in ((other, team), (leading, quality), (other, quality)):
        assert browser.get(address).status_code == 404


def test_the_file_of_a_department_has_its_people_alone_and_fewer_than_two_are_no_team(
    hr: Browser, office: Office, campaign: Campaign
):
    address = f"/files/{campaign.code}/team/json"
    found = json.loads(hr.get(f"{address}?department=east").data)
    assert [member["subject"]["code"] for member in found["members"]] == ["P001", "P002"]
    assert found["department"] == {"zh": "东区", "en": "East"}
    campaign.subjects[1].department = Department(code="west", name="西区", name_en="West")
    for department in ("east", "west", "nowhere"):
        assert hr.get(f"{address}?department={department}").status_code == 404


def test_before_the_close_there_is_nothing_to_take(hr: Browser, office: Office):
    running = office.open({"client": 3}, code="2027Q1")
    page = f"/files/{running.code}"
    assert hr.get(page).status_code == 200
    assert hr.post(f"{page}/batches", {}, page).status_code == 409
    assert hr.post(f"{page}/tables/xlsx", {}, page).status_code == 409
