import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import chain
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from feedback.cli import main
from feedback.cli.ground.on_demand import OnDemand
from feedback.settings import Settings
from feedback.version import VERSION
from tests.cli.commands import commands, named
from tests.cli.conftest import Run
from tests.cli.run_by import RUN_BY, case

ROOT = Path(__file__).parents[2]
WITH_THE_DATABASE = {"sqlalchemy", "flask", "flask_babel", "feedback.settings"}
SLOW_TO_LOAD = {"numpy", "alembic", "huey", "flask_security", "email_validator", "feedback.views"}


@pytest.mark.parametrize(
    ("path", "command"), commands(), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_has_help_with_an_example(path: tuple[str, ...], command: click.Command) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    assert command.help
    assert f"Example: feedback {' '.join(path)}" in " ".join(result.output.split())


def test_it_says_which_version_it_is_with_and_without_a_server(tables: None, run: Run) -> None:
    assert run("--version").stdout == f"feedback {VERSION}\n"
    assert run("doctor").stdout.startswith(f"feedback {VERSION}, Python 3.")


def test_every_command_is_run_by_a_test_that_is_there():
    assert RUN_BY.keys() == {" ".join(path) for path, _ in commands()}
    for name, value in map(case, RUN_BY.values()):
        module, _, function = name.partition(".")
        test = getattr(import_module(f"tests.cli.{module}"), function)
        assert not value or value in values(test), f"{name} has no case for {value}"


def values(test: Callable[..., object]) -> set[object]:
    """All values of the parameters of a test."""
    given = (mark.args[1] for mark in test.pytestmark if mark.name == "parametrize")
    rows = chain.from_iterable(given)
    return set(chain.from_iterable(row if isinstance(row, tuple) else (row,) for row in rows))


def test_what_stands_for_a_command_says_what_the_command_says():
    for _, command in named():
        if isinstance(command, OnDemand):
            assert said_by(command) == said_by(command.load())


def said_by(command: click.Command) -> list[object]:
    helps = [command.get_short_help_str(width) for width in (30, 45, 60, 1000)]
    return [command.name, command.hidden, command.deprecated, *helps]


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--help"], SLOW_TO_LOAD | WITH_THE_DATABASE),
        (["campaign", "--help"], SLOW_TO_LOAD | WITH_THE_DATABASE),
        (["nonsense"], SLOW_TO_LOAD | WITH_THE_DATABASE),
        (["campaign", "status", "2026Q4"], SLOW_TO_LOAD),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_loads_no_more_than_it_uses(
    arguments: list[str], unneeded: set[str], settings: Settings, tables: None
):
    code = (
        "import atexit, sys\nfrom feedback.cli import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        f"main({arguments!r})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | settings.to_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    loaded = set(ran.stderr.split())
    assert "feedback.cli" in loaded
    assert not loaded & unneeded


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["people", "import"],
        ["people", "import", "missing.csv"],
        ["user", "create", "a@b.example", "--role", "boss"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], run: Run) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"FEEDBACK_COLOUR": "red"}, "FEEDBACK_COLOUR is not a setting"),
        ({"FEEDBACK_SECRET_KEYS": "short"}, "each key of FEEDBACK_SECRET_KEYS needs at least 32 characters"),
        ({"FEEDBACK_DATABASE_URL": "nonsense"}, "FEEDBACK_DATABASE_URL"),
        ({"FEEDBACK_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"}, "connection failed"),
        ({"FEEDBACK_DATABASE_URL": "oracle://x"}, "must be sqlite"),
    ],
)
def test_wrong_settings_are_said_in_words(environment: dict[str, str], sentence: str, run: Run) -> None:
    result = run("db", "check", **environment)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "secret@" not in result.output
    assert isinstance(result.exception, SystemExit)


def test_a_database_without_tables_is_said_in_words(run: Run) -> None:
    result = run("campaign", "status", "2026Q4")
    assert result.exit_code == 1
    assert "feedback db upgrade" in result.stderr


def test_an_argument_that_is_no_text_is_said_in_words(run: Run) -> None:
    run("db", "upgrade")
    result = run("campaign", "status", "\udcff")
    assert (result.exit_code, "UTF-8" in result.stderr) == (1, True)
