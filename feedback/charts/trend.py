"""Scores over periods, each with its interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, rule, symbol, text
from feedback.charts.palette import ACCENT, LINE, QUIET, TICK

WIDTH, LEFT, RIGHT, TOP, HEIGHT = 360, 30, 346, 16, 170


@dataclass(frozen=True)
class Point:
    """A period with its score and interval, or without a score."""

    period: str
    value: float | None
    low: float | None
    high: float | None


def draw(points: Sequence[Point], lowest: float, highest: float) -> Drawing:
    bottom, axis = TOP + HEIGHT, Axis(lowest, highest)

    def y(value: float) -> float:
        return bottom - HEIGHT * axis.share(value)

    step = (RIGHT - LEFT) / max(1, len(points))
    places = [LEFT + step * (place + 0.5) for place in range(len(points))]
    known = [(x, point) for x, point in zip(places, points, strict=True) if point.value is not None]
    return Drawing(
        width=WIDTH,
        height=bottom + 24,
        marks=[
            *(rule((LEFT, y(tick)), (RIGHT, y(tick)), colour=LINE) for tick in axis.ticks),
            *(
                text(LEFT - 6, y(tick), f"{tick:g}", colour=QUIET, size=TICK, align="right")
                for tick in axis.ticks
            ),
            *(
                text(x, bottom + 14, point.period, colour=QUIET)
                for x, point in zip(places, points, strict=True)
            ),
            *(
                rule((left, y(before.value)), (right, y(after.value)), colour=ACCENT, width=1.5, dash=(3, 3))
                for (left, before), (right, after) in zip(known, known[1:], strict=False)
                if before.value is not None and after.value is not None
            ),
            *(mark for x, point in known for mark in _mark(x, point, y, axis)),
        ],
    )


def _mark(x: float, point: Point, y: Callable[[float], float], axis: Axis) -> list[Mark]:
    """A mean over people has no interval of its own."""
    if point.value is None:
        return []
    value, hollow = f"{point.value:.1f}", not axis.holds(point.value)
    if point.low is None or point.high is None:
        dot = symbol((x, y(point.value)), 0, ACCENT, 80, f"{point.period}: {value}", hollow=hollow)
        return [dot, text(x, y(point.value) - 12, value, bold=True)]
    reach = f"{point.low:.1f}–{point.high:.1f}"
    return [
        rule((x, y(point.low)), (x, y(point.high)), colour=ACCENT, width=2),
        symbol((x, y(point.value)), 0, ACCENT, 80, f"{point.period}: {value} ({reach})", hollow=hollow),
        text(x, y(point.high) - 9, value, bold=True),
    ]
