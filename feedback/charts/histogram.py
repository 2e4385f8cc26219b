"""How many people have a score in each stretch of the scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, box, rule, text
from feedback.charts.palette import ACCENT, LINE, QUIET, TICK

WIDTH, HEIGHT, TOP = 360, 150, 18
GAP = 2


@dataclass(frozen=True)
class Bin:
    """Half-open: from `start` up to, not including, `end`; the last one includes it."""

    start: float
    end: float
    count: int


def draw(bins: Sequence[Bin]) -> Drawing:
    step = WIDTH / len(bins)
    most = max(1, *(each.count for each in bins))
    bottom = TOP + HEIGHT
    return Drawing(
        width=WIDTH,
        height=bottom + 18,
        marks=[
            rule((0, bottom), (WIDTH, bottom), colour=LINE),
            *(mark for place, each in enumerate(bins) for mark in _bar(each, place * step, step, most)),
            text(WIDTH, bottom + 11, f"{bins[-1].end:g}", colour=QUIET, size=TICK, align="right"),
        ],
    )


def _bar(each: Bin, x: float, step: float, most: int) -> list[Mark]:
    height = HEIGHT * each.count / most
    top = TOP + HEIGHT - height
    label = text(x, TOP + HEIGHT + 11, f"{each.start:g}", colour=QUIET, size=TICK, align="left")
    if not each.count:
        return [label]
    return [
        box(x + GAP / 2, top, step - GAP, height, ACCENT, f"{each.start:g}–{each.end:g}: {each.count}"),
        text(x + step / 2, top - 8, str(each.count), bold=True),
        label,
    ]
