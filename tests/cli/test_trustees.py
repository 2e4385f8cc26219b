from pathlib import Path

import pytest

from tests.cli.conftest import Run

EMAILS = ("a@example.com", "b@example.com", "c@example.com")
WORDS = ("the first lies under the stone", "a second one in the old drawer", "a third nobody ever guesses")


@pytest.fixture
def campaign(tables: None, run: Run, folder: Path) -> str:
    """A draft whose key three accounts will hold."""
    for line in (f"people import {folder}/people.csv", f"clients import {folder}/clients.csv"):
        assert run(*line.split()).exit_code == 0
    assert run("campaign", "create", folder / "campaign.toml").exit_code == 0
    for email in EMAILS:
        made = run("user", "create", email, "--role", "employee", "--password-stdin", stdin="correct horse\n")
        assert made.exit_code == 0, made.output
    assert run("trustees", "appoint", "2026Q4", *EMAILS).exit_code == 0
    return "2026Q4"


def enrol(run: Run, campaign: str) -> None:
    for email, words in zip(EMAILS, WORDS, strict=True):
        answer = run("trustees", "enrol", campaign, email, stdin=f"{words}\n{words}\n")
        assert answer.exit_code == 0, answer.output


def test_two_of_three_trustees_close_a_campaign_on_the_terminal(run: Run, campaign: str):
    enrol(run, campaign)
    assert run("campaign", "open", campaign).exit_code == 0
    assert run("doctor").output.count("FAULT  keys") == 0
    typed = "\n".join((EMAILS[2], WORDS[2], EMAILS[0], WORDS[0], ""))
    closed = run("campaign", "close", campaign, "--now", stdin=typed)
    assert closed.exit_code == 0, closed.output
    assert "is closed, its key is destroyed" in closed.output
    assert not any(words in closed.output for words in WORDS)


def test_what_one_trustee_opened_counts_when_the_next_one_comes_later(run: Run, campaign: str):
    enrol(run, campaign)
    run("campaign", "open", campaign)
    first = run("campaign", "close", campaign, "--now", stdin=f"{EMAILS[0]}\n{WORDS[0]}\n")
    assert first.exit_code == 1
    assert "opened the first part" in run("trustees", "list", campaign).output
    wrong = run("campaign", "close", campaign, "--now", stdin=f"{EMAILS[1]}\nnot the passphrase\n")
    assert wrong.exit_code == 1
    assert "not your passphrase" in wrong.output
    assert run("campaign", "close", campaign, "--now", stdin=f"{EMAILS[1]}\n{WORDS[1]}\n").exit_code == 0


def test_a_campaign_does_not_open_before_its_trustees_have_passphrases(run: Run, campaign: str):
    refused = run("campaign", "open", campaign)
    assert refused.exit_code == 1
    assert "0 of 3 trustees" in refused.output
    assert "no passphrase yet" in run("trustees", "list", campaign).output


@pytest.mark.parametrize("emails", [EMAILS[:2] + EMAILS[:1], (*EMAILS[:2], "nobody@example.com")])
def test_trustees_are_three_different_accounts(run: Run, campaign: str, emails: tuple[str, ...]):
    refused = run("trustees", "appoint", campaign, *emails)
    assert refused.exit_code == 1
    assert "three different accounts" in refused.output
