"""Measures about dimensions, by commands."""

from datetime import timedelta

import pytest

from feedback import current
from feedback.models.audit import AuditEntry
from tests.cli.conftest import Run
from tests.factories import Office
from tests.opinions import answered_by_clients


@pytest.fixture
def campaign(office: Office) -> str:
    answered_by_clients(office, 60, code="2026Q1")
    office.person("B7")
    office.session.commit()
    return "2026Q1"


def test_a_measure_is_noted_listed_done_and_another_taken_back(run: Run, office: Office, campaign: str):
    yesterday = f"{current.today() - timedelta(days=1):%Y-%m-%d}"
    add = (
        "measures",
        "add",
        campaign,
        "--dimension",
        "attitude",
        "--owner",
        "B7",
        "--due",
        yesterday,
        "--text",
    )
    assert run(*add, "Listen first").stdout == f"measure 1: attitude in 2026Q1, B7 until {yesterday}\n"
    assert run(*add, "By mistake").exit_code == 0
    listed = run("measures", "list").stdout.splitlines()
    assert listed[0] == f"1\t2026Q1\tattitude\tB7\t{yesterday}\t1 days late\tListen first"
    assert run("measures", "remove", "2").stdout == "measure 2: removed\n"
    assert run("measures", "done", "1", "--outcome", "all visited").stdout == "measure 1: done\n"
    assert run("measures", "list", "--open").stdout == ""
    assert run("measures", "list").stdout.endswith("\tdone\tListen first\tall visited\n")
    acts = [entry.act for entry in office.session.query(AuditEntry).order_by(AuditEntry.id).all()][-4:]
    assert acts == ["measure added", "measure added", "measure removed", "measure done"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"--dimension": "weather"}, "there is no dimension weather"),
        ({"--owner": "nobody"}, "nobody"),
        ({"--text": "x" * 501}, "in at most 500 characters"),
    ],
)
def test_what_is_wrong_is_refused(run: Run, campaign: str, change: dict[str, str], sentence: str):
    given = {"--dimension": "attitude", "--owner": "B7", "--due": "2026-06-30", "--text": "Listen"} | change
    refused = run("measures", "add", campaign, *(word for pair in given.items() for word in pair))
    assert refused.exit_code == 1 and sentence in refused.stderr
    assert run("measures", "done", "1", "--outcome", "x").exit_code == 1
