"""The other channels on a real PostgreSQL, where people truly come at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.accounts import RoleName, User
from feedback.models.campaigns import Cell
from feedback.models.suggestions import SealedSuggestion, SuggestionBatch
from feedback.services.accounts import accounts
from feedback.services.ballot_box import interviews
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.invitations import Holding
from feedback.services.ground.protection import SUGGESTIONS_FROM
from feedback.services.messages import suggestions
from tests.factories import ACTOR, NOW, Office, shipped_questionnaire
from tests.postgresql.moments import CROWD


def test_many_first_senders_of_a_month_share_one_box_and_all_are_read(
    postgres: Flask, crowd: ThreadPoolExecutor
):
    custody, together = postgres.extensions["feedback.custody"], Barrier(CROWD)

    def send(number: int) -> None:
        with postgres.app_context():
            together.wait()
            suggestions.send(db.session(), custody, f"suggestion {number}", now=NOW)
            db.session.commit()

    list(crowd.map(send, range(CROWD)))
    assert db.session.scalar(select(func.count()).select_from(SuggestionBatch)) == 1
    assert db.session.scalar(select(func.count()).select_from(SealedSuggestion)) == CROWD
    db.session.commit()
    assert suggestions.open_due(db.session(), custody, NOW + timedelta(days=40)) == CROWD


def test_a_box_that_is_opened_while_people_send_loses_nothing(postgres: Flask, crowd: ThreadPoolExecutor):
    custody, together = postgres.extensions["feedback.custody"], Barrier(CROWD)
    for number in range(SUGGESTIONS_FROM):
        suggestions.send(db.session(), custody, f"early {number}", now=NOW)
    db.session.commit()

    def act(number: int) -> int:
        with postgres.app_context():
            together.wait()
            if number % 4 == 0:
                return suggestions.open_due(db.session(), custody, NOW, early=True)
            suggestions.send(db.session(), custody, f"late {number}", now=NOW)
            db.session.commit()
            return 0

    list(crowd.map(act, range(CROWD)))
    suggestions.open_due(db.session(), custody, NOW + timedelta(days=70))
    read = sum(len(batch.texts) for batch in suggestions.batches(db.session()))
    waiting = db.session.scalar(select(func.count()).select_from(SealedSuggestion))
    assert read + waiting == SUGGESTIONS_FROM + CROWD - CROWD // 4
    assert waiting < SUGGESTIONS_FROM


def test_an_interview_and_its_client_at_the_same_moment_leave_one_ballot(
    postgres: Flask, crowd: ThreadPoolExecutor
):
    keys = [postgres.extensions[f"feedback.{name}"] for name in ("custody", "tokens")]
    office = Office(db.session(), *keys)
    campaign = office.open({"client": 6})
    caller = accounts.create(office.session, "caller@example.com", None, RoleName.HR, actor=ACTOR, now=NOW)
    office.session.flush()
    asked = interviews.candidates(office.session, campaign)
    chosen = [(one.contact.id, one.cell_id) for one in asked]
    assert interviews.assign(office.session, campaign, chosen, caller, actor=ACTOR, now=NOW) == 6
    nonces, user = office.nonces(campaign, "client"), caller.id
    office.session.commit()
    answers = Answers.of(shipped_questionnaire(), {"attitude-1": 5}, {})

    def by_phone(key: tuple[int, int]) -> None:
        with postgres.app_context():
            session = db.session()
            interview = interviews.find(session, key)
            visit, task = interviews.visit(session, keys[0], interview, now=NOW, holding=Holding.SHARED)
            interviews.submit(session, interview, visit, task, answers)
            session.commit()

    def by_link(nonce: bytes) -> bool:
        with postgres.app_context():
            return Office(db.session(), *keys).answer(nonce)

    calls = [crowd.submit(by_phone, key) for key in chosen]
    links = [crowd.submit(by_link, nonce) for nonce in nonces]
    stored = sum(link.result() for link in links)
    assert [call.result() for call in calls] == [None] * 6
    assert stored == 6
    assert len(interviews.of_interviewer(office.session, user)) == 6
    assert office.session.get_one(User, user).email == "caller@example.com"
    office.close(campaign)
    cell = office.session.scalars(select(Cell).where(Cell.group == "client")).one()
    assert (cell.answered, cell.interviewed) == (6, 6)
