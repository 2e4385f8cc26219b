from pathlib import Path

import pytest

from tests.cli.conftest import Run

GOALS = """\
工号,考核期间,目标,权重,衡量方式,目标值,截止日期,商定日期
A1,2026Q4,通过谈判技巧认证,40,评分,,2026-12-15,
A1,2026Q4,Sell,60,数值,200000,,2026-10-08
"""


@pytest.fixture
def company(run: Run, tables: None, folder: Path) -> Path:
    assert run("people", "import", folder / "people.csv").exit_code == 0
    return folder


def test_what_is_exported_is_imported_again_without_a_change(run: Run, company: Path):
    (company / "goals.csv").write_text(GOALS, encoding="gb18030")
    shown = run("goals", "import", company / "goals.csv", "--preview")
    assert "goal added: A1 2026Q4 Sell" in shown.stdout
    assert run("goals", "import", company / "goals.csv").stdout == "goals: 2 added, 0 changed, 0 unchanged\n"
    for name in ("now.csv", "now.xlsx"):
        assert run("goals", "export", company / name).exit_code == 0
        again = run("goals", "import", company / name)
        assert again.stdout == "goals: 0 added, 0 changed, 2 unchanged\n", again.output


def test_a_period_belongs_to_scores_and_to_nothing_else(run: Run, company: Path):
    for words in (("scores", company / "goals.csv"), (company / "goals.csv", "--period", "2026Q4")):
        assert run("goals", "import", *words).exit_code == 2
