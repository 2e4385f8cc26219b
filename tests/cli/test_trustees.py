import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feedback.settings import Settings
from tests.cli.conftest import Run
from tests.conftest import DATABASE

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


def prepare(run: Run, campaign: str) -> None:
    """All three have set their passphrases and confirmed each other's keys."""
    enrol(run, campaign)
    for email, words in zip(EMAILS, WORDS, strict=True):
        answer = run("trustees", "confirm", campaign, email, stdin=f"{words}\n")
        assert answer.exit_code == 0, answer.output


def test_two_of_three_trustees_close_a_campaign_on_the_terminal(run: Run, campaign: str):
    prepare(run, campaign)
    assert run("campaign", "open", campaign).exit_code == 0
    assert run("doctor").output.count("FAULT  keys") == 0
    typed = "\n".join((EMAILS[2], WORDS[2], EMAILS[0], WORDS[0], ""))
    closed = run("campaign", "close", campaign, "--now", stdin=typed)
    assert closed.exit_code == 0, closed.output
    assert "is closed, its key is destroyed" in closed.output
    assert not any(words in closed.output for words in WORDS)


def test_what_one_trustee_opened_counts_when_the_next_one_comes_later(run: Run, campaign: str):
    prepare(run, campaign)
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


def fingerprints(output: str) -> list[str]:
    return re.findall(r"\d{4}(?: \d{4}){5}", output)


def test_trustees_compare_fingerprints_on_the_terminal_and_the_campaign_opens_when_all_have_confirmed(
    run: Run, campaign: str
):
    enrol(run, campaign)
    listed = run("trustees", "list", campaign).output
    assert (len(set(fingerprints(listed))), listed.count("has not confirmed the keys yet")) == (3, 3)
    for email, words in zip(EMAILS, WORDS, strict=True):
        refused = run("campaign", "open", campaign)
        assert (refused.exit_code, "still have to confirm" in refused.output) == (1, True)
        assert email in refused.output
        wrong = run("trustees", "confirm", campaign, email, stdin="not the passphrase\n")
        assert (wrong.exit_code, "not your passphrase" in wrong.output) == (1, True)
        confirmed = run("trustees", "confirm", campaign, email, stdin=f"{words}\n")
        assert fingerprints(confirmed.output) == fingerprints(listed)
        assert words not in confirmed.output
    assert run("trustees", "list", campaign).output.count("has confirmed the keys") == 3
    assert run("campaign", "open", campaign).exit_code == 0


def test_who_sets_his_passphrase_last_confirms_in_the_same_act_on_the_terminal(run: Run, campaign: str):
    for email, words in list(zip(EMAILS, WORDS, strict=True))[:2]:
        early = run("trustees", "enrol", campaign, email, "--confirm", stdin=f"{words}\n{words}\n")
        assert (early.exit_code, "of 3 trustees have set their passphrase" in early.output) == (1, True)
        run("trustees", "enrol", campaign, email, stdin=f"{words}\n{words}\n")
    last = run("trustees", "enrol", campaign, EMAILS[2], "--confirm", stdin=f"{WORDS[2]}\n{WORDS[2]}\n")
    assert last.exit_code == 0, last.output
    assert len(set(fingerprints(last.output))) == 3
    listed = run("trustees", "list", campaign).output
    assert (listed.count("has confirmed the keys"), listed.count("has not confirmed")) == (1, 2)


def test_each_trustee_tests_alone_what_was_sealed_at_the_opening(run: Run, campaign: str):
    prepare(run, campaign)
    early = run("trustees", "test", campaign, EMAILS[0], stdin=f"{WORDS[0]}\n")
    assert (early.exit_code, "nothing is sealed" in early.output) == (1, True)
    run("campaign", "open", campaign)
    assert run("trustees", "list", campaign).output.count("has not tested the passphrase yet") == 3
    wrong = run("trustees", "test", campaign, EMAILS[0], stdin="not the passphrase\n")
    assert (wrong.exit_code, "not your passphrase" in wrong.output) == (1, True)
    tested = run("trustees", "test", campaign, EMAILS[0], stdin=f"{WORDS[0]}\n")
    assert tested.exit_code == 0, tested.output
    assert run("trustees", "list", campaign).output.count("has tested the passphrase") == 1


def swap_a_key(settings: Settings) -> None:
    """Of the second trustee, as somebody does it who has the database and nothing else."""
    with closing(sqlite3.connect(settings.data_dir / DATABASE)) as connection, connection:
        of_the_second = "(SELECT id FROM user WHERE email = ?)"
        values = "public_key = randomblob(32), salt = randomblob(16)"
        connection.execute(f"UPDATE trustee SET {values} WHERE user_id = {of_the_second}", EMAILS[1:2])


def test_doctor_and_audit_say_that_a_key_was_swapped_and_opening_refuses_it(
    run: Run, campaign: str, settings: Settings
):
    prepare(run, campaign)
    assert "ok     trustees" in run("doctor").output
    swap_a_key(settings)
    said = "the key on record of b@example.com is not the one that was set"
    for command in (("doctor",), ("audit", "anonymity"), ("campaign", "open", campaign)):
        answer = run(*command)
        assert (answer.exit_code, said in answer.output) == (1, True), answer.output
    assert "NOT THE KEY THAT WAS SET" in run("trustees", "list", campaign).output
