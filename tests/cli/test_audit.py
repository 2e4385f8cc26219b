"""The audit log as a file, and what an operator runs before a works council asks: does anonymity hold here?"""

import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text

from feedback.models.campaigns import Campaign, Cell
from feedback.models.results import ItemTotal
from feedback.services.oversight.anonymity_audit import CHECKS
from tests.cli.conftest import Run
from tests.factories import ACTOR, Office

CODE = "2026Q4"
OF_PAGES = "respondents' pages set no cookie and ask not to be kept"


@pytest.fixture
def closed(office: Office) -> Campaign:
    """Counted, beside one that is open."""
    campaign = office.open({"client": 6, "peer": 2})
    for group in ("client", "peer"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, 4, "fine")
    office.close(campaign)
    office.open({"client": 3}, code="2027Q1")
    office.session.commit()
    return campaign


def test_the_log_is_written_newest_first_as_csv_and_as_a_workbook(run: Run, closed: Campaign, tmp_path: Path):
    for name in ("audit.csv", "audit.xlsx"):
        result = run("audit", "export", tmp_path / name)
        assert result.exit_code == 0, result.output
    with (tmp_path / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert result.stdout == f"{len(rows)} entries in {tmp_path / 'audit.xlsx'}\n"
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert [rows[0][name] for name in ("act", "target", "actor")] == ["campaign closed", CODE, ACTOR]
    assert {row["act"] for row in rows} == {"campaign created", "campaign opened", "campaign closed"}
    sheet = CalamineWorkbook.from_path(str(tmp_path / "audit.xlsx")).get_sheet_by_index(0).to_python()
    head, *cells = sheet
    assert [dict(zip(head, row, strict=True))["act"] for row in cells] == [row["act"] for row in rows]


def test_only_what_is_asked_for_is_exported(run: Run, closed: Campaign, tmp_path: Path):
    file = tmp_path / "audit.csv"
    for options, targets in {
        ("--act", "campaign closed"): ["2026Q4"],
        ("--target", "2027"): ["2027Q1", "2027Q1"],
        ("--actor", "nobody"): [],
        ("--since", "2026-10-02", "--act", "campaign created"): [],
        ("--before", "2026-10-02", "--act", "campaign created"): ["2027Q1", "2026Q4"],
    }.items():
        assert run("audit", "export", file, *options).exit_code == 0
        with file.open(encoding="utf-8-sig", newline="") as lines:
            assert [row["target"] for row in csv.DictReader(lines)] == targets, options


def test_a_log_in_another_format_is_refused(run: Run, closed: Campaign, tmp_path: Path):
    result = run("audit", "export", tmp_path / "audit.doc")
    assert (result.exit_code, "neither .csv nor .xlsx" in result.stderr) == (1, True)
    assert not (tmp_path / "audit.doc").exists()


def test_on_honest_data_every_promise_is_said_to_hold(run: Run, closed: Campaign):
    for campaign in ((), (CODE,)):
        result = run("audit", "anonymity", *campaign)
        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines() == [f"ok     {promise}" for promise in (*CHECKS, OF_PAGES)]


def test_a_key_that_should_be_gone_is_a_fault_of_its_campaign(run: Run, office: Office, closed: Campaign):
    office.custody.create(CODE)
    result = run("audit", "anonymity", CODE)
    (fault,) = (line for line in result.stdout.splitlines() if not line.startswith("ok     "))
    assert fault.startswith("FAULT ") and CODE in fault
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: 1 of {len(CHECKS) + 1} promises do not hold\n",
    )
    assert run("audit", "anonymity", "2027Q1").exit_code == 0


def test_each_planted_fault_is_found(run: Run, office: Office, closed: Campaign):
    shown = office.session.scalars(select(Cell.id).where(Cell.group == "client")).first()
    office.session.add(ItemTotal(cell_id=shown, item="knowledge-2", ratings=2, points=200))
    office.session.execute(text("ALTER TABLE ballot ADD COLUMN created_at DATETIME"))
    office.session.commit()
    result = run("audit", "anonymity")
    faults = [line for line in result.stdout.splitlines() if line.startswith("FAULT ")]
    assert (result.exit_code, len(faults)) == (1, 2)
    assert any("ballot.created_at" in line for line in faults)


def test_a_campaign_that_is_not_there_is_said_to_be_none(run: Run, closed: Campaign):
    result = run("audit", "anonymity", "2099Q1")
    assert (result.exit_code, result.stderr) == (1, "Error: there is no campaign 2099Q1\n")
