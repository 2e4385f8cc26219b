"""The way of a campaign by commands."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def company(tables: None, run: Run, folder: Path) -> Path:
    for command in (
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


def test_a_campaign_becomes_what_its_file_says(run: Run, company: Path) -> None:
    file = company / "2026Q4.toml"
    for number in range(3):
        said(run, f"user create t{number}@example.com --role hr")
    said(run, "trustees appoint 2026Q4 t0@example.com t1@example.com t2@example.com")
    said(run, f"campaign export 2026Q4 {file}")
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "[minimum]\nclient = 5\n", encoding="utf-8")
    told = said(run, f"campaign edit 2026Q4 {file}")
    assert told == "campaign 2026Q4: 2 subjects, to close 2099-12-15 23:59, key: three trustees\n"
    exported = tomllib.loads(said(run, "campaign export 2026Q4"))
    assert exported == tomllib.loads(text) | {"minimum": {"client": 5}}
    told = said(run, f"campaign edit 2026Q4 {company / 'campaign.toml'}")
    assert told.endswith("key: this server\n")
    assert not {"trustees", "[minimum]"} & set(said(run, "campaign export 2026Q4").split())


def test_the_faults_of_a_file_are_told_by_their_places_and_change_nothing(run: Run, company: Path) -> None:
    before, file = said(run, "campaign export 2026Q4"), company / "wrong.toml"
    file.write_text(before + "[minimum]\nclient = 2\nfriend = 4\n", encoding="utf-8")
    result = run("campaign", "edit", "2026Q4", file)
    assert (result.exit_code, result.stderr.splitlines()) == (
        1,
        [
            "Error: minimum.friend: the scheme has no rater group friend",
            "minimum.client: 2 must be between 3 and 1000",
        ],
    )
    file.write_text(before.replace("2026Q4", "2027Q1", 1), encoding="utf-8")
    result = run("campaign", "edit", "2026Q4", file)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: the code of a campaign is in its links and never changes\n",
    )
    assert said(run, "campaign export 2026Q4") == before


def test_a_file_of_its_own_for_the_scheme_needs_a_place(run: Run, company: Path) -> None:
    said(run, f"scheme export account-manager {company / 'own.toml'}")
    own = (company / "own.toml").read_text(encoding="utf-8").replace("trim = false", "trim = true")
    (company / "own.toml").write_text(own, encoding="utf-8")
    spec = (company / "campaign.toml").read_text(encoding="utf-8")
    spec = spec.replace("[subjects]", 'scheme = "own.toml"\n[subjects]').replace("2026Q4", "2027Q1")
    (company / "campaign.toml").write_text(spec, encoding="utf-8")
    said(run, f"campaign create {company / 'campaign.toml'}")
    result = run("campaign", "export", "2027Q1")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: more than one file: add a name such as 2027Q1.toml\n",
    )
    result = run("campaign", "export", "2027Q1", company / "nowhere" / "out.toml")
    assert (result.exit_code, result.stderr.endswith("No such file or directory\n")) == (1, True)
    said(run, f"campaign export 2027Q1 {company / 'out.toml'}")
    assert 'scheme = "2027Q1-scheme.toml"' in (company / "out.toml").read_text(encoding="utf-8")
    said(run, f"campaign edit 2027Q1 {company / 'out.toml'}")


def test_groups_of_which_few_are_asked_are_named_before_opening_and_afterwards(
    run: Run, company: Path
) -> None:
    before = said(run, "campaign status 2026Q4")
    small = json.loads(said(run, "campaign status 2026Q4 --json"))["small_groups"]
    assert small and {group["minimum"] for group in small} == {3}
    opened = run("campaign", "open", "2026Q4")
    assert opened.exit_code == 0
    for group in small:
        words = f"counted together with others: {' + '.join(group['together'])}"
        fate = words if group["together"] else "not shown at all"
        line = f"  {group['subject']}, {group['group']}: {group['asked']} asked, minimum 3: {fate}"
        assert line in before.splitlines() and line in opened.stderr.splitlines()
    assert json.loads(said(run, "campaign status 2026Q4 --json"))["small_groups"] == small


def test_the_status_of_small_groups_is_that_of_several_together_or_no_number(run: Run, company: Path) -> None:
    said(run, "campaign open 2026Q4")
    assert answered_of(run) == {"client+peer": (0, 3), "supervisor+self": (0, 4)}
    said(run, "roster remove 2026Q4 A1 C1")
    assert answered_of(run) == {"supervisor+self": (0, 4), "client": (None, 2), "peer": (None, 1)}
    assert "client                -" in said(run, "campaign status 2026Q4")


def answered_of(run: Run) -> dict[str, tuple[int | None, int]]:
    groups = json.loads(said(run, "campaign status 2026Q4 --json"))["groups"]
    return {group["group"]: (group["answered"], group["invited"]) for group in groups}


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
