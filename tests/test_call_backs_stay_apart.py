"""Cards of clients who ask to be called leave no mark in anything about answers, and answers none in them."""

import random
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from feedback.settings import Settings
from tests.factories import Office
from tests.test_noninterference import copied_to, everything_that_leaves, overwrite, pages
from tests.test_noninterference_files import files

CANARY = "canary-金丝雀"
LONG_AGO = date(2026, 1, 1)
START_PAGE = {"/ zh", "/ en"}  # says how many ask to be called


@pytest.fixture
def campaign(office: Office) -> Campaign:
    campaign = office.open({"client": 6, "peer": 2}, {"client": 3})
    for group, subject in (("client", 0), ("peer", 0), ("client", 1)):
        for nonce in office.nonces(campaign, group, subject)[:5]:
            office.answer(nonce, 4, "the same words from everybody")
    return campaign


def leave_cards() -> None:
    """More than anybody could, about each of the account managers."""
    for cell in db.session.scalars(select(Cell).where(Cell.group == "client")).all():
        for number in range(4):
            card = CallBackCard(f"{CANARY} {cell.id} {number}", f"{CANARY} 12345", CANARY, CANARY)
            call_backs.leave(db.session(), cell.id, card, today=LONG_AGO)
    db.session.commit()


def test_cards_change_no_byte_of_any_report_export_or_page_about_answers(
    app: Flask, campaign: Campaign, settings: Settings, twin: Flask
):
    with copied_to(twin, settings) as other:
        leave_cards()
        after = everything_that_leaves(other)
    before = everything_that_leaves(app)
    assert {name for name in before if before[name] != after[name]} == START_PAGE
    assert not [name for name, data in after.items() if CANARY.encode() in data]


def test_cards_change_no_byte_of_any_file(app: Flask, campaign: Campaign, settings: Settings, twin: Flask):
    with copied_to(twin, settings) as other:
        leave_cards()
        after = files(other)
    assert after == files(app)


def test_the_page_of_cards_is_the_same_whatever_was_answered_and_whether(
    app: Flask, campaign: Campaign, settings: Settings, twin: Flask
):
    leave_cards()
    with copied_to(twin, settings) as other:
        cells = list(db.session.scalars(select(Cell.id)))
        assert overwrite(db.session.scalars(select(Campaign)).one(), cells, random.Random(1)) == 10
        changed = pages(other, ["/call-backs"])
    with copied_to(twin, settings) as other:
        db.session.execute(Ballot.__table__.update().values(envelope=None))
        db.session.commit()
        unanswered = pages(other, ["/call-backs"])
    cards = {name: data for name, data in pages(app, ["/call-backs"]).items() if name not in START_PAGE}
    assert all(CANARY.encode() in data for data in cards.values())
    assert cards.items() <= changed.items() and cards.items() <= unanswered.items()
