"""No request ends in an error of ours, whatever is sent for whichever field."""

from functools import wraps

import pytest
from flask import Flask

from tests.factories import Office
from tests.fuzzing import fuzz
from tests.test_routes import Company, rules
from tests.views.reading import Browsers

# werkzeug leaves a file open that it was reading when the body broke off
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def company(app: Flask, office: Office) -> Company:
    return Company(Browsers(app, office))


def test_whatever_is_sent_to_whichever_address_as_whomever_nothing_breaks(app: Flask, company: Company):
    """`fuzz` with another seed and more requests finds more, if there is more."""
    fuzzer = fuzz(app, company, seed=11, requests=1000)
    assert [str(finding) for finding in fuzzer.findings] == []
    everywhere = {rule.endpoint for rule in rules(app, "POST")}
    assert fuzzer.reached == everywhere, "a form was sent to every address that takes one"


def test_what_breaks_is_found_and_told_with_its_place(app: Flask, company: Company):
    view = app.view_functions["imports.upload"]
    app.view_functions["imports.upload"] = wraps(view)(lambda kind: 1 // 0)
    try:
        fuzzer = fuzz(app, company, seed=11, requests=200, readers=["hr"])
    finally:
        app.view_functions["imports.upload"] = view
    assert {finding.status for finding in fuzzer.findings} == {500}
    assert all("ZeroDivisionError" in str(f) and "/imports/" in str(f) for f in fuzzer.findings)
