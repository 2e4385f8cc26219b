"""What people type and are called is text on every page: never markup, never a pattern to fill in, never an error."""

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from feedback.models.accounts import RoleName
from feedback.models.clients import Contact
from feedback.services.campaigns import lifecycle
from tests.factories import ACTOR, Office
from tests.views.reading import Browser, Browsers

MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = [MARKUP, "%(name)s", "%s", "100 %", "{0.__class__}", "{{ 7 * 7 }}", "a\u202eb", "9" * 400]


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_refused_form_says_what_was_typed_as_text(hr: Browser, typed: str):
    path = "/questionnaires/account-manager/1/copy"
    answer = hr.post(path, {"code": typed}, page=path)
    assert answer.status_code == 422
    assert MARKUP not in answer.text


@pytest.mark.parametrize(
    "page", ["/campaigns/2026Q4/subjects", "/interviews/2026Q4", "/campaigns/2026Q4", "/people"]
)
def test_names_among_the_choices_of_a_form_are_text(hr: Browser, office: Office, page: str):
    campaign = office.draft({"client": 1}) if page.endswith("subjects") else office.open({"client": 1})
    office.department().name = office.department().name_en = f"East {MARKUP}"
    for named in office.session.scalars(select(Contact)).all() + [campaign.subjects[0].person]:
        named.name, named.name_en = f"Wei {MARKUP}", "%(name)s"
    office.session.commit()
    for language in ("zh", "en"):
        answer = hr.get(page, query_string={"lang": language})
        assert answer.status_code == 200
        assert MARKUP not in answer.text


NUMBERED = [
    "/interviews/{}/1",
    "/accounts/{}",
    "/campaigns/2026Q4/mail/{}",
    "/questionnaires/account-manager/{}",
]


@pytest.mark.parametrize("number", [2**31, 2**63, 10**400])
@pytest.mark.parametrize("path", NUMBERED)
def test_a_number_that_no_row_can_have_is_an_address_that_does_not_exist(app: Flask, path: str, number: int):
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        assert urls.match(path.format(1))
        with pytest.raises(NotFound):
            urls.match(path.format(number))


@pytest.mark.parametrize(
    "page",
    [
        "/people?text=",
        "/clients?text=",
        "/accounts?search=",
        "/audit?target=",
        "/campaigns/2026Q4/mail?search=",
    ],
)
def test_a_search_for_more_than_any_column_holds_breaks_no_page(
    browsers: Browsers, office: Office, page: str
):
    office.open({"client": 1})
    admin = browsers.sign_in(RoleName.ADMIN)
    for words in ("长" * 30_000, "a " * 20_000):
        assert admin.get(page + words).status_code in (200, 422)


def test_thresholds_and_nominations_with_four_hundred_digits_come_back(hr: Browser, office: Office):
    campaign = office.draft({"client": 3, "peer": 1})
    terms = f"/campaigns/{campaign.code}/terms"
    assert hr.post(terms, {"minimum_0": "9" * 400}, page=terms).status_code == 422
    office.session.refresh(campaign)
    lifecycle.start_nominating(office.session, campaign, actor=ACTOR, now=office.now)
    subject = campaign.subjects[0].person.code
    form = {"act": "approve", "nomination": "9" * 400}
    assert hr.post(f"/nominations/{campaign.code}/{subject}", form, page=terms).status_code == 404
