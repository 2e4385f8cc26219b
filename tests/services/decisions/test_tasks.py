"""Whose turn it is, on the start page of each."""

from datetime import date

from feedback.extensions import db
from feedback.models.incidents import Incident, Severity
from feedback.services.decisions import calibration, confirming, deputies, objections
from feedback.services.dossiers import tasks
from feedback.services.dossiers.turns import Turn, TurnTask
from tests.factories import Office
from tests.rounds import PERIOD, STARTED, Bureau, scheme
from tests.statements import counted


def turns(bureau: Bureau, name: str, *, days: float = 0) -> list[tuple[Turn, int]]:
    bureau.session.commit()
    found = tasks.of(bureau.session, bureau.by(name, days=days))
    assert all(task.sentence % task.facts for task in found)
    return [(task.turn, task.number) for task in found]


def test_the_turn_goes_round_from_the_reviewer_to_hr_to_the_person(bureau: Bureau):
    assert turns(bureau, "M01") == [(Turn.REVIEW, 3)]
    assert turns(bureau, "A02") == turns(bureau, "hr") == []
    bureau.review("A02")
    assert turns(bureau, "M01") == [(Turn.REVIEW, 2)]
    assert turns(bureau, "hr") == [(Turn.CLOSE_CALIBRATION, 1)]
    sitting = bureau.calibrate("A02")
    assert turns(bureau, "D01") == [(Turn.CALIBRATE, 1)]
    calibration.close(bureau.session, sitting, bureau.by("hr"))
    assert turns(bureau, "hr") == turns(bureau, "D01") == [(Turn.CONFIRM, 1)]
    assert turns(bureau, "M01") == [(Turn.REVIEW, 2)], "who reviewed it is not asked to confirm it"
    confirming.confirm(bureau.session, bureau.of("A02"), bureau.by("hr"))
    assert turns(bureau, "hr") == [(Turn.NOTIFY, 1)]
    bureau.talk("A02")
    confirming.notify(bureau.session, bureau.round, bureau.by("hr"), codes=["A02"])
    assert turns(bureau, "A02") == [(Turn.READ, 1), (Turn.CONFIRM_INTERVIEW, 1)]
    assert turns(bureau, "A02", days=8) == [(Turn.CONFIRM_INTERVIEW, 1)]


def test_a_reviewer_is_told_whom_to_talk_to_and_for_whom_to_plan(bureau: Bureau):
    bureau.decide("A02", "A03")
    assert (Turn.TALK, 1) in turns(bureau, "M01") and (Turn.TALK, 1) not in turns(bureau, "D01")
    bureau.talk("A03")
    confirming.notify(bureau.session, bureau.round, bureau.by("hr"))
    assert turns(bureau, "M01") == [(Turn.PLAN, 1), (Turn.REVIEW, 1)]


def test_without_a_calibration_what_is_reviewed_waits_for_its_confirmation(office: Office):
    bureau = Bureau(office, {"A01": 95}, scheme=scheme(calibration=False))
    bureau.review("A01")
    assert turns(bureau, "hr") == turns(bureau, "D01") == [(Turn.CONFIRM, 1)]


def test_an_objection_is_a_task_of_hr_with_its_clock_and_the_reviewer_may_say_something(bureau: Bureau):
    bureau.tell("A02")
    objections.object_to(bureau.session, bureau.of("A02"), ("band",), "unfair", "", bureau.by("A02"))
    bureau.session.commit()
    (task,) = [one for one in tasks.of(bureau.session, bureau.by("hr")) if one.turn is Turn.ANSWER]
    assert task == TurnTask(Turn.ANSWER, PERIOD, 1, date(2027, 1, 11))
    assert (Turn.STATE, 1) in turns(bureau, "M01")
    objections.appoint(bureau.session, bureau.of("A02"), bureau.people["M02"], bureau.by("hr"))
    assert turns(bureau, "M02") == [(Turn.ANSWER, 1)]


def test_a_deputy_sees_for_whom_he_has_to_act(bureau: Bureau):
    deputies.appoint(
        bureau.session,
        bureau.people["M01"],
        bureau.people["M02"],
        date(2027, 1, 4),
        date(2027, 1, 8),
        bureau.by("M01"),
    )
    bureau.session.commit()
    (task,) = tasks.of(bureau.session, bureau.by("M02"))
    assert (task.turn, task.number, task.on_behalf_of) == (Turn.REVIEW, 3, "M01")
    assert turns(bureau, "M02", days=10) == []


def test_a_reported_incident_waits_for_somebody_else_than_who_reported_it(bureau: Bureau):
    bureau.session.add(
        Incident(
            person=bureau.people["A01"],
            period=PERIOD,
            severity=Severity.MINOR,
            category="gifts",
            occurred=STARTED.date(),
            evidence="CASE-1",
            reported_at=STARTED,
            reported_by="hr@example.com",
        )
    )
    assert turns(bureau, "hr") == []
    assert turns(bureau, "hr2") == [(Turn.DECIDE_INCIDENT, 1)]


def test_hr_sees_papers_to_hand_over_and_reviewers_who_left(bureau: Bureau):
    bureau.people["A02"].active = False
    bureau.tell("A02")
    bureau.people["M01"].active = False
    assert dict(turns(bureau, "hr")) == {Turn.HAND_OVER: 1, Turn.REPLACE_REVIEWER: 2}


def test_the_number_of_statements_is_the_same_for_any_number_of_people(office: Office):
    bureau = Bureau(office, {f"A{number:02}": 70 + number for number in range(8)})
    numbers = []
    for codes in (("A00",), ("A01", "A02", "A03", "A04")):
        bureau.tell(*codes)
        by = bureau.by("hr")
        bureau.session.commit()
        with counted(db.engine) as statements:
            tasks.of(bureau.session, by)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 9
