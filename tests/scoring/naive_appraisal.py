"""A second implementation of the appraisal's formulas: plain Python, exact fractions, one person at a time.

It shares no code with scoring, and takes numbers as they are written: 0.8 is four fifths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

Number = Fraction | None
DIGITS = Context(prec=60)


def exact(value: float | None) -> Number:
    return None if value is None else Fraction(str(value))


@dataclass(frozen=True)
class Kpi:
    """lower: less is better. parameters are those of the engine's method of that name."""

    method: str
    parameters: dict[str, Any]
    lower: bool


@dataclass(frozen=True)
class Gate:
    """Figure ("attainment", "kpi" or "feedback") from which a band may be had, in points or per cent."""

    band: int
    figure: str
    start: float


@dataclass(frozen=True)
class Scheme:
    kpis: tuple[Kpi, ...]
    components: tuple[float, float, float]
    may_lack: tuple[bool, bool, bool]
    starts: tuple[float, ...]
    gates: tuple[Gate, ...]
    bonuses: tuple[tuple[float, float, bool], ...]
    points_of_minor: float
    most_deducted: float
    veto_score: float


@dataclass(frozen=True)
class Segment:
    """One post in the period: its days, and weight, actual and target of every KPI."""

    days: int
    weight: tuple[float, ...]
    actual: tuple[float | None, ...]
    target: tuple[float | None, ...]


@dataclass(frozen=True)
class Person:
    """goals: (rating, weight, cancelled)."""

    segments: tuple[Segment, ...]
    feedback: float | None
    goals: tuple[tuple[float | None, float, bool], ...]
    minors: int
    major: bool
    critical: bool


@dataclass(frozen=True)
class Outcome:
    kpis: tuple[Number, ...]
    total: Number
    displayed: Decimal | None
    band: int | None
    bonus: Fraction | None


def outcome(scheme: Scheme, person: Person) -> Outcome:
    goals = goal_score(person.goals)
    kpis = tuple(composite(scores_of(scheme, part), part.weight)[0] for part in person.segments)
    overalls = [overall(scheme, kpi, exact(person.feedback), goals) for kpi in kpis]
    total = by_days(overalls, [part.days for part in person.segments])
    total = incidents(scheme, person, total)
    if total is None:
        return Outcome(kpis, None, None, None, None)
    value = displayed(total)
    return Outcome(
        kpis, total, value, band(scheme, person, kpis, value), bonus(scheme.bonuses, Fraction(value))
    )


# -- KPIs ------------------------------------------------------------------------------------------------


def scores_of(scheme: Scheme, part: Segment) -> list[Number]:
    return [
        score(kpi, exact(a), exact(t))
        for kpi, a, t in zip(scheme.kpis, part.actual, part.target, strict=True)
    ]


def attained(kpi: Kpi, actual: Number, target: Number) -> Number:
    if kpi.method in ("tier", "curve") or actual is None or target is None or target <= 0:
        return None
    return 2 - actual / target if kpi.lower else actual / target


def score(kpi: Kpi, actual: Number, target: Number) -> Number:
    given = {
        name: exact(value)
        for name, value in kpi.parameters.items()
        if name not in ("steps", "points", "lower")
    }
    if actual is None:
        return None
    if kpi.method == "tier":
        reached = [
            Fraction(str(points)) for start, points in kpi.parameters["steps"] if actual >= exact(start)
        ]
        return reached[-1] if reached else Fraction(0)
    if kpi.method == "curve":
        return on_lines([(exact(x), exact(y)) for x, y in kpi.parameters["points"]], actual)
    if target is None:
        return None
    if kpi.method == "increment":
        return limited(given["base"] + given["rate"] * (actual - target), Fraction(0), given["full"])
    if kpi.method == "pass_fail":
        return Fraction(100 if (actual <= target if kpi.lower else actual >= target) else 0)
    share = attained(kpi, actual, target)
    return None if share is None else of_attainment(kpi.method, given, share)


def of_attainment(method: str, given: dict[str, Number], share: Fraction) -> Number:
    if method in ("ratio", "lower_is_better"):
        return limited(100 * share, given["floor"], given["cap"])
    if method == "proportional":
        missing = 100 * (1 - share)
        loss = given["base"] / 100 if given["below"] is None else given["below"]
        found = given["base"] - loss * missing if missing > 0 else given["base"] - given["above"] * missing
        return limited(found, given["floor"], given["cap"])
    if share < given["threshold"]:
        return Fraction(0)
    low, high = (
        (given["threshold"], given["threshold_score"]),
        (given["stretch"], given["stretch_score"]),
    )
    return on_lines([low, (Fraction(1), Fraction(100)), high], share)


def limited(value: Fraction, floor: Fraction, cap: Fraction) -> Fraction:
    return cap if value > cap else floor if value < floor else value


def on_lines(points: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def mean(values: Sequence[Number], weights: Sequence[float]) -> tuple[Number, Fraction]:
    """Weighted mean of the values that are there, and their share of the weight."""
    pairs = [(value, exact(weight)) for value, weight in zip(values, weights, strict=True)]
    there = sum(weight for value, weight in pairs if value is not None)
    whole = sum(weight for _, weight in pairs)
    total = sum(value * weight for value, weight in pairs if value is not None)
    return (total / there if there else None), (there / whole if whole else Fraction(0))


def composite(scores: Sequence[Number], weights: Sequence[float]) -> tuple[Number, Fraction]:
    value, share = mean(scores, weights)
    return (value if share >= Fraction(6, 10) else None), share


def attainment_of_whole(scheme: Scheme, part: Segment) -> Number:
    shares = [
        attained(kpi, exact(a), exact(t))
        for kpi, a, t in zip(scheme.kpis, part.actual, part.target, strict=True)
    ]
    return mean(shares, part.weight)[0]


def goal_score(goals: Sequence[tuple[float | None, float, bool]]) -> Number:
    left = [(rating, weight) for rating, weight, cancelled in goals if not cancelled and weight]
    if any(rating is None for rating, _ in left):
        return None
    return mean([exact(rating) for rating, _ in left], [weight for _, weight in left])[0]


# -- the total -------------------------------------------------------------------------------------------


def overall(scheme: Scheme, kpi: Number, feedback: Number, goals: Number) -> Number:
    parts = (None if kpi is None else min(kpi, Fraction(120)), feedback, goals)
    weights = [exact(weight) for weight in scheme.components]
    for part, weight, may_lack in zip(parts, weights, scheme.may_lack, strict=True):
        if weight and part is None and not may_lack:
            return None
    there = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part is not None]
    total = sum(weight for _, weight in there)
    return sum(part * weight for part, weight in there) / total if total >= 60 else None


def by_days(overalls: Sequence[Number], days: Sequence[int]) -> Number:
    pairs = [(total, count) for total, count in zip(overalls, days, strict=True) if count]
    if not pairs or any(total is None for total, _ in pairs):
        return None
    return sum(total * count for total, count in pairs) / sum(count for _, count in pairs)


def incidents(scheme: Scheme, person: Person, total: Number) -> Number:
    if total is not None and person.minors:
        deduction = min(person.minors * exact(scheme.points_of_minor), exact(scheme.most_deducted))
        total = max(total - deduction, min(total, Fraction(0)))
    if not person.critical:
        return total
    veto = exact(scheme.veto_score)
    return veto if total is None else min(total, veto)


def displayed(value: Fraction) -> Decimal:
    """Two decimals, halves away from 0; what binary fractions may be off, a thousand-millionth, is taken off first."""
    plain = DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    tidy = plain.quantize(Decimal("1e-9"), ROUND_HALF_EVEN, context=DIGITS)
    return tidy.quantize(Decimal("0.01"), ROUND_HALF_UP, context=DIGITS) + 0


def band(scheme: Scheme, person: Person, kpis: Sequence[Number], value: Decimal) -> int:
    """Gates look at the KPIs of the last segment."""
    whole = attainment_of_whole(scheme, person.segments[-1])
    figures = {
        "attainment": None if whole is None else 100 * whole,
        "kpi": kpis[-1],
        "feedback": exact(person.feedback),
    }
    for place, start in enumerate(scheme.starts[:-1]):
        asked = [gate for gate in scheme.gates if gate.band == place]
        held = all(
            figures[gate.figure] is not None and displayed(figures[gate.figure]) >= Decimal(str(gate.start))
            for gate in asked
        )
        if value >= Decimal(str(start)) and held:
            return max(place, 2 if person.major else 0)
    return len(scheme.starts) - 1


def bonus(rows: Sequence[tuple[float, float, bool]], value: Fraction) -> Fraction:
    for place, (start, share, linear) in enumerate(rows):
        if value >= exact(start):
            if not linear:
                return exact(share)
            upper, upper_share = (exact(part) for part in rows[place - 1][:2])
            way = (value - exact(start)) / (upper - exact(start))
            return exact(share) + (upper_share - exact(share)) * way
    raise ValueError("no row")


# -- figures of a period from its parts ------------------------------------------------------------------


def combined(
    rule: str, rows: Sequence[tuple[float | None, float | None, float | None]], least: float = 0.6
) -> tuple[Number, Number, int]:
    """Actual, target and number of parts, from parts (actual, base or whole or before, target)."""
    needs_base = rule in ("weighted", "share", "growth")
    there = [
        tuple(map(exact, row))
        for row in rows
        if row[0] is not None
        and not (needs_base and row[1] is None)
        and not (rule == "weighted" and not row[1])
    ]
    if not there or len(there) < exact(least) * len(rows):
        return None, None, len(there)
    actuals, bases, targets = zip(*there, strict=True)
    return actual_of(rule, actuals, bases), target_of(rule, bases, targets), len(there)


def actual_of(rule: str, actuals: Sequence[Fraction], bases: Sequence[Fraction]) -> Number:
    if rule == "sum":
        return sum(actuals)
    if rule == "mean":
        return sum(actuals) / len(actuals)
    if rule == "last":
        return actuals[-1]
    if not sum(bases) > 0:
        return None
    if rule == "weighted":
        return sum(a * b for a, b in zip(actuals, bases, strict=True)) / sum(bases)
    part = 100 * sum(actuals) / sum(bases)
    if rule == "growth":
        return part - 100
    return part if part <= 100 else None


def target_of(rule: str, bases: Sequence[Fraction], targets: Sequence[Number]) -> Number:
    if rule == "last":
        return targets[-1]
    weights = bases if rule in ("weighted", "share", "growth") else [Fraction(1)] * len(targets)
    pairs = [(target, max(weight, Fraction(0))) for target, weight in zip(targets, weights, strict=True)]
    pairs = [pair for pair in pairs if pair[1]]
    if not pairs or any(target is None for target, _ in pairs):
        return None
    total = sum(target * weight for target, weight in pairs)
    return total if rule == "sum" else total / sum(weight for _, weight in pairs)
