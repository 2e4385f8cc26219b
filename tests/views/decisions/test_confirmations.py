"""Who stands above a reviewer, and HR, confirm in two steps what was decided, or send it back with a reason."""

import re

import pytest

from feedback.services.decisions import calibration, calibration_changes
from tests.rounds import PERIOD, Bureau
from tests.views.decisions.desks import Desks

LIST, CHECK = "/confirmations", f"/confirmations/of/{PERIOD}"
BACK = f"/confirmations/back/{PERIOD}/A02"


@pytest.fixture
def decided(bureau: Bureau) -> Bureau:
    """A02 was moved from B to A, the others stayed."""
    bureau.review("A01", "A02", "A03")
    sitting, by = bureau.calibrate("A01", "A02", "A03"), bureau.by("hr")
    calibration_changes.change(
        bureau.session, sitting, bureau.of("A02"), "A", "carried a tender", "contract 7", by
    )
    calibration.close(bureau.session, sitting, by)
    bureau.session.commit()
    return bureau


def seen(page: str) -> list[str]:
    return re.findall(r'name="seen" value="([^"]+)"', page)


def test_what_was_decided_stands_side_by_side_and_is_confirmed_after_a_second_look(
    desks: Desks, decided: Bureau
):
    director = desks.of("D01")
    assert LIST in director.get("/").text, "it is a task on the start page"
    found = director.get(LIST).text
    assert "B → A" in found and "carried a tender" in found and "80.00" in found
    check = director.get(f"{CHECK}?ticked=1&person=A01&person=A02").text
    assert decided.state("A01") == "calibrated", "looking at it confirms nothing"
    assert seen(check) == ["A01|1", "A02|1 A"]
    assert director.post(CHECK, {"seen": seen(check)}, LIST).status_code == 303
    assert [decided.state(code) for code in ("A01", "A02", "A03")] == ["confirmed", "confirmed", "calibrated"]
    assert "A03" in director.get(LIST).text and "A01" not in director.get(LIST).text


def test_nobody_ticked_is_not_everybody(desks: Desks, decided: Bureau):
    director = desks.of("D01")
    answer = director.get(f"{CHECK}?ticked=1")
    assert (answer.status_code, answer.location) == (303, LIST)
    assert len(seen(director.get(CHECK).text)) == 3


def test_who_reviewed_or_is_meant_finds_nothing_to_confirm(desks: Desks, decided: Bureau):
    for name in ("M01", "M02"):
        assert "A01" not in desks.of(name).get(LIST).text
        assert desks.of(name).get(CHECK).status_code == 404
        assert desks.of(name).post(CHECK, {"seen": ["A01|1"]}, LIST).status_code == 404
    assert desks.of("A01").get(LIST).status_code == 404
    assert decided.state("A01") == "calibrated"


def test_it_is_sent_back_with_a_reason_that_the_reviewer_reads(desks: Desks, decided: Bureau):
    director = desks.of("D01")
    asked = director.get(BACK).text
    assert "B → A" in asked, "it is shown what is lost"
    assert director.post(BACK, {"reason": " "}, BACK).status_code == 422
    assert director.post(BACK, {"reason": "say more of the tender"}, BACK).status_code == 303
    assert decided.state("A02") == "computed"
    assert "say more of the tender" in desks.of("M01").get(f"/team/of/{PERIOD}/A02").text


def test_hr_is_led_there_from_the_round_and_an_empty_list_says_so(desks: Desks, bureau: Bureau):
    office = desks.of("hr")
    assert f"{LIST}?period={PERIOD}" in office.get(f"/rounds/of/{PERIOD}").text
    empty = office.get(LIST)
    assert empty.status_code == 200 and 'class="empty"' in empty.text
