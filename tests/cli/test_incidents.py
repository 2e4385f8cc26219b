"""Two people decide on incidents on the command line, too."""

import getpass
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Run

REPORT = ("incident", "report", "A1", "--severity", "critical", "--category", "gifts")
REPORT += ("--occurred", "2026-10-05", "--evidence", "CASE-7", "--as", "hr@example.com")


@pytest.fixture
def company(run: Run, tables: None, folder: Path) -> Path:
    assert run("people", "import", folder / "people.csv").exit_code == 0
    return folder


@pytest.fixture
def offices(run: Run, company: Path) -> None:
    for role in ("hr", "compliance", "auditor"):
        made = run("user", "create", f"{role}@example.com", "--role", role)
        assert made.exit_code == 0, made.output


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch):
    """Says who sits at the shell."""
    return lambda name: monkeypatch.setattr(getpass, "getuser", lambda: name)


def decide(run: Run, act: str, email: str) -> Result:
    return run("incident", act, "1", "--reason", "because", "--as", email)


def test_one_reports_another_confirms_and_two_withdraw(run: Run, offices: None, shell):
    shell("anna")
    assert run(*REPORT).stdout == "incident 1: reported, critical, A1 in 2026Q4\n"
    refused = decide(run, "confirm", "compliance@example.com")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: cli:anna typed the other step: it takes another person\n",
    )
    shell("ben")
    assert "whoever reported it cannot confirm it" in decide(run, "confirm", "hr@example.com").stderr
    assert decide(run, "confirm", "compliance@example.com").stdout == "incident 1: confirmed\n"
    assert decide(run, "withdraw", "compliance@example.com").stdout == (
        "incident 1: withdrawal asked, another agrees\n"
    )
    assert decide(run, "withdraw", "hr@example.com").exit_code == 1
    shell("anna")
    assert decide(run, "withdraw", "hr@example.com").stdout == "incident 1: withdrawn\n"
    assert run("incident", "list").stdout == "1\twithdrawn\tcritical\tA1\t2026Q4\t2026-10-05\tgifts\tCASE-7\n"


def test_a_rejected_incident_is_only_in_the_register(run: Run, offices: None, shell):
    shell("anna")
    run(*REPORT)
    shell("ben")
    assert decide(run, "reject", "compliance@example.com").stdout == "incident 1: rejected\n"
    assert run("incident", "list", "--state", "reported").stdout == ""


def test_an_account_without_the_right_or_that_is_disabled_takes_no_step(run: Run, offices: None, shell):
    shell("anna")
    run(*REPORT)
    shell("ben")
    assert "only compliance and HR" in decide(run, "confirm", "auditor@example.com").stderr
    run("user", "disable", "compliance@example.com")
    assert "is disabled" in decide(run, "confirm", "compliance@example.com").stderr
