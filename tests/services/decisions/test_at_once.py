"""Two who decide the same at the same moment: one does, the other is told; on both engines."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.calibrations import CalibrationChange
from feedback.models.confirmed_results import AnswerOutcome, AppraisalReply, ConfirmedResult
from feedback.models.mail import Mail
from feedback.models.plans import PlanKind
from feedback.models.rounds import Appraisal, Round
from feedback.services.decisions import (
    answers,
    calibration,
    calibration_changes,
    confirming,
    deputies,
    objections,
)
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import DomainError
from feedback.services.mail import notices
from feedback.services.plans import plan_lists, plans
from feedback.services.plans.plans import ItemText, PlanText
from feedback.settings import Settings
from feedback.transaction import transaction
from tests.factories import Office
from tests.rounds import PERIOD, Bureau

Act = Callable[[Appraisal, Decider], object]


@pytest.fixture
def app(either_engine: Settings) -> Iterator[Flask]:
    with opened(create_app(either_engine)) as app:
        yield app


@pytest.fixture
def bureau(app: Flask) -> Bureau:
    made = Bureau(
        Office(db.session(), app.extensions["feedback.custody"], app.extensions["feedback.tokens"]),
        {"A02": 80},
    )
    made.session.commit()
    return made


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """What each was told: "" for what was done."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    act()
            except DomainError as refusal:
                return str(refusal)
            finally:
                db.session.remove()
        return ""

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def found(code: int) -> Appraisal:
    return db.session.get_one(Appraisal, code)


def read_by(by: Decider) -> Appraisal:
    """As pages and commands find it."""
    return deputies.find_appraisal(db.session(), PERIOD, "A02", by)


def test_of_two_who_confirm_at_once_one_does(app: Flask, bureau: Bureau):
    bureau.review("A02")
    sitting = bureau.calibrate("A02")
    calibration.close(bureau.session, sitting, bureau.by("hr"))
    people = [bureau.by("hr"), bureau.by("hr2")]
    bureau.session.commit()
    said = at_once(app, *(lambda by=by: confirming.confirm(db.session(), read_by(by), by) for by in people))
    assert sorted(said) == ["", "the appraisal of A02 is confirmed: it cannot become confirmed"]
    assert db.session.scalar(select(func.count()).select_from(ConfirmedResult)) == 1


def test_of_two_who_answer_at_once_one_does(app: Flask, bureau: Bureau):
    bureau.tell("A02")
    objections.object_to(bureau.session, bureau.of("A02"), ("band",), "unfair", "", bureau.by("A02"))
    people = [bureau.by("hr"), bureau.by("hr2")]
    bureau.session.commit()
    said = at_once(
        app,
        *(
            lambda by=by: answers.answer(db.session(), read_by(by), AnswerOutcome.REJECTED, by.name, by)
            for by in people
        ),
    )
    assert sorted(said) == ["", "there is no objection of A02 to answer"]
    reply = db.session.scalars(select(AppraisalReply)).one()
    assert reply.reason == reply.answered_by


def test_who_reads_and_objects_at_once_has_said_one_thing_or_both_in_order(app: Flask, bureau: Bureau):
    bureau.tell("A02")
    number, by = bureau.of("A02").id, bureau.by("A02")
    bureau.session.commit()
    at_once(
        app,
        lambda: objections.read(db.session(), found(number), by),
        lambda: objections.object_to(db.session(), found(number), ("band",), "unfair", "", by),
    )
    assert found(number).state == "objected"
    assert db.session.scalars(select(AppraisalReply.kind)).all() == ["objected"]


def test_a_change_does_not_slip_into_a_session_that_closes(app: Flask, bureau: Bureau):
    bureau.review("A02")
    sitting, by = bureau.calibrate("A02"), bureau.by("hr")
    number, place = bureau.of("A02").id, sitting.id
    bureau.session.commit()

    def change() -> None:
        open_one = calibration.find(db.session(), place, by)
        calibration_changes.change(db.session(), open_one, found(number), "A", "why", "", by)

    said = at_once(
        app, change, lambda: calibration.close(db.session(), calibration.find(db.session(), place, by), by)
    )
    assert said in (["", ""], ["the session is closed", ""])
    kept = db.session.scalars(select(CalibrationChange.after)).all()
    assert found(number).calibrated_band == (kept[0] if kept else None)


def test_of_two_who_publish_a_plan_at_once_one_does(app: Flask, bureau: Bureau):
    bureau.tell("A02")
    item = ItemText("visits", "the register", date(2027, 1, 20), "A02")
    text = PlanText(PlanKind.TRAINING, "negotiation", date(2027, 1, 31), (item,), (date(2027, 1, 20),))
    number = plans.draft(bureau.session, bureau.of("A02"), text, bureau.by("M01")).id
    people = [bureau.by("hr"), bureau.by("M01")]
    bureau.session.commit()
    said = at_once(
        app,
        *(
            lambda by=by: plans.publish(db.session(), plan_lists.find(db.session(), number, by), by)
            for by in people
        ),
    )
    assert sorted(said) == ["", "the plan is published: it cannot become published"]


def test_two_who_make_letters_at_once_make_one_each(app: Flask, bureau: Bureau):
    bureau.tell("A02")
    by, number = bureau.by("hr"), db.session.scalar(select(func.count()).select_from(Round))
    bureau.session.commit()
    act = lambda: notices.collect(db.session(), now=by.now, today=by.today)  # noqa: E731
    assert at_once(app, act, act) == ["", ""]
    people = db.session.scalars(select(Mail.person_id)).all()
    assert number == 1 and len(people) == len(set(people)) > 0
