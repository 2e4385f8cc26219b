"""`feedback score` gives the numbers of the independent computation in naive.py, to 1e-9, for any file."""

import json
import tomllib
from math import isclose
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from feedback.cli.reports.score import score
from tests.scoring import naive
from tests.scoring.naive_survey import NOT_ANSWERED, Survey, disclose, read_ballots
from tests.scoring.random_campaigns import (
    Campaign,
    Json,
    Row,
    possible_values,
    random_campaign,
    words,
    write_campaign,
)

BY_COLUMNS = ["--subject", "subject", "--group", "group"]


def scored(campaign: Campaign, folder: Path, *options: str) -> str:
    arguments = [*write_campaign(campaign, folder), *options, "--format", "json"]
    result = CliRunner().invoke(score, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def naively_scored(campaign: Campaign, folder: Path, **columns: str) -> Json:
    """From the files, as the engine: what they say is what counts, not what we meant to write."""
    questionnaire = tomllib.loads((folder / "questionnaire.toml").read_text(encoding="utf-8"))
    scheme = tomllib.loads((folder / "scheme.toml").read_text(encoding="utf-8"))
    return naive.evaluate(campaign.rows, questionnaire, scheme, **columns)


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two documents differ by more than 1e-9; sentences of explanation are not compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = {*expected, *found} - {"reason"}
        absent = object()
        return [
            line
            for key in sorted(keys)
            for line in differences(expected.get(key, absent), found.get(key, absent), f"{path}.{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return [line for i, (a, b) in enumerate(pairs) for line in differences(a, b, f"{path}[{i}]")]
    return [] if same(expected, found) else [f"{path}: expected {expected!r}, found {found!r}"]


def same(expected: Any, found: Any) -> bool:
    numbers = (int, float)
    if isinstance(expected, numbers) and isinstance(found, numbers) and not isinstance(expected, bool):
        return isclose(expected, found, rel_tol=1e-9, abs_tol=1e-9)
    return bool(type(expected) is type(found) and expected == found)


def assert_agrees(expected: Json, found: Json) -> None:
    assert differences(expected["subjects"], found["subjects"], "subjects") == []
    for statistic, value in expected["campaign"].items():
        assert differences(value, found["campaign"][statistic], statistic) == []
    for left, right in zip(expected["subjects"], found["subjects"], strict=True):
        assert (right["reason"] is None) == (left["status"] == "ok")
        assert hidden(left) == hidden(right)


def hidden(subject: Json) -> Json:
    return {name: group["reason"] for name, group in subject["groups"].items() if not group["shown"]}


def assert_campaign_agrees(campaign: Campaign, folder: Path) -> None:
    document = json.loads(scored(campaign, folder, *BY_COLUMNS))
    expected = naively_scored(campaign, folder, subject_column="subject", group_column="group")
    assert_agrees(expected, document)


@pytest.mark.parametrize("seed", range(120))
def test_every_number_of_a_small_campaign_agrees(seed: int, tmp_path: Path) -> None:
    assert_campaign_agrees(random_campaign(seed), tmp_path)


@pytest.mark.parametrize("seed", range(1000, 1016))
def test_every_number_agrees_when_phi_and_group_means_are_estimated(seed: int, tmp_path: Path) -> None:
    assert_campaign_agrees(random_campaign(seed, subjects=60), tmp_path)


# -- files shaped like the ones people have ------------------------------------------------------------


def items_of(dimension: str, number: int, scale: str, reverse: bool = False) -> list[Json]:
    return [
        {
            "id": f"{dimension}{index + 1:02}",
            "kind": "rating",
            "dimension": dimension,
            "scale": scale,
            "reverse": reverse,
            "text": words("?"),
        }
        for index in range(number)
    ]


def questionnaire_of(scales: Json, items: list[Json]) -> Json:
    dimensions = dict.fromkeys(item["dimension"] for item in items if item["kind"] == "rating")
    return {
        "id": "shape",
        "version": 1,
        "title": words("Shape"),
        "scale": scales,
        "dimension": [{"id": dimension, "title": words(dimension)} for dimension in dimensions],
        "item": items,
    }


def scheme_of(group: str, family: str) -> Json:
    only = {"id": group, "family": family, "weight": 100, "minimum": 3, "attributed": False}
    return {"id": "shape", "version": 1, "group": [only | {"required": True}]}


def correlated_answers(rng: Random, questionnaire: Json, level: float, missing: float) -> Row:
    """Answers of one person around a level between 0 and 1."""
    own = level + rng.gauss(0, 0.2)
    answers = {}
    for item in questionnaire["item"]:
        values = possible_values(questionnaire, item)
        share = 1 - own if item.get("reverse") else own
        index = round((share + rng.gauss(0, 0.15)) * (len(values) - 1))
        text = str(values[min(len(values) - 1, max(0, index))])
        answers[item["id"]] = "NA" if rng.random() < missing else text
    return answers


def test_leadership_of_49_companies_by_2042_members_agrees(tmp_path: Path) -> None:
    rng = Random(2002)
    agreement = {"first": 1, "points": [20, 40, 60, 80, 100]}
    frequency = {"first": 0, "points": [0, 25, 50, 75, 100]}
    items = items_of("LEAD", 11, "agreement") + items_of("TSIG", 3, "agreement")
    items += items_of("HOSTIL", 5, "frequency", reverse=True)
    questionnaire = questionnaire_of({"agreement": agreement, "frequency": frequency}, items)
    levels = [rng.uniform(0.4, 0.8) for _ in range(49)]
    companies = [*range(49)] + [rng.randrange(49) for _ in range(2042 - 49)]
    rows = [
        {"COMPID": str(c), **correlated_answers(rng, questionnaire, levels[c], 0.01), "GLEAD": "2.88258"}
        for c in companies
    ]
    campaign = Campaign(questionnaire, scheme_of("subordinate", "colleagues"), rows)
    found = json.loads(scored(campaign, tmp_path, "--subject", "COMPID", "--as-group", "subordinate"))
    expected = naively_scored(campaign, tmp_path, subject_column="COMPID", as_group="subordinate")
    assert_agrees(expected, found)


def test_satisfaction_of_250_clients_on_0_to_10_agrees(tmp_path: Path) -> None:
    rng = Random(250)
    items = [
        item
        for dimension, number in {"imag": 5, "expe": 5, "qual": 5, "val": 4, "sat": 4}.items()
        for item in items_of(dimension, number, "eleven")
    ]
    items.append({"id": "loy3", "kind": "nps", "text": words("Would you recommend us?")})
    points = [10 * value for value in range(11)]
    questionnaire = questionnaire_of({"eleven": {"first": 0, "points": points}}, items)
    rows = [correlated_answers(rng, questionnaire, 0.7, 0.02) | {"gender": "female"} for _ in range(250)]
    campaign = Campaign(questionnaire, scheme_of("client", "clients"), rows)
    found = json.loads(scored(campaign, tmp_path, "--as-group", "client"))
    expected = naively_scored(campaign, tmp_path, as_group="client")
    assert [subject["subject"] for subject in found["subjects"]] == ["all"]
    assert_agrees(expected, found)


def test_a_campaign_of_nothing_but_highest_marks_agrees(tmp_path: Path) -> None:
    """Sums of equal points that are no binary fractions must not pass for variance."""
    scales = {"awkward": {"first": 1, "points": [10.1, 20.3, 99.9]}}
    questionnaire = questionnaire_of(scales, items_of("care", 7, "awkward"))
    marks = {item["id"]: "3" for item in questionnaire["item"]}
    rows = [{"subject": f"S{subject}", **marks} for subject in range(31) for _ in range(4)]
    campaign = Campaign(questionnaire, scheme_of("peer", "colleagues"), rows)
    found = json.loads(scored(campaign, tmp_path, "--subject", "subject", "--as-group", "peer"))
    assert_agrees(naively_scored(campaign, tmp_path, subject_column="subject", as_group="peer"), found)


def test_a_score_of_exactly_80_made_with_awkward_weights_is_a_strength(tmp_path: Path) -> None:
    items = items_of("care", 3, "five")
    for item, weight in zip(items, [0.1, 1, 0.3], strict=True):
        item["weight"] = weight
    questionnaire = questionnaire_of({"five": {"points": [20, 40, 60, 80, 100]}}, items)
    scheme = scheme_of("client", "clients")
    scheme["group"].append({"id": "self", "family": "self", "weight": 0, "attributed": True})
    groups = ["self", "client", "client", "client"]
    rows = [{"subject": "A", "group": group, **{item["id"]: "4" for item in items}} for group in groups]
    campaign = Campaign(questionnaire, scheme, rows)
    found = json.loads(scored(campaign, tmp_path, *BY_COLUMNS))
    assert found["subjects"][0]["gaps"]["care"]["class"] == "agreed strength"
    expected = naively_scored(campaign, tmp_path, subject_column="subject", group_column="group")
    assert_agrees(expected, found)


# -- what must not change a byte -----------------------------------------------------------------------


def with_withheld_answers_replaced(campaign: Campaign, rng: Random) -> Campaign:
    """Other answers in every cell that is not shown; other ratings of every item withheld in a shown one."""
    survey = Survey(campaign.questionnaire, campaign.scheme)
    ballots = read_ballots(campaign.rows, survey, "subject", "group", None)
    answered, held = naive.answered_by(ballots, survey), dict[tuple[str, str], list[str]]()
    for subject in {ballot.subject for ballot in ballots}:
        mine = [ballot for ballot in ballots if ballot.subject == subject]
        cells, _ = disclose(mine, survey, answered[subject], answered[subject])
        held |= {(subject, group): cell.scored for cell in cells.values() for group in cell.members}
    rows = [
        replaced(row, held.get((row["subject"], row["group"])), campaign.questionnaire, rng)
        for row in campaign.rows
    ]
    return Campaign(campaign.questionnaire, campaign.scheme, rows)


def replaced(row: Row, scored_items: list[str] | None, questionnaire: Json, rng: Random) -> Row:
    return row | {
        item["id"]: str(rng.choice(possible_values(questionnaire, item)))
        for item in questionnaire["item"]
        if row[item["id"]] not in NOT_ANSWERED and item["id"] not in (scored_items or [])
    }


@pytest.mark.parametrize("seed", range(2000, 2030))
def test_answers_of_withheld_cells_and_items_change_no_byte(seed: int, tmp_path: Path) -> None:
    campaign = random_campaign(seed)
    before = scored(campaign, tmp_path, *BY_COLUMNS)
    other = with_withheld_answers_replaced(campaign, Random(seed))
    assert scored(other, tmp_path, *BY_COLUMNS) == before


@pytest.mark.parametrize("seed", range(3000, 3020))
def test_the_order_of_the_rows_changes_no_byte(seed: int, tmp_path: Path) -> None:
    campaign = random_campaign(seed)
    before = scored(campaign, tmp_path, *BY_COLUMNS)
    Random(seed).shuffle(campaign.rows)
    assert scored(campaign, tmp_path, *BY_COLUMNS) == before
