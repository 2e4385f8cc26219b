"""HR leads a round from its page: set up, started, computed with a preview, confirmed, told, reopened, left out."""

from datetime import date

import pytest
from sqlalchemy import select

from feedback.models.decisions import Deputy
from feedback.services.decisions import confirming
from feedback.services.definitions import library
from tests.rounds import PERIOD, Bureau
from tests.views.decisions.desks import Desks

PAGE = f"/rounds/of/{PERIOD}"
PERSON = f"/rounds/person/{PERIOD}/A01"


def act(desks: Desks, path: str, form: dict[str, str] | None = None, who: str = "hr", page: str = PAGE):
    return desks.of(who).post(path, form or {}, page)


def test_a_round_is_set_up_with_a_scheme_and_a_calendar_and_started(desks: Desks):
    form = {"period": "2027q1", "scheme": f"{library.DEFAULT}:1", "review_by": "2027-04-20"}
    answer = act(desks, "/rounds/new", form, page="/rounds/new")
    assert (answer.status_code, answer.location) == (303, "/rounds/of/2027Q1")
    assert "2027" in desks.of("hr").get("/rounds").text
    again = act(desks, "/rounds/new", form, page="/rounds/new")
    assert again.status_code == 422 and "2027-04-20" in again.text
    assert act(desks, "/rounds/of/2027Q1/start", page="/rounds/of/2027Q1").status_code == 303
    assert desks.of("hr").get("/rounds/of/2027Q1").status_code == 200


@pytest.mark.parametrize(
    "form", [{}, {"period": "never", "scheme": "x:1"}, {"period": "2027Q1", "scheme": "account-manager:x"}]
)
def test_what_is_no_round_is_refused_at_its_field(desks: Desks, form: dict[str, str]):
    assert act(desks, "/rounds/new", form, page="/rounds/new").status_code == 422


def test_the_overview_says_how_far_each_team_is_and_who_reviews_and_leads_no_longer(
    desks: Desks, bureau: Bureau
):
    bureau.people["A02"].manager = bureau.people["M02"]
    bureau.people["M01"].active = False
    bureau.session.commit()
    page = desks.of("hr2").get(PAGE).text
    moved = page[page.index('id="missing"') : page.index('id="teams"')]
    assert all(f"/rounds/person/{PERIOD}/{code}" in moved for code in ("A01", "A02", "A03"))
    found = desks.of("hr").get(f"{PAGE}?state=computed&reviewer=M01&person=A02").text
    people = found[found.index('id="people"') :]
    assert "/A02" in people and "/A01" not in people


def test_computing_shows_first_what_would_change_and_writes_nothing_before_it_is_asked(
    desks: Desks, bureau: Bureau
):
    bureau.figure("A02", 99)
    page = desks.of("hr").get(f"{PAGE}/compute")
    assert page.status_code == 200 and "80.00" in page.text and "99.00" in page.text
    assert "A01" not in page.text
    assert bureau.of("A02").version == 1
    assert act(desks, f"{PAGE}/compute", {"reason": "late invoice"}).status_code == 303
    bureau.session.expire_all()
    assert bureau.of("A02").version == 2


def test_results_are_confirmed_and_told_in_one_act_or_what_is_missing_is_named(desks: Desks, bureau: Bureau):
    bureau.review("A01", "A02", "A03")
    answer = act(desks, f"{PAGE}/notify")
    assert answer.status_code == 303 and bureau.state("A01") == "reviewed"
    bureau.settle("A01", "A02", "A03")
    page = desks.of("hr").get(PAGE).text
    notice = page[page.index('class="notice"') : page.index('class="actions"', page.index('class="notice"'))]
    assert "A03" in notice and "A01" not in notice
    browser = desks.of("hr")
    browser.post(f"{PAGE}/notify", {}, PAGE)
    assert "A03" in browser.get(PAGE).text and bureau.state("A01") == "confirmed"
    bureau.talk("A03")
    act(desks, f"{PAGE}/notify")
    assert {bureau.state(code) for code in ("A01", "A02", "A03")} == {"notified"}


def test_what_is_done_for_all_is_offered_with_its_number_and_what_it_means_and_only_where_there_is_somebody(
    desks: Desks, bureau: Bureau
):
    def offered() -> dict[str, bool]:
        page = desks.of("hr").get(f"{PAGE}?lang=en").text
        return {step: f'action="{PAGE}/{step}"' in page for step in ("notify", "finish")}

    assert offered() == {"notify": False, "finish": False}
    bureau.decide("A01")
    page = desks.of("hr").get(f"{PAGE}?lang=en").text
    told = page[page.index('id="notify"') : page.index(f'action="{PAGE}/notify"')]
    assert "(1)" in told and "It cannot be taken back" in told
    assert offered() == {"notify": True, "finish": False}


def test_hr_sees_every_deputy_names_one_for_a_manager_and_ends_it(desks: Desks, bureau: Bureau):
    address = "/team/deputies"
    assert "Nobody." in desks.of("hr").get(f"{address}?lang=en").text
    form = {"manager": "M01", "deputy": "M02", "starts": "2027-01-04", "ends": "2027-01-08"}
    assert act(desks, address, form | {"manager": ""}, page=address).status_code == 422
    assert act(desks, address, form, page=address).status_code == 303
    page = desks.of("hr2").get(f"{address}?lang=en").text
    assert "M01" in page and "M02" in page
    assert "M01" not in desks.of("D01").get(address).text, "a manager sees his own alone"
    assert act(desks, f"{address}/1/end", page=address).status_code == 303
    (row,) = bureau.session.scalars(select(Deputy)).all()
    bureau.session.refresh(row)
    assert row.ends == date(2027, 1, 4)


def test_before_reopening_it_is_shown_what_falls_away(desks: Desks, bureau: Bureau):
    bureau.decide("A01")
    page = desks.of("hr").get(PERSON).text
    assert 'id="reopen"' in page
    refused = act(desks, f"/rounds/person/reopen/{PERIOD}/A01", {"reopen-reason": " "}, page=PERSON)
    assert refused.status_code == 422 and bureau.state("A01") == "confirmed"
    done = act(desks, f"/rounds/person/reopen/{PERIOD}/A01", {"reopen-reason": "wrong figure"}, page=PERSON)
    assert done.status_code == 303 and bureau.state("A01") == "computed"
    assert "reliable" in desks.of("M01").get(f"/team/of/{PERIOD}/A01").text


def test_somebody_is_left_out_or_given_to_another_reviewer_with_a_reason(desks: Desks, bureau: Bureau):
    path = f"/rounds/person/reviewer/{PERIOD}/A01"
    form = {"reviewer-reviewer": "nobody", "reviewer-reason": "a move"}
    refused = act(desks, path, form, page=PERSON)
    assert refused.status_code == 422 and "a move" in refused.text
    assert act(desks, path, form | {"reviewer-reviewer": "M02"}, page=PERSON).status_code == 303
    assert desks.of("M02").get(f"/team/of/{PERIOD}/A01").status_code == 200
    assert desks.of("M01").get(f"/team/of/{PERIOD}/A01").status_code == 404
    act(desks, f"/rounds/person/leave-out/{PERIOD}/A02", {"leave-reason": "long leave"}, page=PERSON)
    assert bureau.state("A02") == "not appraised"


def test_nobody_but_hr_sees_a_round(desks: Desks):
    for name in ("M01", "D01", "A01"):
        for path in (PAGE, PERSON, f"{PAGE}/compute", "/rounds", f"/consequences/of/{PERIOD}"):
            assert desks.of(name).get(path).status_code == 404, (name, path)


def test_what_follows_from_final_results_is_decided_with_a_reason_and_taken_as_a_file(
    desks: Desks, bureau: Bureau
):
    bureau.tell("A01")
    assert desks.of("hr").get(f"/consequences/person/{PERIOD}/A01").status_code == 404
    act(desks, f"{PAGE}/finish")
    assert bureau.state("A01") == "notified", "nobody has read it"
    bureau.session.expire_all()
    confirming.deem_read(bureau.session, bureau.calendar(days=30))
    confirming.finish_due(bureau.session, bureau.calendar(days=30))
    bureau.session.commit()
    page, address = f"/consequences/person/{PERIOD}/A01", f"/consequences/person/{PERIOD}/bonus/A01"
    form = {"bonus-granted": "yes", "bonus-share": "80"}
    refused = act(desks, address, form, page=page)
    assert refused.status_code == 422 and 'value="80"' in refused.text
    assert act(desks, address, form | {"bonus-share": "much"}, page=page).status_code == 422
    assert act(desks, address, form | {"bonus-share": "nan"}, page=page).status_code == 422
    assert act(desks, address, form | {"bonus-reason": "half a year"}, page=page).status_code == 303
    taken = act(desks, f"/consequences/export/{PERIOD}/csv", page=f"/consequences/of/{PERIOD}")
    assert b"0.8" in taken.data and b"A01" in taken.data
    book = act(desks, f"/consequences/export/{PERIOD}/xlsx", page=f"/consequences/of/{PERIOD}")
    assert book.data.startswith(b"PK")
