"""Every edge case of a cell has a decided result. The same table stands in docs/scoring.md, with these tests' names.

It goes on in test_edge_cases_of_estimates.py and test_edge_cases_of_appraisals.py.
"""

from typing import Any

import numpy as np
import pytest

from feedback.services.scores import answer_files, score_document
from feedback.services.scores.answer_files import Layout
from feedback.services.scores.answer_rows import UnusableAnswers
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.document import InvalidDocument
from scoring.agreement import average_deviation, within_group_agreement
from tests.scoring.campaigns import instrument, items

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


def scored(*rows: str, questionnaire: str = QUESTIONNAIRE, scheme: str = SCHEME) -> dict[str, Any]:
    """The document of one subject; rows are group,a1,a2,c1."""
    data = "\n".join(["group,a1,a2,c1", *rows]).encode()
    parts = (questionnaires.load(questionnaire), schemes.load(scheme))
    result = answer_files.read_answers(data, *parts, Layout(group_column="group"))
    return score_document.document(result, *parts)


def subject(*rows: str, **definitions: str) -> dict[str, Any]:
    return scored(*rows, **definitions)["subjects"][0]


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


def test_a_coverage_just_below_the_least_is_not_rounded_up_to_it():
    close = SCHEME.replace("weight = 60", "weight = 40.3").replace("weight = 40\n", "weight = 59.7\n")
    card = subject("client,5,5,5", "supervisor,4,4,4", scheme=close)
    assert (card["coverage"], card["reason"]) == (pytest.approx(0.597), "coverage 0.59 is below 0.60")


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


def test_trimming_with_too_few_ratings():
    card = subject(*["client,1,4,4"] * 4, "client,5,,4", scheme=SCHEME + "[rating]\ntrim = true\n")
    means = {name: item["mean"] for name, item in card["groups"]["client"]["items"].items()}
    assert means == {"a1": 20.0, "a2": 80.0, "c1": 80.0}  # a1 trimmed, a2 with its four ratings is not
    assert subject(*["client,1,4,4"] * 4, "client,5,,4")["groups"]["client"]["items"]["a1"]["mean"] == 36.0


def test_no_client_rated():
    card = subject("supervisor,4,4,4")
    assert card["top2box"] == {"share": None, "interval": None, "reason": "not asked"}
    assert card["nps"] == {"value": None, "interval": None, "reason": "not asked"}


def test_too_few_answers_of_clients_for_a_satisfaction_rate():
    for clients, reason in ((2, "too few answers"), (4, "too few answers"), (5, None)):
        card = subject(*["client,4,5,5"] * clients)
        assert (card["top2box"].get("reason"), card["top2box"]["share"]) == (reason, None if reason else 1.0)


def test_a_self_rating_that_nothing_can_be_compared_with():
    assert subject("self,5,5,5", "client,1,1,1")["gaps"] == {}
    assert set(subject("self,5,5,", *["client,1,1,1"] * 3)["gaps"]) == {"attitude"}


def test_the_deviation_form_with_few_subjects():
    form = SCHEME + '[rating]\nabsent_group = "deviation"\n'
    rows = ("client,4,4,4", "client,2,4,4", "client,4,5,1", "supervisor,1,2,3")
    assert subject(*rows, scheme=form)["dimensions"] == subject(*rows)["dimensions"]


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


def test_recommendations_alone():
    with pytest.raises(InvalidDocument, match="dimension: is missing"):
        questionnaires.load('id = "x"\nversion = 1\n[[item]]\nid = "n"\nkind = "nps"\ntext.en = "?"\n')
