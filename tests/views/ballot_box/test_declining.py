"""A rater says no, from the link, without JavaScript."""

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.models.campaigns import Cell
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.survey import Survey, complete


@pytest.fixture
def survey(app: Flask, office: Office) -> Survey:
    return Survey.open(app, office, {"client": 4})


def decline(survey: Survey, link: str, task: str = "1"):
    body = f"token={link.removeprefix('/s/')}&task={task}&lang=en"
    return survey.post_body(body.encode(), path="/s/decline")


def invited(survey: Survey) -> int:
    session = survey.office.session
    session.expire_all()
    return session.scalars(select(Cell.invited).where(Cell.group == "client")).one()


def test_a_rater_is_told_who_will_see_it_and_declines(survey: Survey):
    link = survey.link()
    question = survey.get(f"{link}/1/decline?lang=en")
    assert faults(Page(question.text)) == []
    assert "not why" in question.text
    answer = decline(survey, link)
    assert (answer.status_code, answer.location) == (303, "/s/declined?lang=en")
    assert faults(Page(survey.get(answer.location).text)) == []
    assert survey.get(link).status_code == 404
    assert invited(survey) == 3


def test_asking_whether_to_decline_changes_nothing(survey: Survey):
    before = survey.everything()
    survey.get(f"{survey.link()}/1/decline")
    assert survey.everything() == before


def test_who_has_answered_cannot_decline_any_more(survey: Survey):
    link = survey.link()
    survey.post(link, complete())
    before = survey.everything()
    assert decline(survey, link).location.startswith(link)
    assert "in the box" in survey.get(f"{link}/1/decline?lang=en").text
    assert survey.everything() == before


def test_of_several_requests_one_is_declined_and_the_others_stay(app: Flask, office: Office):
    survey = Survey.open_for_a_colleague(app, office)
    link = survey.link("self")
    assert decline(survey, link, "2").location.startswith(link)
    assert survey.get(f"{link}/2").status_code == 404
    assert survey.get(f"{link}/3").status_code == 200


def test_declining_leaves_no_trace_but_the_state_on_the_roster_and_the_task(survey: Survey):
    link, before = survey.link(), survey.everything()
    decline(survey, link)
    after = survey.everything()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"cell", "nomination", "task"}


@pytest.mark.parametrize("token", ["", "forged", "x" * 37])
def test_a_link_that_is_none_declines_nothing(survey: Survey, token: str):
    before = survey.everything()
    assert decline(survey, token).status_code == 404
    assert survey.everything() == before
