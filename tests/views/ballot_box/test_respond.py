"""Answering: the real pages on a real database, with real sealing."""

import logging
import re
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models.invitations import Invitation
from feedback.services.ballot_box.tokens import Tokens
from tests.factories import Office, shipped_questionnaire
from tests.statements import counted
from tests.views.markup import Page, faults
from tests.views.survey import Survey, complete

LARGEST_PAGE = 30_000
LANGUAGES = ["zh", "en"]
SEVERAL = {"client": 4, "peer": 4, "supervisor": 1, "self": 1}


@pytest.fixture
def survey(app: Flask, office: Office) -> Survey:
    return Survey.open(app, office, SEVERAL)


@pytest.fixture
def colleague(app: Flask, office: Office) -> Survey:
    """A link with three tasks: a self-assessment and two peers."""
    return Survey.open_for_a_colleague(app, office)


def addresses(survey: Survey) -> dict[str, str]:
    """An address for each state of a link of the colleague's survey."""
    link = survey.link("self")
    survey.post(link, complete("peer"), task="2")
    return {
        "form": f"{link}/1",
        "answered": f"{link}/2",
        "tasks": link,
        "unknown": "/s/unknown",
        "bare": "/s",
    }


def test_a_link_with_one_task_shows_its_form(survey: Survey):
    response = survey.get(survey.link() + "?lang=en")
    page = Page(response.text)
    assert response.status_code == 200
    assert page.one("h1").text == "Working with Person 1"
    assert len(page.find("fieldset")) == 11
    assert page.one("form").attributes["action"] == "/s"


def test_a_valid_form_is_sealed_stored_and_thanked_for(survey: Survey):
    link = survey.link()
    response = survey.post(link, complete(comment=" Good.\r\n") | {"attitude-1": "1", "attitude-2": "none"})
    assert response.status_code == 303
    assert response.location == f"{link}?lang=en"
    [answers] = survey.stored()
    ids = [item.id for item in shipped_questionnaire().counted_items]
    ratings = dict(zip(ids, answers.ratings, strict=True))
    assert (ratings["attitude-1"], ratings["attitude-2"], ratings["attitude-3"]) == (1, 0, 0)
    assert (ratings["responsiveness-1"], ratings["recommend"]) == (4, 10)
    assert answers.comments == ("Good.",)
    assert (
        Page(survey.get(response.location).text).one("h1").text == "Thank you. Your answers are in the box."
    )


def test_the_first_valid_form_wins_and_the_second_is_thanked_for_alike(survey: Survey):
    link = survey.link()
    first = survey.post(link, complete(comment="first"))
    before = survey.everything()
    second = survey.post(link, complete(comment="second"))
    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert [answers.comments for answers in survey.stored()] == [("first",)]
    assert survey.everything() == before


def test_an_answered_link_accepts_nothing_even_if_it_is_garbage(survey: Survey):
    link = survey.link()
    survey.post(link, complete())
    assert survey.post(link, {"attitude-1": "99", "nonsense": "1"}).status_code == 303


def test_a_link_with_several_tasks_lists_them_and_marks_what_is_done(colleague: Survey):
    link = colleague.link("self")
    response = colleague.post(link, complete("peer"), task="3")
    assert response.location == f"{link}?lang=en&done=3"
    page = Page(colleague.get(response.location).text)
    listed = page.find("ul", **{"class": "entries"})[0].find("li")
    assert ["Done" in entry.all_text for entry in listed] == [False, False, True]
    links = [a.attributes["href"] for entry in listed for a in entry.find("a")]
    assert links == [f"{link}/1?lang=en", f"{link}/2?lang=en"]
    assert page.one("p", role="status").text == "Your answers on Person 3 are in the box."


def test_the_list_confirms_only_what_is_in_the_box(colleague: Survey):
    for claimed in ("1", "9", "x", "-1"):
        page = Page(colleague.get(f"{colleague.link('self')}?lang=en&done={claimed}").text)
        assert page.find("p", role="status") == []


def test_each_task_is_a_ballot_of_its_own_and_the_last_one_ends_with_thanks(colleague: Survey):
    link = colleague.link("self")
    for task, group in (("1", "self"), ("2", "peer"), ("3", "peer")):
        last = colleague.post(link, complete(group), task=task)
    assert len(colleague.stored()) == 3
    assert Page(colleague.get(last.location).text).one("h1").text == "All done, thank you."
    assert "Back to the list" in colleague.get(f"{link}/2?lang=en").text


def test_a_revoked_link_looks_exactly_like_one_that_never_existed(survey: Survey):
    link = survey.link()
    unknown = survey.get("/s/never-issued")
    for invitation in survey.office.session.query(Invitation):
        invitation.revoked = True
    assert (survey.get(link).status_code, survey.get(link).text) == (404, unknown.text)
    assert survey.post(link, complete(), lang="zh").text == survey.get("/s/never-issued?lang=zh").text
    assert survey.stored() == []


def test_a_link_after_the_close_says_so_and_stores_nothing(survey: Survey):
    link = survey.link()
    survey.closes_in(timedelta(seconds=-1))
    before = survey.everything()
    for response in (survey.get(link + "?lang=en"), survey.post(link, complete())):
        assert response.status_code == 410
        assert "It closed on" in response.text
    assert survey.everything() == before


def test_a_survey_that_was_closed_early_does_not_name_a_date_in_the_future(survey: Survey):
    link = survey.link()
    survey.campaign.state = "closing"
    assert "It was closed ahead of its date." in survey.get(link + "?lang=en").text


BROKEN = {
    "empty": lambda token: "",
    "truncated": lambda token: token[:-1],
    "one character changed": lambda token: ("B" if token[0] == "A" else "A") + token[1:],
    "signed with another key": lambda token: Tokens(["another secret, also long enough to be one"]).issue(
        b"n" * 15
    ),
    "padded": lambda token: token + "=",
    "padded inside": lambda token: token.replace(".", "=."),
    "another alphabet": lambda token: token.replace("-", "+").replace("_", "/") + "+",
    "upper case": lambda token: token.swapcase(),
    "line end": lambda token: token + "\n",
    "space": lambda token: " " + token,
    "not ASCII": lambda token: token[:-1] + "Ａ",
    "NUL": lambda token: token + "\0",
    "surrogate": lambda token: token[:-1] + "%ED%A0%80",
    "a megabyte": lambda token: "A" * 1_000_000,
}


@pytest.mark.parametrize("breaking", BROKEN)
def test_a_broken_token_leads_to_the_unknown_page_and_nowhere_else(survey: Survey, breaking: str):
    broken = BROKEN[breaking](survey.link().removeprefix("/s/"))
    posted = survey.post(broken, complete())
    assert posted.status_code == 404
    assert "This link does not work" in posted.text
    assert len(posted.text) < 2_000
    if breaking not in ("empty", "another alphabet"):
        read = survey.get(f"/s/{quote(broken)}?lang=en")
        assert (read.status_code, read.text) == (404, posted.text)
    assert survey.stored() == []


@pytest.mark.parametrize("position", ["0", "2", "-1", "1.0", "01", "+1", " 1", "１", "x", "", "9" * 5000])
def test_a_task_that_the_link_does_not_have_is_unknown(survey: Survey, position: str):
    link = survey.link()
    assert survey.post(link, complete(), task=position).status_code == 404
    if position:
        assert survey.get(f"{link}/{position}").status_code == 404
    assert survey.stored() == []


@pytest.mark.parametrize(
    "body", [b"", b"token", b"=&=&", b"\xff\xfe\x00", b"token=%FF", b"{}", b"task=1&lang=en", b"&" * 1000]
)
def test_a_body_without_a_token_is_an_unknown_link(survey: Survey, body: bytes):
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""):
        assert survey.post_body(body, content_type).status_code == 404


def body(*others: str) -> str:
    return "&".join([urlencode(complete()), *others])


INVALID = {
    "off the scale": complete() | {"attitude-1": "6"},
    "not a number": complete() | {"attitude-1": "good"},
    "not asked of this group": complete("peer"),
    "an unknown field": complete() | {"nonsense": "1"},
    "nothing": {},
    "a required answer missing": {item: value for item, value in complete().items() if item != "recommend"},
    "two values": [*complete().items(), ("attitude-1", "5")],
    "no rating at all": dict.fromkeys(complete(), "none"),
    "NUL": complete(comment="a\0b"),
    "a control character": complete(comment="\x1b[2J"),
    "invalid UTF-8, encoded": body("comment=caf%E9"),
    "invalid UTF-8, raw": body().encode() + b"&comment=caf\xe9",
    "a lone surrogate, encoded": body("comment=%ED%A0%80"),
    "a lone surrogate, raw": body().encode() + b"&comment=\xed\xa0\x80",
    "invalid UTF-8 in a rating": body("attitude-1=%FF"),
    "invalid UTF-8 in a name": body("%FF=1"),
    "50,000 characters": complete(comment="好" * 50_000),
}


@pytest.mark.parametrize("kind", INVALID)
def test_invalid_answers_are_refused_with_a_summary_and_nothing_is_stored(survey: Survey, kind: str):
    before = survey.everything()
    response = survey.post(survey.link(), INVALID[kind])
    page = Page(response.text)
    assert response.status_code == 422
    assert page.one("title").text in ("Please check: Feedback", "请检查：反馈")
    assert page.one("div", role="alert").find("li")
    assert faults(page) == []
    assert survey.everything() == before


def test_an_invalid_form_sent_as_multipart_is_refused_alike(survey: Survey):
    token = survey.link().removeprefix("/s/")
    parts = {"token": token, "task": "1"} | complete(comment="x")
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), value.encode())
        for name, value in parts.items()
    )
    multipart = "multipart/form-data; boundary=b"
    assert (
        survey.post_body(body.replace(b"\r\nx\r\n", b"\r\n\xff\r\n") + b"--b--", multipart).status_code == 422
    )
    assert survey.post_body(body + b"--b--", multipart).status_code == 303


def test_what_was_typed_is_kept_and_each_error_is_linked_to_its_field(survey: Survey):
    fields = complete(comment="typed <b>&amp;") | {"attitude-2": "none"}
    del fields["resolution-1"]
    page = Page(survey.post(survey.link(), fields).text)
    kept = {
        x.attributes["name"]: x.attributes["value"] for x in page.find("input") if "checked" in x.attributes
    }
    assert kept | {"comment": page.one("textarea").text.strip()} == fields
    [link] = page.one("div", role="alert").find("a")
    target = page.one("input", id=link.attributes["href"][1:])
    assert target.attributes["name"] == "resolution-1"
    group = page.one("fieldset", **{"aria-invalid": "true"})
    assert (
        page.one("p", id=group.attributes["aria-describedby"]).text
        == "Please choose an answer, or “Cannot judge”."
    )


def test_missing_answers_are_listed_under_one_sentence(survey: Survey):
    notes = Page(survey.post(survey.link(), {}).text).one("div", role="alert")
    assert len(notes.find("a")) == 11
    assert notes.all_text.count("Please choose an answer, or “Cannot judge”.") == 1


def test_answers_once_corrected_are_stored(survey: Survey):
    link = survey.link()
    survey.post(link, complete(comment="\0"))
    assert survey.post(link, complete(comment="fine")).status_code == 303
    assert [answers.comments for answers in survey.stored()] == [("fine",)]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_a_page_changes_no_table(colleague: Survey, method: str):
    pages = addresses(colleague)
    before = colleague.everything()
    for address in pages.values():
        colleague._request(method, address)
    assert colleague.everything() == before


@pytest.mark.parametrize("group", ["client", "peer"])
def test_a_form_takes_two_statements_to_show_and_three_to_store(survey: Survey, group: str):
    link = survey.link(group)
    with counted(db.engine) as shown:
        survey.get(link)
    with counted(db.engine) as refused:
        survey.post(link, {})
    with counted(db.engine) as stored:
        survey.post(link, complete(group))
    assert (len(shown), len(refused), len(stored)) == (2, 2, 3)


def test_a_list_takes_the_same_statements_however_long_it_is(app: Flask, office: Office):
    survey = Survey.open_for_a_colleague(app, office, subjects=9)
    link = survey.link("self")
    with counted(db.engine) as listed:
        survey.get(link)
    with counted(db.engine) as shown:
        survey.get(f"{link}/9")
    assert (len(listed), len(shown)) == (3, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_form_and_its_stylesheet_weigh_less_than_thirty_kilobytes(survey: Survey, language: str):
    page = survey.get(f"{survey.link('peer')}?lang={language}")
    stylesheet = survey.get(Page(page.text).one("link", rel="stylesheet").attributes["href"])
    assert len(Page(page.text).find("fieldset")) == 20
    assert len(page.data) + len(stylesheet.data) < LARGEST_PAGE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_well_formed_labelled_and_free_of_anything_inline_or_foreign(
    colleague: Survey, language: str
):
    for address in addresses(colleague).values():
        assert faults(Page(colleague.get(f"{address}?lang={language}").text)) == []


def test_no_page_sets_a_cookie_and_all_ask_not_to_be_kept(colleague: Survey):
    pages = [colleague.get(address) for address in addresses(colleague).values()]
    posts = [colleague.post(colleague.link("self"), fields, task="3") for fields in ({}, complete("peer"))]
    for response in pages + posts:
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_nothing_that_a_rater_does_is_in_the_log(colleague: Survey, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        for address in addresses(colleague).values():
            colleague.get(address)
        colleague.post(colleague.link("self"), {}, task="1")
        colleague.post(colleague.link("self"), complete("self"), task="1")
    assert caplog.text == ""


def test_somebody_who_is_signed_in_is_neither_looked_up_nor_given_a_cookie(app: Flask, survey: Survey):
    session = app.session_interface.get_signing_serializer(app).dumps({"_user_id": "x", "_fresh": True})
    link = survey.link()
    with counted(db.engine) as statements:
        response = survey.get(link, headers={"Cookie": f"session={session}; remember_token=x|y"})
    assert len(statements) == 2
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_previews_are_neutral(colleague: Survey, language: str):
    for address in addresses(colleague).values():
        head = Page(colleague.get(f"{address}?lang={language}").text).one("head")
        assert head.find("title")[0].text == {"zh": "反馈", "en": "Feedback"}[language]
        assert [meta.attributes["content"] for meta in head.find("meta", property="og:title")] == [
            head.find("title")[0].text
        ]
        assert "Person" not in head.all_text and "人员" not in head.all_text


def test_the_raters_own_name_is_on_no_page(colleague: Survey):
    rater = colleague.campaign.subjects[0].person
    for address in addresses(colleague).values():
        for language in LANGUAGES:
            html = colleague.get(f"{address}?lang={language}").text
            assert not re.search(rf"{rater.name_en}\b|{rater.name}\b|{rater.email}", html)


def test_the_language_follows_the_address_then_the_browser_and_the_form_keeps_it(survey: Survey):
    link = survey.link()
    chinese, english = {"Accept-Language": "zh-CN,en;q=0.5"}, {"Accept-Language": "en-GB,zh;q=0.5"}
    assert 'lang="zh-Hans"' in survey.get(link, headers=chinese).text
    assert 'lang="en"' in survey.get(link, headers=english).text
    assert 'lang="en"' in survey.get(f"{link}?lang=en", headers=chinese).text
    assert Page(survey.get(link, headers=chinese).text).one("input", name="lang").attributes["value"] == "zh"
    assert (
        Page(survey.get(link, headers=chinese).text).one("a", hreflang="en").attributes["href"] == "?lang=en"
    )
    assert 'lang="zh-Hans"' in survey.post(link, {}, lang="zh").text
    assert survey.post(link, complete(), lang="zh").location == f"{link}?lang=zh"


def test_raters_are_told_the_size_of_their_group_the_minimum_and_when_answers_are_opened(survey: Survey):
    promise = (
        Page(survey.get(survey.link("client") + "?lang=en").text).one("ul", **{"class": "promise"}).all_text
    )
    assert "4 people are asked" in promise
    assert "at least 3 answer" in promise
    assert "at least 5 people answer" in promise
    assert "nothing but best or nothing but worst marks, tells what each of you answered" in promise
    assert "sealed" in promise.lower()
    assert "(GMT+08:00)" in promise


@pytest.mark.parametrize(
    ("group", "warning"), [("supervisor", "Not anonymous."), ("self", "Shown as yours.")]
)
def test_raters_whose_answers_are_attributable_are_told_so_first(survey: Survey, group: str, warning: str):
    page = Page(survey.get(survey.link(group) + "?lang=en").text)
    assert page.one("ul", **{"class": "promise"}).find("li")[0].find("b")[0].text == warning
    assert "Averages" not in page.one("main").all_text


def test_an_anonymous_rater_is_not_told_that_answers_are_attributable(survey: Survey):
    assert "Not anonymous" not in survey.get(survey.link("peer") + "?lang=en").text


TELLING = "Call me at 138 0013 8000 after the meeting of 2026-11-03."


def test_a_comment_that_may_give_its_writer_away_is_pointed_out_once_and_nothing_is_stored(survey: Survey):
    link, before = survey.link("peer"), survey.everything()
    answers = complete("peer", comment=TELLING)
    first = survey.post(link, answers)
    page = Page(first.text)
    assert first.status_code == 422 and survey.everything() == before
    assert "a phone number" in page.one("div", role="alert").all_text
    assert page.one("textarea").text.strip() == TELLING
    told = page.one("input", name="told.").attributes["value"]
    assert survey.post(link, answers | {"told.": told}).status_code == 303
    assert [answers.comments for answers in survey.stored()] == [(TELLING,)]


def test_what_a_comment_gives_away_is_named_once_with_a_button_beside_it_that_sends_all_the_same(
    survey: Survey,
):
    page = Page(survey.post(survey.link("peer"), complete("peer", comment=TELLING)).text)
    notes = page.one("div", role="alert")
    [named] = notes.find("li")
    assert "a phone number or another long number, a day or a date" in named.all_text
    assert notes.find("button")[0].attributes["form"] == page.one("form").attributes["id"]


def test_something_new_that_may_give_away_is_pointed_out_although_other_things_were(survey: Survey):
    told = {"told.": "day:comment"}
    assert survey.post(survey.link("peer"), complete("peer", comment=TELLING) | told).status_code == 422


def test_whose_answers_bear_a_name_is_not_warned_of_giving_himself_away(survey: Survey):
    assert survey.post(survey.link("supervisor"), complete("supervisor", comment=TELLING)).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_colleague_who_rates_everything_the_same_is_asked_for_a_second_look(survey: Survey, language: str):
    link, answers = survey.link("peer"), complete("peer") | {"attitude-2": "4"}
    asked = survey.post(link, answers, lang=language)
    assert asked.status_code == 422
    assert survey.post(link, answers | {"told.": "same"}).status_code == 303


def test_a_client_who_is_content_with_everything_is_not_stopped(survey: Survey):
    assert survey.post(survey.link(), {name: "5" for name in complete()}).status_code == 303


def told(survey: Survey, group: str, language: str = "en") -> str:
    page = Page(survey.get(f"{survey.link(group)}?lang={language}").text)
    return page.one("ul", **{"class": "promise"}).all_text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Your answers are counted together with those of: Direct reports (4 people in all are asked).",
        ),
        ("zh", "您的答卷与以下群体合并统计：下属（共邀请 4 人）。"),
    ],
)
def test_raters_of_a_small_group_are_told_with_whom_they_are_counted(
    app: Flask, office: Office, language: str, said: str
):
    survey = Survey.open(app, office, {"client": 4, "peer": 2, "subordinate": 2})
    promise = told(survey, "peer", language)
    assert said in promise
    assert {"en": "at least 3 of them answer", "zh": "至少有 3 人作答"}[language] in promise
    assert {"en": "at least 5 people answer", "zh": "至少 5 人"}[language] in promise
    assert "4" in told(survey, "client", language)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Not shown to anybody."), ("zh", "不会显示给任何人。")]
)
def test_raters_of_whom_too_few_are_asked_are_told_that_nobody_reads_their_answers(
    app: Flask, office: Office, language: str, said: str
):
    promise = told(Survey.open(app, office, {"client": 4, "peer": 2}), "peer", language)
    assert said in promise
    assert {"en": "destroyed unread", "zh": "直接销毁"}[language] in promise
    assert {"en": "HR", "zh": "人力资源"}[language] not in promise


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"peer": 2}, "Your group: Peers"),
        ({"subordinate": 2}, "Your group: Peers; counted together with: Direct reports"),
        ({}, "Your group: Peers; not shown to anybody, since too few people are asked"),
    ],
)
def test_a_list_says_of_each_person_how_the_answers_are_counted(
    app: Flask, office: Office, beside: dict[str, int], said: str
):
    survey = Survey.open_for_a_colleague(app, office, beside=beside)
    page = Page(survey.get(f"{survey.link('self')}?lang=en").text)
    told = [small.all_text for small in page.one("ul", **{"class": "entries"}).find("small")]
    assert told == [said] * 2
