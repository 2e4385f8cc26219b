"""Self and others as two axes: agreed strengths, hidden strengths, blind spots, development areas.

Views agree along the diagonal; above it others see more than oneself, below it less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, Place, box, polygon, rule, symbol, text
from feedback.charts.numbered import ROW, numbers, titles
from feedback.charts.palette import ACCENT, FIELD, FIELD_STRONG, LINE, OWN, QUIET, SERIES, TICK

WIDTH, SIZE, LEFT, TOP = 360, 300, 44, 8

# Fields in the order of `Fields`: their symbol and colour.
HIDDEN, BLIND = 1, 2
LOOKS = ((0, SERIES[2]), (3, ACCENT), (2, SERIES[1]), (1, OWN))


@dataclass(frozen=True)
class Dot:
    """field: where it belongs, an index into `Fields.names`; chance counts too, so the place alone does not say."""

    number: int
    title: str
    own: float
    others: float
    field: int


@dataclass(frozen=True)
class Fields:
    """Names: agreed strength, hidden strength, blind spot, development area. Then the names of the axes."""

    names: tuple[str, str, str, str]
    own: str
    others: str


@dataclass(frozen=True)
class Axes:
    """Points at both ends of either axis, the gap that counts, and from which points on something is a strength."""

    lowest: float
    highest: float
    gap: float
    strength: float

    @property
    def axis(self) -> Axis:
        return Axis(self.lowest, self.highest)

    def at(self, own: float, others: float) -> Place:
        return LEFT + SIZE * self.axis.share(own), TOP + SIZE * (1 - self.axis.share(others))

    def hold(self, dot: Dot) -> bool:
        return self.axis.holds(dot.own) and self.axis.holds(dot.others)

    @classmethod
    def around(
        cls, dots: Sequence[Dot], lowest: float, highest: float, gap: float, strength: float
    ) -> "Axes":
        """As little of the scale as shows every dot and the cut, in steps of ten points."""
        least = min((strength, *(min(dot.own, dot.others) for dot in dots))) - gap
        return cls(max(lowest, least // 10 * 10), highest, gap, strength)


def draw(dots: Sequence[Dot], fields: Fields, axes: Axes) -> Drawing:
    bottom = TOP + SIZE
    legend = bottom + 48
    below = legend + ROW * 2 + 6
    return Drawing(
        width=WIDTH,
        height=below + ROW * len(dots),
        marks=[
            box(LEFT, TOP, SIZE, SIZE, FIELD),
            polygon(_agreed(axes), fill=FIELD_STRONG),
            *_cuts(axes),
            text(LEFT + 6, TOP + 12, fields.names[HIDDEN], colour=QUIET, align="left"),
            text(LEFT + SIZE - 6, bottom - 12, fields.names[BLIND], colour=QUIET, align="right"),
            *(mark for value in _ticks(axes) for mark in _tick(axes, value)),
            text(LEFT + SIZE / 2, bottom + 27, f"{fields.own} →", colour=QUIET),
            text(8, TOP + SIZE / 2, f"{fields.others} →", colour=QUIET, upwards=True),
            *_dots(dots, fields, axes),
            *(mark for place, name in enumerate(fields.names) for mark in _key(place, name, legend)),
            *titles([(dot.number, dot.title) for dot in dots], LEFT, below),
        ],
    )


def _agreed(axes: Axes) -> list[Place]:
    """The strip along the diagonal in which self and others are less than the gap apart."""
    low, high, gap = axes.lowest, axes.highest, axes.gap
    corners = [
        (low, low),
        (low, low + gap),
        (high - gap, high),
        (high, high),
        (high, high - gap),
        (low + gap, low),
    ]
    return [axes.at(*corner) for corner in corners]


def _cuts(axes: Axes) -> Iterator[Mark]:
    low, high = axes.lowest, axes.highest
    yield rule(axes.at(low, low), axes.at(high, high), colour=LINE, width=1.5)
    start, end = axes.strength - axes.gap, min(axes.strength + axes.gap, high)
    yield rule(axes.at(start, axes.strength), axes.at(end, axes.strength), colour=QUIET, dash=(4, 3))


def _ticks(axes: Axes) -> list[float]:
    return sorted({axes.lowest, axes.strength, axes.highest})


def _tick(axes: Axes, value: float) -> list[Mark]:
    (x, bottom), (left, y) = axes.at(value, axes.lowest), axes.at(axes.lowest, value)
    return [
        text(x, bottom + 11, f"{value:g}", colour=QUIET, size=TICK),
        text(left - 6, y, f"{value:g}", colour=QUIET, size=TICK, align="right"),
    ]


def _dots(dots: Sequence[Dot], fields: Fields, axes: Axes) -> Iterator[Mark]:
    places = [axes.at(dot.own, dot.others) for dot in dots]
    for dot, (x, y) in zip(dots, places, strict=True):
        words = f"{dot.number} {dot.title}: {fields.own} {dot.own:.1f}, {fields.others} {dot.others:.1f}"
        style, colour = LOOKS[dot.field]
        words = f"{words} · {fields.names[dot.field]}"
        yield symbol((x, y), style, colour, 80, words, hollow=not axes.hold(dot))
    yield from numbers([(dot.number, place) for dot, place in zip(dots, places, strict=True)])


def _key(place: int, name: str, top: float) -> list[Mark]:
    x, y = LEFT + (place % 2) * 160, top + ROW * (place // 2)
    style, colour = LOOKS[place]
    return [symbol((x, y), style, colour, 80), text(x + 12, y, name, align="left")]
