"""Accounts by commands."""

from pathlib import Path

import pytest

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.settings import Settings
from tests.cli.conftest import Run
from tests.factories import Office
from tests.views.letters import letters


@pytest.fixture
def run(tables: None, run: Run, folder: Path) -> Run:
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


def test_a_link_to_set_a_password_is_sent_again_and_works(run: Run, settings: Settings) -> None:
    result = run("user", "send-link", "HR@example.com")
    assert (result.exit_code, result.stdout) == (
        0,
        "a link to set a password is on its way to hr@example.com\n",
    )
    with opened(create_app(settings)) as app:
        office = Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))
        [letter] = letters(office)
        assert (letter.address, letter.subject) == ("hr@example.com", "您的账号已开通")
        assert app.test_client().get(letter.link).status_code == 200
        sent = office.session.query(AuditEntry).filter_by(act="password link sent").one()
        assert (sent.target, sent.actor.startswith("cli:")) == ("hr@example.com", True)


def test_an_account_is_linked_to_its_person_and_unlinked(run: Run, folder: Path) -> None:
    run("user", "create", "m1@example.com", "--role", "manager")
    assert run("people", "import", folder / "people.csv").exit_code == 0
    assert run("user", "link", "m1@example.com").stdout == "account m1@example.com is that of 王芳 (M1)\n"
    assert (
        run("user", "link", "hr@example.com", "--person", "M1").stderr == "Error: M1 has an account already\n"
    )
    assert run("user", "link", "hr@example.com").exit_code == 1
    assert run("user", "unlink", "m1@example.com").exit_code == 0
    assert "manager\t-\tok" in run("user", "list").stdout


def test_a_disabled_account_gets_no_link(run: Run) -> None:
    run("user", "disable", "hr@example.com")
    result = run("user", "send-link", "hr@example.com")
    assert (result.exit_code, result.stderr) == (1, "Error: the account is disabled: enable it first\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("send-link", "nobody@example.com"),
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
