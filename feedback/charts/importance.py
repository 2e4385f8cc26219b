"""Importance against satisfaction as two axes, in four fields: what to look at first, what to keep, and the rest.

Martilla & James (1977), Journal of Marketing 41, 77.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, Place, box, rule, symbol, text
from feedback.charts.numbered import ROW, numbers, titles
from feedback.charts.palette import ACCENT, FIELD, FIELD_STRONG, LINE, OWN, QUIET, SERIES, TICK

WIDTH, SIZE, LEFT, TOP = 360, 296, 54, 8
INSET = 12

# FieldNames in the order of `FieldNames`: symbol and colour.
LOOKS = ((2, SERIES[1]), (0, ACCENT), (1, OWN), (3, SERIES[2]))


@dataclass(frozen=True)
class FactorDot:
    """importance: a share with its interval. field: an index into `FieldNames.names`. sure: it can lie in no other."""

    number: int
    title: str
    satisfaction: float
    importance: float
    low: float
    high: float
    field: int
    sure: bool


@dataclass(frozen=True)
class FieldNames:
    """Names: important and not satisfied, important and satisfied, then the less important ones; of the axes."""

    names: tuple[str, str, str, str]
    satisfaction: str
    importance: str


@dataclass(frozen=True)
class FieldAxes:
    """Both axes, and where the fields meet."""

    across: Axis
    up: Axis
    satisfied: float
    even: float

    @classmethod
    def around(
        cls, dots: Sequence[FactorDot], lowest: float, highest: float, satisfied: float, even: float
    ) -> "FieldAxes":
        """As little of the scale as shows every dot with room for words on both sides of the cut; shares from 0 on."""
        least = min((satisfied, *(dot.satisfaction for dot in dots))) - (highest - satisfied) / 2
        most = max((2 * even, *(dot.high for dot in dots)))
        return cls(
            Axis(max(lowest, least // 10 * 10), highest),
            Axis(0, min(1, math.ceil(10 * most) / 10)),
            satisfied,
            even,
        )

    def at(self, satisfaction: float, importance: float) -> Place:
        return LEFT + SIZE * self.across.share(satisfaction), TOP + SIZE * (1 - self.up.share(importance))


def draw(dots: Sequence[FactorDot], fields: FieldNames, axes: FieldAxes) -> Drawing:
    bottom = TOP + SIZE
    below = bottom + 44
    return Drawing(
        width=WIDTH,
        height=below + ROW * len(dots),
        marks=[
            box(LEFT, TOP, SIZE, SIZE, FIELD),
            *_fields(fields, axes),
            *_ticks(axes),
            text(LEFT + SIZE / 2, bottom + 27, f"{fields.satisfaction} →", colour=QUIET),
            text(8, TOP + SIZE / 2, f"{fields.importance} →", colour=QUIET, upwards=True),
            *_dots(dots, fields, axes),
            *titles([(dot.number, dot.title) for dot in dots], LEFT, below),
        ],
    )


def _fields(fields: FieldNames, axes: FieldAxes) -> Iterator[Mark]:
    """The one to look at first stands out; each bears its name in its outer corner."""
    x, y = axes.at(axes.satisfied, axes.even)
    right, bottom = LEFT + SIZE, TOP + SIZE
    yield box(LEFT, TOP, x - LEFT, y - TOP, FIELD_STRONG)
    yield rule((x, TOP), (x, bottom), colour=LINE, width=1.5)
    yield rule((LEFT, y), (right, y), colour=LINE, width=1.5)
    corners = ((LEFT + 6, TOP, "left"), (right - 6, TOP, "right"))
    lower = ((LEFT + 6, bottom - 2 * INSET, "left"), (right - 6, bottom - 2 * INSET, "right"))
    for name, (across, down, align) in zip(fields.names, corners + lower, strict=True):
        yield text(across, down + INSET, name, colour=QUIET, align=align)


def _ticks(axes: FieldAxes) -> Iterator[Mark]:
    for value in sorted({axes.across.lowest, axes.satisfied, axes.across.highest}):
        x, bottom = axes.at(value, 0)
        yield text(x, bottom + 11, f"{value:g}", colour=QUIET, size=TICK)
    for share in sorted({0.0, axes.even, axes.up.highest}):
        left, y = axes.at(axes.across.lowest, share)
        yield text(left - 6, y, f"{100 * share:.0f}%", colour=QUIET, size=TICK, align="right")


def _dots(dots: Sequence[FactorDot], fields: FieldNames, axes: FieldAxes) -> Iterator[Mark]:
    places = [axes.at(dot.satisfaction, dot.importance) for dot in dots]
    for dot in dots:
        ends = (axes.at(dot.satisfaction, share) for share in (dot.low, dot.high))
        yield rule(*ends, colour=QUIET, width=1.5)
    for dot, place in zip(dots, places, strict=True):
        style, colour = LOOKS[dot.field]
        yield symbol(place, style, colour, 80, _words(dot, fields), hollow=not dot.sure)
    yield from numbers([(dot.number, place) for dot, place in zip(dots, places, strict=True)])


def _words(dot: FactorDot, fields: FieldNames) -> str:
    shares = f"{100 * dot.importance:.0f}% ({100 * dot.low:.0f}–{100 * dot.high:.0f}%)"
    values = f"{fields.satisfaction} {dot.satisfaction:.1f}, {fields.importance} {shares}"
    return f"{dot.number} {dot.title}: {values} · {fields.names[dot.field]}"
