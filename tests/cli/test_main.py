import click
import pytest
from click.testing import CliRunner

from feedback.cli import main
from feedback.version import VERSION
from tests.cli.conftest import Run


def commands(
    group: click.Group = main, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
        else:
            found.append(((*path, name), command))
    return found


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
