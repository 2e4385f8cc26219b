import os
import re
import signal
import subprocess
import time
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
    (tmp_path / "wsgi.py").write_text("raise SystemExit('not this one')")
    port = free_port()
    with served(settings, "--port", str(port), directory=tmp_path):
        assert status(f"http://127.0.0.1:{port}/sign-in") == 200
        assert status(f"http://127.0.0.1:{port}/s/none") == 404


def test_a_worker_works_until_it_is_told_to_stop(run: Run, settings: Settings) -> None:
    run("db", "upgrade")
    environment = os.environ | settings.to_environment()
    with subprocess.Popen(process("worker"), env=environment, cwd=ROOT) as worker:
        while worker.poll() is None and not catches(worker.pid, signal.SIGTERM):
            time.sleep(0.1)
        worker.terminate()
    assert worker.returncode == 0


def catches(pid: int, number: int) -> bool:
    [caught] = re.findall(r"^SigCgt:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return bool(int(caught, 16) >> (number - 1) & 1)
