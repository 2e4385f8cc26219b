"""The way of a campaign by commands."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def company(run: Run, folder: Path) -> Path:
    for command in (
        ("db", "upgrade"),
        ("people", "import", folder / "people.csv"),
        ("clients", "import", folder / "clients.csv"),
        ("campaign", "create", folder / "campaign.toml"),
    ):
        result = run(*command)
        assert result.exit_code == 0, result.output
    return folder


def said(run: Run, line: str) -> str:
    result = run(*line.split())
    assert result.exit_code == 0, f"{line}: {result.output}"
    return result.stdout


def test_the_whole_way_with_nominations(run: Run, company: Path) -> None:
    for line in (
        "campaign edit-dates 2026Q4 --closes 2099-12-20 --nominations 2099-11-25 --approvals 2099-11-30",
        "campaign nominate 2026Q4",
        "nominations propose 2026Q4 A2 C1",
        "nominations approve 2026Q4 A2 C1",
        "nominations propose 2026Q4 A2 A1",
        "nominations reject 2026Q4 A2 A1",
        "roster add 2026Q4 A1 A2",
        "roster remove 2026Q4 A1 C1",
    ):
        said(run, line)
    assert "peer           approved   A2" in said(run, "roster show 2026Q4 A1")
    said(run, "campaign open 2026Q4")
    said(run, "roster remove 2026Q4 A1 A2")
    assert "withdrawn" in said(run, "roster show 2026Q4")
    assert "2027Q1" in said(run, "campaign next 2026Q4")
    said(run, "campaign discard 2027Q1 --yes")
    for line in ("campaign close 2026Q4 --now", "campaign release 2026Q4", "campaign purge 2026Q4 --yes"):
        said(run, line)
    assert json.loads(said(run, "campaign status 2026Q4 --json"))["state"] == "purged"


def test_the_status_of_small_groups_is_no_number(run: Run, company: Path) -> None:
    said(run, "campaign open 2026Q4")
    groups = json.loads(said(run, "campaign status 2026Q4 --json"))["groups"]
    assert {group["group"]: group["answered"] for group in groups}["supervisor"] is None


@pytest.mark.parametrize(
    "line",
    [
        "campaign nominate 2027Q1",
        "campaign next 2026Q4",
        "campaign purge 2026Q4 --yes",
        "campaign purge 2026Q4",
        "campaign edit-dates 2026Q4 --closes tomorrow",
        "nominations propose 2026Q4 A1 A2",
        "nominations approve 2026Q4 A1 A2",
        "roster add 2026Q4 A1 nobody",
        "roster add 2026Q4 A1 chen@k1.example --group peer",
        "roster show 2026Q4 C1",
        "roster remove 2026Q4 A2 C1",
    ],
)
def test_what_is_not_possible_is_told_and_changes_nothing(run: Run, company: Path, line: str) -> None:
    result = run(*line.split())
    assert result.exit_code in (1, 2), result.output
    assert result.stderr
