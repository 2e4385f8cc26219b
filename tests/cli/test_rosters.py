"""One rater by commands: asked, taken back, written to elsewhere, given another link. And what is not possible."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feedback.settings import Settings
from tests.cli.conftest import CAMPAIGN, Run

OPEN = ("campaign nominate 2026Q4", "campaign open 2026Q4")
CLOSED = (*OPEN, "campaign close 2026Q4 --now")
RELEASED = (*CLOSED, "campaign release 2026Q4")


@pytest.fixture
def company(tables: None, run: Run, folder: Path) -> Path:
    for command in (
        ("people", "import", folder / "people.csv"),
        ("clients", "import", folder / "clients.csv"),
        ("campaign", "create", folder / "campaign.toml"),
    ):
        assert run(*command).exit_code == 0
    return folder


def said(run: Run, line: str) -> str:
    result = run(*line.split())
    assert result.exit_code == 0, f"{line}: {result.output}"
    return result.stdout


def rows(settings: Settings) -> list[str]:
    """Everything that the database holds."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as database:
        return list(database.iterdump())


def require_refused(run: Run, settings: Settings, line: str, sentence: str) -> None:
    before = rows(settings)
    result = run(*line.split())
    assert (result.exit_code, result.stdout) == (1, ""), f"{line}: {result.output}"
    assert sentence in result.stderr and result.stderr.startswith("Error: "), f"{line}: {result.stderr}"
    assert rows(settings) == before, line


def links(run: Run) -> dict[str, str]:
    """By address of the rater."""
    head, *lines = said(run, "invitations export 2026Q4").splitlines()
    places = head.lstrip("\ufeff").split(",")
    rows = [dict(zip(places, line.split(","), strict=False)) for line in lines]
    return {row["email"]: row["url"] for row in rows}


def test_a_proposal_is_taken_back_until_somebody_has_decided(
    run: Run, company: Path, settings: Settings
) -> None:
    said(run, "campaign nominate 2026Q4")
    said(run, "nominations propose 2026Q4 A2 C1")
    assert said(run, "nominations take-back 2026Q4 A2 C1") == "C1 is no longer proposed for A2\n"
    assert "C1" not in said(run, "roster show 2026Q4 A2")
    said(run, "nominations propose 2026Q4 A2 C1")
    said(run, "nominations reject 2026Q4 A2 C1")
    require_refused(run, settings, "nominations take-back 2026Q4 A2 C1", "has been decided on")
    require_refused(run, settings, "nominations take-back 2026Q4 A1 M1", "does not exist any more")


def test_a_client_who_was_asked_not_long_ago_is_asked_all_the_same(run: Run, company: Path) -> None:
    said(run, "campaign open 2026Q4")
    (company / "next.toml").write_text(CAMPAIGN.replace("2026Q4", "2027Q1"), encoding="utf-8")
    said(run, f"campaign create {company / 'next.toml'}")
    assert (
        said(run, "roster ask 2027Q1 A1 chen@k1.example")
        == "chen@k1.example is asked about A1 all the same\n"
    )
    said(run, "campaign open 2027Q1")
    roster = {
        line.split()[2]: line.split()[1] for line in said(run, "roster show 2027Q1 A1").splitlines()[1:]
    }
    assert (roster["chen@k1.example"], roster["anna@k1.example"]) == ("approved", "skipped")


def test_a_link_is_issued_anew_and_revoked(run: Run, company: Path) -> None:
    said(run, "campaign open 2026Q4")
    before = links(run)
    assert said(run, "invitations reissue 2026Q4 C1") == "a new link is on its way to C1\n"
    after = links(run)
    assert {address for address in before if before[address] != after[address]} == {"c1@example.com"}
    assert said(run, "invitations revoke 2026Q4 C1") == "the link of C1 is revoked\n"
    assert "c1@example.com" not in links(run)
    said(run, "invitations reissue 2026Q4 C1")
    assert links(run)["c1@example.com"] not in (before["c1@example.com"], after["c1@example.com"])


def test_an_address_is_corrected_only_when_no_mail_is_on_its_way(
    run: Run, company: Path, settings: Settings
) -> None:
    said(run, "campaign open 2026Q4")
    line = "invitations set-address 2026Q4 chen@k1.example Chen@K2.Example"
    require_refused(run, settings, line, "a mail to 陈晨 is on its way already")
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE mail SET state = 'refused', error = '550 no such user'")
    require_refused(run, settings, f"{line}@x", "is not a mail address")
    taken = "invitations set-address 2026Q4 chen@k1.example anna@k1.example"
    require_refused(run, settings, taken, "somebody else has the address anna@k1.example")
    assert said(run, line) == "the invitation of chen@k1.example goes to chen@k2.example\n"
    assert "chen@k2.example" in links(run)
    require_refused(run, settings, line, "nobody called chen@k1.example")


NOBODY = {
    "invitations set-address 2026Q4 X9 x@x.com": "nobody called X9",
    "invitations reissue 2026Q4 x@x.com": "nobody called x@x.com",
    "invitations revoke 2099Q1 C1": "no campaign 2099Q1",
    "roster ask 2099Q1 A1 C1": "no campaign 2099Q1",
    "roster ask 2026Q4 C1 A1": "2026Q4 is not about C1",
    "roster ask 2026Q4 A1 X9": "nobody called X9",
    "roster ask 2026Q4 A2 C1": "赵敏 is not on this roster",
    "nominations take-back 2026Q4 X9 C1": "2026Q4 is not about X9",
}
IN_STATE = {
    (): {
        "invitations set-address 2026Q4 C1 x@x.com": "has no link in this campaign",
        "invitations reissue 2026Q4 C1": "has no link in this campaign",
        "invitations revoke 2026Q4 C1": "has no link in this campaign",
        "nominations take-back 2026Q4 A1 C1": "nominations are not under way",
    },
    OPEN: {
        "roster ask 2026Q4 A1 chen@k1.example": "fixed when the campaign opened",
        "nominations take-back 2026Q4 A1 C1": "nominations are not under way",
        "campaign edit 2026Q4 FILE": "only before it is opened",
        "invitations revoke 2026Q4 nobody": "nobody called nobody",
    },
    CLOSED: {
        "roster ask 2026Q4 A1 chen@k1.example": "the campaign is closed",
        "invitations reissue 2026Q4 C1": "only while the campaign is open",
        "invitations revoke 2026Q4 C1": "only while the campaign is open",
        "invitations set-address 2026Q4 C1 x@x.com": "is not open: nobody can be invited",
        "campaign edit 2026Q4 FILE": "only before it is opened",
    },
}


@pytest.mark.parametrize("way", IN_STATE, ids=["draft", "open", "closed"])
def test_what_is_not_possible_is_said_in_one_sentence_and_changes_nothing(
    run: Run, company: Path, settings: Settings, way: tuple[str, ...]
) -> None:
    for line in way:
        said(run, line)
    for line, sentence in (NOBODY | IN_STATE[way]).items():
        require_refused(run, settings, line.replace("FILE", str(company / "campaign.toml")), sentence)


@pytest.mark.parametrize(
    "line",
    [
        "campaign edit 2026Q4",
        "campaign edit 2026Q4 no-such-file.toml",
        "invitations set-address 2026Q4 C1",
        "roster ask 2026Q4 A1",
        "nominations take-back 2026Q4",
    ],
)
def test_a_command_that_lacks_something_is_wrong_usage(run: Run, line: str) -> None:
    result = run(*line.split())
    assert (result.exit_code, result.stderr.startswith("Usage: ")) == (2, True)
