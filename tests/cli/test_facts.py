"""Dated facts by command: histories, targets, figures, the register; in and out."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.services.facts.scheme_of_facts import TOML

HISTORY = """\
subject,from,until,kind,post,level,manager,department
A1,2026-01-01,2026-08-31,work,manager,junior,,east
A1,2026-09-01,,work,manager,senior,,east
A1,2026-03-01,2026-03-20,leave,,,,
"""
FIGURES = """\
subject,kpi,period,actual,target,source
A1,sales,2026-07,90,100,crm
A1,sales,2026-08,110,100,crm
A1,cycle,2026-07,44,40,finance
"""


@pytest.fixture
def company(tables: None, run: Run, folder: Path) -> Path:
    for noun in ("people", "clients"):
        assert run(noun, "import", folder / f"{noun}.csv").exit_code == 0
    (folder / "facts.toml").write_text(TOML, encoding="utf-8")
    (folder / "history.csv").write_text(HISTORY, encoding="utf-8")
    (folder / "figures.csv").write_text(FIGURES, encoding="utf-8")
    assert run("history", "import", folder / "history.csv").exit_code == 0
    return folder


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_history_comes_out_as_it_went_in(run: Run, company: Path, form: str):
    file = company / f"exported.{form}"
    assert run("history", "export", file).exit_code == 0
    again = run("history", "import", file)
    assert (
        again.stdout
        == "assignments: 0 added, 0 changed, 3 unchanged\npeople: 0 added, 0 changed, 1 unchanged\n"
    )


def test_a_preview_warns_and_stores_nothing(run: Run, company: Path):
    (company / "wizard.csv").write_text("subject,from,level\nA2,2026-01-01,wizard\n", encoding="utf-8")
    shown = run("history", "import", company / "wizard.csv", "--preview")
    assert "warning: no scheme knows the level wizard: A2" in shown.stderr
    assert "assignment added: A2 2026-01-01" in shown.stdout
    assert run("history", "import", company / "wizard.csv").stdout.startswith("assignments: 1 added")


def imported(run: Run, company: Path, file: str = "figures.csv", *more: str):
    return run("kpi", "import", company / file, "--scheme", company / "facts.toml", *more)


def test_figures_come_in_as_versions_go_out_and_are_undone(run: Run, company: Path):
    first = imported(run, company)
    assert first.stdout == (
        "actuals: 3 added, 0 changed, 0 unchanged\ntargets: 3 added, 0 changed, 0 unchanged\n"
        "import 1: `feedback kpi undo 1` takes it back\n"
    )
    out = company / "out.csv"
    assert run("kpi", "export", out, "--period", "2026Q3").exit_code == 0
    again = imported(run, company, "out.csv")
    assert again.stdout == "actuals: 0 added, 0 changed, 3 unchanged\n"
    (company / "figures.csv").write_text(FIGURES.replace("110,100", "120,100"), encoding="utf-8")
    assert "actuals: 0 added, 1 changed, 2 unchanged" in imported(run, company).stdout
    assert run("kpi", "undo", "2").stdout == "import 2 undone: 1 figures are what they were before\n"
    assert imported(run, company, "out.csv").stdout == "actuals: 0 added, 0 changed, 3 unchanged\n"
    listed = run("kpi", "imports").stdout.splitlines()
    assert [line[:36] for line in listed] == [
        "2: figures.csv, actuals, 1 versions,",
        "1: figures.csv, actuals, 6 versions,",
    ]
    assert ", undone " in listed[0]
    assert run("kpi", "undo", "2").exit_code == 1


def test_targets_come_in_and_go_out(run: Run, company: Path):
    (company / "targets.csv").write_text("subject,kpi,target\nA1,sales,300\nA1,cycle,40\n", encoding="utf-8")
    said = ("--period", "2026Q3", "--scheme", company / "facts.toml")
    result = run("targets", "import", company / "targets.csv", *said)
    assert result.stdout.startswith("targets of 2026Q3: 2 added, 0 changed, 0 unchanged\n"), result.output
    out = company / "out.xlsx"
    assert run("targets", "export", out, "--period", "2026Q3").exit_code == 0
    again = run("targets", "import", out, "--scheme", company / "facts.toml")
    assert again.stdout == "targets: 0 added, 0 changed, 2 unchanged\n"


def test_the_scheme_is_a_file_or_a_version_of_the_library(run: Run, company: Path):
    (company / "shipped.csv").write_text(
        "subject,kpi,period,actual\nA1,new-clients,2026-07,5\n", encoding="utf-8"
    )
    for named in ("account-manager", "account-manager:1"):
        assert run("kpi", "import", company / "shipped.csv", "--scheme", named).exit_code == 0
    for named, words in (("nothing:1", "no version 1 of nothing"), ("account-manager:9", "no version 9")):
        refused = run("kpi", "import", company / "shipped.csv", "--scheme", named)
        assert (refused.exit_code, words in refused.stderr) == (1, True), refused.stderr
    assert run("kpi", "import", company / "shipped.csv", "--scheme", "account-manager:x").exit_code == 2
    refused = run("kpi", "import", company / "figures.csv")
    assert "row 2, column kpi: sales is not a KPI of the scheme" in refused.stderr


def test_visits_and_complaints_are_registered(run: Run, company: Path):
    (company / "visits.csv").write_text(
        "client,subject,date,kind\nK1,A1,2026-07-05,phone\n", encoding="utf-8"
    )
    (company / "complaints.csv").write_text(
        "client,subject,opened,due,done,satisfied\nK1,A1,2026-07-05,2026-07-08,2026-07-07,yes\n",
        encoding="utf-8",
    )
    for kind in ("visits", "complaints"):
        shown = run("register", "import", kind, company / f"{kind}.csv", "--preview")
        assert shown.stdout.splitlines()[-1] == f"{kind}: 1 added, 0 changed, 0 unchanged"
        done = run("register", "import", kind, company / f"{kind}.csv")
        assert done.stdout == f"{kind}: 1 added, 0 changed, 0 unchanged\n"
        again = run("register", "import", kind, company / f"{kind}.csv")
        assert again.stdout == f"{kind}: 0 added, 0 changed, 1 unchanged\n"


def test_a_leave_that_never_was_is_taken_back(run: Run, company: Path):
    take_back = ("history", "take-back", "A1", "--from", "2026-03-01", "--reason", "another person")
    assert "no post of A1 starts on 2026-03-01" in run(*take_back).stderr
    line = "assignment removed: A1 2026-03-01 leave\n"
    shown = run(*take_back, "--leave", "--preview")
    assert shown.stdout == line, shown.output
    assert run(*take_back, "--leave").stdout == line
    assert "no leave of A1" in run(*take_back, "--leave").stderr
