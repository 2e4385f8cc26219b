"""Self against others: two points on a line for each dimension, the largest gap first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Spec
from feedback.charts.marks import rule, shortened, symbol, text
from feedback.charts.palette import ACCENT, LINE, OWN, QUIET

WIDTH, LEFT, RIGHT, ROW, TOP, LABEL_ROOM = 360, 118, 348, 34, 10, 18
STEPS = 4
CIRCLE, DIAMOND = 0, 3


@dataclass(frozen=True)
class Pair:
    title: str
    own: float
    others: float


def spec(pairs: Sequence[Pair], lowest: float, highest: float, own: str, others: str) -> Spec:
    bottom = TOP + ROW * len(pairs)

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (value - lowest) / (highest - lowest)

    ticks = [lowest + (highest - lowest) * step / STEPS for step in range(STEPS + 1)]
    legend = bottom + 36
    return {
        "width": WIDTH,
        "height": legend + 12,
        "marks": [
            *(rule((x(tick), TOP), (x(tick), bottom), colour=LINE) for tick in ticks),
            *(text(x(tick), bottom + 10, f"{tick:g}", colour=QUIET, size=10) for tick in ticks),
            *(mark for row, pair in enumerate(pairs) for mark in _row(pair, TOP + ROW * (row + 0.5), x)),
            symbol((LEFT, legend), CIRCLE, ACCENT, 70),
            text(LEFT + 10, legend, others, align="left"),
            symbol((LEFT + 120, legend), DIAMOND, OWN, 80),
            text(LEFT + 130, legend, own, align="left"),
        ],
    }


def _row(pair: Pair, y: float, x: Callable[[float], float]) -> list[Spec]:
    return [
        text(LEFT - 12, y, shortened(pair.title, LABEL_ROOM), align="right"),
        rule((x(pair.own), y), (x(pair.others), y), colour="#b9b4a8", width=3),
        symbol((x(pair.others), y), CIRCLE, ACCENT, 90),
        symbol((x(pair.own), y), DIAMOND, OWN, 100),
    ]
