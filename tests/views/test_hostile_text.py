"""What people type and are called is text on every page: never markup, never a pattern to fill in, never an error."""

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.clients import Contact
from tests.factories import Office
from tests.views.reading import Browser, Desks

MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = [MARKUP, "%(name)s", "%s", "100 %", "{0.__class__}", "{{ 7 * 7 }}", "a\u202eb", "9" * 400]


@pytest.fixture
def hr(desks: Desks) -> Browser:
    return desks.sign_in(RoleName.HR)


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
