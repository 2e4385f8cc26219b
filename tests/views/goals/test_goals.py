"""Goals in the browser: an employee and a manager agree, note and rate, each from his own pages."""

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.goals import Goal, GoalState
from feedback.models.people import Person
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

GOAL = {"title": "Pass the course", "period": "2026Q4", "weight": "60", "measure": "rating"}
BLANK = dict.fromkeys(("description", "target", "milestones", "parent", "due", "last_period"), "")


@pytest.fixture
def person(office: Office) -> Person:
    return office.person("A1", name_en="Zhang Wei", manager=office.person("M1"))


@pytest.fixture
def employee(browsers: Browsers, person: Person) -> Browser:
    return browsers.sign_in(RoleName.EMPLOYEE, person)


@pytest.fixture
def manager(browsers: Browsers, person: Person) -> Browser:
    return browsers.sign_in(RoleName.MANAGER, person.manager)


def new(browser: Browser, **fields: str) -> str:
    """Propose a goal; gives its address."""
    answer = browser.post("/goals/new/A1", BLANK | GOAL | {"propose": "1"} | fields, page="/goals/new/A1")
    assert answer.status_code == 303, answer.text
    return answer.location


def act(browser: Browser, goal: str, name: str, **form: str) -> int:
    return browser.post(f"{goal}/{name}", form, page=goal).status_code


def stored(office: Office) -> Goal:
    office.session.expire_all()
    return office.session.scalars(select(Goal)).one()


def test_what_a_goal_can_be_measured_by_is_offered_in_the_reader_s_language(employee: Browser):
    page = employee.get("/goals/new/A1?lang=zh").text
    assert "<option" in page and "0 至 100 评分" in page and "a rating from 0 to 100" not in page


def test_a_goal_goes_from_proposal_to_rating(employee: Browser, manager: Browser, office: Office):
    goal = new(employee)
    assert "Agree to 1 proposed goal" in manager.get("/?lang=en").text
    assert act(employee, goal, "agree") == 303
    assert stored(office).state == GoalState.PROPOSED
    assert act(manager, goal, "agree") == 303
    assert (
        act(employee, goal, "note", **{"note-text": "Half of it is done.", "note-evidence": "DRIVE-7"}) == 303
    )
    assert act(employee, goal, "self-rating", **{"own-period": "2026Q4", "own-value": "90"}) == 303
    rating = {"rating-period": "2026Q4", "rating-value": "80", "rating-reason": "Passed late."}
    assert act(manager, goal, "rating", **rating) == 303
    page = employee.get(f"{goal}?lang=en").text
    for text in ("Passed late.", "Half of it is done.", "DRIVE-7", "90", "80"):
        assert text in page
    assert act(manager, goal, "close") == 303
    assert stored(office).state == GoalState.CLOSED


def test_a_refused_form_says_why_and_keeps_what_was_typed(
    employee: Browser, manager: Browser, office: Office
):
    goal = new(employee)
    act(manager, goal, "agree")
    answer = manager.post(
        f"{goal}/rating?lang=en",
        {"rating-period": "2026Q4", "rating-value": "120", "rating-reason": "Great work."},
        page=goal,
    )
    assert answer.status_code == 422
    assert "a goal is rated from 0 to 100" in answer.text and "Great work." in answer.text
    assert stored(office).ratings == []


def test_weights_above_100_are_refused_in_words(employee: Browser, manager: Browser):
    first, second = new(employee), new(employee, title="Another")
    act(manager, first, "agree")
    assert act(manager, second, "agree?lang=en") == 303
    assert "the weights total 120" in manager.get(f"{second}?lang=en").text


def test_a_change_of_an_agreed_goal_waits_for_the_other_side(
    employee: Browser, manager: Browser, office: Office
):
    goal = new(employee)
    act(manager, goal, "agree")
    changed = BLANK | GOAL | {"title": "Pass both courses"}
    assert manager.post(f"{goal}/edit", changed | {"reason": ""}, page=goal).status_code == 422
    answer = manager.post(f"{goal}/edit", changed | {"reason": "One is not enough."}, page=goal)
    assert answer.status_code == 303
    page = employee.get(f"{goal}?lang=en").text
    assert "Proposed change" in page and "One is not enough." in page
    act(employee, goal, "agree")
    assert [version.title for version in stored(office).versions] == ["Pass the course", "Pass both courses"]


def test_milestones_are_written_a_line_each_and_marked_by_the_manager(
    employee: Browser, manager: Browser, office: Office
):
    goal = new(employee, measure="milestones", milestones="Exam passed; 2; 2026-12-15\r\nTalk held")
    act(manager, goal, "agree")
    assert act(employee, goal, "milestone", position="1", done="1") == 409
    assert act(manager, goal, "milestone", position="1", done="1") == 303
    assert [(m.title, m.weight, m.done_on is not None) for m in stored(office).milestones] == [
        ("Exam passed", 2.0, True),
        ("Talk held", 1.0, False),
    ]


@pytest.mark.parametrize("milestones", ["; 2", "Exam; nan", "Exam; 2; soon", "Exam;1;;;x", "Exam; -1"])
def test_a_line_that_is_no_milestone_is_shown_again_with_what_is_wrong(employee: Browser, milestones: str):
    fields = BLANK | GOAL | {"measure": "milestones", "milestones": milestones}
    answer = employee.post("/goals/new/A1?lang=en", fields, page="/goals/new/A1")
    assert answer.status_code == 422
    assert milestones in answer.text and "title; weight; day; owner" in answer.text


@pytest.mark.parametrize("field", [{"weight": "inf"}, {"weight": "much"}, {"period": "soon"}, {"title": " "}])
def test_what_no_goal_can_be_is_said_at_its_field(employee: Browser, field: dict[str, str]):
    answer = employee.post("/goals/new/A1", BLANK | GOAL | field, page="/goals/new/A1")
    assert answer.status_code == 422


def test_a_draft_is_read_by_its_own_side_alone(employee: Browser, manager: Browser):
    answer = manager.post("/goals/new/A1", BLANK | GOAL, page="/goals/new/A1")
    assert manager.get(answer.location).status_code == 200
    assert employee.get(answer.location).status_code == 404
    assert "Pass the course" not in employee.get("/goals").text
    assert manager.post(f"{answer.location}/drop", {}, page="/goals").location == "/goals/of/A1"


def test_nobody_else_meets_the_goals_of_a_person(browsers: Browsers, employee: Browser, office: Office):
    goal = new(employee)
    others = [browsers.sign_in(role, office.person()) for role in (RoleName.EMPLOYEE, RoleName.MANAGER)]
    others += [browsers.sign_in(RoleName.ADMIN), browsers.sign_in(RoleName.COMPLIANCE)]
    for other in others:
        assert {other.get(path).status_code for path in (goal, "/goals/of/A1", "/goals/new/A1")} == {404}
    auditor = browsers.sign_in(RoleName.AUDITOR)
    assert auditor.get(goal).status_code == 200
    assert auditor.get("/goals?person=A1").location == "/goals/of/A1"
    assert auditor.post(f"{goal}/agree", {}, page=goal).status_code == 404


def test_hr_finds_proposes_and_exports_goals_of_everybody(browsers: Browsers, person: Person):
    hr = browsers.sign_in(RoleName.HR)
    assert "/goals/of/A1" in hr.get("/people/A1").text
    goal = new(hr)
    assert hr.get(goal).status_code == 200
    assert "Pass the course" in hr.get("/goals/export.csv").data.decode("utf-8-sig")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_well_formed_and_labelled(
    employee: Browser, manager: Browser, browsers: Browsers, language: str
):
    goal = new(employee, measure="milestones", milestones="Exam passed; 2; 2026-12-15", last_period="2027Q1")
    for browser in (employee, manager):
        for path in ("/goals", "/goals/of/A1", "/goals/new/A1", goal, f"{goal}/edit"):
            assert faults(Page(browser.get(f"{path}?lang={language}").text)) == [], path
    act(manager, goal, "agree")
    for path in (goal, f"{goal}/edit"):
        assert faults(Page(manager.get(f"{path}?lang={language}").text)) == [], path
