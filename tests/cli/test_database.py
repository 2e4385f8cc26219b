import sqlite3
from dataclasses import replace
from pathlib import Path

from feedback.settings import Settings
from tests.cli.conftest import Run, feedback


def test_upgrade_makes_the_tables_and_check_finds_them_right(either_empty_engine: Settings) -> None:
    assert feedback(either_empty_engine, "db", "check").exit_code == 1
    assert feedback(either_empty_engine, "db", "upgrade").exit_code == 0
    assert feedback(either_empty_engine, "db", "upgrade").exit_code == 0
    assert feedback(either_empty_engine, "db", "check").stdout.startswith("ok: ")


def test_upgrade_makes_the_data_directory(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    fresh = replace(settings, data_dir=folder, database_url=f"sqlite:///{folder / 'feedback.db'}")
    assert feedback(fresh, "db", "upgrade").exit_code == 0
    assert folder.stat().st_mode & 0o777 == 0o700


def test_check_names_what_differs(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    with sqlite3.connect(tmp_path / "feedback.db") as connection:
        connection.execute("ALTER TABLE comment DROP COLUMN text")
    connection.close()
    result = run("db", "check")
    assert result.exit_code == 1
    assert "add_column comment text" in result.stderr


def test_a_backup_holds_the_database_and_no_key(run: Run, folder: Path) -> None:
    for command in (("db", "upgrade"), ("people", "import", folder / "people.csv")):
        assert run(*command).exit_code == 0
    assert run("campaign", "create", folder / "campaign.toml").exit_code == 0
    assert run("campaign", "open", "2026Q4").exit_code == 0
    result = run("db", "backup", folder / "copy.db")
    assert result.exit_code == 0
    assert "keys of open campaigns are not in it" in result.stdout
    connection = sqlite3.connect(folder / "copy.db")
    assert connection.execute("SELECT count(*) FROM person").fetchone() == (4,)
    connection.close()
    key = (folder / "keys" / "2026Q4.key").read_bytes()
    assert key not in (folder / "copy.db").read_bytes()
    assert (folder / "copy.db").stat().st_mode & 0o077 == 0


def test_a_backup_overwrites_nothing(run: Run, folder: Path) -> None:
    run("db", "upgrade")
    (folder / "copy.db").write_text("precious")
    assert run("db", "backup", folder / "copy.db").exit_code == 1
    assert (folder / "copy.db").read_text() == "precious"


def test_a_backup_of_postgresql_is_left_to_its_own_tool(
    settings: Settings, postgres_url: str, tmp_path: Path
) -> None:
    result = feedback(replace(settings, database_url=postgres_url), "db", "backup", tmp_path / "copy.db")
    assert result.exit_code == 1
    assert "pg_dump" in result.stderr
