"""An objection is answered on its page by whose turn it is, and by nobody else."""

import pytest

from feedback.services.decisions import objections
from tests.rounds import PERIOD, Bureau
from tests.views.decisions.desks import Desks

PAGE = f"/objections/of/{PERIOD}/A02"


@pytest.fixture
def objected(bureau: Bureau) -> Bureau:
    bureau.tell("A02")
    objections.object_to(
        bureau.session, bureau.of("A02"), ["band"], "look again, please", "contract 9", bureau.by("A02")
    )
    bureau.session.commit()
    return bureau


def test_hr_finds_it_with_the_days_that_are_left_and_answers_with_a_reason(desks: Desks, objected: Bureau):
    browser = desks.of("hr")
    assert PAGE in browser.get("/objections").text
    page = browser.get(PAGE).text
    assert "look again, please" in page and "contract 9" in page
    refused = browser.post(PAGE, {"outcome": "upheld", "band": "", "reason": "you are right"}, PAGE)
    assert refused.status_code == 422 and "you are right" in refused.text
    done = browser.post(PAGE, {"outcome": "upheld", "band": "A", "reason": "you are right"}, PAGE)
    assert done.status_code == 303
    assert objected.state("A02") == "notified"
    assert browser.get(PAGE).status_code == 404


def test_neither_the_reviewer_nor_the_person_nor_a_stranger_finds_it(desks: Desks, objected: Bureau):
    for name in ("M01", "A02", "M02", "D01"):
        assert desks.of(name).get(PAGE).status_code == 404, name
        form = {"outcome": "rejected", "reason": "no"}
        assert desks.of(name).post(PAGE, form, "/account").status_code == 404, name
    assert objected.state("A02") == "objected"


def test_the_reviewer_says_something_to_it_on_his_own_page(desks: Desks, objected: Bureau):
    page = f"/team/of/{PERIOD}/A02"
    assert "look again, please" in desks.of("M01").get(page).text
    said = desks.of("M01").post(f"/team/statement/{PERIOD}/A02", {"text": "he is right"}, page)
    assert said.status_code == 303
    assert "he is right" in desks.of("hr").get(PAGE).text


def test_hr_hands_it_on_to_somebody_who_then_answers(desks: Desks, objected: Bureau):
    browser, path = desks.of("hr"), f"/objections/appoint/{PERIOD}/A02"
    assert browser.post(path, {"appoint-person": "M01"}, PAGE).status_code == 422
    assert browser.post(path, {"appoint-person": "M02"}, PAGE).status_code == 303
    answer = desks.of("M02").post(PAGE, {"outcome": "rejected", "reason": "it is right"}, PAGE)
    assert answer.status_code == 303, answer.text
    assert objected.state("A02") == "answered"
