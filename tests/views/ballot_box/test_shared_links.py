"""A link that somebody else than its rater has seen looks the same whether it was used or not."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Cell
from feedback.models.nominations import Nomination, NominationState
from feedback.services.rosters import link_reissue, link_sheets
from tests.factories import ACTOR, Office
from tests.views.survey import Survey, complete

FORMS = ("csv", "xlsx", "qr")


def export(survey: Survey, form: str = "csv") -> None:
    office = survey.office
    link_sheets.fetch(
        office.session, office.tokens, "http://x", survey.campaign, form, actor=ACTOR, now=office.now
    )
    office.session.commit()


@pytest.fixture
def survey(app: Flask, office: Office) -> Survey:
    return Survey.open(app, office, {"client": 4, "peer": 4})


def used_and_unused(survey: Survey, group: str) -> tuple[str, str]:
    used, unused = survey.office.links(survey.campaign, group)[:2]
    survey.post(used, complete(group))
    return used, unused


def without_token(text: str, link: str) -> str:
    return text.replace(link.removeprefix("/s/"), "TOKEN")


Look = Callable[[Survey, str], object]


def seen(answer, link: str) -> tuple[object, ...]:
    place = without_token(answer.location or "", link)
    return answer.status_code, place, without_token(answer.text, link)


LOOKS: dict[str, Look] = {
    "open": lambda survey, link: survey.get(f"{link}?lang=en"),
    "in Chinese": lambda survey, link: survey.get(f"{link}?lang=zh"),
    "one task": lambda survey, link: survey.get(f"{link}/1?lang=en"),
    "after sending": lambda survey, link: survey.get(f"{link}?lang=en&done=1"),
    "send": lambda survey, link: survey.post(link, complete()),
    "send nothing": lambda survey, link: survey.post(link, {}),
    "ask to decline": lambda survey, link: survey.get(f"{link}/1/decline?lang=en"),
    "call back": lambda survey, link: survey.get(f"{link}/1/call-back?lang=en"),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_once_exported_a_used_and_an_unused_link_are_the_same(survey: Survey, look: Look):
    links = used_and_unused(survey, "client")
    export(survey)
    pages = [seen(look(survey, link), link) for link in links]
    assert pages[0] == pages[1]


def test_declining_through_an_exported_link_is_the_same_whether_it_was_used(survey: Survey):
    """And what HR sees of it afterwards is too."""
    links = used_and_unused(survey, "client")
    export(survey)
    answers = []
    for link in links:
        body = f"token={link.removeprefix('/s/')}&task=1&lang=en".encode()
        answers.append(seen(survey.post_body(body, path="/s/decline"), link))
    assert answers[0] == answers[1] and answers[0][0] == 303
    assert [survey.get(link).status_code for link in links] == [404, 404]
    session = survey.office.session
    session.expire_all()
    assert session.scalar(select(Cell.invited).where(Cell.group == "client")) == 4
    declined = select(Nomination).where(Nomination.state == NominationState.DECLINED)
    assert len(session.scalars(declined).all()) == 2


def test_only_the_first_answers_through_an_exported_link_count_and_the_page_says_so(survey: Survey):
    export(survey)
    link = survey.link()
    assert "only the first answers through it count" in survey.get(f"{link}?lang=en").text
    for attitude in ("5", "1"):
        answer = survey.post(link, complete(**{"attitude-1": attitude}))
        assert "has arrived" in survey.get(answer.location).text
    assert [answers.ratings[0] for answers in survey.stored()] == [5]


def test_a_link_that_was_mailed_only_thanks_its_rater_as_before(survey: Survey):
    link = survey.link()
    survey.post(link, complete())
    assert "in the box" in survey.get(f"{link}?lang=en").text


def test_a_link_that_is_issued_anew_is_its_raters_own_again(survey: Survey):
    export(survey)
    nonce = survey.office.nonces(survey.campaign, "client")[0]
    session = survey.office.session
    new = link_reissue.reissue(session, survey.office.custody, nonce, actor=ACTOR, now=survey.office.now)
    session.commit()
    link = f"/s/{survey.office.tokens.issue(new)}"
    survey.post(link, complete())
    assert "in the box" in survey.get(f"{link}?lang=en").text


@pytest.mark.parametrize("form", FORMS)
def test_every_way_of_handing_links_out_is_on_record_and_marks_them(survey: Survey, form: str):
    export(survey, form)
    entry = survey.office.session.scalars(select(AuditEntry).where(AuditEntry.act == "links exported")).one()
    assert entry.detail == {"format": form, "links": 8}
    assert "handed out" in survey.get(f"{survey.link()}?lang=en").text


def test_of_several_tasks_none_says_that_it_is_done(app: Flask, office: Office):
    colleague = Survey.open_for_a_colleague(app, office)
    link = colleague.link("self")
    export(colleague)
    before = colleague.get(f"{link}?lang=en").text
    answer = colleague.post(link, complete("peer"), task="2")
    assert re.search("What you sent on .* has arrived", colleague.get(answer.location).text)
    assert colleague.get(f"{link}?lang=en").text == before
    assert office.session.scalars(select(Ballot).where(Ballot.envelope.is_not(None))).all()
