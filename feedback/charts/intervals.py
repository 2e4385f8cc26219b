"""Values with their intervals, one row each: members of a team, or coefficients of a measurement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Spec
from feedback.charts.marks import breadth, rule, shortened, symbol, text
from feedback.charts.palette import ACCENT, LINE, QUIET, TICK

WIDTH, RIGHT, ROW, TOP = 360, 316, 24, 6
LABEL_ROOM, LETTER, LABEL_GAP = 31, 6.1, 14
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

    def share(self, value: float) -> float:
        return min(max((value - self.lowest) / (self.highest - self.lowest), 0.0), 1.0)


def spec(rows: Sequence[Row], axis: Axis) -> Spec:
    bottom = TOP + ROW * len(rows)
    left = LABEL_GAP + LETTER * max((min(breadth(row.title), LABEL_ROOM) for row in rows), default=0)

    def x(value: float) -> float:
        return left + (RIGHT - left) * axis.share(value)

    ticks = [axis.lowest + (axis.highest - axis.lowest) * step / STEPS for step in range(STEPS + 1)]
    return {
        "width": WIDTH,
        "height": bottom + 18,
        "marks": [
            *(rule((x(tick), TOP), (x(tick), bottom), colour=LINE) for tick in ticks),
            *(text(x(tick), bottom + 10, f"{tick:g}", colour=QUIET, size=TICK) for tick in ticks),
            *(
                text(
                    left - LABEL_GAP / 2,
                    TOP + ROW * (place + 0.5),
                    shortened(row.title, LABEL_ROOM),
                    align="right",
                )
                for place, row in enumerate(rows)
            ),
            *(
                mark
                for place, row in enumerate(rows)
                for mark in _row(row, TOP + ROW * (place + 0.5), x, axis.digits)
            ),
        ],
    }


def _row(row: Row, y: float, x: Callable[[float], float], digits: int) -> list[Spec]:
    value, low, high = (f"{number:.{digits}f}" for number in (row.value, row.low, row.high))
    return [
        rule((x(row.low), y), (x(row.high), y), colour=ACCENT, width=2),
        symbol((x(row.value), y), 0, ACCENT, 60, f"{row.title}: {value} ({low}–{high})"),
        text(WIDTH, y, value, align="right", bold=True),
    ]
