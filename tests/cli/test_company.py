"""From files to a released campaign, by commands alone."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.settings import Settings
from tests.cli.conftest import Run, feedback


@pytest.fixture
def company(tables: None, run: Run, folder: Path) -> Path:
    for command in (
        ("people", "import", folder / "people.csv"),
        ("clients", "import", folder / "clients.csv"),
        ("campaign", "create", folder / "campaign.toml"),
    ):
        result = run(*command)
        assert result.exit_code == 0, result.output
    return folder


def test_a_quarter_runs_by_commands_alone_on_either_engine(
    either_empty_engine: Settings, folder: Path
) -> None:
    said = {}
    for line in (
        "db upgrade",
        "people import people.csv",
        "clients import clients.csv",
        "campaign create campaign.toml",
        "campaign open 2026Q4",
        "campaign status 2026Q4 --json",
        "invitations export 2026Q4",
        "campaign close 2026Q4 --now",
        "kpi import kpi.csv --period 2026Q4",
        "goals import scores goals.csv --period 2026Q4",
        "campaign release 2026Q4",
        "doctor",
    ):
        words = [str(folder / word) if (folder / word).is_file() else word for word in line.split()]
        result = feedback(either_empty_engine, *words)
        assert result.exit_code == 0, f"{line}: {result.output}"
        said[line] = result.stdout
    assert said["people import people.csv"] == "people: 4 added, 0 changed, 0 unchanged\n"
    assert (
        said["clients import clients.csv"]
        == "clients: 1 added, 0 changed, 0 unchanged\ncontacts: 2 added, 0 changed, 0 unchanged\n"
    )
    groups = {
        group["group"]: group["invited"]
        for group in json.loads(said["campaign status 2026Q4 --json"])["groups"]
    }
    assert groups == {"client+peer": 3, "supervisor+self": 4}
    assert "1 added" in said["kpi import kpi.csv --period 2026Q4"]


def test_a_period_may_be_written_in_full_width_digits_wherever_it_is_asked_for(
    either_engine: Settings, folder: Path
) -> None:
    text = (folder / "campaign.toml").read_text(encoding="utf-8").replace("2026Q4", "２０２６q4")
    (folder / "campaign.toml").write_text(text, encoding="utf-8")
    said = {}
    for line in (
        "people import people.csv",
        "clients import clients.csv",
        "campaign create campaign.toml",
        "campaign open ２０２６Q4",
        "campaign close ２０２６Ｑ４ --now",
        "kpi import kpi.csv --period ２０２６Ｑ４",
        "goals import scores goals.csv --period ２０２６q４",
        "user create hr@example.com --role hr",
        "incident report A1 --severity minor --category gifts --occurred 2026-10-05 --evidence CASE-7 "
        "--period ２０２６Q4 --as hr@example.com",
        "incident list --period ２０２６q4",
        "report A1 --campaign ２０２６Q4 --format json",
        "audit anonymity ２０２６Q4",
    ):
        words = [str(folder / word) if (folder / word).is_file() else word for word in line.split()]
        result = feedback(either_engine, *words)
        assert result.exit_code == 0, f"{line}: {result.output}"
        said[line] = result.stdout
    assert said["kpi import kpi.csv --period ２０２６Ｑ４"].startswith("actuals of 2026Q4: 1 added")
    assert said["goals import scores goals.csv --period ２０２６q４"].startswith(
        "goal scores of 2026Q4: 1 added"
    )
    assert said["incident list --period ２０２６q4"].startswith("1\treported\tminor\tA1\t2026Q4\t2026-10-05")
    report = json.loads(said["report A1 --campaign ２０２６Q4 --format json"])
    assert report["campaign"]["period"] == "2026Q4"


def test_links_are_exported_with_their_raters_and_no_formula(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    rows = list(csv.DictReader(io.StringIO(run("invitations", "export", "2026Q4").stdout)))
    assert len(rows) == 6
    assert {row["rater"] for row in rows} >= {"'=Anna", "陈晨", "张伟"}
    assert all(row["url"].startswith("http://localhost/s/") for row in rows)


def test_a_file_of_links_is_for_excel_and_for_its_owner_only(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    assert run("invitations", "export", "2026Q4", "--output", company / "links.csv").exit_code == 0
    assert (company / "links.csv").read_bytes().startswith(b"\xef\xbb\xbfurl,rater")
    assert (company / "links.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "arguments",
    [
        "campaign status 2027Q1",
        "campaign close 2026Q4",
        "campaign release 2026Q4",
        "invitations export 2026Q4",
        "campaign create campaign.toml",
        "kpi import kpi.csv --period Q4",
        "kpi import goals.csv --period 2026Q4",
        "people import campaign.toml",
        "incident confirm 1 --reason proved --as nobody@example.com",
        "goals import kpi.csv",
        "user create nobody --role hr",
    ],
)
def test_a_mistake_is_told_on_stderr_and_exits_with_1(run: Run, company: Path, arguments: str) -> None:
    words = [str(company / word) if (company / word).is_file() else word for word in arguments.split()]
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ")
    assert result.stdout == ""


def test_a_campaign_can_be_closed_early_only_when_said(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    assert run("campaign", "close", "2026Q4").exit_code == 1
    assert run("campaign", "close", "2026Q4", "--now").exit_code == 0


def test_an_account_gets_the_password_given_or_one_made_for_it(run: Run, company: Path) -> None:
    given = run(
        "user", "create", "hr@example.com", "--role", "hr", "--password-stdin", stdin="correct horse\n"
    )
    assert (given.exit_code, "password" in given.stdout) == (0, False)
    made = run("user", "create", "m1@example.com", "--role", "manager")
    assert made.exit_code == 0
    assert "王芳 (M1)" in made.stdout
    assert "shown only now" in made.stdout


def test_doctor_masks_secrets_and_finds_a_lost_key(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    healthy = run("doctor")
    assert healthy.exit_code == 0
    assert "FEEDBACK_SECRET_KEYS=1 set" in healthy.stdout
    (company / "keys" / "2026Q4.key").unlink()
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAULT  keys" in result.stdout


def test_doctor_finds_secrets_that_do_not_open_a_key(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    result = run("doctor", FEEDBACK_SECRET_KEYS="another secret that is long enough to be one")
    assert result.exit_code == 1
    assert "FAULT  keys" in result.stdout


def test_nobody_is_taken_back_from_phoning_a_client_whom_nobody_was_to_phone(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    refused = run("interviews", "take-back", "2026Q4", "chen@k1.example")
    assert refused.exit_code == 1 and "no interview of chen@k1.example" in refused.stderr


def test_an_interview_is_assigned_and_taken_back(run: Run, company: Path) -> None:
    more = company / "more.csv"
    more.write_text((company / "clients.csv").read_text("gb18030") + "K1,澜桥物流,A1,李雷,li@k1.example\n")
    run("clients", "import", more)
    run("campaign", "edit", "2026Q4", company / "campaign.toml")
    run("campaign", "open", "2026Q4")
    run("user", "create", "m1@example.com", "--role", "manager")
    chosen = ("Chen@K1.example", "anna@k1.example", "li@k1.example")
    few = run("interviews", "assign", "2026Q4", *chosen[:2], "M1@example.com")
    assert few.exit_code == 1 and "at least 3 clients" in few.stderr
    assert run("interviews", "assign", "2026Q4", *chosen, "M1@example.com").exit_code == 0
    assert "m1@example.com" in run("interviews", "list", "2026Q4").stdout
    assert run("interviews", "take-back", "2026Q4", " CHEN@k1.example").exit_code == 0
    assert run("interviews", "list", "2026Q4").stdout.count("m1@example.com") == 2


def test_a_campaign_whose_key_is_lost_can_be_given_up_and_no_other(run: Run, company: Path) -> None:
    run("campaign", "open", "2026Q4")
    refused = run("campaign", "give-up", "2026Q4", "--yes")
    assert refused.exit_code == 1 and "close it" in refused.stderr
    (company / "keys" / "2026Q4.key").unlink()
    assert run("campaign", "close", "2026Q4", "--now").exit_code == 1
    given_up = run("campaign", "give-up", "2026Q4", "--yes")
    assert given_up.exit_code == 0 and "0 ballots were destroyed unopened" in given_up.stdout
    assert run("doctor").exit_code == 0
    assert run("audit", "anonymity").exit_code == 0


def test_a_backup_from_before_the_close_is_refused_after_it(
    run: Run, company: Path, settings: Settings
) -> None:
    """Else it would take answers again, thank for them, and lose them."""
    run("campaign", "open", "2026Q4")
    run("db", "backup", company / "before.db")
    run("campaign", "close", "2026Q4", "--now")
    for name in ("feedback.db-wal", "feedback.db-shm"):
        (company / name).unlink(missing_ok=True)
    shutil.copy(company / "before.db", company / "feedback.db")
    for command in (("db", "upgrade"), ("serve", "--port", "1"), ("worker",), ("doctor",)):
        refused = run(*command)
        assert refused.exit_code == 1
        assert "2026Q4 was counted on this server" in refused.output
    link = next(csv.DictReader(io.StringIO(run("invitations", "export", "2026Q4").stdout)))["url"]
    with opened(create_app(settings)) as app:
        page = app.test_client().get(link.removeprefix("http://localhost"))
        assert page.status_code == 410 and "已经" in page.text
    assert run("campaign", "give-up", "2026Q4", "--yes").exit_code == 0
    assert run("doctor").exit_code == 0
