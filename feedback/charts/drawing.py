"""From marks to an SVG: no scripts, no styles, the same bytes for the same marks, on a page as on paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from feedback.characters import printable
from feedback.charts.marks import Mark, number
from feedback.charts.palette import FONT

NAMESPACE = "http://www.w3.org/2000/svg"
PADDING = 4


@dataclass(frozen=True)
class Drawing:
    """Marks in the order in which they are painted, and the size of the picture that they were placed in."""

    width: float
    height: float
    marks: Sequence[Mark]


def svg(drawing: Drawing, description: str) -> str:
    """The picture, with its description for those who do not see it; larger where a mark reaches over an edge."""
    left, top, right, bottom = (PADDING + margin for margin in _margins(drawing))
    width, height = number(left + drawing.width + right), number(top + drawing.height + bottom)
    size = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
    # One image to those who listen; what its marks say is for those who point at them.
    words = {"role": "img", "aria-label": printable(description)}
    picture = Element("svg", {"xmlns": NAMESPACE, **size, **words})
    look = {"font-family": FONT, "fill": "none", "stroke-miterlimit": "10"}
    frame = SubElement(picture, "g", {"transform": f"translate({left},{top})", **look})
    for mark in drawing.marks:
        _add(frame, mark)
    return tostring(picture, encoding="unicode")


def _margins(drawing: Drawing) -> list[int]:
    """How far marks reach over the left, upper, right and lower edge."""
    reaches = (
        (-room.left, -room.top, room.right - drawing.width, room.bottom - drawing.height)
        for room in (mark.room for mark in drawing.marks)
    )
    return [max(0, *map(math.ceil, reach)) for reach in zip(*reaches, strict=True)]


def _add(frame: Element, mark: Mark) -> None:
    element = SubElement(frame, mark.tag, dict(mark.attributes))
    if mark.words:
        element.text = printable(mark.words)
    if mark.says:
        element.set("data-says", printable(mark.says))
