import os
import subprocess
from pathlib import Path

from feedback.settings import Settings
from tests.cli.commands import process
from tests.cli.conftest import Run
from tests.cli.serving import ROOT, served, status
from tests.ports import free_port


def test_it_does_not_serve_on_a_database_that_is_not_migrated(run: Run) -> None:
    result = run("serve", "--port", "1")
    assert result.exit_code == 1
    assert "feedback db upgrade" in result.stderr


def test_it_serves_from_any_directory_whatever_lies_there(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    run("db", "upgrade")
    (tmp_path / "asgi.py").write_text("raise SystemExit('not this one')")
    port = free_port()
    with served(settings, "--port", str(port), directory=tmp_path):
        assert status(f"http://127.0.0.1:{port}/sign-in") == 200
        assert status(f"http://127.0.0.1:{port}/s/none") == 404


def test_a_worker_does_not_outlive_a_server_that_died_before_it_was_up(tmp_path: Path):
    environment = {
        "FEEDBACK_SECRET_KEYS": "a secret of the tests that is long enough to be one",
        "FEEDBACK_PUBLIC_URL": "http://localhost",
        "FEEDBACK_DATA_DIR": str(tmp_path),
    }
    environment |= {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    subprocess.run(process("db", "upgrade"), env=environment, cwd=ROOT, check=True, capture_output=True)
    orphan = process("worker", "--child-of", "1000000000")
    assert subprocess.run(orphan, env=environment, cwd=ROOT, timeout=180).returncode == 0
