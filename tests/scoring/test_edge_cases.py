"""Every edge case of a cell has a decided result. The same table stands in docs/scoring.md, with these tests' names."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feedback.services import answer_files, score_document
from feedback.services.answer_files import Layout, UnusableAnswers
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.document import InvalidDocument
from scoring import dispersion
from scoring.agreement import average_deviation, divided_opinion, within_group_agreement
from scoring.appraisal import displayed, guideline
from scoring.intervals import wilson
from scoring.kpi import composite
from scoring.reliability import (
    between_variance,
    cronbach_alpha,
    intraclass,
    intraclass_intervals,
    ratings_needed,
    shrink,
    spearman_brown,
)
from scoring.scores import score
from scoring.trend import changes, compared
from scoring.year import phi_of_year
from tests.scoring.campaigns import CLIENT, PEER, counted, instrument, items, of_ballots

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"
QUESTIONNAIRE = """
id = "small"
version = 1
[scale.five]
points = [20, 40, 60, 80, 100]
[[dimension]]
id = "attitude"
[[dimension]]
id = "competence"
[[item]]
id = "a1"
dimension = "attitude"
scale = "five"
text.en = "?"
[[item]]
id = "a2"
dimension = "attitude"
scale = "five"
text.en = "?"
[[item]]
id = "c1"
dimension = "competence"
scale = "five"
text.en = "?"
"""
SCHEME = """
id = "small"
version = 1
[[group]]
id = "client"
family = "clients"
required = false
weight = 60
[[group]]
id = "supervisor"
family = "supervisor"
attributed = true
minimum = 1
weight = 40
[[group]]
id = "self"
family = "self"
attributed = true
minimum = 1
weight = 0
"""


def scored(*rows: str, questionnaire: str = QUESTIONNAIRE) -> dict[str, Any]:
    """The document of one subject; rows are group,a1,a2,c1."""
    data = "\n".join(["group,a1,a2,c1", *rows]).encode()
    parts = (questionnaires.load(questionnaire), schemes.load(SCHEME))
    result = answer_files.read_answers(data, *parts, Layout(group_column="group"))
    return score_document.document(result, *parts)


def subject(*rows: str, questionnaire: str = QUESTIONNAIRE) -> dict[str, Any]:
    return scored(*rows, questionnaire=questionnaire)["subjects"][0]


# -- a cell ----------------------------------------------------------------------------------------------


def test_no_answers():
    card = subject("client,4,4,4", "client,4,4,4", "client,4,4,4")
    assert card["groups"]["supervisor"] == {"shown": False, "reason": "no answers"}
    assert (card["feedback_score"], card["coverage"]) == (80.0, 1.0)


def test_nobody_answered():
    with pytest.raises(UnusableAnswers, match="no row under the heading has a rating"):
        scored("client,,,", "supervisor,,,")


def test_one_answer_of_an_attributed_group():
    cell = subject("supervisor,5,4,3")["groups"]["supervisor"]
    assert (cell["shown"], cell["n"], cell["items"]) == (True, 1, None)
    assert cell["dimensions"]["attitude"]["score"] == 90.0
    low, high = cell["dimensions"]["attitude"]["interval"]
    assert 20 < low < 90 < high < 100


def test_one_answer_of_a_protected_group():
    card = subject("client,5,5,5", "supervisor,4,4,4")
    assert card["groups"]["client"] == {"shown": False, "reason": "too few answers"}
    assert card["feedback_score"] is None
    assert card["reason"] == "coverage 0.40 is below 0.60"
    assert card["dimensions"]["attitude"]["score"] == 80.0


def test_all_answers_equal():
    card = subject(*["client,5,5,5"] * 3)
    low, high = card["interval"]
    assert card["feedback_score"] == high == 100.0
    assert 20 < low < 100
    counts = np.array([0, 0, 0, 0, 3])
    assert within_group_agreement(counts, np.array(5)) == 1.0
    assert average_deviation(counts) == 0.0


def test_all_answers_equal_everywhere():
    campaign = scored(*["client,4,4,4"] * 12)["campaign"]
    assert campaign["alpha"]["attitude"]["value"] is None
    assert campaign["alpha"]["attitude"]["reason"].endswith("no variance")
    assert campaign["icc1"]["a1"]["value"] is None
    assert campaign["phi"] == {"attitude": 0.25, "competence": 0.35, "overall": 0.15}
    assert campaign["straightlined"] == {"n": 12, "share": 1.0}


def test_all_cannot_judge_on_an_item():
    card = subject(*["client,4,,5"] * 5)
    cell = card["groups"]["client"]
    assert cell["dimensions"]["attitude"]["score"] == 80.0
    assert set(cell["items"]) == {"a1", "c1"}


def test_all_cannot_judge_on_a_dimension():
    card = subject(*["client,4,2,"] * 3)
    nothing = {"score": None, "interval": None, "n": 0.0}
    assert card["groups"]["client"]["dimensions"]["competence"] == {
        **nothing,
        "reason": "no item has enough ratings",
    }
    assert card["dimensions"]["competence"] == {**nothing, "reason": "no shown group rated it"}
    assert card["feedback_score"] == 60.0


def test_all_cannot_judge_on_everything():
    card = subject(*["client,4,4,4"] * 2, "client,,,", "supervisor,4,4,4")
    assert card["groups"]["client"] == {"shown": False, "reason": "too few answers"}


def test_an_item_with_fewer_ratings_than_the_minimum():
    card = subject("client,4,1,4", "client,4,1,4", "client,4,,4")
    assert card["groups"]["client"]["dimensions"]["attitude"]["score"] == 80.0


def test_only_the_self_rating():
    card = subject("self,5,5,5")
    assert (card["feedback_score"], card["coverage"]) == (None, None)
    assert card["reason"] == "no group with weight was invited"


# -- weights ---------------------------------------------------------------------------------------------


def weighing(item: str, weight: str, questionnaire: str = QUESTIONNAIRE) -> str:
    return questionnaire.replace(f'id = "{item}"\n', f'id = "{item}"\nweight = {weight}\n')


def test_all_items_of_a_dimension_weigh_0():
    with pytest.raises(InvalidDocument, match="at least one weight must be above 0"):
        questionnaires.load(weighing("a2", "0", weighing("a1", "0")))


def test_all_answered_items_of_a_dimension_weigh_0():
    card = subject(*["client,,1,5"] * 5, questionnaire=weighing("a2", "0"))
    assert card["dimensions"]["attitude"]["score"] is None
    assert card["feedback_score"] == 100.0
    assert card["groups"]["client"]["items"]["a2"] == {"mean": 20.0, "n": 5}


def test_a_dimension_weighs_0():
    card = subject(*["client,1,1,5"] * 3, questionnaire=weighing("attitude", "0"))
    assert card["dimensions"]["attitude"]["score"] == 20.0
    assert card["feedback_score"] == 100.0


def test_all_dimensions_weigh_0():
    with pytest.raises(ValueError, match="one must be above 0"):
        instrument(items=items(), dimension_weight=np.zeros(2))


def test_a_group_weighs_0():
    card = subject(*["client,4,4,4"] * 3, "self,1,1,1")
    assert card["groups"]["self"]["score"] == 20.0
    assert card["feedback_score"] == 80.0


def test_all_kpis_weigh_0():
    with pytest.raises(ValueError, match="above 0"):
        composite(np.array([[90.0]]), np.array([0.0]))


def test_too_few_kpis_have_an_actual():
    score, share = composite(np.array([[90.0, np.nan]]), np.array([50.0, 50.0]))
    assert np.isnan(score[0])
    assert share[0] == 0.5


# -- estimates -------------------------------------------------------------------------------------------


def test_no_ratings_in_an_interval():
    assert wilson(np.array([0.5, np.nan]), np.array([0.0, 0.0])).tolist()[0] == [0.0, 1.0]
    assert np.isnan(wilson(np.array(np.nan), np.array(0.0))).all()


def test_too_few_cells_for_phi():
    assert dispersion.phi_when_unknown(instrument()).tolist() == [0.25, 0.25, 0.15]


def test_alpha_of_one_item():
    assert np.isnan(cronbach_alpha(np.arange(12.0)[:, None]))


def test_a_negative_alpha():
    assert cronbach_alpha(np.array([[1.0, 5], [5, 2], [2, 4], [4, 1]])) < 0


def test_a_negative_icc():
    counts = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0]])
    icc = intraclass(counts, np.array([20.0, 60.0, 100.0]))
    assert float(icc.single) == pytest.approx(-1 / 3)
    assert float(icc.average) == pytest.approx(-1.0)


def test_an_icc_without_repeated_ratings():
    assert np.isnan(intraclass(np.eye(3, dtype=int), np.array([20.0, 60.0, 100.0])).single)


def test_an_icc_of_raters_who_all_agree():
    icc = intraclass(2 * np.eye(3, dtype=int), np.array([20.0, 60.0, 100.0]))
    assert (float(icc.single), float(icc.average)) == (1.0, 1.0)
    assert [ends.tolist() for ends in intraclass_intervals(icc)] == [[1.0, 1.0], [1.0, 1.0]]


def test_raters_needed_with_an_icc_of_0_or_less():
    assert np.isnan(ratings_needed(np.array([0.0, -0.3]), 0.7)).all()
    assert spearman_brown(np.array([0.0, -0.3]), np.array(8)).tolist() == [0.0, 0.0]


def test_agreement_of_one_rating():
    counts, size = np.array([0, 0, 0, 1, 0]), np.array(5)
    assert np.isnan(within_group_agreement(counts, size))
    assert np.isnan(average_deviation(counts))
    assert not divided_opinion(counts, size)


def test_tau_squared_is_0():
    score, error = np.array([79.0, 80.0, 81.0]), np.full(3, 4.0)
    assert between_variance(score, error) == 0.0
    shrunken = shrink(score, error)
    assert shrunken.reliability.tolist() == [0.0, 0.0, 0.0]
    assert shrunken.score == pytest.approx([80.0, 80.0, 80.0])
    assert shrunken.error.tolist() == [0.0, 0.0, 0.0]


def test_one_score_alone():
    assert np.isnan(between_variance(np.array([80.0, np.nan]), np.array([4.0, np.nan])))


def test_a_score_in_one_cycle_only():
    found = changes(np.array([np.nan]), np.array([np.nan]), np.array([80.0]), np.array([3.0]))
    assert np.isnan(found.delta[0])
    assert np.isnan(found.p[0])
    assert not found.detected[0]


def test_nothing_of_two_cycles_is_shown_both_times():
    first = counted(of_ballots(*[(0, CLIENT, (4, 4, 4, 4))] * 3), instrument())[0]
    second = counted(of_ballots(*[(0, PEER, (4, 4, 4, 4))] * 3), instrument())[0]
    for cycle in compared(first, second, instrument().groups):
        scores = score(cycle, instrument(), dispersion.phi_when_unknown(instrument()))
        assert np.isnan(scores.dimensions.score).all() and np.isnan(scores.total.score).all()


def test_a_year_without_a_ballot():
    assert phi_of_year(np.array([[0.1, 0.2], [0.3, 0.2]]), np.zeros(2, dtype=int)) == pytest.approx(
        [0.2, 0.2]
    )


def test_a_guideline_for_few_people():
    assert guideline(np.arange(24.0), np.array([0.2, 0.8])).tolist() == [-1] * 24


def test_a_score_that_is_not_there_is_displayed():
    with pytest.raises(ValueError, match="no score"):
        displayed(float("nan"))


# -- the table -------------------------------------------------------------------------------------------


def test_the_table_of_the_document_names_these_tests():
    rows = re.findall(r"^\|.*\| `(test_\w+)` \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    here = [name for name in globals() if name.startswith("test_")]
    assert rows == here[:-1]
