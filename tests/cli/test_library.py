from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.factories import SHIPPED

pytestmark = pytest.mark.usefixtures("tables")


def test_what_ships_is_listed(run: Run):
    listed = run("questionnaire", "list").stdout
    assert [line.split("\t")[:3] for line in listed.splitlines()] == [
        ["account-manager", "1", "shipped"],
        ["client-quarterly", "1", "shipped"],
        ["mystery-shopper", "1", "shipped"],
    ]


@pytest.mark.parametrize("kind", ["questionnaire", "scheme"])
def test_an_exported_file_imported_under_a_new_number_has_the_same_content(
    run: Run, kind: str, tmp_path: Path
):
    file, again = tmp_path / "exported.toml", tmp_path / "again.toml"
    assert run(kind, "export", "account-manager", file).exit_code == 0
    assert (
        run(kind, "import", file, "--as-next").stdout
        == f"{kind} account-manager, version 2, is in the library\n"
    )
    assert run(kind, "export", "account-manager", again).exit_code == 0
    assert again.read_text() == file.read_text().replace("version = 1", "version = 2", 1)
    assert "account-manager\t2\tdraft\t" in run(kind, "list").stdout


def test_importing_the_same_file_twice_makes_one_version(run: Run):
    for _ in range(2):
        assert run("scheme", "import", SHIPPED / "schemes/account-manager.toml").exit_code == 0
    listed = [line.split("\t")[0] for line in run("scheme", "list").stdout.splitlines()]
    assert listed.count("account-manager") == 1


@pytest.mark.parametrize("kind", ["questionnaire", "scheme"])
def test_a_draft_is_copied_and_deleted_on_a_yes(run: Run, kind: str):
    assert (
        run(kind, "copy", "account-manager", "--as", "sales").stdout
        == f"{kind} sales, version 1, is a draft\n"
    )
    assert run(kind, "delete", "sales", "--version", "1", stdin="n\n").exit_code == 1
    assert "sales" in run(kind, "list").stdout
    assert run(kind, "delete", "sales", "--version", "1", "--yes").exit_code == 0
    assert "sales" not in run(kind, "list").stdout


@pytest.mark.parametrize("kind", ["questionnaire", "scheme"])
def test_a_file_is_checked_without_the_library(run: Run, kind: str, tmp_path: Path):
    shipped = SHIPPED / f"{kind}s/account-manager.toml"
    good = run(kind, "check", shipped)
    assert (good.exit_code, "account-manager" in good.stdout) == (0, True), good.output
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(shipped.read_text().replace("version = 1", "version = 0", 1))
    refused = run(kind, "check", faulty)
    assert (refused.exit_code, "faulty.toml: version: 0 must be between 1 and" in refused.stderr) == (1, True)


def test_a_faulty_file_is_refused_with_every_place(run: Run, tmp_path: Path):
    file = tmp_path / "faulty.toml"
    file.write_text('id = "q"\nversion = 0\n')
    refused = run("questionnaire", "import", file)
    assert refused.exit_code == 1
    assert "version: 0 must be between 1 and 1000000000" in refused.stderr
    assert "item: is missing" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("questionnaire", "export", "nothing"),
        ("questionnaire", "export", "account-manager", "--version", "9"),
        ("scheme", "delete", "account-manager", "--version", "1", "--yes"),
        ("scheme", "copy", "account-manager", "--as", "a b"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(run: Run, arguments: tuple[str, ...]):
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert len(refused.stderr.splitlines()) == 1


def test_a_scheme_is_shown_by_who_is_appraised_by_what(run: Run):
    shown = run("scheme", "show", "account-manager")
    assert shown.exit_code == 0
    assert (
        "profile junior: post any, level junior\n  components: KPI 65, feedback 30, goals 5\n" in shown.stdout
    )
    assert "  quarter    20 %  conversion  Conversion rate\n" in shown.stdout
    assert "  band A from 90, kpi.attainment from 120, feedback.top2box from 90\n" in shown.stdout
    assert "商机转化率" in run("scheme", "show", "account-manager", "--language", "zh").stdout
    assert run("scheme", "show", "nothing").exit_code != 0


def test_a_check_asks_about_what_is_likely_a_slip(run: Run, tmp_path: Path):
    file = tmp_path / "ours.toml"
    shipped = (SHIPPED / "schemes/account-manager.toml").read_text()
    file.write_text(shipped.replace('source = "finance"', 'source = "feedback.nps"', 1))
    checked = run("scheme", "check", file)
    assert checked.exit_code == 0 and "4 profiles, 14 KPIs, 3 bands" in checked.stdout
    assert "is that meant? kpi[1].source: sales-revenue is taken from answers" in checked.stderr
