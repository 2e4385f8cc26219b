"""The start page says whose turn it is in appraisals."""

import pytest
from flask import Flask

from tests.factories import Office
from tests.rounds import Bureau
from tests.views.reading import Browser


def start_page(browser: Browser, name: str) -> str:
    answer = browser.post("/sign-in", {"email": f"{name}@example.com", "password": "a long password"})
    assert answer.status_code == 302
    return browser.get("/").text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "2026Q4: reviews to write: 3"), ("zh-CN", "2026Q4：待撰写的评审 3 份")]
)
def test_a_reviewer_reads_what_he_has_to_write(office: Office, app: Flask, language: str, said: str):
    Bureau(office, {"A01": 95, "A02": 80, "A03": 60})
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    assert said in start_page(Browser(office, client), "m01")


def test_who_has_nothing_to_do_reads_of_no_turn(office: Office, app: Flask):
    Bureau(office, {"A01": 95})
    assert "2026Q4" not in start_page(Browser(office, app.test_client()), "a01")
