"""Batches of reports: who may have them, what a dead worker leaves behind, and that nothing stays for two days."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.batches import Batch, BatchState
from feedback.models.campaigns import Campaign
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.releases import report_batches
from feedback.services.releases.report_batches import ReportPrinter
from feedback.services.reports.report_document import Report
from tests.factories import ACTOR, AFTER, Office

HR = Reader(None, frozenset({RoleName.HR}))
EMPLOYEE = Reader(None, frozenset({RoleName.EMPLOYEE}))


@pytest.fixture
def campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 3}, {"client": 3})
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce)
    office.close(campaign)
    return campaign


@pytest.fixture
def printer(tmp_path: Path) -> ReportPrinter:
    return ReportPrinter(tmp_path / "exports", as_text, lambda: AFTER)


def as_text(report: Report, language: str) -> bytes:
    return f"{report.subject.code} {language}".encode()


def ask(office: Office, campaign: Campaign, language: str = "zh") -> Batch:
    subjects = campaigns.subjects(office.session, campaign)
    batch = report_batches.ask(office.session, campaign, subjects, language, actor=ACTOR, now=AFTER)
    office.session.commit()
    return batch


def test_a_worker_puts_every_report_into_one_file(office: Office, campaign: Campaign, printer: ReportPrinter):
    batch = ask(office, campaign)
    assert report_batches.make_next(office.session, printer)
    assert (batch.state, batch.done) == (BatchState.DONE, 2)
    with ZipFile(printer.file(batch)) as archive:
        assert archive.namelist() == ["001-P001-人员1.pdf", "002-P002-人员2.pdf"]
        assert archive.read("001-P001-人员1.pdf") == b"P001 zh"
    assert not report_batches.make_next(office.session, printer)


def test_the_file_is_for_the_owner_of_the_process_alone(
    office: Office, campaign: Campaign, printer: ReportPrinter
):
    batch = ask(office, campaign)
    report_batches.make_next(office.session, printer)
    assert printer.file(batch).stat().st_mode & 0o077 == 0
    assert printer.directory.stat().st_mode & 0o077 == 0


def test_asking_is_noted_in_the_audit_log(office: Office, campaign: Campaign):
    ask(office, campaign)
    entry = office.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and (entry.act, entry.target, entry.detail) == (
        "reports printed",
        campaign.code,
        {"reports": 2},
    )


def test_nothing_can_be_asked_for_about_nobody(office: Office, campaign: Campaign):
    with pytest.raises(NotPossible, match="no report"):
        report_batches.ask(office.session, campaign, [], "zh", actor=ACTOR, now=AFTER)


def test_it_is_found_only_by_whoever_may_read_all_that_is_in_it(office: Office, campaign: Campaign):
    batch = ask(office, campaign)
    assert report_batches.find(office.session, HR, campaign, batch.token) is batch
    for reader, token in ((EMPLOYEE, batch.token), (HR, "none")):
        with pytest.raises(NotFound):
            report_batches.find(office.session, reader, campaign, token)


def test_a_manager_who_no_longer_leads_one_of_the_people_finds_it_no_more(office: Office, campaign: Campaign):
    manager = office.person()
    for subject in campaign.subjects:
        subject.person.manager = manager
    office.session.flush()
    reader, batch = Reader(manager.id, frozenset({RoleName.MANAGER})), ask(office, campaign)
    assert report_batches.find(office.session, reader, campaign, batch.token) is batch
    campaign.subjects[0].person.manager = None
    office.session.flush()
    with pytest.raises(NotFound):
        report_batches.find(office.session, reader, campaign, batch.token)


def test_what_fails_is_said_to_have_failed_and_is_not_tried_for_ever(
    office: Office, campaign: Campaign, printer: ReportPrinter
):
    def jams(report: Report, language: str) -> bytes:
        raise ValueError("paper jam")

    batch = ask(office, campaign)
    with pytest.raises(ValueError, match="paper jam"):
        report_batches.make_next(office.session, ReportPrinter(printer.directory, jams, printer.now))
    assert batch.state == BatchState.FAILED
    assert not report_batches.make_next(office.session, printer)


def test_what_a_dead_worker_left_is_made_by_another_when_its_lease_is_over(
    office: Office, campaign: Campaign, printer: ReportPrinter
):
    batch = ask(office, campaign)
    lost = {"state": BatchState.RUNNING, "lease_until": AFTER + timedelta(minutes=1), "done": 1}
    office.session.execute(update(Batch).values(**lost))
    office.session.commit()
    assert not report_batches.make_next(office.session, printer)
    assert report_batches.make_next(office.session, at(printer, AFTER + timedelta(minutes=2)))
    assert (batch.state, batch.done) == (BatchState.DONE, 2)


def at(printer: ReportPrinter, moment: datetime) -> ReportPrinter:
    clock: Callable[[], datetime] = lambda: moment  # noqa: E731
    return ReportPrinter(printer.directory, printer.paper, clock)


def test_after_a_day_neither_row_nor_file_is_left(office: Office, campaign: Campaign, printer: ReportPrinter):
    batch = ask(office, campaign)
    report_batches.make_next(office.session, printer)
    file = printer.file(batch)
    (printer.directory / "stray.0a1b.part").touch()
    report_batches.sweep(office.session, printer.directory, AFTER + timedelta(hours=23))
    assert [path.name for path in printer.directory.iterdir()] == [file.name]
    report_batches.sweep(office.session, printer.directory, AFTER + timedelta(hours=25))
    assert list(printer.directory.iterdir()) == []
    assert office.session.scalars(select(Batch)).all() == []


@pytest.mark.parametrize("code", ["../../etc/passwd", "a/b", "..", "", "CON:", "x" * 64, "名\0字"])
def test_no_code_leads_out_of_the_file(office: Office, campaign: Campaign, printer: ReportPrinter, code: str):
    campaign.subjects[0].person.code = code.replace("\0", " ")
    ask(office, campaign)
    report_batches.make_next(office.session, printer)
    (file,) = printer.directory.iterdir()
    with ZipFile(file) as archive:
        assert not [
            name for name in archive.namelist() if "/" in name or "\\" in name or name.startswith(".")
        ]
