"""What somebody installs who has no checkout: the wheel alone, from any directory."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from feedback.settings import Settings
from feedback.version import VERSION

ROOT = Path(__file__).parent.parent
PACKED = {
    "feedback": ("*.py", "*.mako", "*.css", "*.js", "*.svg", "*.mo"),
    "forms": ("*.py", "*.toml"),
    "scoring": ("*.py",),
    "templates": ("*.html", "*.txt"),
}

PRINTING = """
import sys
from feedback.papers.pdf import typesetting
from feedback.papers.pdf.blocks import Cover, Paper
cover = Cover("反馈", "个人报告", "张三", (), "季度", "预览", (), (), "维度", ("维度", "", "得分", "区间"), (), "目录")
sys.stdout.buffer.write(typesetting.pdf(Paper("张三", "zh", "第 {0} 页", cover, ()), None))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip would build it, without a network and in no environment of its own."""
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = directory.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_everything_that_the_product_reads_at_run_time_is_packed(names: set[str]):
    needed = {
        path.relative_to(ROOT).as_posix()
        for package, patterns in PACKED.items()
        for pattern in patterns
        for path in (ROOT / package).rglob(pattern)
    }
    assert needed - names == set()
    assert {
        "asgi.py",
        "feedback/static/respond.css",
        "feedback/migrations/env.py",
        "feedback/translations/zh_Hans_CN/LC_MESSAGES/messages.mo",
        "forms/questionnaires/account-manager.toml",
        "forms/schemes/account-manager.toml",
        "templates/ballot_box/respond/form.html",
    } <= names


def test_nothing_else_is_packed(names: set[str]):
    tops = {name.partition("/")[0] for name in names}
    (metadata,) = (top for top in tops if top.endswith(".dist-info"))
    assert metadata == f"feedback-{VERSION}.dist-info"
    assert tops == {*PACKED, "asgi.py", metadata}
    assert not [name for name in names if name.endswith((".pyc", ".db", ".key")) or "/test" in name]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(directory)
    return directory


@pytest.fixture
def environment(installed: Path, settings: Settings) -> dict[str, str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("FEEDBACK_", "PYTHON"))
    }
    return clean | settings.to_environment() | {"PYTHONPATH": str(installed)}


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    feedback = [sys.executable, "-m", "feedback"]
    subprocess.run(
        [*feedback, "db", "upgrade"], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    process = subprocess.Popen(
        [*feedback, "serve", "--port", port],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


def fetch(url: str) -> tuple[int, str]:
    for _ in range(600):  # a busy machine takes its time
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def test_it_is_the_installed_code_that_runs(installed: Path, environment: dict[str, str], tmp_path: Path):
    where = "import feedback, forms, scoring; print(*(m.__path__[0] for m in (feedback, forms, scoring)))"
    result = subprocess.run(
        [sys.executable, "-c", where],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout.split() == [str(installed / name) for name in ("feedback", "forms", "scoring")]


def printed(environment: dict[str, str], directory: Path) -> bytes:
    printing = [sys.executable, "-c", PRINTING]
    return subprocess.run(printing, cwd=directory, env=environment, check=True, capture_output=True).stdout


def test_it_prints_chinese_in_the_same_bytes_on_a_machine_without_a_font(
    environment: dict[str, str], tmp_path: Path
):
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig></fontconfig>")
    pdf = printed(environment | {"HOME": str(tmp_path), "FONTCONFIG_FILE": str(nothing)}, tmp_path)
    assert b"pdfuaid:part" in pdf
    assert pdf == printed(environment, ROOT)


def test_it_migrates_and_serves_pages_from_a_directory_that_is_not_ours(server: str):
    status, page = fetch(f"{server}/sign-in?lang=zh")
    assert (status, "登录" in page) == (200, True)
    assert fetch(f"{server}/static/respond.css")[0] == 200
    assert fetch(f"{server}/static/base.css")[0] == 200
    status, page = fetch(f"{server}/s/{'A' * 36}")
    assert (status, "<title>" in page) == (404, True)
