"""Several people rated in one sitting: what is stored, and what joins it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import CampaignState
from feedback.services.ballot_box import invitations, side_by_side_ballots
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ground.errors import LinkClosed, UnknownLink
from feedback.settings import Settings
from tests.factories import NOW, Office, shipped_questionnaire
from tests.views.survey import Survey

OTHERS = 6


@pytest.fixture
def office(either_engine: Settings) -> Iterator[Office]:
    with opened(create_app(either_engine)) as app:
        yield Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))


on_sqlite = pytest.mark.parametrize("either_engine", ["sqlite"], indirect=True)


@pytest.fixture
def nonce(office: Office) -> bytes:
    """Of a colleague with a self-assessment and six peers to rate."""
    survey = Survey.open_for_a_colleague(None, office, subjects=OTHERS + 1)  # type: ignore[arg-type]
    return office.nonces(survey.campaign, "self")[0]


def answers_on(*positions: int) -> dict[int, Answers]:
    return {
        position: Answers.of(shipped_questionnaire(), {"attitude-1": 1 + position % 5}, {"comment": "fine"})
        for position in positions
    }


def cast(office: Office, nonce: bytes, *positions: int) -> side_by_side_ballots.SubmissionOutcome:
    return side_by_side_ballots.cast_each(
        office.session, office.custody, nonce, answers_on(*positions), now=NOW
    )


def filled(session: Session) -> list[bytes]:
    return list(session.scalars(select(Ballot.envelope).where(Ballot.envelope.is_not(None))))


@on_sqlite
def test_each_person_gets_a_ballot_of_one_size_and_no_two_are_alike(office: Office, nonce: bytes):
    outcome = cast(office, nonce, 2, 3, 4, 5)
    envelopes = filled(office.session)
    assert (outcome.stored, outcome.refused) == (frozenset({2, 3, 4, 5}), {})
    assert len({len(envelope) for envelope in envelopes}) == 1
    assert len({envelope[:32] for envelope in envelopes}) == 4


@pytest.mark.parametrize("either_engine", ["postgresql"], indirect=True)
def test_postgresql_records_no_common_transaction_in_their_rows(office: Office, nonce: bytes):
    cast(office, nonce, 2, 3, 4, 5)
    written_by = office.session.scalars(
        select(text("ballot.xmin::text")).select_from(Ballot).where(Ballot.envelope.is_not(None))
    ).all()
    assert len(set(written_by)) == len(written_by) == 4


@on_sqlite
def test_the_order_in_which_they_are_stored_says_nothing_about_the_order_on_the_page(
    office: Office, nonce: bytes
):
    """Of ten sittings with 24 orders each, hardly ever are all alike."""
    visit = invitations.visit(office.session, office.custody, nonce, now=NOW)
    slots = {task.slot: task.position for task in visit.tasks}
    stored: list[int] = []

    def note(connection: object, cursor: object, statement: str, parameters: tuple, *rest: object) -> None:
        if statement.startswith("UPDATE ballot"):
            stored.extend(slots[value] for value in parameters if value in slots)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for _ in range(10):
            cast(office, nonce, 2, 3, 4, 5)  # the first one wins; the others try in an order of their own
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    orders = {tuple(stored[start : start + 4]) for start in range(0, 40, 4)}
    assert len(stored) == 40 and len(orders) > 1


@on_sqlite
def test_an_answer_that_is_there_already_stays_and_the_others_are_stored(office: Office, nonce: bytes):
    cast(office, nonce, 3)
    [before] = filled(office.session)
    assert cast(office, nonce, 2, 3, 4).stored == {2, 3, 4}
    envelopes = filled(office.session)
    assert len(envelopes) == 3 and before in envelopes


@on_sqlite
def test_a_request_that_was_withdrawn_meanwhile_is_named_and_keeps_none_of_the_others_out(
    office: Office, nonce: bytes
):
    outcome = cast(office, nonce, 2, 3, 99)
    assert outcome.stored == {2, 3}
    assert {position: type(error) for position, error in outcome.refused.items()} == {99: UnknownLink}


@on_sqlite
def test_a_close_between_two_ballots_leaves_the_first_in_the_box_and_refuses_the_rest(
    office: Office, nonce: bytes
):
    def close_at_once(session: Session) -> None:
        """By a program that does not stand in the line of writers: our connection has not left it yet."""
        with closing(sqlite3.connect(str(db.engine.url.database))) as other, other:
            other.execute("UPDATE campaign SET state = ?", (CampaignState.CLOSING.value,))

    office.session.commit()
    event.listen(office.session, "after_commit", close_at_once, once=True)
    outcome = cast(office, nonce, 2, 3, 4)
    assert len(outcome.stored) == 1 and len(filled(office.session)) == 1
    assert {type(error) for error in outcome.refused.values()} == {LinkClosed}
    assert outcome.stored | outcome.refused.keys() == {2, 3, 4}
