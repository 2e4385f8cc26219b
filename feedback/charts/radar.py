"""Dimensions around a centre, a line for each rater group."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.charts.axis import Axis
from feedback.charts.drawing import Spec
from feedback.charts.marks import group, symbol, text
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


def spec(dimensions: Sequence[str], lines: Sequence[Line], lowest: float, highest: float) -> Spec:
    """Rings from the lowest to the highest points of the scale. Needs three dimensions to span an area."""
    rows = -(-len(lines) // LEGEND_COLUMNS)
    return {
        "width": SIZE,
        "height": CENTRE_Y + RADIUS + 34 + rows * LEGEND_ROW,
        "marks": [
            *(_ring(len(dimensions), ring, lowest, highest) for ring in range(1, RINGS + 1)),
            *(_spoke(place, title, len(dimensions)) for place, title in enumerate(dimensions)),
            *(
                mark
                for place, line in enumerate(lines)
                for mark in _line(place, line, dimensions, Axis(lowest, highest))
            ),
        ],
    }


def _point(place: int, count: int, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * place / count - math.pi / 2
    return SIZE / 2 + RADIUS * share * math.cos(angle), CENTRE_Y + RADIUS * share * math.sin(angle)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _ring(count: int, ring: int, lowest: float, highest: float) -> Spec:
    share = ring / RINGS
    corners = [_point(place, count, share) for place in range(count)]
    label = f"{lowest + (highest - lowest) * share:g}"
    return group(
        {
            "type": "path",
            "encode": {"enter": {"path": {"value": _path(corners) + "Z"}, "stroke": {"value": LINE}}},
        },
        text(SIZE / 2 + 3, CENTRE_Y - RADIUS * share - 2, label, colour=QUIET, size=10, align="left"),
    )


def _spoke(place: int, title: str, count: int) -> Spec:
    end, beyond = _point(place, count, 1), _point(place, count, 1.13)
    align = "center" if abs(beyond[0] - SIZE / 2) < 8 else "left" if beyond[0] > SIZE / 2 else "right"
    spoke = _path([(SIZE / 2, CENTRE_Y), end])
    return group(
        {"type": "path", "encode": {"enter": {"path": {"value": spoke}, "stroke": {"value": LINE}}}},
        *_wrapped(beyond, title, align),
    )


def _wrapped(place: tuple[float, float], title: str, align: str) -> list[Spec]:
    """Two lines where the title would leave the picture."""
    room = 9 if any(ord(letter) > 0x2E80 for letter in title) else 15
    words = title.split(" ")
    if len(title) <= room or len(words) == 1:
        return [text(*place, title, align=align)]
    half = len(words) // 2
    lines = (" ".join(words[:half]), " ".join(words[half:]))
    top = place[1] - (16 if align == "center" else 7)
    return [text(place[0], top + 14 * row, line, align=align) for row, line in enumerate(lines)]


def _line(place: int, line: Line, dimensions: Sequence[str], axis: Axis) -> list[Spec]:
    colour = OWN if line.is_self else SERIES[place % len(SERIES)]
    style = place % len(SYMBOLS)
    points = [
        None if value is None else _point(corner, len(dimensions), axis.share(value))
        for corner, value in enumerate(line.values)
    ]
    x, y = 18 + (place % LEGEND_COLUMNS) * SIZE / LEGEND_COLUMNS, CENTRE_Y + RADIUS + 40
    y += (place // LEGEND_COLUMNS) * LEGEND_ROW
    stroke = {
        "stroke": {"value": colour},
        "strokeWidth": {"value": 2},
        "strokeDash": {"value": list(DASHES[style])},
    }
    sides = [
        _path([start, end])
        for start, end in zip(points, [*points[1:], points[0]], strict=True)
        if start and end
    ]
    return [
        {"type": "path", "encode": {"enter": {"path": {"value": "".join(sides)}, **stroke}}},
        *(
            symbol(
                point,
                style,
                colour,
                words=f"{line.title}, {title}: {value:.1f}",
                hollow=not axis.holds(value),
            )
            for point, title, value in zip(points, dimensions, line.values, strict=True)
            if point and value is not None
        ),
        {
            "type": "path",
            "encode": {"enter": {"path": {"value": _path([(x - 14, y), (x + 14, y)])}, **stroke}},
        },
        symbol((x, y), style, colour),
        text(x + 20, y, line.title, align="left"),
    ]
