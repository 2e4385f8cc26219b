"""Values with their intervals, one row each: members of a team, or coefficients of a measurement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Spec
from feedback.charts.marks import rule, shortened, symbol, text
from feedback.charts.palette import ACCENT, LINE, QUIET

WIDTH, RIGHT, TOP, LABEL_ROOM = 360, 318, 6, 17
NAMED_LEFT, BARE_LEFT = 112, 12
ROW, NARROW_ROW, MOST_NAMED = 24, 5, 40
STEPS = 4


@dataclass(frozen=True)
class Row:
    title: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """Both ends, and how a value is written."""

    lowest: float
    highest: float
    digits: int = 1


def spec(rows: Sequence[Row], axis: Axis) -> Spec:
    """Beyond forty rows their names are left to the table behind."""
    named = len(rows) <= MOST_NAMED
    left, height = (NAMED_LEFT, ROW) if named else (BARE_LEFT, NARROW_ROW)
    bottom = TOP + height * len(rows)

    def x(value: float) -> float:
        return left + (RIGHT - left) * (value - axis.lowest) / (axis.highest - axis.lowest)

    ticks = [axis.lowest + (axis.highest - axis.lowest) * step / STEPS for step in range(STEPS + 1)]
    marks = [
        mark
        for place, row in enumerate(rows)
        for mark in (
            *_mark(row, TOP + height * (place + 0.5), x, axis.digits),
            *(_names(row, TOP + height * (place + 0.5), axis.digits) if named else ()),
        )
    ]
    return {
        "width": WIDTH,
        "height": bottom + 18,
        "marks": [
            *(rule((x(tick), TOP), (x(tick), bottom), colour=LINE) for tick in ticks),
            *(text(x(tick), bottom + 10, f"{tick:g}", colour=QUIET, size=10) for tick in ticks),
            *marks,
        ],
    }


def _mark(row: Row, y: float, x: Callable[[float], float], digits: int) -> list[Spec]:
    words = f"{row.title}: {row.value:.{digits}f} ({row.low:.{digits}f}–{row.high:.{digits}f})"
    return [
        rule((x(row.low), y), (x(row.high), y), colour=ACCENT, width=2),
        symbol((x(row.value), y), 0, ACCENT, 46, words),
    ]


def _names(row: Row, y: float, digits: int) -> list[Spec]:
    return [
        text(NAMED_LEFT - 8, y, shortened(row.title, LABEL_ROOM), align="right"),
        text(WIDTH, y, f"{row.value:.{digits}f}", align="right", bold=True),
    ]
