"""A colleague rates several people on one page: real pages on a real database, with real sealing."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, update
from werkzeug.test import TestResponse

from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell
from feedback.models.results import ItemTotal
from feedback.services.closing import campaign_closing
from tests.factories import ACTOR, Office
from tests.statements import counted
from tests.views.markup import Page, faults
from tests.views.survey import Survey, complete

LANGUAGES = ["zh", "en"]
PEERS = (2, 3, 4)
Answered = dict[int, dict[str, str]]


@pytest.fixture
def colleague(app: Flask, office: Office) -> Survey:
    """A link with a self-assessment, 1, and five peers, 2 to 6."""
    return Survey.open_for_a_colleague(app, office, subjects=6)


def address(survey: Survey, *tasks: int, lang: str = "en") -> str:
    query = urlencode([*(("task", task) for task in tasks), ("lang", lang)])
    return f"{survey.link('self')}/side-by-side?{query}"


def everybody(*tasks: int, **other: str) -> Answered:
    return {task: complete("peer", comment=f"about {task}") | other for task in tasks or PEERS}


def send(survey: Survey, answers: Answered, lang: str = "en", **other: str) -> TestResponse:
    named = [(f"{task}:{item}", value) for task, fields in answers.items() for item, value in fields.items()]
    head = [
        ("token", survey.link("self").removeprefix("/s/")),
        ("lang", lang),
        *(("task", t) for t in answers),
    ]
    body = urlencode([*head, *named, *other.items()])
    return survey.post_body(body.encode(), path="/s/side-by-side")


def comments(survey: Survey) -> set[str]:
    return {answers.comments[0] for answers in survey.stored()}


def kept(page: Page) -> set[tuple[str, str]]:
    """What the form on this page would send if nothing was changed."""
    chosen = [x for x in page.find("input") if "checked" in x.attributes]
    return {(x.attributes["name"], x.attributes["value"]) for x in chosen} | {
        (x.attributes["name"], x.text.strip()) for x in page.find("textarea")
    }


def test_the_list_offers_those_who_are_rated_in_one_group_and_not_the_rater_himself(colleague: Survey):
    page = Page(colleague.get(colleague.link("self") + "?lang=en").text)
    form = page.one("form")
    assert (form.attributes["method"], form.attributes["action"]) == (
        "get",
        colleague.link("self") + "/side-by-side",
    )
    assert [x.attributes["value"] for x in form.find("input", type="checkbox")] == ["2", "3", "4", "5", "6"]


def test_a_small_group_is_chosen_already_and_one_person_alone_is_not_offered(app: Flask, office: Office):
    survey = Survey.open_for_a_colleague(app, office)
    link = survey.link("self")
    boxes = Page(survey.get(link).text).find("input", type="checkbox")
    assert len(boxes) == 2 and all("checked" in box.attributes for box in boxes)
    survey.post(link, complete("peer"), task="2")
    assert Page(survey.get(link).text).find("form") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_group_of_buttons_is_named_by_the_person_and_the_question(colleague: Survey, language: str):
    page = Page(colleague.get(address(colleague, *PEERS, lang=language)).text)
    assert faults(page) == []
    groups = page.find("fieldset", role="radiogroup")
    names = [group.children[0].all_text for group in groups]
    people = [subject.person.name_in(language) for subject in colleague.campaign.subjects[1:4]]
    assert len(names) == len(set(names)) == 3 * 20
    questions = [heading.text for heading in page.find("h3")]
    for person, name in zip(people * 20, names, strict=True):
        assert name.startswith(person)
    assert all(any(question in name for question in questions) for name in names)
    assert [group.attributes["aria-required"] for group in groups] == ["true"] * 60


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (
            {"peer": 2},
            "3 people of your group are asked; this person, the manager in charge and HR read the results.",
        ),
        (
            {"subordinate": 2},
            "your answers are counted together with those of: Direct reports (3 people in all are asked; averages "
            "from 3 answers, comments from 5); this person, the manager in charge and HR read the results.",
        ),
        ({"subordinate": 1}, "too few people are asked about this person in your group and similar ones"),
    ],
)
def test_people_are_told_who_reads_the_answers_on_each_of_them_and_how_they_are_counted(
    app: Flask, office: Office, beside: dict[str, int], said: str
):
    colleague = Survey.open_for_a_colleague(app, office, subjects=4, beside=beside)
    promise = Page(colleague.get(address(colleague, 2, 3)).text).one("ul", **{"class": "promise"})
    told = {line.find("b")[0].text.strip(": "): line.text for line in promise.find("li")}
    for subject in colleague.campaign.subjects[1:3]:
        assert said in told[subject.person.name_en]
    assert "Not anonymous" not in promise.all_text
    assert "at least 3" in promise.all_text


def test_whoever_rates_under_his_name_is_told_so_first(app: Flask, office: Office):
    survey = Survey.open_for_a_colleague(app, office, subjects=4, groups=("supervisor",))
    promise = Page(survey.get(address(survey, 2, 3)).text).one("ul", **{"class": "promise"})
    assert promise.find("li")[0].find("b")[0].text == "Not anonymous."
    assert "Averages" not in promise.all_text


def test_all_that_was_sent_is_stored_as_ballots_of_their_own(colleague: Survey):
    response = send(colleague, everybody() | {3: complete("peer", comment="about 3") | {"attitude-1": "1"}})
    assert response.status_code == 303
    assert response.location == f"{colleague.link('self')}?lang=en&done=2&done=3&done=4"
    assert comments(colleague) == {"about 2", "about 3", "about 4"}
    assert sorted(answers.ratings[0] for answers in colleague.stored()) == [1, 4, 4]
    page = Page(colleague.get(response.location).text)
    assert [note.text for note in page.find("p", role="status")] == [
        f"Your answers on Person {number} are in the box." for number in PEERS
    ]


def test_nothing_but_the_slots_of_these_people_changes(colleague: Survey):
    before = colleague.everything()
    send(colleague, everybody())
    after = colleague.everything()
    assert {table for table in before if before[table] != after[table]} == {"ballot"}
    assert len(set(after["ballot"]) - set(before["ballot"])) == 3


def test_one_fault_keeps_everything_back_and_nothing_that_was_entered_is_lost(colleague: Survey):
    answers = everybody(comment="typed <b>&amp;")
    del answers[3]["resolution-1"]
    answers[4]["attitude-2"] = "none"
    before = colleague.everything()
    response = send(colleague, answers)
    page = Page(response.text)
    assert response.status_code == 422 and colleague.everything() == before
    assert faults(page) == []
    assert page.one("title").text == "Please check: Feedback"
    assert kept(page) == {
        (f"{task}:{item}", value) for task, fields in answers.items() for item, value in fields.items()
    }
    summary = page.one("div", role="alert")
    assert [heading.text for heading in summary.find("h3")] == ["Person 3"]
    [link] = summary.find("a")
    target = page.one("input", id=link.attributes["href"][1:])
    assert target.attributes["name"] == "3:resolution-1"
    assert len(page.find("fieldset", **{"aria-invalid": "true"})) == 1


INVALID = {
    "off the scale": {"3:attitude-1": "6"},
    "an unknown field": {"3:nonsense": "1"},
    "a field of nobody": {"attitude-1": "5"},
    "somebody who was not on the page": {"5:attitude-1": "5"},
    "NUL": {"2:comment": "a\0b"},
    "too long": {"2:comment": "好" * 2001},
}


@pytest.mark.parametrize("kind", INVALID)
@pytest.mark.parametrize("language", LANGUAGES)
def test_invalid_answers_are_refused_and_nothing_is_stored(colleague: Survey, kind: str, language: str):
    before = colleague.everything()
    fields = {name: value for name, value in INVALID[kind].items()}
    answers = everybody()
    for name in fields:
        task, _, item = name.partition(":")
        if task.isdecimal() and int(task) in answers:
            answers[int(task)].pop(item, None)
    response = send(colleague, answers, lang=language, **fields)
    assert response.status_code == 422
    assert faults(Page(response.text)) == []
    assert colleague.everything() == before


def test_somebody_who_rates_nothing_of_a_person_is_told_for_that_person(colleague: Survey):
    answers = everybody() | {4: dict.fromkeys(complete("peer"), "none")}
    page = Page(send(colleague, answers).text)
    summary = page.one("div", role="alert")
    assert [heading.text for heading in summary.find("h3")] == ["Person 4"]
    assert colleague.stored() == []


def test_the_same_value_everywhere_and_telling_words_are_pointed_out_person_by_person_and_once(
    colleague: Survey,
):
    same = {item: "3" for item in complete("peer")}
    answers = everybody(2, 3) | {4: same, 5: complete("peer", comment="Call me at 138 0013 8000.")}
    before = colleague.everything()
    asked = send(colleague, answers)
    page = Page(asked.text)
    assert asked.status_code == 422 and colleague.everything() == before
    assert faults(page) == []
    notes = page.one("div", role="alert")
    assert [heading.text for heading in notes.find("h3")] == ["Person 4", "Person 5"]
    told = page.one("input", name="told.").attributes["value"]
    assert told.split() == ["4:same", "5:phone:comment"] or set(told.split()) == {"4:same", "phone:5:comment"}
    assert send(colleague, answers, **{"told.": told}).status_code == 303
    assert len(colleague.stored()) == 4


def test_something_new_is_pointed_out_although_other_things_were(colleague: Survey):
    same = {item: "3" for item in complete("peer")}
    page = Page(send(colleague, everybody(2, 3) | {4: same}, **{"told.": "2:same"}).text)
    assert page.one("input", name="told.").attributes["value"].split() == ["2:same", "4:same"]


def test_somebody_can_be_taken_off_the_page_and_what_was_entered_on_the_others_stays(colleague: Survey):
    answers = everybody() | {3: {"attitude-1": "1"}}
    before = colleague.everything()
    response = send(colleague, answers, left_out="3")
    page = Page(response.text)
    assert response.status_code == 200 and colleague.everything() == before
    assert [x.attributes["value"] for x in page.find("input", name="task")] == ["2", "4"]
    rest = {task: fields for task, fields in answers.items() if task != 3}
    assert kept(page) == {
        (f"{task}:{item}", value) for task, fields in rest.items() for item, value in fields.items()
    }
    assert page.find("div", role="alert") == []
    last = Page(send(colleague, rest, left_out="2").text)
    assert last.find("button", name="left_out") == []
    assert send(colleague, {4: rest[4]}).status_code == 303


def test_the_first_button_sends_since_it_is_the_one_that_the_return_key_presses(colleague: Survey):
    form = Page(colleague.get(address(colleague, *PEERS)).text).one("form")
    assert "name" not in form.find("button")[0].attributes


def test_who_declines_one_on_another_page_loses_nothing_here(colleague: Survey):
    page = Page(colleague.get(address(colleague, *PEERS)).text)
    links = [a for a in page.find("a") if a.attributes["href"].endswith("/3/decline?lang=en")]
    assert [a.attributes["target"] for a in links] == ["_blank"]
    body = urlencode({"token": colleague.link("self").removeprefix("/s/"), "task": "3"})
    colleague.post_body(body.encode(), path="/s/decline")
    assert send(colleague, everybody() | {3: {}}).location.endswith("?lang=en&done=2&done=4")
    assert comments(colleague) == {"about 2", "about 4"}


def test_what_was_sent_before_is_said_and_is_not_asked_again(colleague: Survey):
    colleague.post(colleague.link("self"), complete("peer", comment="first"), task="2")
    page = Page(colleague.get(address(colleague, *PEERS)).text)
    assert page.one("p", role="status").text == "Your answers on Person 2 are in the box."
    assert [x.attributes["value"] for x in page.find("input", name="task")] == ["3", "4"]
    assert send(colleague, everybody()).status_code == 303
    assert comments(colleague) == {"first", "about 3", "about 4"}


def test_a_second_click_is_answered_like_the_first_and_stores_nothing(colleague: Survey):
    first = send(colleague, everybody())
    before = colleague.everything()
    second = send(colleague, everybody(comment="second"))
    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert colleague.everything() == before
    back = colleague.get(address(colleague, *PEERS))
    assert (back.status_code, back.location) == (303, first.location)


@pytest.mark.parametrize(
    "tasks", [(), (2,), (2, 2), (2, 3, 4, 5, 6), (1, 2), (1, 2, 3)], ids=lambda tasks: str(tasks)
)
def test_a_choice_that_fits_no_page_leads_back_to_the_list_with_what_was_chosen(
    colleague: Survey, tasks: tuple[int, ...]
):
    response = colleague.get(address(colleague, *tasks))
    page = Page(response.text)
    assert response.status_code == 422 and faults(page) == []
    assert "from 2 to 4 people" in page.one("div", role="alert").all_text
    chosen = {x.attributes["value"] for x in page.find("input", type="checkbox") if "checked" in x.attributes}
    assert chosen == {str(task) for task in tasks} - {"1"}


@pytest.mark.parametrize("tasks", [(1, 2), (2, 3, 4, 5, 6)])
def test_a_forged_form_for_people_who_do_not_stand_on_one_page_stores_nothing(
    colleague: Survey, tasks: tuple[int, ...]
):
    before = colleague.everything()
    assert send(colleague, everybody(*tasks)).status_code == 422
    assert colleague.everything() == before


def test_people_rated_in_different_groups_stand_on_different_pages(app: Flask, office: Office):
    """What is promised about the answers differs: those of a supervisor bear his name, those of a peer do not."""
    survey = Survey.open_for_a_colleague(app, office, subjects=5, groups=("peer", "supervisor"))
    forms = Page(survey.get(survey.link("self")).text).find("form")
    offered = [[box.attributes["value"] for box in form.find("input", type="checkbox")] for form in forms]
    assert offered == [["2", "4"], ["3", "5"]]
    mixed = {2: complete("peer"), 3: complete("supervisor")}
    assert survey.get(address(survey, *mixed)).status_code == 422
    assert send(survey, mixed).status_code == 422
    assert survey.stored() == []


@pytest.mark.parametrize("position", ["0", "7", "-1", "1.0", "02", "２", "x", "", "9" * 5000, "2:"])
def test_a_number_that_the_link_does_not_have_leads_to_the_unknown_page(colleague: Survey, position: str):
    link = colleague.link("self")
    query = urlencode([("task", "2"), ("task", position), ("lang", "en")])
    assert colleague.get(f"{link}/side-by-side?{query}").status_code == 404


@pytest.mark.parametrize("token", ["", "forged", "x" * 37])
def test_a_link_that_is_none_leads_to_the_unknown_page(colleague: Survey, token: str):
    assert colleague.get(f"/s/{token or 'none'}/side-by-side?task=2&task=3").status_code == 404
    body = urlencode([("token", token), ("task", "2"), ("task", "3")])
    assert colleague.post_body(body.encode(), path="/s/side-by-side").status_code == 404
    assert colleague.stored() == []


def test_clients_rate_one_person_at_a_time(app: Flask, office: Office):
    survey = Survey.open(app, office, {"client": 3}, {"client": 3})
    link = survey.link("client")
    assert survey.get(f"{link}/side-by-side?task=1").status_code == 422
    body = urlencode([("token", link.removeprefix("/s/")), ("task", "1"), ("1:attitude-1", "5")])
    assert survey.post_body(body.encode(), path="/s/side-by-side").status_code == 422
    assert survey.stored() == []


def test_after_the_close_nothing_is_stored_and_the_page_says_so(colleague: Survey):
    shown = address(colleague, *PEERS)
    colleague.closes_in(timedelta(seconds=-1))
    before = colleague.everything()
    for response in (colleague.get(shown), send(colleague, everybody())):
        assert response.status_code == 410 and "nothing was stored just now" in response.text
    assert colleague.everything() == before


def close_once_something_is_in_the_box(connection: Connection) -> None:
    """What a closing would do if it came between two commits."""
    if connection.scalar(select(func.count()).where(Ballot.envelope.is_not(None))):
        connection.execute(update(Campaign).values(state=CampaignState.CLOSING))


def test_a_close_between_two_ballots_is_said_with_the_names_of_those_who_are_in_the_box(colleague: Survey):
    event.listen(db.engine, "commit", close_once_something_is_in_the_box)
    try:
        response = send(colleague, everybody())
    finally:
        event.remove(db.engine, "commit", close_once_something_is_in_the_box)
    page = Page(response.text)
    assert response.status_code == 409 and faults(page) == []
    [answers] = colleague.stored()
    number = answers.comments[0].removeprefix("about ")
    lines = [line.text for line in page.find("li")]
    assert lines[0] == f"Your answers on Person {number} are in the box."
    assert len(lines) == 3 and all("were not taken" in line for line in lines[1:])
    assert f"Person {number} were not" not in response.text


def test_reading_changes_nothing_and_takes_the_same_statements_for_two_and_for_four(colleague: Survey):
    few, many = address(colleague, 2, 3), address(colleague, 2, 3, 4, 5)
    before = colleague.everything()
    with counted(db.engine) as two:
        colleague.get(few)
    with counted(db.engine) as four:
        colleague.get(many)
    assert len(two) == len(four) == 3
    assert colleague.everything() == before


def test_no_page_sets_a_cookie_and_titles_are_neutral(colleague: Survey):
    pages = [
        colleague.get(address(colleague, *PEERS)),
        colleague.get(address(colleague, 2)),
        send(colleague, everybody() | {2: {}}),
        send(colleague, everybody()),
    ]
    for response in pages:
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Person" not in "".join(re.findall(r"<title>.*</title>", response.text))


def test_the_raters_own_name_is_not_on_the_page_and_the_language_can_be_changed(colleague: Survey):
    response = colleague.get(address(colleague, *PEERS))
    assert not re.search(r"Person 1\b|人员1\b", response.text)
    switch = Page(response.text).one("a", hreflang="zh-Hans").attributes["href"]
    assert switch == "?task=2&task=3&task=4&lang=zh"
    assert 'lang="zh-Hans"' in colleague.get(f"{colleague.link('self')}/side-by-side{switch}").text


def test_the_answers_on_one_person_are_not_counted_for_another(app: Flask, office: Office):
    survey = Survey.open_for_a_colleague(app, office, subjects=3, groups=("supervisor",))
    send(survey, {2: complete("supervisor") | {"attitude-1": "1"}, 3: complete("supervisor")})
    campaign_closing.close(
        office.session,
        office.custody,
        survey.campaign,
        actor=ACTOR,
        now=survey.campaign.closes_at,
        early=True,
    )
    cells = {cell.id: cell.subject.person.name_en for cell in db.session.scalars(select(Cell))}
    totals = db.session.scalars(select(ItemTotal).where(ItemTotal.item == "attitude-1")).all()
    assert {(cells[total.cell_id], total.points, total.ratings) for total in totals} == {
        ("Person 2", 20, 1),
        ("Person 3", 80, 1),
    }


def test_where_something_was_entered_no_link_leads_away_from_it_but_into_a_new_page(colleague: Survey):
    for response in (
        send(colleague, everybody(), left_out="3"),
        send(colleague, everybody() | {2: {}}),
    ):
        page = Page(response.text)
        leading_away = [a for a in page.find("a") if not a.attributes["href"].startswith("#")]
        assert {
            a.attributes.get("target") for a in leading_away if "privacy" not in a.attributes["href"]
        } == {"_blank"}
