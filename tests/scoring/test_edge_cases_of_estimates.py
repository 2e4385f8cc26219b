"""Edge cases of estimates and of the appraisal: the second part of the table in docs/scoring.md."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feedback.services.scores import answer_files, score_document
from feedback.services.scores.answer_files import Layout
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from scoring import dispersion, kpi, reliability
from scoring.agreement import (
    average_deviation,
    divided_opinion,
    multi_item_agreement,
    within_group_agreement,
)
from scoring.appraisal import displayed, guideline, overall, vetoed
from scoring.careless import longstring, response_variability
from scoring.counts import Ballots
from scoring.intervals import wilson
from scoring.kpi import composite
from scoring.reasons import ScoreReason
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
from tests.scoring import test_edge_cases, test_edge_cases_of_appraisals
from tests.scoring.campaigns import CLIENT, PEER, counted, instrument, of_ballots
from tests.scoring.test_edge_cases import QUESTIONNAIRE, SCHEME

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"


def campaign_of(rows: list[str]) -> dict[str, Any]:
    """The statistics of a campaign about several subjects; rows are subject,a1,a2,c1, all of clients."""
    data = "\n".join(["subject,a1,a2,c1", *rows]).encode()
    parts = (questionnaires.load(QUESTIONNAIRE), schemes.load(SCHEME))
    result = answer_files.read_answers(data, *parts, Layout(subject_column="subject", as_group="client"))
    return score_document.document(result, *parts)["campaign"]


def test_no_ratings_in_an_interval():
    assert wilson(np.array([0.5, np.nan]), np.array([0.0, 0.0])).tolist()[0] == [0.0, 1.0]
    assert np.isnan(wilson(np.array(np.nan), np.array(0.0))).all()


def test_too_few_cells_for_phi():
    assert dispersion.phi_when_unknown(instrument()).tolist() == [0.25, 0.25, 0.15]


def test_alpha_of_one_item():
    assert np.isnan(cronbach_alpha(np.arange(12.0)[:, None]))


def test_alpha_of_nine_ballots():
    ballots = of_ballots(*((s, CLIENT, (1 + s % 5, 1 + s % 4, 3, 4)) for s in range(3) for _ in range(3)))
    found = reliability.alpha(Ballots(ballots.answers, np.zeros(9, dtype=np.int64)), instrument())
    assert np.isnan(found.value).all() and np.isnan(found.interval).all()
    assert found.n.tolist() == [9.0, 9.0]


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


def test_an_icc_of_equal_means():
    counts = np.array([[1, 0, 1], [0, 2, 0], [1, 0, 1]])
    icc = intraclass(counts, np.array([20.0, 60.0, 100.0]))
    assert float(icc.single) == pytest.approx(-1.0)  # -1/(n0 - 1), the least there is
    assert np.isnan(icc.average)
    assert all(np.isnan(ends).all() for ends in intraclass_intervals(icc))


def test_an_icc_of_nine_subjects():
    for subjects, is_there in ((9, False), (10, True)):
        rows = [f"S{s},{1 + (s + b) % 5},4,{1 + s % 5}" for s in range(subjects) for b in range(3)]
        icc = campaign_of(rows)["icc1"]["c1"]
        assert (icc["value"] is not None) == is_there
        assert icc["n"] == (subjects if is_there else 0)  # of nine small groups none is looked at
        assert icc.get("reason", "fewer than 10 subjects").startswith("fewer than 10 subjects")


def test_raters_needed_with_an_icc_of_0_or_less():
    assert np.isnan(ratings_needed(np.array([0.0, -0.3]), 0.7)).all()
    assert spearman_brown(np.array([0.0, -0.3]), np.array(8)).tolist() == [0.0, 0.0]


def test_agreement_of_one_rating():
    counts, size = np.array([0, 0, 0, 1, 0]), np.array(5)
    assert np.isnan(within_group_agreement(counts, size))
    assert np.isnan(average_deviation(counts))
    assert not divided_opinion(counts, size)


def test_straight_lines_among_nine_ballots():
    assert campaign_of(["A,4,4,4"] * 9)["straightlined"] == {
        "share": None,
        "reason": "fewer than 10 ballots with two or more ratings",
        "n": 9,
    }


def test_a_ballot_of_one_answer_or_none():
    assert longstring(np.array([[0, 3, 0], [0, 0, 0]], dtype=np.uint8)).tolist() == [1, 0]
    assert np.isnan(response_variability(np.array([[np.nan, 3.0], [np.nan, np.nan]]))).all()


def test_agreement_over_items_with_one_rating_of_one():
    counts = np.array([[0, 0, 3, 1, 0], [0, 0, 1, 0, 0]])
    assert np.isnan(multi_item_agreement(counts, 5))


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


def test_all_kpis_weigh_0():
    score, share = composite(np.array([[90.0]]), np.array([0.0]))
    assert np.isnan([score[0], share[0]]).all()


def test_too_few_kpis_have_an_actual():
    score, share = composite(np.array([[90.0, np.nan]]), np.array([50.0, 50.0]))
    assert np.isnan(score[0])
    assert share[0] == 0.5


def test_a_kpi_without_an_actual_or_with_a_target_of_0():
    actual, target = np.array([np.nan, 5.0]), np.array([5.0, 0.0])
    score = kpi.ratio(actual, target, 0, 120)
    assert np.isnan(score).all()
    found = kpi.reasons(score, 0, 120, actual, target, divides=True)
    assert found.tolist() == [ScoreReason.NO_ACTUAL, ScoreReason.TARGET_NOT_ABOVE_0]


def test_a_component_with_weight_is_missing():
    parts = [np.array([value]) for value in (90.0, np.nan, 80.0)]
    assert np.isnan(overall(*parts, np.array([60.0, 30.0, 10.0])))[0]
    assert overall(*parts, np.array([90.0, 0.0, 10.0]))[0] == pytest.approx(89.0)


def test_a_veto_of_somebody_without_a_score():
    assert vetoed(np.array([np.nan]), np.array([True]), 59.0).tolist() == [59.0]


def test_a_guideline_for_few_people():
    assert guideline(np.arange(24.0), np.array([0.2, 0.8])).tolist() == [-1] * 24


def test_a_score_that_is_not_there_is_displayed():
    with pytest.raises(ValueError, match="no score"):
        displayed(float("nan"))


# -- the table -------------------------------------------------------------------------------------------


def test_the_table_of_the_document_names_these_tests():
    rows = re.findall(r"^\|.*\| `(test_\w+)` \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    here = [
        name
        for module in (vars(test_edge_cases), globals(), vars(test_edge_cases_of_appraisals))
        for name in module
        if name.startswith("test_") and not name.startswith("test_edge_cases")
    ]
    here.remove("test_the_table_of_the_document_names_these_tests")
    assert rows == here
