"""Several ballots on one page: each is checked and read as if it stood alone."""

import pytest
from werkzeug.datastructures import MultiDict

from forms.builder import BallotForm, Respondent
from forms.scheme import Group
from forms.side_by_side import SharedReader, SideBySideForm
from tests.factories import shipped_questionnaire, shipped_scheme
from tests.views.survey import complete

TASKS = (2, 3, 11)
READER = SharedReader("peer", "en", "this colleague", str)


def peers() -> Group:
    return shipped_scheme().group("peer")


def posted(answers: dict[int, dict[str, str]], **other: str) -> MultiDict[str, str]:
    named = {f"{task}:{item}": value for task, fields in answers.items() for item, value in fields.items()}
    return MultiDict(named | other)


def form(answers: dict[int, dict[str, str]], **other: str) -> SideBySideForm:
    return SideBySideForm(shipped_questionnaire(), READER, TASKS, posted(answers, **other))


def everybody(**other: str) -> dict[int, dict[str, str]]:
    return {task: complete("peer", comment=f"on {task}") | other for task in TASKS}


def test_each_ballot_reads_what_its_own_form_would_have_read():
    answers = everybody() | {3: complete("peer") | {"attitude-1": "none", "attitude-4": "1"}}
    page = form(answers)
    assert page.validate()
    for task in TASKS:
        alone = BallotForm(
            shipped_questionnaire(), Respondent("peer", "en", "A", str), MultiDict(answers[task])
        )
        assert alone.validate()
        assert (page.ballots[task].ratings, page.ballots[task].comments) == (alone.ratings, alone.comments)


def test_the_number_of_one_task_is_not_taken_for_the_beginning_of_another():
    page = form(everybody() | {11: complete("peer") | {"attitude-1": "1"}})
    assert page.validate()
    assert page.ballots[11].ratings["attitude-1"] == 1
    assert page.ballots[2].ratings["attitude-1"] == 4


def test_faults_of_all_are_found_at_once_and_belong_to_their_persons():
    answers = everybody()
    del answers[2]["attitude-1"]
    answers[11]["attitude-2"] = "6"
    page = form(answers)
    assert not page.validate()
    found = {task: [fault.field.name for fault in ballot.faults] for task, ballot in page.ballots.items()}
    assert found == {2: ["2:attitude-1"], 3: [], 11: ["11:attitude-2"]}


@pytest.mark.parametrize(
    "name", ["attitude-1", "4:attitude-1", "1:attitude-1", ":attitude-1", "２:attitude-1"]
)
def test_what_belongs_to_nobody_on_the_page_is_refused(name: str):
    page = form(everybody(), **{name: "5"})
    assert not page.validate()


def test_an_unknown_item_is_a_fault_of_the_person_it_was_sent_for():
    page = form(everybody(), **{"3:nonsense": "5"})
    assert not page.validate()
    assert [task for task, ballot in page.ballots.items() if ballot.faults] == [3]


def test_fields_of_somebody_who_left_the_page_are_dropped():
    page = SideBySideForm(shipped_questionnaire(), READER, (2, 3), posted(everybody()), settled={2, 3, 11})
    assert page.validate()
    assert set(page.ballots) == {2, 3}


def test_questions_are_listed_once_with_a_field_for_each_person_in_the_order_of_the_questionnaire():
    page = form({})
    rows = [row for _, found in page.sections for row in found]
    asked = shipped_questionnaire().items_for("peer")
    assert [[field.short_name for field in row.fields.values()] for row in rows] == [
        [item.id] * 3 for item in asked
    ]
    assert [list(row.fields) for row in rows] == [list(TASKS)] * len(asked)
    assert rows[0].question == "This colleague takes clients' concerns seriously, even minor ones."


def test_the_same_value_everywhere_is_pointed_out_for_the_person_concerned_and_only_once():
    same = {item: "4" for item in complete("peer")}
    page = form(everybody() | {3: same})
    notes = page.notes(peers(), ())
    assert {task: [note.code for note in found] for task, found in notes.items()} == {3: ["3:same"]}
    assert page.notes(peers(), ["3:same"]) == {}
    assert set(page.notes(peers(), ["2:same", "same"])) == {3}
