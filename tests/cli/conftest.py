import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feedback.cli import main
from feedback.settings import Settings
from tests.cli import commands
from tests.cli.run_by import broken_promises
from tests.conftest import DATABASE, settings_in

Run = Callable[..., Result]

PEOPLE = """\
code,name,department,level,manager,email
M1,王芳,east,,,m1@example.com
A1,张伟,east,senior,M1,a1@example.com
A2,李娜,east,junior,M1,a2@example.com
C1,赵敏,east,,M1,c1@example.com
"""
CLIENTS = """\
client,client_name,account_manager,contact_name,email
K1,澜桥物流,A1,陈晨,chen@k1.example
K1,澜桥物流,A1,=Anna,anna@k1.example
"""
CAMPAIGN = """
code = "2026Q4"
period = "2026Q4"
kind = "both"
title = {en = "Fourth quarter", zh = "第四季度"}
closes_at = 2099-12-15
[subjects]
all = true
[peers]
A1 = ["C1"]
"""


@pytest.fixture(autouse=True)
def promise(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is said to run a command has done so, or it fails."""
    commands.ran.clear()
    yield
    assert broken_promises(request.node) == set()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With a secret that an environment variable can hold."""
    return replace(settings_in(tmp_path), secret_keys=("s" * 40,))


@pytest.fixture
def tables(settings: Settings, migrated_database: Path) -> None:
    """What `feedback db upgrade` makes, copied."""
    shutil.copy(migrated_database, settings.data_dir / DATABASE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files of a small company."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="gb18030")
    (tmp_path / "kpi.csv").write_text("subject,kpi,actual,target\nA1,sales-revenue,110,100\n")
    (tmp_path / "goals.csv").write_text("subject,score\nA1,80\n")
    (tmp_path / "campaign.toml").write_text(CAMPAIGN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(settings: Settings) -> Iterator[Run]:
    """Runs a command as from a shell, with the settings of this test. No command leaves a file open."""
    yield lambda *arguments, **options: feedback(settings, *arguments, **options)
    assert open_files(settings.data_dir) == []


def open_files(directory: Path) -> list[str]:
    """Those of this process, where the system tells."""
    descriptors = Path("/proc/self/fd").glob("*")
    targets = [os.readlink(each) for each in descriptors if each.is_symlink()]
    return [target for target in targets if target.startswith(str(directory))]


def feedback(
    settings: Settings, *arguments: str | Path, stdin: str | bytes | None = None, **environment: str
) -> Result:
    environment = settings.to_environment() | environment
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(main, words, input=stdin, env=environment)
    if result.exit_code == 0:
        commands.ran.add(commands.called(words))
    return result
