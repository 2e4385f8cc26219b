"""The few shapes that charts are drawn with, as elements of SVG at places that are already known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.characters import breadth
from feedback.charts.extent import extent
from feedback.charts.palette import INK, LINE, SMALL, SYMBOLS

Place = tuple[float, float]

ANCHORS = {"left": ("start", 0.0), "center": ("middle", 0.5), "right": ("end", 1.0)}
# A line of text stands with its middle at its place: how far below it its base line is, and how far it reaches up.
BASE, ASCENT = 0.3, 0.8

# Corners around the middle; half the width is one.
SLOPE, ARM = math.sqrt(3) / 2, 0.4
CORNERS = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "triangle-up": ((0, -SLOPE), (-1, SLOPE), (1, SLOPE)),
    "triangle-down": ((0, SLOPE), (-1, -SLOPE), (1, -SLOPE)),
    "diamond": ((-1, 0), (0, -1), (1, 0), (0, 1)),
    "cross": (
        *((-1, -ARM), (-1, ARM), (-ARM, ARM), (-ARM, 1), (ARM, 1), (ARM, ARM)),
        *((1, ARM), (1, -ARM), (ARM, -ARM), (ARM, -1), (-ARM, -1), (-ARM, -ARM)),
    ),
}


@dataclass(frozen=True)
class Room:
    """The rectangle that a mark takes."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, points: Sequence[Place], reach: float = 0) -> "Room":
        across, down = zip(*points, strict=True)
        return cls(min(across) - reach, min(down) - reach, max(across) + reach, max(down) + reach)


@dataclass(frozen=True)
class Mark:
    """An element; `words` stand in it, `says` is what it tells when it is pointed at."""

    tag: str
    attributes: Mapping[str, str]
    room: Room
    words: str = ""
    says: str = ""


def number(value: float) -> str:
    """To a thousandth, no longer than needed; zero without a sign."""
    return f"{round(value, 3) + 0:.10g}"


def symbol(
    place: Place, style: int, colour: str, size: int = 46, says: str = "", *, hollow: bool = False
) -> Mark:
    """`size` is the area of the square around it, so that symbols look equally large."""
    half = math.sqrt(size) / 2
    look = {"fill": colour}
    if hollow:
        look.update({"fill-opacity": "0", "stroke": colour, "stroke-width": "2"})
    room = Room.around([place], half + (2 if hollow else 0))
    if SYMBOLS[style] == "circle":
        circle = {"cx": number(place[0]), "cy": number(place[1]), "r": number(half)}
        return Mark("circle", circle | look, room, says=says)
    corners = [(place[0] + half * dx, place[1] + half * dy) for dx, dy in CORNERS[SYMBOLS[style]]]
    return Mark("polygon", {"points": _listed(corners)} | look, room, says=says)


def text(
    x: float,
    y: float,
    words: str,
    *,
    colour: str = INK,
    size: int = SMALL,
    align: str = "center",
    bold: bool = False,
    upwards: bool = False,
) -> Mark:
    anchor, share = ANCHORS[align]
    base, width = round(BASE * size), extent(words, size)
    top = base - round(ASCENT * size)
    corners: list[Place] = [(-share * width, top), ((1 - share) * width, top + size)]
    if upwards:
        corners = [(down, -across) for across, down in corners]
    look = {"text-anchor": anchor, "font-size": str(size), "fill": colour}
    if bold:
        look["font-weight"] = "bold"
    turned = f" rotate(-90) translate(0,{base})" if upwards else ""
    at = f"translate({number(x)},{number(y if upwards else y + base)}){turned}"
    room = Room.around([(x + across, y + down) for across, down in corners])
    return Mark("text", {"transform": at} | look, room, words)


def rule(start: Place, end: Place, *, colour: str = LINE, width: float = 1, dash: Sequence[int] = ()) -> Mark:
    look = {"stroke": colour, "stroke-width": number(width)}
    if dash:
        look["stroke-dasharray"] = ",".join(map(str, dash))
    (x1, y1), (x2, y2) = (map(number, place) for place in (start, end))
    return Mark("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2} | look, Room.around([start, end], width))


def box(x: float, y: float, width: float, height: float, colour: str, says: str = "") -> Mark:
    return polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], says, fill=colour)


def polygon(points: Sequence[Place], says: str = "", **look: str) -> Mark:
    return Mark("polygon", {"points": _listed(points), **look}, Room.around(points), says=says)


def _listed(points: Sequence[Place]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def shortened(words: str, room: int) -> str:
    """A label that fits. The whole text stands in the table behind."""
    if breadth(words) <= room:
        return words
    fitting = next(end for end in range(len(words), -1, -1) if breadth(words[:end]) <= room - 2)
    return words[:fitting].rstrip() + "…"
