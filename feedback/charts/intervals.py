"""Values with their intervals, one row each: members of a team, or coefficients of a measurement."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Spec
from feedback.charts.marks import rule, shortened, symbol, text
from feedback.charts.palette import ACCENT, LINE, QUIET

WIDTH, LEFT, RIGHT, ROW, TOP, LABEL_ROOM = 360, 124, 316, 24, 6, 18
STEPS = 4


@dataclass(frozen=True)
class Row:
    title: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """Both ends, and with how many decimals a value is written."""

    lowest: float
    highest: float
    digits: int = 1

    def x(self, value: float) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)


def spec(rows: Sequence[Row], axis: Axis) -> Spec:
    bottom = TOP + ROW * len(rows)
    ticks = [axis.lowest + (axis.highest - axis.lowest) * step / STEPS for step in range(STEPS + 1)]
    return {
        "width": WIDTH,
        "height": bottom + 18,
        "marks": [
            *(rule((axis.x(tick), TOP), (axis.x(tick), bottom), colour=LINE) for tick in ticks),
            *(text(axis.x(tick), bottom + 10, f"{tick:g}", colour=QUIET, size=10) for tick in ticks),
            *(mark for place, row in enumerate(rows) for mark in _row(row, TOP + ROW * (place + 0.5), axis)),
        ],
    }


def _row(row: Row, y: float, axis: Axis) -> list[Spec]:
    value, low, high = (f"{number:.{axis.digits}f}" for number in (row.value, row.low, row.high))
    return [
        text(LEFT - 10, y, shortened(row.title, LABEL_ROOM), align="right"),
        rule((axis.x(row.low), y), (axis.x(row.high), y), colour=ACCENT, width=2),
        symbol((axis.x(row.value), y), 0, ACCENT, 60, f"{row.title}: {value} ({low}–{high})"),
        text(WIDTH, y, value, align="right", bold=True),
    ]
