"""What a refusal fills into its sentence is in the reader's language too: states, phrases of ours and days."""

from datetime import date

from flask import Flask
from flask_babel import force_locale

from feedback.models.plans import PlanState
from feedback.services.appraisals import moves
from feedback.services.assessment.appraisal_document import Held
from feedback.services.ground.errors import NotPossible
from feedback.views.ground.faults import told


def test_a_reason_is_told_in_the_language_of_its_sentence(app: Flask):
    refusal = NotPossible(moves.HELD, reason=moves.WAITS_FOR[Held.INCIDENT])
    assert str(refusal) == "the appraisal is held: a decision is pending"
    with app.test_request_context(), force_locale("en"):
        assert told(refusal) == "the appraisal is held: a decision is pending"


def test_states_and_days_are_written_as_people_write_them(app: Flask):
    sentence = "the plan is %(state)s: it cannot become %(after)s"
    refusal = NotPossible(sentence, state=PlanState.PAUSED, after=PlanState.ACKNOWLEDGED)
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert told(refusal) == "计划状态为“已暂停”，不能变为“已确认”"
        assert "2027年1月11日" in told(NotPossible("%(day)s", day=date(2027, 1, 11)))
    assert str(refusal) == "the plan is paused: it cannot become acknowledged"


def test_what_somebody_typed_is_left_as_it_is(app: Flask):
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert told(NotPossible("%(code)s reviews already", code="final")) == "final 已经是评审人"
