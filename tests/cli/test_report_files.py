"""Reports and results as files from the command line."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from feedback.models.campaigns import Campaign
from feedback.models.results import ReleasedReport
from feedback.services.ground.documents import FORMAT
from tests.cli.conftest import Run
from tests.factories import Office
from tests.stored_documents import released


@pytest.fixture
def campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 3}, {"client": 3})
    for place in range(2):
        for nonce in office.nonces(campaign, "client", place):
            office.answer(nonce)
    office.close(campaign)
    office.session.commit()
    return campaign


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF-"), ("html", b"<!doctype html>"), ("json", b"{")])
def test_one_report_is_written_into_a_file_for_its_owner_alone(
    run: Run, campaign: Campaign, tmp_path: Path, form: str, start: bytes
):
    output = tmp_path / f"report.{form}"
    result = run("report", "P001", "--campaign", campaign.code, "--format", form, "--output", output)
    assert result.exit_code == 0, result.output
    assert output.read_bytes().lstrip().startswith(start)
    assert output.stat().st_mode & 0o077 == 0


def test_the_reports_on_everybody_go_into_a_directory_or_a_zip_file(
    run: Run, campaign: Campaign, tmp_path: Path
):
    everybody = (
        "report",
        "--campaign",
        campaign.code,
        "--all",
        "--format",
        "pdf",
        "--language",
        "en",
        "--output",
    )
    names = ["001-P001-Person-1.pdf", "002-P002-Person-2.pdf"]
    assert run(*everybody, tmp_path / "all").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == names
    assert run(*everybody, tmp_path / "all.zip").exit_code == 0
    with ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == names


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("P001", "--format", "pdf"), 1, "pdf needs a place: add --output NAME"),
        (("--all",), 1, "--all needs a place: add --output NAME"),
        ((), 2, "name a subject, or say --all"),
        (("P001", "--all", "--output", "x"), 2, "name a subject, or say --all"),
        (("P009",), 1, "is not about P009"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    run: Run, campaign: Campaign, arguments: tuple[str, ...], code: int, sentence: str
):
    result = run("report", *arguments, "--campaign", campaign.code)
    assert result.exit_code == code and sentence in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("form", ["xlsx", "tables"])
def test_the_tables_of_all_reports_are_written_into_a_file(
    run: Run, campaign: Campaign, tmp_path: Path, form: str
):
    output = tmp_path / "results"
    result = run("results", "export", campaign.code, "--format", form, "--output", output)
    assert result.exit_code == 0 and "2 reports as tables" in result.output
    assert ZipFile(output).testzip() is None
    refused = run("results", "export", campaign.code, "--format", form)
    assert refused.exit_code == 1 and f"{form} needs a file" in refused.output


@pytest.mark.parametrize("what", ["team", "quality"])
@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("json", b"{")])
def test_the_team_and_the_quality_are_written_into_a_file_for_its_owner_alone(
    run: Run, campaign: Campaign, tmp_path: Path, what: str, form: str, start: bytes
):
    output = tmp_path / f"{what}.{form}"
    result = run("results", what, campaign.code, "--format", form, "--language", "en", "--output", output)
    assert result.exit_code == 0, result.output
    assert output.read_bytes().startswith(start)
    assert output.stat().st_mode & 0o077 == 0


def test_a_team_is_that_of_a_manager_or_a_department(run: Run, office: Office, campaign: Campaign):
    manager = office.person("BOSS")
    for subject in campaign.subjects:
        subject.person.manager = manager
    office.session.commit()
    for option in ((), ("--manager", "BOSS"), ("--department", "east")):
        found = json.loads(run("results", "team", campaign.code, *option).output)
        assert [member["subject"]["code"] for member in found["members"]] == ["P001", "P002"]
    for option, sentence in (
        (("--manager", "P001"), "there are reports on 0 here"),
        (("--manager", "nobody"), "there is no person nobody"),
        (("--department", "west"), "there are reports on 0 here"),
        (("--format", "pdf"), "pdf needs a file"),
    ):
        refused = run("results", "team", campaign.code, *option)
        assert refused.exit_code == 1 and sentence in refused.output


def test_doctor_says_which_font_reports_are_printed_with(run: Run):
    assert "fonts: reports are printed with Noto Sans CJK SC" in run("doctor").output


def test_a_report_of_another_version_is_refused_in_words(run: Run, office: Office):
    subjects = released(office, f"format-{FORMAT}")
    subject = subjects["full"]
    row = office.session.get_one(ReleasedReport, (subject.id, 1))
    row.document = row.document | {"format": FORMAT + 1}
    office.session.commit()
    result = run("report", subject.person.code, "--campaign", subject.campaign.code)
    assert result.exit_code == 1
    assert "this was stored by another version of the program" in result.output
