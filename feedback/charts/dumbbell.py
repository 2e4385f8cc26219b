"""Self against others: two points on a line for each dimension, the largest gap first."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, rule, shortened, symbol, text
from feedback.charts.palette import ACCENT, LINE, OWN, QUIET, TICK, TRACK

WIDTH, LEFT, RIGHT, ROW, LABEL, TOP, LABEL_ROOM = 360, 8, 348, 42, 19, 6, 46
CIRCLE, DIAMOND = 0, 3


@dataclass(frozen=True)
class Pair:
    title: str
    own: float
    others: float


def draw(pairs: Sequence[Pair], lowest: float, highest: float, own: str, others: str) -> Drawing:
    bottom = TOP + ROW * len(pairs)

    axis = Axis(lowest, highest)
    legend = bottom + 34
    return Drawing(
        width=WIDTH,
        height=legend + 10,
        marks=[
            *(mark for row in range(len(pairs)) for mark in _grid(TOP + ROW * row, axis)),
            *(text(_x(tick, axis), bottom + 10, f"{tick:g}", colour=QUIET, size=TICK) for tick in axis.ticks),
            *(
                mark
                for row, pair in enumerate(pairs)
                for mark in _row(pair, TOP + ROW * row, axis, own, others)
            ),
            symbol((LEFT + 6, legend), CIRCLE, ACCENT, 70),
            text(LEFT + 16, legend, others, align="left"),
            symbol((LEFT + 126, legend), DIAMOND, OWN, 80),
            text(LEFT + 136, legend, own, align="left"),
        ],
    )


def _x(value: float, axis: Axis) -> float:
    return LEFT + (RIGHT - LEFT) * axis.share(value)


def _grid(top: float, axis: Axis) -> list[Mark]:
    """Behind the points alone: lines through words are hard to read."""
    places = (_x(tick, axis) for tick in axis.ticks)
    return [rule((x, top + LABEL), (x, top + ROW - 2), colour=LINE) for x in places]


def _row(pair: Pair, top: float, axis: Axis, own: str, others: str) -> list[Mark]:
    y = top + ROW * 0.68
    return [
        text(LEFT, top + 11, shortened(pair.title, LABEL_ROOM), align="left"),
        text(RIGHT, top + 11, _signed(pair.own - pair.others), align="right", colour=QUIET),
        rule((_x(pair.own, axis), y), (_x(pair.others, axis), y), colour=TRACK, width=4),
        _point(pair.others, axis, y, (CIRCLE, ACCENT, 90), f"{pair.title}, {others}"),
        _point(pair.own, axis, y, (DIAMOND, OWN, 100), f"{pair.title}, {own}"),
    ]


def _point(value: float, axis: Axis, y: float, look: tuple[int, str, int], words: str) -> Mark:
    place = _x(value, axis), y
    return symbol(place, *look, f"{words}: {value:.1f}", hollow=not axis.holds(value))


def _signed(difference: float) -> str:
    return f"{difference:+.1f}".replace("-", "\N{MINUS SIGN}")
