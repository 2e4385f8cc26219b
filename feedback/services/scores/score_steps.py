"""The two kinds of steps that scores are made of: weighted means, and Wilson's interval over rater groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.instrument import Floats


@dataclass(frozen=True)
class Term:
    name: str
    weight: float
    value: float


@dataclass(frozen=True)
class WeightedMean:
    """sum of weight x value / sum of weights."""

    terms: tuple[Term, ...]
    value: float

    @classmethod
    def of(cls, terms: tuple[Term, ...]) -> "WeightedMean":
        total = sum(term.weight for term in terms)
        return cls(terms, sum(term.weight * term.value for term in terms) / total)


@dataclass(frozen=True)
class Contribution:
    """What one group adds: its share of the weight, mean u on the unit interval, and n ratings per item.

    drawn: u drawn towards 1/2 by one answer at either end; squared: its squared standard error.
    """

    name: str
    weight: float
    points: float
    n: float
    unit: float
    drawn: float
    share: float
    squared: float


@dataclass(frozen=True)
class IntervalSteps:
    """low, high: the range of points. effective: N, as many yes-or-no answers as say equally much."""

    low: float
    high: float
    phi: float
    contributions: tuple[Contribution, ...]
    score: float
    n: float
    unit: float
    drawn: float
    squared: float
    effective: float
    interval: tuple[float, float]


def combined_interval(
    names: Sequence[str],
    weight: Floats,
    points: Floats,
    n: Floats,
    score: float,
    limits: tuple[float, float],
    phi: float,
    interval: Floats,
) -> IntervalSteps:
    """The steps from groups' points and n to the interval that the engine found."""
    low, high = limits
    rows = zip(names, weight.tolist(), points.tolist(), n.tolist(), strict=True)
    total = float(weight.sum())
    contributions = tuple(
        _contribution(name, own, value, count, own / total, limits, phi) for name, own, value, count in rows
    )
    count = sum(part.n for part in contributions)
    unit = _unit(score, limits)
    drawn = _drawn(unit, count)
    squared = sum(part.share**2 * part.squared for part in contributions)
    effective = drawn * (1 - drawn) / squared
    ends = (float(interval[0]), float(interval[1]))
    return IntervalSteps(low, high, phi, contributions, score, count, unit, drawn, squared, effective, ends)


def _contribution(
    name: str, weight: float, points: float, n: float, share: float, limits: tuple[float, float], phi: float
) -> Contribution:
    unit = _unit(points, limits)
    drawn = _drawn(unit, n)
    return Contribution(name, weight, points, n, unit, drawn, share, phi * drawn * (1 - drawn) / n)


def _unit(points: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return min(max((points - low) / (high - low), 0.0), 1.0)


def _drawn(unit: float, n: float) -> float:
    return (unit * n + 1) / (n + 2)
