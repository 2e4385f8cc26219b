"""What goes past Flask is what Flask would say: the same pages to the byte, the same verdicts, the same refusals."""

import gc
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.box_keys import BoxKeys
from feedback.services.ballot_box.counted_together import CountedTogether
from feedback.services.ballot_box.invitations import Instructions, OpenTask, Visit
from feedback.services.rosters import link_sheets
from feedback.views.ballot_box import kept_pages
from feedback.views.ballot_box.kept_pages import Books, GappedPage
from feedback.views.ballot_box.rater_pages import answered_html, ballot_form, form_html
from tests.factories import ACTOR, Office, shipped_questionnaire, shipped_scheme
from tests.views.survey import Survey, complete

# To explain a failure would take twenty times as long, also where there is none.
QUICKLY = tuple(phase for phase in Phase if phase is not Phase.explain)
LANGUAGES = ["zh", "en"]
FORM = "application/x-www-form-urlencoded"
TOKEN = f"{'t' * 20}.{'-' * 16}"
GROUPS = {"client": 4, "peer": 4, "subordinate": 4, "supervisor": 1, "self": 1}
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        [
            "<b>&amp;\"'</b>",
            "{subject}",
            "%(subject)s",
            "{{ 1 }}",
            "{% raw %}",
            "张三",
            "gap0",
            "",
            " ",
            "\u2028",
        ]
    ),
)
CLOSES = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def through_flask(survey: Survey, path: str) -> TestResponse:
    """As if there were no fast lane."""
    survey.office.session.commit()
    return flask_request(survey, "GET", path)


def flask_request(survey: Survey, method: str, path: str, **options: object) -> TestResponse:
    return Context().run(Client(survey.app.wsgi_app._others).open, path, method=method, **options)


def a_visit(groups: tuple[str, ...], *, shared: bool = False, promises: bytes = b"p" * 32) -> Visit:
    keys = BoxKeys(b"s" * 32, b"k" * 32, promises, b"", 1)
    tasks = tuple(
        OpenTask(place, place, b"slot", group, group, 4, 1, "张三", "Zhang San")
        for place, group in enumerate(groups, start=1)
    )
    return Visit(b"n" * 15, 1, "2026Q4", "标题", "Title", datetime.now(UTC), shared, keys, tasks)


def rendered(token: str, visit: Visit, task: OpenTask, instructions: Instructions) -> str:
    """In the context of a request, and nothing of it kept."""
    if instructions.answered:
        return answered_html(token, visit, task, instructions)
    unit = CountedTogether((instructions.group(task),), task.invited)
    return form_html(token, visit, task, instructions, unit, ballot_form(instructions, task))


@cache
def books_of(app: Flask) -> Books:
    return Books(app)


def check_kept(app: Flask, visit: Visit, task: OpenTask, instructions: Instructions, language: str) -> None:
    kept = books_of(app).page(TOKEN, visit, task, instructions, language)
    with app.test_request_context(f"/s/{TOKEN}?lang={language}"):
        expected = rendered(TOKEN, visit, task, instructions)
    if kept is None:
        assert task.invited == 1 and not instructions.group(task).attributed
    else:
        assert kept.encode() == expected.encode()


@given(data=st.data())
@settings(max_examples=150, phases=QUICKLY)
def test_a_kept_page_is_to_the_byte_what_would_be_rendered_whatever_the_names_and_titles(
    application: Flask, data: st.DataObject
):
    group, language = data.draw(st.sampled_from(sorted(GROUPS))), data.draw(st.sampled_from(LANGUAGES))
    visit = replace(
        a_visit((group, "peer") if data.draw(st.booleans()) else (group,), shared=data.draw(st.booleans())),
        title_zh=data.draw(TEXTS),
        title_en=data.draw(TEXTS),
        closes_at=data.draw(CLOSES),
    )
    task = replace(
        visit.tasks[0],
        position=data.draw(st.integers(1, 9999)),
        invited=data.draw(st.integers(1, 300)),
        subject_zh=data.draw(TEXTS),
        subject_en=data.draw(TEXTS),
    )
    answered = not visit.shared and data.draw(st.booleans())
    check_kept(
        application, visit, task, Instructions(shipped_questionnaire(), shipped_scheme(), answered), language
    )


@given(title=TEXTS, wording=TEXTS, own=TEXTS, label=TEXTS, name=TEXTS)
@settings(max_examples=6, phases=QUICKLY)
def test_and_whatever_the_wording(
    application: Flask, title: str, wording: str, own: str, label: str, name: str
):
    asked = shipped_questionnaire()
    first, *others = asked.items
    scale = replace(first.scale, labels={"en": (label,) * 5, "zh": ("", label, "", "", label)})
    item = replace(
        first, scale=scale, text={"en": wording, "zh": "{subject}" + own}, group_text={"peer": {"en": own}}
    )
    worded = replace(asked, items=(item, *others), title={"en": title, "zh": "{subject}" + title})
    promises = sha256(repr((title, wording, own, label)).encode()).digest()
    visit = a_visit(("peer",), promises=promises)
    task = replace(visit.tasks[0], subject_zh=name, subject_en=name)
    for language in LANGUAGES:
        check_kept(application, visit, task, Instructions(worded, shipped_scheme(), False), language)


@pytest.fixture
def survey(app: Flask, office: Office) -> Survey:
    return Survey.open(app, office, GROUPS)


def export(survey: Survey) -> None:
    office = survey.office
    link_sheets.fetch(
        office.session, office.tokens, "http://x", survey.campaign, "csv", actor=ACTOR, now=office.now
    )
    office.session.commit()


def told(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """Without what Flask says of a cookie that nobody looked at."""
    heads = {name: value for name, value in answer.headers.items() if name != "Vary"}
    return answer.status_code, heads, answer.data


@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
@pytest.mark.parametrize("group", GROUPS)
def test_through_the_fast_lane_and_through_flask_a_link_says_the_same(
    survey: Survey, group: str, shared: bool
):
    if shared:
        export(survey)
    first, *more = survey.office.links(survey.campaign, group)
    for _again in (False, True):
        for language in LANGUAGES:
            for path in (f"{first}?lang={language}", f"{first}/1?lang={language}"):
                assert told(survey.get(path)) == told(through_flask(survey, path))
        assert survey.post(first, complete(group)).status_code == 303
    assert survey.stored()


def test_each_of_the_two_ways_of_sending_says_the_same_and_stores_one_ballot(survey: Survey):
    body = urlencode({"task": "1", "lang": "en"} | complete("peer", comment="Fine.")).encode()
    answers = []
    ways = (survey._request, partial(flask_request, survey))
    for send, link in zip(ways, survey.office.links(survey.campaign, "peer"), strict=False):
        token = link.removeprefix("/s/")
        answer = send("POST", "/s", data=b"token=%b&" % token.encode() + body, content_type=FORM)
        status, heads, data = told(answer)
        heads["Location"] = heads["Location"].replace(token, "")
        answers.append((status, heads, data.replace(token.encode(), b"")))
    assert answers[0] == answers[1]
    one, other = survey.stored()
    assert one == other


@pytest.mark.parametrize("state", ["closing", "answers ended"])
def test_answers_to_a_campaign_that_ends_between_the_look_and_the_cast_are_refused(
    survey: Survey, state: str, monkeypatch: pytest.MonkeyPatch
):
    """On SQLite nothing is held in between; the statement that casts asks again."""
    link, sealed, engine = survey.link("peer"), invitations.sealed, db.engine

    def end_first(*of: object) -> bytes:
        with engine.begin() as connection:
            change = {"state": "closing"} if state == "closing" else {"answers_ended": True}
            connection.execute(Campaign.__table__.update().values(**change))
        return sealed(*of)

    monkeypatch.setattr(invitations, "sealed", end_first)
    assert survey.post(link, complete("peer")).status_code == 410
    survey.office.session.rollback()
    assert survey.stored() == []


def test_what_a_rater_reads_follows_the_database_at_once(survey: Survey):
    link = f"{survey.link('peer')}?lang=en"
    assert "Fourth quarter 2026" in survey.get(link).text
    survey.campaign.title_en = "Another <title>"
    survey.campaign.subjects[0].person.name_en = "Ms & Mr"
    page = survey.get(link).text
    assert "Another &lt;title&gt;" in page and "Working with Ms &amp; Mr" in page
    assert survey.get(link).data == through_flask(survey, link).data


def test_no_page_of_a_campaign_is_made_for_one_rater(survey: Survey, monkeypatch: pytest.MonkeyPatch):
    """All are made with the first: how long one takes does not tell whether others have read or answered theirs."""
    survey.get(survey.link("self"))
    monkeypatch.setattr(kept_pages, "page_of", None)
    for group in GROUPS:
        link = survey.link(group)
        for language in LANGUAGES:
            assert survey.get(f"{link}?lang={language}").status_code == 200
        assert survey.post(link, complete(group)).status_code == 303
        assert survey.get(f"{link}?lang=en").status_code == 200


def test_nothing_is_kept_of_the_rater_whose_link_was_opened_first(survey: Survey):
    link, nonce = survey.link("peer"), survey.office.nonces(survey.campaign, "peer")[0]
    assert survey.get(link).status_code == 200
    assert survey.post(link, complete("peer")).status_code == 303
    gc.collect()
    kept = [value for value in gc.get_objects() if isinstance(value, GappedPage | Visit)]
    pages = [value for value in kept if isinstance(value, GappedPage)]
    assert pages and not any(isinstance(value, Visit) and value.nonce == nonce for value in kept)
    token = link.removeprefix("/s/")
    assert not any(secret in repr(page) for page in pages for secret in (token, "人员1", "Person 1"))
