"""A pool side by side: who sits in it sees it, the chair changes bands with a reason, and the session closes."""

from feedback.models.calibrations import CalibrationSession
from tests.rounds import PERIOD, Bureau
from tests.views.decisions.desks import Desks

NEW = f"/calibrations/new/{PERIOD}"


def opened(desks: Desks) -> str:
    answer = desks.of("hr").post(NEW, {"chairs": "D01", "members": "M01"}, NEW)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_pool_shows_everybody_in_order_with_bands_and_opinions(desks: Desks, bureau: Bureau):
    bureau.review("A01", "A02", "A03")
    page = opened(desks)
    text = desks.of("M01").get(page).text
    assert text.index(f"{page}/of/A01") < text.index(f"{page}/of/A02") < text.index(f"{page}/of/A03")
    assert "95.00" in text and "60.00" in text
    answer = desks.of("M01").post(f"{page}/opinion/A02", {"opinion": "question"}, f"{page}/of/A02")
    assert answer.status_code == 303
    for name in ("M02", "A01"):
        assert desks.of(name).get(page).status_code == 404, name


def test_a_band_changes_with_a_reason_by_the_chair_and_counts_when_the_session_closes(
    desks: Desks, bureau: Bureau
):
    bureau.review("A01", "A02", "A03")
    page = opened(desks)
    chair, form = desks.of("D01"), {"band": "A", "reason": "kept the largest client", "fact": "contract 7"}
    refused = chair.post(f"{page}/change/A02", form | {"reason": ""}, f"{page}/of/A02")
    assert refused.status_code == 422 and "contract 7" in refused.text
    by_member = desks.of("M01").post(f"{page}/change/A02", form, f"{page}/of/A02")
    assert by_member.status_code == 422
    assert chair.post(f"{page}/change/A02", form, f"{page}/of/A02").status_code == 303
    assert "kept the largest client" in chair.get(page).text
    desks.of("M01").post(f"{page}/close", {}, page)
    assert bureau.state("A02") == "reviewed", "a member does not close it"
    assert chair.post(f"{page}/close", {}, page).status_code == 303
    assert bureau.state("A02") == "calibrated" and bureau.of("A02").calibrated_band == "A"
    late = chair.post(f"{page}/change/A02", form | {"band": "B"}, page)
    assert late.status_code == 422


def test_a_session_does_not_close_before_everybody_is_reviewed_and_says_who_is_not(
    desks: Desks, bureau: Bureau
):
    bureau.review("A01")
    page, browser = opened(desks), desks.of("hr")
    browser.post(f"{page}/close", {}, page)
    assert "A02, A03" in browser.get(page).text
    assert browser.post(f"{page}/take-out/A02", {}, page).status_code == 303
    assert f"{page}/of/A02" not in browser.get(page).text


def test_nobody_reads_in_a_pool_what_he_will_be_told_himself(desks: Desks, bureau: Bureau):
    bureau.review("A01", "A02", "A03")
    answer = desks.of("hr").post(NEW, {"members": "A01"}, NEW)
    page = desks.of("A01").get(answer.location).text
    assert "80.00" in page and "95.00" not in page
    assert desks.of("A01").get(f"{answer.location}/of/A01").status_code == 404


def test_a_pool_of_nobody_or_of_a_department_that_is_none_is_refused_beside_what_was_typed(
    desks: Desks, bureau: Bureau
):
    answer = desks.of("hr").post(NEW, {"departments": "nowhere", "pool": "kept"}, NEW)
    assert answer.status_code == 422 and "kept" in answer.text
    answer = desks.of("hr").post(NEW, {"chairs": "nobody"}, NEW)
    assert answer.status_code == 422
    assert bureau.session.query(CalibrationSession).count() == 0
