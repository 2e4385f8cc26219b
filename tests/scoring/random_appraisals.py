"""Random schemes and people, and what the engine makes of all of them at once."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from scoring import appraisal, goals, kpi
from scoring.instrument import Booleans, Floats
from tests.scoring.naive_appraisal import Gate, Kpi, Person, Scheme, Segment

METHODS = (
    "ratio",
    "lower_is_better",
    "increment",
    "tier",
    "curve",
    "pass_fail",
    "interpolate",
    "proportional",
)


def a_scheme(seed: int) -> Scheme:
    """More of a KPI never brings fewer points, or where less is better never more; so do bands and bonuses."""
    draw = random.Random(seed)
    first = draw.choice([50, 60, 65])
    second = draw.choice([0, 20, 30])
    return Scheme(
        kpis=tuple(_kpi(draw) for _ in range(draw.randint(1, 10))),
        components=(float(first), float(second), float(100 - first - second)),
        may_lack=tuple(draw.random() < 0.4 for _ in range(3)),  # type: ignore[arg-type]
        starts=(90.0, 75.0, 60.0, 0.0),
        gates=tuple(
            Gate(draw.randint(0, 2), figure, float(draw.choice([60, 90, 100, 120])))
            for figure in draw.sample(["attainment", "kpi", "feedback"], draw.randint(0, 3))
        ),
        bonuses=((80.0, 1.0, False), (60.0, 0.6, draw.random() < 0.5), (0.0, 0.0, False)),
        points_of_minor=draw.choice([1.0, 2.5, 5.0]),
        most_deducted=draw.choice([5.0, 20.0]),
        veto_score=draw.choice([0.0, 59.0]),
    )


def _kpi(draw: random.Random) -> Kpi:
    method = draw.choice(METHODS)
    lower = method == "lower_is_better" or (
        method in ("increment", "tier", "curve", "pass_fail", "proportional") and draw.random() < 0.4
    )
    starts = sorted(draw.sample(range(1, 40), 3))
    scores = sorted((draw.randint(0, 120) for _ in starts), reverse=lower)
    rows = tuple((start / 2, float(score)) for start, score in zip(starts, scores, strict=True))
    parameters = {
        "increment": {"base": 100.0, "rate": draw.choice([0.3, 5.0]) * (-1 if lower else 1), "full": 120.0},
        # below the first step there are 0 points, which a step of more for less would contradict
        "tier": {"steps": ((-1e9, 120.0), *rows) if lower else rows},
        "curve": {"points": rows},
        "pass_fail": {"lower": lower},
        "interpolate": {
            "threshold": draw.choice([0.7, 0.8]),
            "threshold_score": 60.0,
            "stretch": 1.2,
            "stretch_score": 120.0,
        },
        "proportional": {
            "base": draw.choice([80.0, 100.0]),
            "below": draw.choice([None, 0.7, 2.0]),
            "above": draw.choice([0.0, 1.5]),
            "floor": 0.0,
            "cap": 120.0,
            "lower": lower,
        },
    }
    return Kpi(method, parameters.get(method, {"floor": 0.0, "cap": 120.0}), lower)


def some_people(seed: int, scheme: Scheme, count: int) -> list[Person]:
    draw = random.Random(seed)
    return [_person(draw, scheme) for _ in range(count)]


def _person(draw: random.Random, scheme: Scheme) -> Person:
    return Person(
        segments=tuple(_segment(draw, scheme) for _ in range(2)),
        feedback=None if draw.random() < 0.15 else draw.randint(2000, 10000) / 100,
        goals=tuple(
            (
                None if draw.random() < 0.1 else float(draw.randint(0, 100)),
                float(draw.choice([0, 20, 40])),
                draw.random() < 0.2,
            )
            for _ in range(draw.randint(0, 4))
        ),
        minors=draw.choice([0, 0, 1, 3, 6]),
        major=draw.random() < 0.1,
        critical=draw.random() < 0.1,
    )


def _segment(draw: random.Random, scheme: Scheme) -> Segment:
    count = len(scheme.kpis)
    targets = [draw.choice([None, 0.0, 5.0, 6.0, 6.0, 7.5, 10.0, 12.3]) for _ in range(count)]
    return Segment(
        days=draw.choice([0, 15, 31, 61]),
        weight=tuple(float(draw.choice([0, 5, 10, 15, 33.3])) for _ in range(count)),
        actual=tuple(_actual(draw, target) for target in targets),
        target=tuple(targets),
    )


def _actual(draw: random.Random, target: float | None) -> float | None:
    """Often exactly at a threshold, as 4.8 of 6 are 80 %."""
    if draw.random() < 0.12:
        return None
    if target and draw.random() < 0.4:
        return round(target * draw.choice([0, 0.7, 0.8, 1, 1.2]), 4)
    return draw.randint(-300, 2500) / 100


@dataclass(frozen=True)
class Outcomes:
    """kpis [s, g], total [s]; displayed, band and bonus None where there is no total."""

    kpis: Floats
    total: Floats
    displayed: list[Decimal | None]
    band: list[int | None]
    bonus: list[Decimal | None]


def array(values: Sequence[object]) -> Floats:
    return np.array(values, dtype=float)


def scores(scheme: Scheme, actual: Floats, target: Floats) -> Floats:
    """Scores [s, k] by the engine's methods."""
    return np.stack([_score(each, actual[:, k], target[:, k]) for k, each in enumerate(scheme.kpis)], axis=-1)


def _score(each: Kpi, actual: Floats, target: Floats) -> Floats:
    method: Callable[..., Floats] = getattr(kpi, each.method)
    if each.method in ("tier", "curve"):
        return method(actual, *each.parameters.values())
    return method(actual, target, **each.parameters)


def attainments(scheme: Scheme, actual: Floats, target: Floats) -> Floats:
    columns = [
        np.full(len(actual), np.nan)
        if each.method in ("tier", "curve")
        else kpi.attainment(actual[:, k], target[:, k], each.lower)
        for k, each in enumerate(scheme.kpis)
    ]
    return np.stack(columns, axis=-1)


def goal_scores(people: Sequence[Person]) -> Floats:
    """Goals of people padded to the most that anybody has; no goal has no weight."""
    most = max(len(person.goals) for person in people)
    padded = [[*person.goals, *[(None, 0.0, False)] * (most - len(person.goals))] for person in people]
    rating, weight = (
        array([[goal[part] for goal in row] for row in padded]).reshape(len(people), most) for part in (0, 1)
    )
    cancelled = np.array([[goal[2] for goal in row] for row in padded], dtype=bool).reshape(len(people), most)
    return goals.goal_score(rating, weight, cancelled)


def appraise(scheme: Scheme, people: Sequence[Person]) -> Outcomes:
    feedback, goal = array([person.feedback for person in people]), goal_scores(people)
    kpis, overalls = [], []
    for segment in range(2):
        parts = [person.segments[segment] for person in people]
        actual, target, weight = (
            array([getattr(part, name) for part in parts]) for name in ("actual", "target", "weight")
        )
        kpis.append(kpi.composite(scores(scheme, actual, target), weight)[0])
        overalls.append(
            appraisal.overall(kpis[-1], feedback, goal, array(scheme.components), np.array(scheme.may_lack))
        )
    days = array([[part.days for part in person.segments] for person in people])
    total = appraisal.of_segments(np.stack(overalls, axis=-1), days)
    points = array([person.minors * scheme.points_of_minor for person in people])
    total = appraisal.deducted(total, points, scheme.most_deducted)
    total = appraisal.vetoed(total, np.array([person.critical for person in people]), scheme.veto_score)
    whole = 100 * kpi.attainment_of_whole(attainments(scheme, actual, target), weight)
    reached = _gates(scheme, {"attainment": whole, "kpi": kpis[-1], "feedback": feedback})
    shown = [None if np.isnan(value) else appraisal.displayed(value) for value in total]
    return Outcomes(
        np.stack(kpis, axis=-1),
        total,
        shown,
        [
            None if value is None else appraisal.band_with_gates(value, scheme.starts, held, 2 * person.major)
            for value, held, person in zip(shown, reached.tolist(), people, strict=True)
        ],
        [None if value is None else appraisal.bonus_share(value, scheme.bonuses) for value in shown],
    )


def _gates(scheme: Scheme, figures: dict[str, Floats]) -> Booleans:
    """Whether all gates of a band hold [s, bands]."""
    held = np.ones((len(figures["kpi"]), len(scheme.starts)), dtype=bool)
    for gate in scheme.gates:
        held[:, gate.band] &= appraisal.gates_reached(figures[gate.figure][:, None], [gate.start])[:, 0]
    return held
