"""Dimensions around a centre, a line for each rater group."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from feedback.characters import breadth
from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.marks import Mark, Place, polygon, rule, symbol, text
from feedback.charts.palette import DASHES, LINE, OWN, QUIET, SERIES, SYMBOLS

SIZE, RADIUS, CENTRE_Y = 360, 112, 140
RINGS = 4
LEGEND_ROW, LEGEND_COLUMNS = 20, 2


@dataclass(frozen=True)
class Line:
    """A rater group's scores, in the order of the dimensions; None where there is none to show."""

    title: str
    values: tuple[float | None, ...]
    is_self: bool = False


def draw(dimensions: Sequence[str], lines: Sequence[Line], lowest: float, highest: float) -> Drawing:
    """Rings from the lowest to the highest points of the scale. Needs three dimensions to span an area."""
    rows = -(-len(lines) // LEGEND_COLUMNS)
    return Drawing(
        width=SIZE,
        height=CENTRE_Y + RADIUS + 34 + rows * LEGEND_ROW,
        marks=[
            *(mark for ring in range(1, RINGS + 1) for mark in _ring(len(dimensions), ring, lowest, highest)),
            *(
                mark
                for place, title in enumerate(dimensions)
                for mark in _spoke(place, title, len(dimensions))
            ),
            *(
                mark
                for place, line in enumerate(lines)
                for mark in _line(place, line, dimensions, Axis(lowest, highest))
            ),
        ],
    )


def _point(place: int, count: int, share: float) -> Place:
    angle = 2 * math.pi * place / count - math.pi / 2
    return SIZE / 2 + RADIUS * share * math.cos(angle), CENTRE_Y + RADIUS * share * math.sin(angle)


def _ring(count: int, ring: int, lowest: float, highest: float) -> list[Mark]:
    share = ring / RINGS
    corners = [_point(place, count, share) for place in range(count)]
    label = f"{lowest + (highest - lowest) * share:g}"
    return [
        polygon(corners, stroke=LINE),
        text(SIZE / 2 + 3, CENTRE_Y - RADIUS * share - 2, label, colour=QUIET, size=10, align="left"),
    ]


def _spoke(place: int, title: str, count: int) -> list[Mark]:
    end, beyond = _point(place, count, 1), _point(place, count, 1.13)
    align = "center" if abs(beyond[0] - SIZE / 2) < 8 else "left" if beyond[0] > SIZE / 2 else "right"
    return [rule((SIZE / 2, CENTRE_Y), end), *_wrapped(beyond, title, align)]


def _wrapped(place: Place, title: str, align: str) -> list[Mark]:
    """Two lines where the title would leave the picture."""
    room = 9 if breadth(title) > len(title) else 15
    words = title.split(" ")
    if len(title) <= room or len(words) == 1:
        return [text(*place, title, align=align)]
    half = len(words) // 2
    lines = (" ".join(words[:half]), " ".join(words[half:]))
    top = place[1] - (16 if align == "center" else 7)
    return [text(place[0], top + 14 * row, line, align=align) for row, line in enumerate(lines)]


def _line(place: int, line: Line, dimensions: Sequence[str], axis: Axis) -> list[Mark]:
    colour = OWN if line.is_self else SERIES[place % len(SERIES)]
    style = place % len(SYMBOLS)
    points = [
        None if value is None else _point(corner, len(dimensions), axis.share(value))
        for corner, value in enumerate(line.values)
    ]
    x, y = 18 + (place % LEGEND_COLUMNS) * SIZE / LEGEND_COLUMNS, CENTRE_Y + RADIUS + 40
    y += (place // LEGEND_COLUMNS) * LEGEND_ROW
    line_between = partial(rule, colour=colour, width=2, dash=DASHES[style])
    sides = zip(points, [*points[1:], points[0]], strict=True)
    return [
        *(line_between(start, end) for start, end in sides if start and end),
        *(
            symbol(
                point,
                style,
                colour,
                says=f"{line.title}, {title}: {value:.1f}",
                hollow=not axis.holds(value),
            )
            for point, title, value in zip(points, dimensions, line.values, strict=True)
            if point and value is not None
        ),
        line_between((x - 14, y), (x + 14, y)),
        symbol((x, y), style, colour),
        text(x + 20, y, line.title, align="left"),
    ]
