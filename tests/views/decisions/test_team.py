"""A manager and his people: one row for each, what is his to do, and the page on which he writes."""

from collections.abc import Mapping

from feedback.extensions import db
from feedback.models.decisions import Review
from feedback.services.decisions import reviews
from feedback.services.decisions.reviews import ReviewText
from tests.rounds import PERIOD, Bureau
from tests.statements import counted
from tests.views.decisions.desks import Desks

PAGE = f"/team/of/{PERIOD}/A01"
REVIEW = {"strengths": "reliable", "to_improve": "visits", "comment": "", "edition": "0"}


def write(desks: Desks, who: str, form: Mapping[str, str], person: str = "A01"):
    return desks.of(who).post(f"/team/review/{PERIOD}/{person}", dict(form), f"/team/of/{PERIOD}/{person}")


def test_a_manager_sees_a_row_for_each_of_his_people_with_what_is_his_to_do(desks: Desks):
    page = desks.of("M01").get("/team").text
    assert [f"/team/of/{PERIOD}/{code}" in page for code in ("A01", "A02", "A03")] == [True] * 3
    assert page.count("write the review") + page.count("撰写评审") == 3
    assert "95.00" in page


def test_a_team_page_takes_three_statements_however_many_people_there_are(desks: Desks, bureau: Bureau):
    browser = desks.of("M01")
    with counted(db.engine) as signing_in:
        assert browser.get("/account").status_code == 200
    own = [one for one in signing_in if "FROM user" in one or 'FROM "user"' in one]
    with counted(db.engine) as statements:
        assert browser.get("/team").status_code == 200
    assert len([one for one in statements if one not in own]) == 3


def test_whoever_stands_above_sees_states_and_no_figures_before_he_opens_them(desks: Desks):
    page = desks.of("D01").get("/team").text
    assert f"/appraisals/of/{PERIOD}/A01" in page
    assert "95.00" not in page


def test_an_employee_has_no_team_and_no_page_about_colleagues_or_himself(desks: Desks):
    for name in ("A01", "A02", "M02"):
        assert desks.of(name).get(PAGE).status_code == 404, name
        assert "95.00" not in desks.of(name).get("/team").text


def test_a_review_is_kept_as_a_draft_and_then_handed_in(desks: Desks, bureau: Bureau):
    assert write(desks, "M01", REVIEW | {"keep": ""}).status_code == 303
    assert bureau.state("A01") == "computed"
    assert "reliable" in desks.of("M01").get(PAGE).text
    assert write(desks, "M01", REVIEW | {"edition": "1", "hand_in": ""}).status_code == 303
    assert bureau.state("A01") == "reviewed"


def test_of_two_who_write_at_once_the_second_sees_both_texts_and_loses_none(desks: Desks, bureau: Bureau):
    reviews.save(bureau.session, bureau.of("A01"), ReviewText(strengths="written first"), 0, bureau.by("M01"))
    bureau.session.commit()
    answer = write(desks, "M01", REVIEW | {"strengths": "written second", "keep": ""})
    assert answer.status_code == 409
    assert "written first" in answer.text and "written second" in answer.text
    assert 'name="edition" value="1"' in answer.text
    assert write(desks, "M01", REVIEW | {"strengths": "both", "edition": "1", "keep": ""}).status_code == 303
    bureau.session.expire_all()
    assert bureau.session.get(Review, bureau.of("A01").id).strengths == "both"


def test_beside_the_review_stand_the_examples_of_behaviour_of_the_bands(desks: Desks):
    browser = desks.of("M01")
    assert "Clients ask for this person by name" in browser.get(f"{PAGE}?lang=en").text
    assert "客户指名要求其服务" in browser.get(f"{PAGE}?lang=zh").text


def test_what_was_written_stays_when_it_is_refused(desks: Desks, bureau: Bureau):
    answer = write(desks, "M01", REVIEW | {"strengths": "x" * 5001, "to_improve": "kept words"})
    assert answer.status_code == 422 and "kept words" in answer.text
    answer = write(desks, "M01", {"strengths": " ", "edition": "0", "hand_in": ""})
    assert answer.status_code == 409 and bureau.state("A01") == "computed"
    bureau.review("A01")
    answer = write(desks, "M01", REVIEW | {"strengths": "too late but kept", "keep": ""})
    assert answer.status_code == 409 and "too late but kept" in answer.text


def test_a_deputy_writes_on_the_days_that_were_named_and_his_name_stands_for_the_manager(
    desks: Desks, bureau: Bureau
):
    named = {"deputy": "M02", "starts": "2027-01-04", "ends": "2027-01-08"}
    assert desks.of("M01").post("/team/deputies", named, "/team/deputies").status_code == 303
    assert f"/team/of/{PERIOD}/A01" in desks.of("M02").get("/team").text
    assert write(desks, "M02", REVIEW | {"hand_in": ""}).status_code == 303
    bureau.session.expire_all()
    assert bureau.session.get(Review, bureau.of("A01").id).on_behalf_of == "M01"
    number = bureau.session.connection().exec_driver_sql("select id from deputy").scalar()
    assert desks.of("M02").post(f"/team/deputies/{number}/end", {}, "/team").status_code == 303
    assert desks.of("M02").get(PAGE).status_code == 200, "only the manager ends it"
    assert (
        desks.of("M01").post("/team/deputies", named | {"deputy": "M01"}, "/team/deputies").status_code == 422
    )


def test_an_interview_is_recorded_with_what_was_agreed(desks: Desks, bureau: Bureau):
    bureau.review("A01")
    form = {"day": "2027-01-04", "present": "both", "topics": "the result"}
    agreed = {"agreed0-text": "two visits", "agreed0-owner": "A01", "agreed0-due": "2027-02-01"}
    browser, address = desks.of("M01"), f"/team/interview/{PERIOD}/A01"
    assert browser.post(address, form | agreed, PAGE).status_code == 303
    assert "two visits" in browser.get(PAGE).text
    answer = browser.post(address, form | {"day": "2027-01-09"} | agreed, PAGE)
    assert answer.status_code == 422 and "two visits" in answer.text
    answer = browser.post(address, form | {"agreed0-due": "never", "topics": "kept"}, PAGE)
    assert answer.status_code == 422 and "kept" in answer.text


def test_a_plan_is_drafted_published_acknowledged_looked_at_and_ended(desks: Desks, bureau: Bureau):
    bureau.tell("A03")
    browser = desks.of("M01")
    form = {"kind": "improvement", "reason": "band C", "ends": "2027-03-31", "look_1": "2027-02-01"}
    item = {"item0-text": "visits", "item0-measure": "two a week", "item0-owner": "A03"}
    address = f"/plans/new/{PERIOD}/A03"
    drafted = browser.get(f"{address}?lang=en")
    assert drafted.status_code == 200 and "KPIs below 100 points" in drafted.text
    of_hr = desks.of("hr").get(f"{address}?lang=en")
    assert of_hr.status_code == 200 and "KPIs below 100 points" not in of_hr.text, "read where it is noted"
    answer = browser.post(address, form | item, address)
    assert answer.status_code == 422 and "two a week" in answer.text
    made = browser.post(address, form | item | {"item0-due": "2027-03-01"}, address)
    assert made.status_code == 303
    page = made.location
    assert desks.of("A03").get(page).status_code == 404, "a draft is the reviewer's"
    assert browser.post(f"{page}/publish", {}, page).status_code == 303
    assert desks.of("A03").post(f"{page}/acknowledge", {}, page).status_code == 303
    found = {"due": "2027-02-01", "status": "on track", "note": "goes well"}
    assert browser.post(f"{page}/follow-up", found, page).status_code == 303
    assert browser.post(f"{page}/pause", {"reason": "leave"}, page).status_code == 404, "HR pauses"
    assert browser.post(f"{page}/end", {"after": "met", "outcome": "done"}, page).status_code == 303
    assert "goes well" in desks.of("A03").get(page).text
    assert desks.of("A02").get(page).status_code == 404


def test_what_waits_on_the_start_page_leads_to_where_it_is_done(desks: Desks, bureau: Bureau):
    bureau.review("A02", "A03")
    assert f"/team?period={PERIOD}" in desks.of("M01").get("/").text
    assert f"/rounds/of/{PERIOD}" in desks.of("hr").get("/").text
    for name in ("M01", "hr", "D01", "A01"):
        assert desks.of(name).get("/").status_code == 200, name
