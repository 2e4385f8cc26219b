"""The parts of a total one after another on one bar, with its interval and where bands begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, box, rule, text
from feedback.charts.palette import INK, LINE, QUIET, SERIES, TICK, TRACK

WIDTH, TOP, BAR = 360, 22, 22
LEGEND, ROW, SQUARE = 26, 20, 10
STEP = 20


@dataclass(frozen=True)
class Part:
    """shown: as it is written out; value: how long it is."""

    title: str
    value: float
    shown: str


@dataclass(frozen=True)
class Threshold:
    title: str
    at: float


def draw(
    parts: Sequence[Part],
    thresholds: Sequence[Threshold],
    interval: tuple[float, float] | None,
    longest: float,
) -> Drawing:
    """longest: the end of the axis, which begins at 0."""

    def x(value: float) -> float:
        return WIDTH * min(max(value / longest, 0.0), 1.0)

    bottom = TOP + BAR
    marks = [
        box(0, TOP, WIDTH, BAR, LINE),
        *_bar(parts, x),
        *(mark for each in thresholds for mark in _threshold(each, x(each.at))),
        *(_whisker(x(interval[0]), x(interval[1])) if interval else ()),
        *(text(x(tick), bottom + 12, f"{tick:g}", colour=QUIET, size=TICK) for tick in _ticks(longest)),
        *(mark for place, part in enumerate(parts) for mark in _entry(place, part)),
    ]
    return Drawing(width=WIDTH, height=bottom + LEGEND + ROW * len(parts), marks=marks)


def _ticks(longest: float) -> range:
    return range(0, int(longest) + 1, STEP)


def _bar(parts: Sequence[Part], x: Callable[[float], float]) -> list[Mark]:
    """Parts below zero, which make a total smaller, have no length."""
    marks, end = [], 0.0
    for place, part in enumerate(parts):
        start, end = end, end + max(part.value, 0.0)
        colour, says = SERIES[place % len(SERIES)], f"{part.title}: {part.shown}"
        marks.append(box(x(start), TOP, x(end) - x(start), BAR, colour, says))
    return marks


def _threshold(each: Threshold, x: float) -> list[Mark]:
    return [
        rule((x, TOP - 4), (x, TOP + BAR + 4), colour=TRACK, width=1.5, dash=(3, 2)),
        text(x, TOP - 12, each.title, colour=QUIET, size=TICK),
    ]


def _whisker(low: float, high: float) -> list[Mark]:
    y = TOP + BAR / 2
    ends = [rule((x, y - 5), (x, y + 5), colour=INK, width=1.5) for x in (low, high)]
    return [rule((low, y), (high, y), colour=INK, width=1.5), *ends]


def _entry(place: int, part: Part) -> list[Mark]:
    y = TOP + BAR + LEGEND + ROW * (place + 0.5)
    colour = SERIES[place % len(SERIES)]
    return [
        box(0, y - SQUARE / 2, SQUARE, SQUARE, colour),
        text(SQUARE + 8, y, part.title, align="left"),
        text(WIDTH, y, part.shown, align="right", bold=True),
    ]
