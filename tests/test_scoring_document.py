"""docs/scoring.md shows what the engine computes: every line of its worked example is made again."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from feedback.cli.reports.score import score as score_command
from feedback.services.assessment.kpi_scores import METHODS
from feedback.services.scores import answer_files, scorecards
from feedback.services.scores.answer_files import Layout
from feedback.services.scores.scorecards import Estimate
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.appraisals.choices import PeriodKind
from scoring.appraisal import bonus_share, displayed, overall, step
from scoring.kpi import composite

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
QUESTIONNAIRE = EXAMPLES / "worked.questionnaire.toml"
ANSWERS = EXAMPLES / "worked.answers.csv"
SCHEME = ROOT / "forms" / "schemes" / "account-manager.toml"
GOALS = 85.0
BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def document() -> str:
    return (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")


def explained() -> list[str]:
    definitions = ["--questionnaire", str(QUESTIONNAIRE), "--scheme", str(SCHEME)]
    columns = ["--subject", "subject", "--group", "group", "--explain", "Li"]
    result = CliRunner().invoke(score_command, [str(ANSWERS), *definitions, *columns], catch_exceptions=False)
    return result.stdout.splitlines()


def feedback_score() -> Estimate:
    questionnaire, scheme = questionnaires.load(QUESTIONNAIRE.read_bytes()), schemes.load(SCHEME.read_bytes())
    result = answer_files.read_answers(
        ANSWERS.read_bytes(), questionnaire, scheme, Layout("subject", "group")
    )
    (card,) = scorecards.scorecards(result, questionnaire, scheme)
    assert isinstance(card.total, Estimate)
    return card.total


def kpi_lines() -> tuple[list[str], float]:
    """A line for each KPI and one for their score, and the score."""
    rules = schemes.load(SCHEME.read_bytes()).appraisal
    profile = rules.profile_of(None, None)
    assert profile is not None
    weights = profile.weights[PeriodKind.QUARTER]
    kpis = [rules.kpi(kpi) for kpi in weights]
    with (EXAMPLES / "worked.kpi.csv").open(encoding="utf-8") as file:
        rows = {row["kpi"]: row for row in csv.DictReader(file)}
    lines, scores = [], []
    for kpi in kpis:
        actual, target = (float(rows[kpi.id][name] or "nan") for name in ("actual", "target"))
        scores.append(float(METHODS[kpi.method](kpi, np.array([actual]), np.array([target]))[0]))
        facts = f"actual {actual:.12g}, target {target:.12g}, score {scores[-1]:.2f}"
        lines.append(f"{kpi.id}: weight {weights[kpi.id]:g}, {'no actual' if np.isnan(actual) else facts}")
    total, share = composite(np.array([scores]), np.array([*weights.values()]))
    return [*lines, f"KPI score, from {100 * share[0]:g} % of the weight: {total[0]:.2f}"], float(total[0])


def appraisal_lines(kpi: float) -> list[str]:
    feedback, rules = feedback_score(), schemes.load(SCHEME.read_bytes()).appraisal
    profile = rules.profile_of(None, None)
    assert profile is not None
    parts = profile.components
    weights = np.array([parts.kpi, parts.feedback, parts.goals])
    values = np.array([feedback.value, feedback.low, feedback.high])
    ends = [displayed(value) for value in overall(np.full(3, kpi), values, np.full(3, GOALS), weights)]
    starts = [band.start for band in rules.bands]
    bands = [rules.bands[step(value, starts)] for value in ends]
    rows = [(row.start, row.share, row.linear) for row in rules.bonuses]
    bonus = rules.bonuses[step(ends[0], [row.start for row in rules.bonuses])]
    reached = rules.bands[rules.bands.index(bands[2]) : rules.bands.index(bands[1]) + 1]
    return [
        f"overall: {parts.kpi:g} % of {kpi:.2f}, {parts.feedback:g} % of {displayed(feedback.value)} "
        f"and {parts.goals:g} % of {GOALS:.2f}: {ends[0]}",
        f"with the ends of the feedback interval: {ends[1]} to {ends[2]}",
        f"band: {bands[0].id} (from {bands[0].start:g}); the interval reaches {', '.join(b.id for b in reached)}",
        f"bonus: {float(100 * bonus_share(ends[0], rows)):g} % of the full bonus (from {bonus.start:g})",
    ]


def test_every_line_of_the_worked_example_is_made_by_the_engine(document: str):
    kpis, composite_score = kpi_lines()
    known = {*explained(), *kpis, *appraisal_lines(composite_score)}
    shown = [line for block in BLOCK.findall(document) for line in block.splitlines()]
    assert len(shown) > 30
    assert [line for line in shown if line not in known] == []


def test_the_appraisal_of_the_example_is_shown_whole(document: str):
    kpis, composite_score = kpi_lines()
    for line in [*kpis, *appraisal_lines(composite_score)]:
        assert line in document


def test_the_document_leads_only_to_what_exists(document: str):
    for target in re.findall(r"\]\(([^)]+)\)", document):
        path, _, anchor = target.partition("#")
        assert not path or (ROOT / "docs" / path).exists()
        headings = [re.sub(r"[^\w\- ]", "", line).lower().replace(" ", "-") for line in headings_of(document)]
        assert not anchor or anchor in headings
    for name in re.findall(r"`(tests/[\w/]+\.py)`", document):
        assert (ROOT / name).exists()


def headings_of(document: str) -> list[str]:
    return [line.lstrip("# ") for line in document.splitlines() if line.startswith("#")]
