"""`feedback score --explain`: what it prints is a calculation that anybody can do again."""

import json
import math
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from feedback.cli.reports.score import score
from tests.scoring.random_campaigns import Campaign, random_campaign, write_campaign
from tests.scoring.test_against_naive import with_withheld_answers_replaced

BY_COLUMNS = ("--subject", "subject", "--group", "group")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)")
CONSTANTS = {"0", "1", "2", "4", "100", "200"}
SCORE_OR_END = re.compile(r" *(score|95 % interval (from|to)):")
FUNCTIONS = {"sqrt": math.sqrt, "max": max, "min": min, "__builtins__": {}}


def explained(campaign: Campaign, folder: Path, subject: str) -> str:
    result = run(campaign, folder, "--explain", subject)
    assert result.exit_code == 0, result.output
    return result.stdout


def run(campaign: Campaign, folder: Path, *options: str) -> Result:
    arguments = [*write_campaign(campaign, folder), *BY_COLUMNS, *options]
    return CliRunner().invoke(score, arguments, catch_exceptions=False)


def document(campaign: Campaign, folder: Path) -> dict[str, Any]:
    return json.loads(run(campaign, folder).stdout)


def calculations(text: str) -> list[tuple[str, str, str]]:
    """(line, expression, result) of every line with an equals sign."""
    lines = [line for line in text.splitlines() if " = " in line]
    return [(line, *line.split(": ", 1)[-1].rstrip(".").split(" = ")) for line in lines]


def value_of(expression: str) -> float:
    return float(eval(expression.replace(" x ", " * ").replace("^", "**"), dict(FUNCTIONS)))


def is_right(expression: str, result: str) -> bool:
    """Whether the result is that of the expression, but for the rounding of what stands in it."""
    decimals = len(result.partition(".")[2])
    return math.isclose(value_of(expression), float(result), rel_tol=2e-4, abs_tol=3 * 10.0**-decimals)


@pytest.mark.parametrize("seed", range(40))
def test_every_number_follows_from_those_above_it(seed: int, tmp_path: Path):
    campaign = random_campaign(seed)
    for subject in document(campaign, tmp_path)["subjects"]:
        text = explained(campaign, tmp_path, subject["subject"])
        assert [line for line, left, right in calculations(text) if not is_right(left, right)] == []
        assert operands_from_nowhere(text) == []


def operands_from_nowhere(text: str) -> list[str]:
    seen = set(CONSTANTS)
    unknown = []
    for line in text.splitlines():
        left, _, _ = line.split(": ", 1)[-1].partition(" = ")
        if " = " in line:
            terms = str(left.count(" + ") + 1)
            unknown += [
                f"{number} in {line}" for number in NUMBER.findall(left) if number not in {*seen, terms}
            ]
        seen.update(NUMBER.findall(line))
    return unknown


@pytest.mark.parametrize("seed", range(40))
def test_it_ends_at_the_figures_of_the_document(seed: int, tmp_path: Path):
    campaign = random_campaign(seed)
    scored = document(campaign, tmp_path)
    for subject in scored["subjects"]:
        text = explained(campaign, tmp_path, subject["subject"])
        for value in (scored["formula"], scored["counts"]["digest"], scored["scheme"]["digest"]):
            assert value in text
        fourth = text.partition("4. The feedback score")[2].partition("5. ")[0]
        if subject["status"] == "ok":
            printed = [right for line, _, right in calculations(fourth) if SCORE_OR_END.match(line)]
            expected = [subject["feedback_score"], *subject["interval"]]
            assert [float(number) for number in printed] == pytest.approx(expected, abs=5.1e-5)
        else:
            assert subject["reason"] in fourth
        assert dimension_scores(text) == pytest.approx(
            {
                name: part["score"]
                for name, part in subject["dimensions"].items()
                if part["score"] is not None
            },
            abs=1.1e-4,
        )


def dimension_scores(text: str) -> dict[str, float]:
    third = text.partition("3. Dimensions")[2].partition("4. The feedback score")[0]
    blocks = re.split(r"^\[(.+)\]$", third, flags=re.MULTILINE)[1:]
    scores = {}
    for name, block in zip(blocks[::2], blocks[1::2], strict=True):
        (scores[name],) = [
            float(right) for line, _, right in calculations(block) if line.startswith("  score:")
        ]
    return scores


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_withheld_groups_have_a_reason_and_no_cell(seed: int, tmp_path: Path):
    campaign = random_campaign(seed)
    for subject in document(campaign, tmp_path)["subjects"]:
        text = explained(campaign, tmp_path, subject["subject"])
        for name, group in subject["groups"].items():
            assert (f"\n[{name}] ballots" in text) == group["shown"]
            if not group["shown"]:
                (line,) = [line for line in text.splitlines() if line.startswith(f"{name} (")]
                decision = line.partition("): ")[2]
                assert {"too few answers": "withheld", "no answers": "no answers", "merged": "merged into"}[
                    group["reason"]
                ] in decision
                assert NUMBER.findall(decision) == []


@pytest.mark.parametrize("seed", range(2000, 2020))
def test_answers_of_withheld_cells_and_items_change_no_byte(seed: int, tmp_path: Path):
    campaign = random_campaign(seed)
    other = with_withheld_answers_replaced(campaign, Random(seed))
    subject = campaign.rows[0]["subject"]
    assert explained(other, tmp_path, subject) == explained(campaign, tmp_path, subject)


def test_the_deviation_form_is_worked_out_too(tmp_path: Path):
    texts = []
    for seed in range(8):
        campaign = random_campaign(seed, subjects=40)
        campaign.scheme["rating"] = {"absent_group": "deviation", "minimum_coverage": 0.1}
        text = explained(campaign, tmp_path, campaign.rows[0]["subject"])
        assert [line for line, left, right in calculations(text) if not is_right(left, right)] == []
        assert operands_from_nowhere(text) == []
        texts.append(text)
    assert any("expected of an average subject" in text for text in texts)


def test_a_subject_of_whom_nothing_with_weight_is_shown_has_no_dimension(tmp_path: Path):
    campaign = random_campaign(1)
    group = next(group for group in campaign.scheme["group"] if group["minimum"] > 1)
    name = group["id"]
    row = next(row for row in campaign.rows if row["group"] == name)
    lonely = Campaign(campaign.questionnaire, campaign.scheme, [row | {"subject": "Lonely"}, *campaign.rows])
    text = explained(lonely, tmp_path, "Lonely")
    assert "there is none: no shown group with weight rated any" in text


def test_an_unknown_subject_is_named(tmp_path: Path):
    result = run(random_campaign(1), tmp_path, "--explain", "Nobody")
    assert result.exit_code == 1
    assert "there is no subject 'Nobody'" in result.stderr
