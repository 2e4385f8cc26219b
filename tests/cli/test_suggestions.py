from datetime import UTC, datetime

import pytest
import time_machine

from feedback.services.messages import suggestions
from tests.cli.conftest import Run
from tests.factories import Office

DURING, AFTERWARDS = datetime(2026, 10, 20, 8, tzinfo=UTC), datetime(2026, 11, 1, 8, tzinfo=UTC)
TEXTS = ["加班太多", "More light", "Fewer meetings"]


@pytest.fixture
def sent(office: Office) -> list[str]:
    for text in TEXTS:
        suggestions.send(office.session, office.custody, text, now=DURING)
        office.session.commit()
    return TEXTS


def open_at(run: Run, moment: datetime, *options: str) -> str:
    with time_machine.travel(moment, tick=False):
        result = run("suggestions", "open", *options)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_month_is_opened_when_it_is_over_and_then_listed(run: Run, office: Office, sent: list[str]):
    assert open_at(run, DURING).startswith("nothing opened: the box opens a month when it is over")
    assert run("suggestions", "list").stdout == ""
    assert open_at(run, AFTERWARDS) == "3 suggestions opened\n"
    month, *lines = run("suggestions", "list").stdout.splitlines()
    assert month == "2026-10"
    assert sorted(lines) == sorted(f"  - {text}" for text in sent)
    assert open_at(run, AFTERWARDS).startswith("nothing opened")


def test_this_month_is_opened_early_only_when_that_is_said(run: Run, office: Office, sent: list[str]):
    assert open_at(run, DURING, "--now") == "3 suggestions opened\n"
    assert run("suggestions", "list").stdout.startswith("2026-10\n")


def test_two_suggestions_stay_sealed(run: Run, office: Office):
    for text in TEXTS[:2]:
        suggestions.send(office.session, office.custody, text, now=DURING)
    office.session.commit()
    for options in ((), ("--now",)):
        assert open_at(run, AFTERWARDS, *options).startswith("nothing opened")
    assert run("suggestions", "list").stdout == ""
