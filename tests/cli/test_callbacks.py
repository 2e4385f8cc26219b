from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.campaigns import Cell
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from feedback.settings import Settings
from tests.cli.conftest import Run


@pytest.fixture
def card(run: Run, folder: Path, settings: Settings) -> str:
    """The number of a card that came long ago."""
    run("db", "upgrade")
    run("people", "import", folder / "people.csv")
    run("clients", "import", folder / "clients.csv")
    run("campaign", "create", folder / "campaign.toml")
    run("campaign", "open", "2026Q4")
    with opened(create_app(settings)):
        cell = db.session.scalars(select(Cell.id).where(Cell.group == "client")).first()
        card = CallBackCard("陈晨", "138 0013 8000", "", "line\nline\tend")
        call_backs.leave(db.session(), cell, card, today=date(2026, 1, 1))
        db.session.commit()
        return db.session.scalars(select(call_backs.CallBack.id)).one().hex()


def test_cards_are_listed_a_line_each_and_noted_once(run: Run, card: str):
    listed = run("callbacks", "list")
    assert listed.exit_code == 0, listed.output
    assert listed.stdout == f"{card}\tto be called\tA1 2026Q4\t陈晨\t138 0013 8000\t\tline line end\n"
    assert run("callbacks", "done", card).exit_code == 0
    assert f"{card}\tcalled 20" in run("callbacks", "list").stdout
    again = run("callbacks", "done", card)
    assert (again.exit_code, again.stderr) == (1, "Error: This call was noted already.\n")


def test_a_card_that_is_not_there_is_a_clear_error(run: Run):
    run("db", "upgrade")
    for number in ("none", "0" * 32):
        refused = run("callbacks", "done", number)
        assert (refused.exit_code, refused.stderr) == (1, "Error: there is no such request for a call\n")
