"""Self and others as two axes: agreed strengths, hidden strengths, blind spots, development areas."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Spec
from feedback.charts.marks import box, rule, symbol, text
from feedback.charts.palette import ACCENT, LINE, QUIET

WIDTH, SIZE, LEFT, TOP = 360, 300, 40, 8


@dataclass(frozen=True)
class Dot:
    number: int
    own: float
    others: float


@dataclass(frozen=True)
class Corners:
    """The names of the four fields and of the axes."""

    hidden_strengths: str
    agreed_strengths: str
    development_areas: str
    blind_spots: str
    own: str
    others: str


def spec(dots: Sequence[Dot], names: Corners, lowest: float, highest: float, cut: float) -> Spec:
    """Both axes in points, parted at the points from which something is a strength."""
    middle_x, middle_y = _x(cut, lowest, highest), _y(cut, lowest, highest)
    right, bottom = LEFT + SIZE, TOP + SIZE
    return {
        "width": WIDTH,
        "height": bottom + 36,
        "marks": [
            box(LEFT, TOP, SIZE, SIZE, "#faf9f6"),
            box(middle_x, TOP, right - middle_x, middle_y - TOP, "#e4f0f0"),
            rule((middle_x, TOP), (middle_x, bottom), colour=LINE, width=1.5),
            rule((LEFT, middle_y), (right, middle_y), colour=LINE, width=1.5),
            text(LEFT + 6, TOP + 12, names.hidden_strengths, colour=QUIET, align="left"),
            text(right - 6, TOP + 12, names.agreed_strengths, colour=QUIET, align="right"),
            text(LEFT + 6, bottom - 12, names.development_areas, colour=QUIET, align="left"),
            text(right - 6, bottom - 12, names.blind_spots, colour=QUIET, align="right"),
            *(_tick(value, lowest, highest, bottom) for value in (lowest, cut, highest)),
            text(LEFT + SIZE / 2, bottom + 26, f"{names.own} →", colour=QUIET),
            text(2, TOP + SIZE / 2, names.others, colour=QUIET, align="left", angle=-90),
            *(mark for dot in dots for mark in _dot(dot, lowest, highest)),
        ],
    }


def _x(value: float, lowest: float, highest: float) -> float:
    return LEFT + SIZE * (value - lowest) / (highest - lowest)


def _y(value: float, lowest: float, highest: float) -> float:
    return TOP + SIZE * (highest - value) / (highest - lowest)


def _tick(value: float, lowest: float, highest: float, bottom: float) -> Spec:
    return {
        "type": "group",
        "marks": [
            text(_x(value, lowest, highest), bottom + 11, f"{value:g}", colour=QUIET, size=10),
            text(LEFT - 6, _y(value, lowest, highest), f"{value:g}", colour=QUIET, size=10, align="right"),
        ],
    }


def _dot(dot: Dot, lowest: float, highest: float) -> list[Spec]:
    place = _x(dot.own, lowest, highest), _y(dot.others, lowest, highest)
    return [symbol(place, 0, ACCENT, 260), text(*place, str(dot.number), colour="#ffffff", bold=True)]
