"""The locked requirements: complete, hashed, and naming no place to download from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FILES = {path.stem: path for path in sorted((ROOT / "requirements").glob("*.txt"))}
LINE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;]+)(?: ; [^\\:]+)?(?: --hash=sha256:[0-9a-f]{64})+"
)


def requirements(path: Path) -> list[str]:
    """One line per package, as pip reads them."""
    return re.sub(r" \\\n +", " ", path.read_text()).splitlines()


def versions(path: Path) -> dict[str, str]:
    matches = [LINE.fullmatch(line) for line in requirements(path)]
    return {match["name"]: match["version"] for match in matches if match}


def declared(extra: str) -> set[str]:
    """What pyproject.toml asks for, by normalised names; an extra that names another one is not a package."""
    wanted = PROJECT["dependencies"] if extra == "core" else PROJECT["optional-dependencies"][extra]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", line)[0]).lower() for line in wanted}
    return names - {PROJECT["name"]}


@pytest.mark.parametrize("path", FILES.values(), ids=FILES)
def test_every_line_is_one_package_pinned_and_hashed_and_no_address(path: Path):
    assert [line for line in requirements(path) if not LINE.fullmatch(line)] == []


@pytest.mark.parametrize("path", FILES.values(), ids=FILES)
def test_every_file_holds_the_core_in_the_same_versions(path: Path):
    assert versions(FILES["core"]).items() <= versions(path).items()


@pytest.mark.parametrize("extra", ["core", *PROJECT["optional-dependencies"]])
def test_everything_that_the_project_declares_is_locked(extra: str):
    assert declared(extra) <= versions(FILES[extra]).keys()


def test_what_only_tests_need_is_not_installed_with_the_product():
    assert not declared("test") & versions(FILES["core"]).keys()


@pytest.mark.parametrize(
    "line",
    [
        "flask>=3.1 --hash=sha256:" + "0" * 64,
        "flask==3.1.0",
        "flask==3.1.0 --hash=md5:" + "0" * 32,
        "--index-url https://packages.example/simple",
        "flask @ https://packages.example/flask.whl --hash=sha256:" + "0" * 64,
    ],
)
def test_a_loose_or_foreign_line_would_be_noticed(line: str):
    assert not LINE.fullmatch(line)
