"""The steps of an appraisal: in order, each taken, current or ahead, and none that the scheme lacks."""

from datetime import date

import pytest

from feedback.models.confirmed_results import AnswerOutcome
from feedback.models.rounds import AppraisalState
from feedback.services.decisions import answers, objections
from feedback.services.dossiers import dossier, reading
from feedback.services.dossiers.timeline import StepKind, TimelineStep
from tests.factories import Office
from tests.rounds import Bureau, scheme

S = StepKind


@pytest.fixture
def bureau(office: Office) -> Bureau:
    return Bureau(office, {"A01": 95, "A02": 80})


def steps(bureau: Bureau, code: str = "A01") -> tuple[TimelineStep, ...]:
    bureau.session.commit()
    by = bureau.by(code)
    appraisal, access = reading.find(bureau.session, bureau.period, code, by)
    return dossier.of(bureau.session, appraisal, access, by).steps


def current(bureau: Bureau) -> StepKind | None:
    return next((step.kind for step in steps(bureau) if step.is_current), None)


def test_one_step_after_the_other_is_current_until_the_end(bureau: Bureau):
    assert current(bureau) is S.REVIEW
    bureau.review("A01")
    assert current(bureau) is S.CALIBRATE
    bureau.tell_reviewed("A01")
    assert current(bureau) is S.REPLY
    objections.read(bureau.session, bureau.of("A01"), bureau.by("A01"))
    assert current(bureau) is S.END
    bureau.of("A01").state = AppraisalState.FINAL
    assert current(bureau) is None and all(step.is_done for step in steps(bureau))


def test_steps_that_are_taken_say_when_and_the_next_one_until_when(bureau: Bureau):
    bureau.round.review_by = date(2027, 1, 2)
    found = {step.kind: step for step in steps(bureau)}
    assert found[S.COMPUTE].done == bureau.now and found[S.REVIEW].until == date(2027, 1, 2)
    assert found[S.REVIEW].is_overdue(date(2027, 1, 3)) and not found[S.REVIEW].is_overdue(date(2027, 1, 2))
    assert found[S.NOTIFY].done is None and not found[S.NOTIFY].is_done


def test_an_objection_adds_the_step_of_its_answer(bureau: Bureau):
    bureau.tell("A01")
    assert S.ANSWER not in [step.kind for step in steps(bureau)]
    objections.object_to(bureau.session, bureau.of("A01"), ["band"], "No.", "", bureau.by("A01"))
    assert current(bureau) is S.ANSWER
    assert next(step for step in steps(bureau) if step.kind is S.ANSWER).until == date(2027, 1, 11)
    rejected = AnswerOutcome.REJECTED
    answers.answer(bureau.session, bureau.of("A01"), rejected, "It is right.", bureau.by("hr2"))
    assert current(bureau) is S.END


def test_a_scheme_without_a_calibration_has_no_such_step(office: Office):
    bureau = Bureau(office, {"A01": 95}, scheme=scheme(calibration=False))
    assert S.CALIBRATE not in [step.kind for step in steps(bureau)]


def test_who_is_not_appraised_has_no_steps(bureau: Bureau):
    own = bureau.of("A01")
    own.state, own.not_appraised = AppraisalState.NOT_APPRAISED, "on leave"
    assert steps(bureau) == ()
