"""Rounds and appraisals on the command line: from create to an export that anybody computes again."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.people import Person
from feedback.models.rounds import AppraisalVersion
from tests.cli.conftest import Run
from tests.factories import Office
from tests.services.appraisals.company import Company

LINE = re.compile(r"^[^:]+: .*?: (?P<formula>[^:]*) = (?P<value>-?[0-9.e+-]+)(  ->.*)?$")


@pytest.fixture
def company(office: Office) -> Company:
    return Company(office)


@pytest.fixture
def person(company: Company) -> Person:
    (person,) = company.subjects(company.campaign({"client": 5, "supervisor": 1, "peer": 3}))
    person.code = "A17"
    company.figures([person])
    company.goal(person)
    company.session.commit()
    return person


Say = Callable[..., str]


@pytest.fixture
def say(run: Run, company: Company) -> Say:
    """What a command says; fails: it is to refuse."""

    def said(*arguments: str, fails: bool = False, **environment: str) -> str:
        company.session.commit()  # on SQLite our transaction would keep the command from writing
        result = run(*arguments, **environment)
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return said


@pytest.fixture
def started(say: Say, person: Person) -> None:
    say("round", "create", "2026Q4", "--scheme", "account-manager", "--figures-by", "2027-01-08")
    say("round", "start", "2026Q4")


def test_a_round_is_created_started_looked_at_and_computed(say: Say, person: Person):
    assert "round of 2026Q4: prepared by scheme account-manager, version 1" in say(
        "round", "create", "2026Q4", "--scheme", "account-manager"
    )
    assert "is preparing: start it first" in say("appraise", "2026Q4", fails=True)
    started = say("round", "start", "2026Q4")
    assert "round of 2026Q4: started" in started and "without a reviewer: A17" in started
    assert "there is a round of 2026Q4 already" in say("round", "create", "2026Q4", fails=True)
    status = json.loads(say("round", "status", "2026Q4", "--json"))
    assert status["states"] == {"running": 1} and status["scheme"] == "account-manager"
    assert "versions made: 1, unchanged: 0" in say("round", "compute", "2026Q4")
    assert "computed: 1" in say("round", "status", "2026Q4")


def test_a_preview_says_what_would_change_and_writes_nothing(say: Say, started: None):
    assert "A17: version 1 (first): " in say("appraise", "2026Q4", "--preview")
    assert db.session.scalar(select(func.count()).select_from(AppraisalVersion)) == 0
    say("appraise", "2026Q4")
    assert "versions made: 0, unchanged: 1" in say("appraise", "2026Q4", "--subject", "A17")


def test_every_printed_line_with_an_equals_sign_can_be_computed_as_it_stands(say: Say, started: None):
    say("appraise", "2026Q4")
    text = say("appraise", "2026Q4", "--explain", "A17")
    checked = 0
    for line in text.splitlines():
        if found := LINE.match(line):
            formula = found["formula"].replace(" x ", " * ")
            value = eval(formula, {"max": max, "min": min, "__builtins__": {}})
            assert value == pytest.approx(float(found["value"]), rel=1e-9), line
            checked += 1
    assert checked > 40
    assert "crm: entered by" in text and "from 2026Q4: client" in text


def test_an_export_is_computed_again_without_a_database_byte_for_byte(
    say: Say, started: None, tmp_path: Path
):
    say("appraise", "2026Q4")
    export = tmp_path / "export.json"
    text = say("appraise", "2026Q4", "--export", "all")
    export.write_text(text)
    nowhere = {"FEEDBACK_DATABASE_URL": "sqlite:////nowhere/at/all.db"}
    assert say("appraise", "--from", str(export), "--check", **nowhere) == "A17: the same, byte for byte\n"
    document = json.loads(text)
    document["subjects"][0]["segments"][0]["kpis"][0]["score"] += 1e-9
    export.write_text(json.dumps(document))
    assert "A17: differs: document" in say("appraise", "--from", str(export), "--check", fails=True)
    document["subjects"][0]["inputs"]["figures"][0]["value"] = 1.0
    export.write_text(json.dumps(document))
    assert "A17: differs: segment-1" in say("appraise", "--from", str(export), "--check", fails=True)


def test_json_has_version_state_segments_derivation_and_layers_and_no_empty_number(say: Say, started: None):
    document = json.loads(say("appraise", "2026Q4", "--json"))
    (subject,) = document["subjects"]
    assert {"version", "state", "segments", "derivation", "layers"} <= set(subject)
    assert (subject["version"], subject["state"]) == (1, "computed")
    assert "null" not in json.dumps(document)


def test_history_tells_versions_with_their_differences_and_steps(say: Say, started: None, company: Company):
    say("appraise", "2026Q4")
    person = db.session.scalars(select(Person).where(Person.code == "A17")).one()
    company.figure(person, "sales-revenue", "2026-11", value=450_000.0, reason="a late invoice")
    company.session.commit()
    say("appraise", "2026Q4", "--reason", "a late invoice")
    text = say("appraisal", "history", "A17", "--period", "2026Q4")
    assert "version 2 (figure corrected, a late invoice)" in text
    assert "Sales revenue: actual: 1,200,000 -> 1,250,000" in text
    assert "running -> computed" in text
    assert "A17 in 2026Q4: computed, reviewer nobody, version 2" in say(
        "appraisal", "show", "A17", "--period", "2026Q4"
    )


def test_looking_at_figures_leaves_a_line_in_the_audit_log(say: Say, started: None):
    say("appraise", "2026Q4")

    def logged(*looks: str) -> list[tuple[str, str, str]]:
        before = db.session.scalar(select(func.max(AuditEntry.id))) or 0
        say(*looks, LOGNAME="anna")
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.id > before))
        return [(entry.act, entry.target, entry.actor) for entry in entries]

    read = [("appraisal read", "2026Q4 A17", "cli:anna")]
    assert logged("appraisal", "show", "A17", "--period", "2026Q4") == read
    assert logged("appraisal", "history", "A17", "--period", "2026Q4") == read
    assert logged("appraise", "2026Q4", "--explain", "A17") == read
    exported = [("appraisals exported", "2026Q4", "cli:anna")]
    assert logged("appraise", "2026Q4", "--json") == exported
    assert logged("appraise", "2026Q4", "--export", "A17") == exported
