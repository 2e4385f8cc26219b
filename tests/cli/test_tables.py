"""People and clients as files: what is exported is what is there, and can be imported again."""

from pathlib import Path

import pytest

from tests.cli.conftest import CLIENTS, PEOPLE, Run


@pytest.fixture
def company(tables: None, run: Run, folder: Path) -> Path:
    for noun in ("people", "clients"):
        assert run(noun, "import", folder / f"{noun}.csv").exit_code == 0
    return folder


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("noun", "unchanged"),
    [("people", ("people: 4 unchanged",)), ("clients", ("clients: 1 unchanged", "contacts: 2 unchanged"))],
)
def test_what_is_exported_is_imported_again_without_a_change(
    run: Run, company: Path, noun: str, unchanged: tuple[str, ...], form: str
):
    file = company / f"exported.{form}"
    exported = run(noun, "export", file)
    assert (exported.exit_code, exported.stderr) == (0, f"written to {file}\n"), exported.output
    again = run(noun, "import", file)
    assert again.stdout.replace(" 0 added, 0 changed,", "").splitlines() == list(unchanged)


def test_an_export_holds_every_row_of_what_was_imported(run: Run, company: Path):
    for noun, imported in (("people", PEOPLE), ("clients", CLIENTS)):
        file = company / f"{noun}-now.csv"
        assert run(noun, "export", file).exit_code == 0
        written = file.read_text(encoding="utf-8-sig")
        assert len(written.splitlines()) == len(imported.splitlines())
        assert all(row.split(",")[0] in written for row in imported.splitlines()[1:])


def test_a_file_that_is_neither_csv_nor_xlsx_is_wrong_usage(run: Run, company: Path):
    refused = run("people", "export", company / "people.pdf")
    assert (refused.exit_code, "neither in .csv nor in .xlsx" in refused.stderr) == (2, True)
    assert not (company / "people.pdf").exists()
