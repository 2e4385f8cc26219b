"""The README's first command, for a company of one."""

import sqlite3
from pathlib import Path

from tests.cli.conftest import Run


def test_a_demo_is_made_once_says_how_to_get_in_and_leaves_the_installation_alone(run: Run, tmp_path: Path):
    directory = tmp_path / "demo"
    small = ("demo", "--no-serve", "--subjects", "1", "--port", "8123")
    made = run(*small, FEEDBACK_DATA_DIR=str(directory))
    assert made.exit_code == 0, made.output
    password = (directory / "password").read_text()
    assert f"Sign in at http://127.0.0.1:8123/sign-in with the password {password}\n" in made.stdout
    assert "hr@demo.example" in made.stdout and "http://127.0.0.1:8123/s/" in made.stdout
    with sqlite3.connect(directory / "feedback.db") as database:
        states = database.execute("SELECT code, state FROM campaign ORDER BY code").fetchall()
    database.close()
    assert [state for _, state in states][-2:] == ["released", "open"]
    again = run(*small, FEEDBACK_DATA_DIR=str(directory))
    assert (again.exit_code, again.stdout) == (0, made.stdout)
    assert not (tmp_path / "feedback.db").exists()
