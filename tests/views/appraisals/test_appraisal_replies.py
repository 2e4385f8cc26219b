"""What the person does with his own appraisal: the interview, "I have read it", "I object to ..."."""

from datetime import timedelta

import pytest
import time_machine

from feedback.services.appraisals import versions
from feedback.services.decisions import interviews, objections
from tests.rounds import Bureau
from tests.views.appraisals.desks import Desks

REPLY = "/appraisals/reply/2026Q4"
WRONG = {
    "figures": "segment-1.kpi.revenue.actual",
    "text": "One contract is missing.",
    "evidence": "2026-117",
}


def test_a_box_stands_beside_every_figure_and_what_is_ticked_is_stored(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    person = desks.of("A01")
    page = person.get(REPLY).text
    ids = [line.id for line in versions.document(bureau.session, bureau.of("A01")).derivation]
    assert all(f'value="{id}"' in page for id in (*ids, "band", "review"))
    assert (
        'value="calibration"' not in page and 'value="adjustment"' not in page
    )  # nobody took such a decision
    answer = person.post(REPLY, WRONG | {"figures": ["segment-1.kpi.revenue.actual", "band"]}, REPLY)
    assert answer.status_code == 303
    (reply,) = objections.of(bureau.session, bureau.of("A01"))
    assert reply.figures == ["segment-1.kpi.revenue.actual", "band"]
    assert (reply.text, reply.evidence) == ("One contract is missing.", "2026-117")
    assert bureau.state("A01") == "objected"
    shown = person.get("/appraisals?lang=en").text
    assert "One contract is missing." in shown and "It is answered by" in shown
    assert "#f-segment-1.kpi.revenue.actual" in shown


def test_a_figure_of_the_address_is_ticked_beforehand(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    page = desks.of("A01").get(f"{REPLY}?figure=segment-1.kpi.revenue").text
    assert 'value="segment-1.kpi.revenue" checked' in page


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"text": " "}, 422, "Please say what should be looked at again."),
        ({"figures": []}, 422, "Please tick the figures or decisions that you object to."),
        ({"text": "x" * 2001}, 422, "Please keep it under 2,000 characters."),
        ({"evidence": "x" * 501}, 422, "Please keep it under 500 characters."),
        ({"figures": "segment-9.kpi.nothing"}, 409, "is no figure of this appraisal"),
    ],
)
def test_what_is_refused_says_why_and_keeps_words_and_boxes(
    bureau: Bureau, desks: Desks, changed: dict, status: int, words: str
):
    bureau.tell("A01")
    sent = WRONG | changed
    answer = desks.of("A01").post(f"{REPLY}?lang=en", sent, REPLY)
    assert answer.status_code == status and words in answer.text
    assert sent["text"].strip() in answer.text and sent["evidence"] in answer.text
    if sent["figures"] == WRONG["figures"]:
        assert f'value="{WRONG["figures"]}" checked' in answer.text
    assert bureau.state("A01") == "notified"


def test_after_the_deadline_nothing_is_taken_and_the_words_come_back(
    bureau: Bureau, desks: Desks, clock: time_machine.Traveller
):
    bureau.tell("A01")
    clock.shift(timedelta(days=8))
    person = desks.of("A01")
    answer = person.post(f"{REPLY}?lang=en", WRONG, "/appraisals")
    assert answer.status_code == 409 and "the time to object ended on" in answer.text
    assert "One contract is missing." in answer.text and bureau.state("A01") == "notified"
    assert person.post("/appraisals/read/2026Q4", {}, "/appraisals").status_code == 303
    assert bureau.state("A01") == "notified"


def test_a_second_objection_to_the_same_result_is_refused_with_its_words(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    person = desks.of("A01")
    person.post(REPLY, WRONG, REPLY)
    answer = person.post(REPLY, WRONG | {"text": "Once more."}, "/appraisals")
    assert answer.status_code == 409 and "Once more." in answer.text
    assert [reply.text for reply in objections.of(bureau.session, bureau.of("A01"))] == [
        "One contract is missing."
    ]


def test_read_is_noted_is_no_consent_and_one_may_still_object(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    person = desks.of("A01")
    answer = person.post("/appraisals/read/2026Q4?lang=en", {}, "/appraisals")
    assert answer.status_code == 303 and bureau.state("A01") == "read"
    assert "not that you agree" in person.get(f"{answer.location}?lang=en").text
    assert person.post(REPLY, WRONG, REPLY).status_code == 303
    assert bureau.state("A01") == "objected"


def test_nobody_replies_to_another_s_appraisal_or_before_he_is_told(bureau: Bureau, desks: Desks):
    bureau.review("A01", "A02")
    for code in ("A01", "M01", "M02"):
        browser = desks.of(code)
        assert browser.get(REPLY).status_code == 404
        assert browser.post(REPLY, WRONG, "/appraisals").status_code in (404, 409)
    assert objections.of(bureau.session, bureau.of("A01")) == []
    assert bureau.state("A01") == bureau.state("A02") == "reviewed"


def test_the_interview_is_confirmed_with_a_remark_once(bureau: Bureau, desks: Desks):
    bureau.review("A01")
    bureau.talk("A01")
    person = desks.of("A01")
    assert "two visits a week" in person.get("/appraisals").text
    address = "/appraisals/interview/2026Q4"
    assert person.post(address, {"remark": "We also spoke of a course."}, "/appraisals").status_code == 303
    row = interviews.of(bureau.session, bureau.of("A01"))
    assert row is not None and row.person_confirmed_at and row.remark == "We also spoke of a course."
    assert "We also spoke of a course." in desks.of("M01").get("/appraisals/of/2026Q4/A01").text
    assert person.post(address, {"remark": "And more."}, "/appraisals").status_code == 422


def test_too_long_a_remark_stands_at_its_field_with_what_was_typed(bureau: Bureau, desks: Desks):
    bureau.review("A01")
    bureau.talk("A01")
    remark = "y" * 5001
    answer = desks.of("A01").post("/appraisals/interview/2026Q4?lang=en", {"remark": remark}, "/appraisals")
    assert answer.status_code == 422 and "Please keep it under 5,000 characters." in answer.text
    assert remark in answer.text
