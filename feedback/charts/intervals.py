"""Values with their intervals, one row each: members of a team, or coefficients of a measurement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.characters import breadth
from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, rule, shortened, symbol, text
from feedback.charts.palette import ACCENT, LINE, QUIET, TICK

WIDTH, RIGHT, ROW, TOP = 360, 316, 24, 6
LABEL_ROOM, LETTER, LABEL_GAP = 31, 6.1, 14


@dataclass(frozen=True)
class Row:
    title: str
    value: float
    low: float
    high: float


def draw(rows: Sequence[Row], axis: Axis) -> Drawing:
    bottom = TOP + ROW * len(rows)
    left = LABEL_GAP + LETTER * max((min(breadth(row.title), LABEL_ROOM) for row in rows), default=0)

    def x(value: float) -> float:
        return left + (RIGHT - left) * axis.share(value)

    return Drawing(
        width=WIDTH,
        height=bottom + 18,
        marks=[
            *(rule((x(tick), TOP), (x(tick), bottom), colour=LINE) for tick in axis.ticks),
            *(text(x(tick), bottom + 10, f"{tick:g}", colour=QUIET, size=TICK) for tick in axis.ticks),
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
                for mark in _row(row, TOP + ROW * (place + 0.5), x, axis)
            ),
        ],
    )


def _row(row: Row, y: float, x: Callable[[float], float], axis: Axis) -> list[Mark]:
    value, low, high = (f"{number:.{axis.digits}f}" for number in (row.value, row.low, row.high))
    words = f"{row.title}: {value} ({low}–{high})"
    return [
        rule((x(row.low), y), (x(row.high), y), colour=ACCENT, width=2),
        symbol((x(row.value), y), 0, ACCENT, 60, words, hollow=not axis.holds(row.value)),
        text(WIDTH, y, value, align="right", bold=True),
    ]
