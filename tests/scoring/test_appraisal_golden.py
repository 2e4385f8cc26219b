"""Worked cases of the appraisal, computed independently of the engine: appraisal_golden.json beside this file."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring import appraisal, figures, goals, joined, kpi, presence, year
from scoring.counts import DisclosedCounts
from scoring.instrument import Floats
from scoring.reasons import ScoreReason
from scoring.scores import score
from tests.scoring.campaigns import CLIENT, SUPERVISOR, counted, groups, instrument, items, of_ballots

CASES = {
    case["id"]: case
    for case in json.loads(Path(__file__).with_name("appraisal_golden.json").read_text(encoding="utf-8"))[
        "cases"
    ]
}
WORDS = {
    None: ScoreReason.NONE,
    "capped at 120": ScoreReason.CAPPED,
    "raised to the floor 0": ScoreReason.RAISED_TO_FLOOR,
    "no actual": ScoreReason.NO_ACTUAL,
    "a target of 0 cannot be divided by": ScoreReason.TARGET_NOT_ABOVE_0,
    "there is nothing to grow from": ScoreReason.NOTHING_TO_GROW_FROM,
    "no figure for the period before": ScoreReason.NO_EARLIER_FIGURE,
}
BANDS = [90.0, 75.0, 0.0]
BONUSES = [(80.0, 1.0, False), (60.0, 0.6, False), (0.0, 0.0, False)]
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def case(name: str) -> tuple[Any, Any]:
    return CASES[name]["input"], CASES[name]["expected"]


def numbers(values: Any) -> Floats:
    """Values with null for what is not there."""
    return np.array(values, dtype=float)


def close(values: Any) -> Any:
    return pytest.approx(numbers(values), abs=1e-9, nan_ok=True)


def columns(rows: list[dict[str, float]], *names: str) -> list[Floats]:
    return [numbers([row[name] for row in rows]) for name in names]


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def test_g01_ratio() -> None:
    given, expected = case("G01")
    actual, target = columns(given["rows"], "actual", "target")
    limits = given["floor"], given["cap"]
    assert kpi.ratio(actual, target, *limits) == close(expected["score"])
    assert kpi.attainment(actual, target) == close(expected["attainment"])
    unclipped = kpi.ratio(actual, target, -np.inf, np.inf)
    found = kpi.reasons(unclipped, *limits, actual, target, divides=True)
    assert found.tolist() == [WORDS[word] for word in expected["reason"]]


def test_g02_lower_is_better() -> None:
    given, expected = case("G02")
    actual, target = columns(given["rows"], "actual", "target")
    assert kpi.lower_is_better(actual, target, given["floor"], given["cap"]) == close(expected["score"])


@pytest.mark.parametrize("which", ["first", "second"])
def test_g03_increment(which: str) -> None:
    given, expected = (part[which] for part in case("G03"))
    actual, target = numbers(given["rows"]).T
    assert kpi.increment(actual, target, given["base"], given["rate"], given["full"]) == close(expected)


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_g05_pass_or_fail(direction: str) -> None:
    given, expected = case("G05")
    rows = [
        (actual, target, score)
        for (actual, target, way), score in zip(given["rows"], expected["score"], strict=True)
        if way == direction
    ]
    actual, target, scores = numbers(rows).T
    assert kpi.pass_fail(actual, target, lower=direction == "lower") == close(scores)


def test_g07_curve() -> None:
    given, expected = case("G07")
    assert kpi.curve(numbers(given["actual"]), given["points"]) == close(expected["score"])
    assert kpi.place(numbers(given["actual"]), [figure for figure, _ in given["points"]]).tolist() == [
        -1,
        0,
        1,
        2,
        4,
    ]


def test_g09_growth() -> None:
    given, expected = case("G09")
    now, before = columns(given["rows"], "now", "before")
    growth = figures.growth(now, before)
    assert growth == close(expected["growth_per_cent"])
    assert kpi.ratio(growth, np.full(6, float(given["target"])), 0, 120) == close(expected["score"])
    assert figures.growth_reasons(now, before).tolist() == [WORDS[word] for word in expected["reason"]]


def test_g11_months_make_a_quarter() -> None:
    given, expected = case("G11")
    least = given["least_parts"]
    actual, target = (numbers(given["sum"][name])[:, None] for name in ("actual", "target"))
    quarter = figures.combine_sum(actual, target, least_parts=least)
    assert (quarter.actual[0], quarter.target[0]) == (
        expected["sum"]["actual"],
        expected["sum"]["target"],
    )
    assert kpi.ratio(quarter.actual, quarter.target, 0, 120) == close([expected["sum"]["score"]])
    assert f"{quarter.parts[0]} of {quarter.of[0]}" == expected["sum"]["parts"]
    nothing = np.full((3, 1), np.nan)
    mean, last = (numbers(given[name])[:, None] for name in ("mean", "last"))
    assert figures.combine_mean(mean, nothing).actual == close([expected["mean"]])
    assert figures.combine_last(last, nothing).actual == close([expected["last"]])
    figure, base = (numbers(given["weighted"][name])[:, None] for name in ("figure", "base"))
    assert figures.combine_weighted(figure, nothing, base).actual == close([expected["weighted"]])
    alone = figures.combine_sum(numbers([[5], [None], [None]]), target, least_parts=least)
    assert alone.actual == close([expected["two_of_three_missing"]])
    assert alone.reasons.tolist() == [ScoreReason.TOO_FEW_PARTS]


METHODS = {
    "sales-revenue": kpi.ratio,
    "new-clients": kpi.ratio,
    "retention": kpi.ratio,
    "sales-cycle": kpi.lower_is_better,
    "average-order": kpi.ratio,
    "conversion": kpi.ratio,
}


def six_scores(given: dict[str, dict[str, float]]) -> Floats:
    """Scores [1, 6] of the usual six KPIs."""
    actual, target = (numbers([given[name][part] for name in METHODS]) for part in ("actual", "target"))
    scores = [method(actual[[k]], target[[k]], 0, 120)[0] for k, method in enumerate(METHODS.values())]
    return numbers([scores])


@pytest.mark.parametrize(
    ("missing", "at"),
    [
        ((), ()),
        (("conversion",), ("without_conversion",)),
        (("conversion", "sales-revenue"), ("without_conversion_and_revenue",)),
    ],
)
def test_g13_composite(missing: tuple[str, ...], at: tuple[str, ...]) -> None:
    given, expected = case("G13")
    scores = six_scores(given["figures"])
    assert scores[0] == close(list(expected["scores"].values()))
    scores[0, [list(METHODS).index(name) for name in missing]] = np.nan
    found = kpi.composite(scores, numbers(list(given["weights"].values())))
    wanted = expected[at[0]] if at else expected
    assert found[0] == close([wanted["composite"]])
    assert found[1] == close([wanted["coverage"]])


def test_g14_levels() -> None:
    given, expected = case("G14")
    weights = numbers(list(given["weights"].values()))
    parts = (np.full(len(weights), given[name]) for name in ("kpi", "feedback", "goals"))
    total = appraisal.overall(*parts, weights)
    assert total == close([level["overall"] for level in expected.values()])
    shown = [appraisal.displayed(value) for value in total]
    assert [str(value) for value in shown] == [level["displayed"] for level in expected.values()]
    assert {band_of(value) for value in shown} == {level["band"] for level in expected.values()}
    assert {float(appraisal.bonus_share(value, BONUSES)) for value in shown} == {1.0}


def band_of(value: Decimal, cap: int = 0) -> str:
    return "ABC"[appraisal.band_with_gates(value, BANDS, [True] * 3, cap)]


def test_g15_edges() -> None:
    given, expected = case("G15")
    shown = [appraisal.displayed(value) for value in given["overall"]]
    starts = [start for _, start in given["bands"]]
    rows, linear = (
        [(start, float(share), grows) for start, share, grows in given[name]] for name in ("bonus", "linear")
    )
    assert [str(value) for value in shown] == expected["displayed"]
    assert [given["bands"][appraisal.step(value, starts)][0] for value in shown] == expected["band"]
    assert [float(appraisal.bonus_share(value, rows)) for value in shown] == expected["bonus"]
    for value, bonus in expected["linear_bonus"].items():
        assert float(appraisal.bonus_share(Decimal(value), linear)) == bonus


@pytest.mark.parametrize("place", range(9))
def test_g17_incidents(place: int) -> None:
    """A pending critical incident holds, which is no formula: the rest is."""
    given, expected = case("G17")
    wanted = expected["after"][place]
    confirmed = [severity for severity, state in given["incidents"][place] if state == "confirmed"]
    assert str(appraisal.displayed(given["overall"])) == expected["computed"]
    deducted = appraisal.deducted(
        numbers([given["overall"]]), numbers([5.0 * confirmed.count("minor")]), most=20.0
    )
    veto = np.array(["critical" in confirmed])
    official = appraisal.displayed(appraisal.vetoed(deducted, veto, 0.0)[0])
    if wanted["status"] == "held":
        assert given["incidents"][place] == [["critical", "pending"]]
        return
    assert str(official) == wanted["official"]
    assert band_of(official, cap=2 if "major" in confirmed else 0) == wanted["band"]
    assert float(appraisal.bonus_share(official, BONUSES)) == wanted["bonus"]


def present_days(joined: str, first: str, last: str) -> int:
    work = np.array([[[ordinal(joined), ordinal("9999-12-31")]]])
    days = presence.post_of_day(work, np.empty((1, 0, 2), dtype=int), ordinal(first), ordinal(last))
    return int(presence.days_of_segments(days, 1)[0, 0])


def test_g19_targets_that_add_up_are_prorated() -> None:
    given, expected = case("G19")
    present, days = expected["days"]
    assert present_days(given["joined"], "2026-07-01", "2026-09-30") == present
    assert present / days == pytest.approx(expected["presence"])
    facts = {name: dict(figure) for name, figure in given["figures"].items()}
    for name in given["prorated"]:
        target = figures.prorated(numbers([facts[name]["target"]]), present, days)
        assert target == close([expected["targets"][name]])
        facts[name]["target"] = float(target[0])
    scores = six_scores(facts)
    assert scores[0] == close(list(expected["scores"].values()))
    weights = numbers(list(CASES["G13"]["input"]["weights"].values()))
    assert kpi.composite(scores, weights)[0] == close([expected["composite"]])
    plain = kpi.composite(six_scores(given["figures"]), weights)[0]
    assert plain == close([expected["not_prorated_would_be"]])


@pytest.mark.parametrize(
    ("kind", "first", "last", "least"),
    [
        ("quarter", "2026-07-01", "2026-09-30", 30),
        ("year", "2026-01-01", "2026-12-31", 90),
    ],
)
def test_g21_too_short_to_be_appraised(kind: str, first: str, last: str, least: int) -> None:
    given, expected = case("G21")
    days = [present_days(joined, first, last) for joined in given[kind]["joined"]]
    assert [{"days": count, "appraised": count >= least} for count in days] == expected[kind]


def quarter_of(given: dict[str, Any], name: str) -> DisclosedCounts:
    """One quarter from ballots; of the withheld group as many as there were, with answers that must not matter."""
    client = given["client"][name]
    answers = (
        [[1, 1]] * client["n"]
        if client["counts"] == "withheld"
        else np.array([np.repeat(np.arange(1, 6), item) for item in client["counts"]]).T.tolist()
    )
    ballots = [(0, CLIENT, tuple(answer)) for answer in answers]
    return counted(of_ballots(*ballots, (0, SUPERVISOR, tuple(given["supervisor"][name]))), one_dimension())[
        0
    ]


def one_dimension() -> Any:
    return instrument(items=items(dimensions=(0, 0)), dimension_weight=np.ones(1))


def test_g23_quarters_are_pooled_from_what_they_show() -> None:
    given, expected = case("G23")
    pooled = year.pool_quarters([quarter_of(given, name) for name in QUARTERS], groups())
    found = score(pooled, one_dimension(), np.full(2, given["phi"]))
    for group, place in (("client", CLIENT), ("supervisor", SUPERVISOR)):
        assert pooled.n[0, place] == expected[group]["n"]
        counts, points = np.array(expected[group]["counts"]), np.array(given["points"])
        assert pooled.ratings[0, place].tolist() == counts.sum(axis=1).tolist()
        assert pooled.sums.points[0, place].tolist() == (counts @ points).tolist()
        assert found.cells.total.score[0, place] == close(expected[group]["score"])
    assert found.total.score == close([expected["feedback"]])
    assert found.total.interval == close([expected["interval"]])
    assert found.coverage == close([expected["coverage"]])


def test_g25_goals() -> None:
    given, expected = case("G25")
    rated, staged, cancelled = given["goals"]
    weight, done = zip(*staged["milestones"], strict=True)
    share = goals.milestones(np.array(done), numbers(weight))
    assert share == close(expected["milestones"])
    weights = numbers([[rated["weight"], staged["weight"], cancelled["weight"]]] * 2)
    ratings = numbers([[rated["rating"], share, None], [None, share, None]])
    out = np.array([[False, False, True]] * 2)
    assert goals.goal_score(ratings, weights, out) == close(
        [expected["goals"], expected["with_one_not_rated"]]
    )
    nothing = np.empty((1, 0))
    assert goals.goal_score(nothing, nothing) == close([expected["none_agreed"]])


def test_g27_guideline() -> None:
    given, expected = case("G27")
    scores, shares = numbers(given["scores"]), numbers(given["shares"])
    bands = appraisal.guideline(scores, shares)
    assert "".join("ABC"[band] for band in bands) == expected["bands"]
    assert np.bincount(bands).tolist() == list(expected["counts"].values())
    distinct = appraisal.guideline(-np.arange(25.0), shares)
    assert np.bincount(distinct).tolist() == expected["places"]
    assert expected["of_24"] is None and set(appraisal.guideline(scores[:24], shares)) == {-1}


def test_g29_rounded_parts_need_not_add_up() -> None:
    given, expected = case("G29")
    values = appraisal.components(*(numbers([given[name]]) for name in ("kpi", "feedback", "goals")))
    used = appraisal.weights_used(values, numbers(given["weights"]))
    shown = [appraisal.displayed(part) for part in appraisal.parts(values, used)[0]]
    assert [str(part) for part in shown] == expected["parts"]
    total = appraisal.displayed(appraisal.overall(*values.T, numbers(given["weights"]))[0])
    assert (str(sum(shown)), str(total)) == (expected["sum_of_shown_parts"], expected["total"])
    assert (sum(shown) == total) is expected["equal"]


def test_g31_two_instruments_are_joined_by_rater_group() -> None:
    given, expected = case("G31")
    cells = list(given["cells"].values())
    names = list(cells[0]["dimensions"])
    scores = numbers([[[(cell["dimensions"] or {}).get(name) for name in names] for cell in cells]])
    weight = numbers([[cell["weight"] if cell["dimensions"] else 0 for cell in cells]])
    found = joined.joined(
        joined.JoinableCells(
            score=scores,
            n=np.where(np.isnan(scores), 0.0, 5.0),
            low=np.full(scores.shape, 20.0),
            high=np.full(scores.shape, 100.0),
            weight=weight,
            phi=np.full((len(cells), len(names) + 1), 0.15),
            invited=numbers([sum(cell["weight"] for cell in cells)]),
            lacks_required=np.array([False]),
        ),
        np.ones(len(names)),
    )
    assert found.dimensions.score == close([[expected["dimensions"][name] for name in names]])
    assert found.total.score == close([expected["feedback"]])
    assert found.coverage == close([expected["coverage"]])


def test_every_case_has_a_test() -> None:
    tested = {name.split("_")[1].upper() for name in globals() if name.startswith("test_g")}
    assert tested == set(CASES)
