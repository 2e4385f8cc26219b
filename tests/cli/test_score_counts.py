"""Exported counts scored with `feedback score` give the same bytes as the server's own results, whatever is in them."""

import json
from pathlib import Path
from random import Random

import pytest

from feedback.cli.ground.json_text import as_json
from feedback.models.campaigns import Campaign
from feedback.services.closing import counts_export, tallies
from feedback.services.scores import answer_files, score_document
from feedback.services.scores.answer_files import Layout
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from tests.cli.conftest import Run
from tests.factories import Office
from tests.scoring.random_campaigns import Json, random_campaign, write_campaign

QUESTIONNAIRE = """
id = "every-kind"
version = 1
[scale.five]
points = [20, 40, 60, 80, 100]
[scale.trouble]
first = 0
points = [0, 10.5, 60, 100]
[[dimension]]
id = "attitude"
weight = 2
[[dimension]]
id = "trouble"
[[item]]
id = "friendly"
dimension = "attitude"
scale = "five"
headline = true
text.en = "?"
[[item]]
id = "rude"
dimension = "attitude"
scale = "five"
reverse = true
weight = 0.3
required = false
text.en = "?"
[[item]]
id = "often"
dimension = "trouble"
scale = "trouble"
reverse = true
required = false
groups = ["client", "key-client", "supervisor", "peer", "subordinate"]
text.en = "?"
[[item]]
id = "recommend"
kind = "nps"
required = false
groups = ["client", "key-client"]
text.en = "?"
[[item]]
id = "remark"
kind = "comment"
text.en = "?"
"""
SCHEME = """
id = "every-kind"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 40
[[group]]
id = "key-client"
family = "clients"
weight = 10
attributed = true
[[group]]
id = "supervisor"
family = "supervisor"
weight = 20
[[group]]
id = "peer"
family = "colleagues"
weight = 20
[[group]]
id = "subordinate"
family = "colleagues"
weight = 10
[[group]]
id = "self"
family = "self"
weight = 0
[rating]
minimum_coverage = 0.3
"""
RULES = ["", "trim = true\n", 'absent_group = "deviation"\n', 'trim = true\nabsent_group = "deviation"\n']
MOST = {"friendly": 5, "rude": 5, "often": 4, "recommend": 11}
COMPLETE = {"client": 3, "supervisor": 1}
# Shown, attributed, merged, withheld and absent groups; the last three have no supervisor who answers.
PEOPLE = [
    {"client": 6, "key-client": 1, "supervisor": 1, "peer": 2, "subordinate": 2, "self": 1},
    {"client": 4, "supervisor": 1, "peer": 5, "subordinate": 1},
    {"client": 3, "supervisor": 1, "peer": 2},
    {"client": 2, "supervisor": 1, "subordinate": 4},
    {"client": 5, "peer": 3, "self": 1},
    {"client": 3, "peer": 1},
    {"client": 20, "supervisor": 1, "peer": 11, "subordinate": 9},
]


@pytest.fixture
def definitions(tmp_path: Path, rules: str) -> list[str]:
    (tmp_path / "q.toml").write_text(QUESTIONNAIRE)
    (tmp_path / "s.toml").write_text(SCHEME + rules)
    return ["--questionnaire", str(tmp_path / "q.toml"), "--scheme", str(tmp_path / "s.toml")]


def closed_campaign(office: Office, rules: str, people: list[dict[str, int]]) -> Campaign:
    dice = Random(rules)
    questionnaire, scheme = questionnaires.load(QUESTIONNAIRE), schemes.load(SCHEME + rules)
    invited = [{"supervisor": 1} | sizes for sizes in people]
    campaign = office.open(*invited, questionnaire=questionnaire, scheme=scheme)
    for subject, sizes in enumerate(people):
        for group in sizes:
            asked = [item.id for item in questionnaire.items_for(group) if item.id in MOST]
            for nonce in office.nonces(campaign, group, subject):
                answers = {item: dice.randint(1, MOST[item]) for item in asked}
                judged = {item: value for item, value in answers.items() if dice.random() < 0.85}
                office.answer(nonce, {"friendly": answers["friendly"]} | judged)
    office.close(campaign)
    return campaign


@pytest.mark.parametrize("rules", RULES)
def test_every_kind_of_cell_rule_and_item_gives_the_bytes_of_the_server(
    run: Run, office: Office, tmp_path: Path, rules: str, definitions: list[str]
):
    enough_for_deviation = [COMPLETE] * 30 if "deviation" in rules else []
    campaign = closed_campaign(office, rules, PEOPLE + enough_for_deviation)
    grid, result = tallies.load(office.session, campaign)
    own = as_json(score_document.document(result, grid.questionnaire, grid.scheme))
    office.session.commit()
    assert run("results", "export", campaign.code, "--output", tmp_path / "counts.json").exit_code == 0
    assert run("score", tmp_path / "counts.json", *definitions).stdout == own
    groups = [group for subject in json.loads(own)["subjects"] for group in subject["groups"].values()]
    assert {group.get("reason") for group in groups} >= {"merged", "too few answers", "no answers"}
    assert {*("key-client", "colleagues-other", "self")} <= shown(own)
    subjects = json.loads(own)["subjects"]
    for figure in (("top2box", "share"), ("nps", "value")):
        assert {subject[figure[0]][figure[1]] is None for subject in subjects} == {True, False}
    check_export(json.loads((tmp_path / "counts.json").read_text()))


def check_export(exported: Json) -> None:
    """There is no distribution of fewer than ten, and of cells of all sizes something."""
    cells = [cell for subject in exported["subjects"] for cell in subject["cells"].values() if "n" in cell]
    counted = [sum(counts) for cell in cells for counts in cell["counts"].values()]
    summed = [sums["ratings"] for cell in cells for sums in cell["sums"].values()]
    assert min(counted) >= 10 > max(summed) and min(summed) == 1


def shown(document: str) -> set[str]:
    subjects = json.loads(document)["subjects"]
    return {name for subject in subjects for name, group in subject["groups"].items() if group["shown"]}


@pytest.mark.parametrize(("seed", "subjects"), [*((seed, None) for seed in range(5000, 5020)), (5020, 45)])
def test_answers_and_their_exported_counts_give_the_same_bytes(
    run: Run, tmp_path: Path, seed: int, subjects: int | None
):
    answers, *definitions = write_campaign(random_campaign(seed, subjects), tmp_path)
    questionnaire, scheme = (
        kind.load((tmp_path / name).read_bytes())
        for kind, name in ((questionnaires, "questionnaire.toml"), (schemes, "scheme.toml"))
    )
    layout = Layout("subject", "group")
    result = answer_files.read_answers(Path(answers).read_bytes(), questionnaire, scheme, layout)
    (tmp_path / "counts.json").write_text(json.dumps(counts_export.to_export(result, questionnaire, scheme)))
    from_answers = run("score", answers, *definitions, "--subject", "subject", "--group", "group")
    from_counts = run("score", tmp_path / "counts.json", *definitions)
    assert (from_answers.exit_code, from_counts.exit_code) == (0, 0)
    assert from_counts.stdout == from_answers.stdout
    exported = json.loads((tmp_path / "counts.json").read_text())
    cells = [cell for entry in exported["subjects"] for cell in entry["cells"].values() if "n" in cell]
    assert all(sum(counts) >= 10 for cell in cells for counts in cell["counts"].values())
    assert all(sums["ratings"] < 10 for cell in cells for sums in cell["sums"].values())
