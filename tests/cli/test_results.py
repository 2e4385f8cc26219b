"""What can be taken out of a closed campaign on the command line."""

import csv
import io
import itertools
import json
from pathlib import Path

import pytest

from feedback.cli.ground.json_text import as_json
from feedback.services.campaigns import campaigns
from feedback.services.closing import tallies
from feedback.services.releases import releases
from feedback.services.scores import score_document
from tests.cli.conftest import Run
from tests.factories import ACTOR, AFTER, Office

SHIPPED = Path(__file__).parents[2] / "forms"


@pytest.fixture
def closed(office: Office) -> str:
    """One subject: four clients shown, one peer withheld."""
    campaign = office.open({"client": 4, "peer": 1})
    for group in ("client", "peer"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce)
    office.close(campaign)
    office.session.commit()
    return campaign.code


def test_exported_counts_are_scored_to_the_same_figures_by_the_standalone_command(
    run: Run, closed: str, tmp_path: Path
):
    file = tmp_path / "counts.json"
    assert run("results", "export", closed, "--output", file).exit_code == 0
    definitions = [f"{SHIPPED}/{kind}s/account-manager.toml" for kind in ("questionnaire", "scheme")]
    scored = run("score", file, "--questionnaire", definitions[0], "--scheme", definitions[1])
    (subject,) = json.loads(scored.stdout)["subjects"]
    report = json.loads(run("report", subject["subject"], "--campaign", closed).stdout)
    assert subject["feedback_score"] == report["feedback"]["score"]["value"]
    assert subject["interval"] == [report["feedback"]["score"][end] for end in ("low", "high")]
    assert json.loads(scored.stdout)["counts"]["digest"] == report["basis"]["counts"]


def test_scored_exported_counts_give_the_bytes_of_the_servers_own_document(
    run: Run, office: Office, tmp_path: Path
):
    raters = {"client": 5, "supervisor": 1, "peer": 2, "subordinate": 2, "self": 1}
    campaign = office.open(raters, {"client": 4, "peer": 3})
    for subject, group in itertools.product((0, 1), raters):
        for place, nonce in enumerate(office.nonces(campaign, group, subject)):
            office.answer(nonce, 3 + place % 3)
    office.close(campaign)
    grid, result = tallies.load(office.session, campaign)
    own = as_json(score_document.document(result, grid.questionnaire, grid.scheme))
    office.session.commit()
    file = tmp_path / "counts.json"
    assert run("results", "export", campaign.code, "--output", file).exit_code == 0
    definitions = [f"{SHIPPED}/{kind}s/account-manager.toml" for kind in ("questionnaire", "scheme")]
    scored = run("score", file, "--questionnaire", definitions[0], "--scheme", definitions[1])
    assert scored.stdout == own
    assert '"merged": [' in own
    steps = run(
        "score", file, "--questionnaire", definitions[0], "--scheme", definitions[1], "--explain", "P001"
    )
    assert steps.stdout.startswith("How the scores of P001 came about")


def test_the_table_of_counts_has_a_row_for_every_item_of_shown_cells_only(run: Run, closed: str):
    output = run("results", "export", closed, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(output)))
    assert {(row["group"], row["n"]) for row in rows} == {("client", "4")}
    (first,) = [row for row in rows if row["item"] == "attitude-1"]
    sums = {"value": "", "count": "", "ratings": "4", "points of": "4", "points": "320.0", "top two": ""}
    assert {name: first[name] for name in sums} == sums


def test_the_table_of_counts_has_a_row_for_every_value_where_ten_answered(run: Run, office: Office):
    campaign = office.open({"client": 10})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    office.session.commit()
    rows = list(
        csv.DictReader(io.StringIO(run("results", "export", campaign.code, "--format", "csv").stdout))
    )
    first = [(row["value"], row["count"]) for row in rows if row["item"] == "attitude-1"]
    assert first == [("1", "0"), ("2", "0"), ("3", "0"), ("4", "10"), ("5", "0")]
    recommendation = [row["value"] for row in rows if row["item"] == "recommend"]
    assert recommendation == [str(value) for value in range(11)]
    assert {(row["ratings"], row["points"], row["n"]) for row in rows} == {("10", "", "10")}


def test_a_person_s_code_is_no_formula_in_the_table(run: Run, office: Office):
    campaign = office.open({"client": 3})
    campaign.subjects[0].person.code = "=1+1"
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    office.session.commit()
    assert "'=1+1,client" in run("results", "export", campaign.code, "--format", "csv").stdout


def test_nothing_is_handed_out_before_closing(run: Run, office: Office):
    campaign = office.open({"client": 4})
    code, person = campaign.code, campaign.subjects[0].person.code
    office.session.commit()
    for command in (("results", "export", code), ("report", person, "--campaign", code)):
        result = run(*command)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: campaign {code} is open")
        assert result.stdout == ""


def test_a_report_is_printed_as_it_was_released_and_says_when(run: Run, office: Office, closed: str):
    preview = json.loads(run("report", "P001", "--campaign", closed).stdout)
    assert preview["released_at"] is None
    campaign = campaigns.find(office.session, closed)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    released = json.loads(run("report", "P001", "--campaign", closed).stdout)
    assert released == preview | {"released_at": AFTER.isoformat()}


def test_unknown_people_and_campaigns_are_named_in_one_sentence(run: Run, closed: str):
    assert "campaign 2026Q4 is not about NOBODY" in run("report", "NOBODY", "--campaign", closed).stderr
    assert "there is no campaign NONE" in run("report", "P001", "--campaign", "NONE").stderr
    assert "there is no campaign NONE" in run("results", "export", "NONE").stderr
