"""How much one request may hold."""

import pytest
from flask import Flask

from feedback.models.accounts import RoleName
from feedback.views.ground import request_limits
from tests.factories import Office, shipped_questionnaire
from tests.views.markup import Page, faults
from tests.views.reading import Browsers
from tests.views.survey import Survey, complete

TOO_MUCH = [
    b"&" * request_limits.MOST_FIELDS_OF_STRANGERS,
    b"a=" + b"x" * request_limits.LARGEST_OF_STRANGERS,
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("body", TOO_MUCH, ids=["fields", "bytes"])
@pytest.mark.parametrize("path", ["/s", "/s/decline", "/s/side-by-side", "/s/call-back", "/suggestions/box"])
def test_whoever_has_no_account_sends_a_form_and_no_more(
    app: Flask, office: Office, path: str, body: bytes, language: str
):
    survey = Survey.open(app, office, {"client": 3})
    answer = survey.post_body(body, path=f"{path}?lang={language}")
    assert answer.status_code == 413
    page = Page(answer.text)
    assert faults(page) == []
    assert page.one("html").attributes["lang"] == {"zh": "zh-Hans", "en": "en"}[language]
    assert survey.stored() == []


def test_the_longest_comments_that_fit_are_taken(app: Flask, office: Office):
    survey = Survey.open(app, office, {"client": 3})
    longest = max(item.limit for item in shipped_questionnaire().comment_items)
    assert survey.post(survey.link(), complete(comment="长" * longest)).status_code == 303


def test_a_form_with_thousands_of_people_is_taken_and_one_with_more_than_any_is_not(browsers: Browsers):
    hr = browsers.sign_in(RoleName.HR)
    token = Page(hr.get("/people/new").text).find("input", name="csrf_token")[0].attributes["value"]
    kind = "application/x-www-form-urlencoded"
    for number, status in ((10_000, 422), (request_limits.MOST_FIELDS, 413)):
        body = f"csrf_token={token}" + "&people=1" * number
        assert hr.open("/people/new", method="POST", data=body, content_type=kind).status_code == status
