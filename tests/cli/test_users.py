"""Accounts by commands."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def run(run: Run, folder: Path) -> Run:
    assert run("db", "upgrade").exit_code == 0
    for email, role in (("admin@example.com", "admin"), ("hr@example.com", "hr")):
        assert run("user", "create", email, "--role", role).exit_code == 0
    return run


def test_an_account_is_listed_with_its_roles_and_state(run: Run) -> None:
    assert run("user", "roles", "hr@example.com", "--role", "hr", "--role", "manager").exit_code == 0
    assert run("user", "disable", "HR@example.com").exit_code == 0
    assert run("user", "list").stdout.splitlines() == [
        "admin@example.com\tadmin\t-\tok",
        "hr@example.com\thr,manager\t-\tdisabled",
    ]
    assert run("user", "enable", "hr@example.com").exit_code == 0
    assert "disabled" not in run("user", "list").stdout


@pytest.mark.parametrize("command", ["unlock", "reset-factor"])
def test_locks_and_factors_are_taken_away_by_command(run: Run, command: str) -> None:
    assert run("user", command, "hr@example.com").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("disable", "admin@example.com"),
        ("roles", "admin@example.com", "--role", "hr"),
        ("disable", "nobody@example.com"),
        ("create", "hr@example.com", "--role", "hr"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(run: Run, arguments: tuple[str, ...]) -> None:
    before = run("user", "list").stdout
    result = run("user", *arguments)
    assert (result.exit_code, result.stderr.startswith("Error: ")) == (1, True)
    assert run("user", "list").stdout == before
