import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.services.ground import audit
from tests.factories import ACTOR, NOW
from tests.views.markup import Page, faults
from tests.views.reading import Browsers


@pytest.fixture
def log(session: Session) -> None:
    for number in range(60):
        audit.record(
            session,
            "campaign changed",
            f"2026-{number}",
            actor=ACTOR,
            now=NOW + timedelta(hours=number),
            before={"closes_at": "=1+1", "state": "draft"},
            after={"closes_at": "<b>2027</b>", "state": "draft"},
            early=True,
        )
    session.commit()


@pytest.mark.parametrize("role", [RoleName.ADMIN, RoleName.AUDITOR])
def test_admins_and_auditors_read_the_log_newest_first_and_in_words(browsers: Browsers, log, role: RoleName):
    page = Page(browsers.sign_in(role).get("/audit?lang=en").text)
    assert faults(page) == []
    entries = page.one("ol", **{"class": "log"}).find("li")
    assert len(entries) == 50
    assert "Campaign changed" in entries[0].all_text
    assert "2026-59" in entries[0].all_text
    assert "<b>2027</b>" in entries[0].all_text


@pytest.mark.parametrize("role", [RoleName.HR, RoleName.MANAGER, RoleName.EMPLOYEE])
@pytest.mark.parametrize("path", ["/audit", "/audit/export.csv", "/audit/export.xlsx"])
def test_nobody_else_finds_it(browsers: Browsers, log, role: RoleName, path: str):
    assert browsers.sign_in(role).get(path).status_code == 404


def test_a_search_is_kept_from_page_to_page_and_in_the_exports(browsers: Browsers, log):
    auditor = browsers.sign_in(RoleName.AUDITOR)
    page = auditor.get("/audit?lang=en&target=2026-5&until=2026-10-03").text
    assert "11 entries" in auditor.get("/audit?lang=en&target=2026-5").text
    assert "target=2026-5" in page
    assert auditor.get("/audit/export.csv?target=2026-5").text.count("campaign changed") == 11


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_said_and_what_was_typed_is_kept(browsers: Browsers, log, day: str):
    answer = browsers.sign_in(RoleName.AUDITOR).get(f"/audit?lang=en&since={day}&who=x")
    assert answer.status_code == 422
    assert "Please write a day as 2026-11-22." in answer.text
    assert 'value="x"' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=9999",
        "page=x",
        "act=none",
        "who=a%00b&act=%00",
        "until=2199-12-31",
    ],
)
def test_odd_addresses_lead_to_a_page(browsers: Browsers, log, query: str):
    assert browsers.sign_in(RoleName.AUDITOR).get(f"/audit?{query}").status_code == 200


def test_the_files_hold_every_entry_and_nothing_that_a_spreadsheet_runs(browsers: Browsers, log):
    auditor = browsers.sign_in(RoleName.AUDITOR)
    lines = auditor.get("/audit/export.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "at,actor,act,target,before,after,facts"
    assert sum("campaign changed" in line for line in lines) == 60
    names = [auditor.get(f"/audit/export.{kind}").headers["Content-Disposition"] for kind in ("csv", "xlsx")]
    assert names == ['attachment; filename="audit.csv"', 'attachment; filename="audit.xlsx"']
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(auditor.get("/audit/export.xlsx").data))
    rows = [row for row in sheet.get_sheet_by_index(0).to_python() if row[2] == "campaign changed"]
    assert len(rows) == 60
    assert rows[0][3] == "2026-59"
