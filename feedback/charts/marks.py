"""The few shapes that charts are drawn with, at places that are already known."""

from collections.abc import Sequence

from feedback.charts.drawing import Spec
from feedback.charts.palette import INK, LINE, SMALL, SYMBOLS


def symbol(
    point: tuple[float, float],
    style: int,
    colour: str,
    size: int = 46,
    words: str = "",
    *,
    hollow: bool = False,
) -> Spec:
    return {
        "type": "symbol",
        "encode": {
            "enter": {
                "x": {"value": point[0]},
                "y": {"value": point[1]},
                "shape": {"value": SYMBOLS[style]},
                "fill": {"value": colour},
                "size": {"value": size},
                **(_outlined(colour) if hollow else {}),
                **_telling(words),
            }
        },
    }


def _outlined(colour: str) -> Spec:
    return {"fillOpacity": {"value": 0}, "stroke": {"value": colour}, "strokeWidth": {"value": 2}}


def _telling(words: str) -> Spec:
    """What a mark says when it is pointed at."""
    return {"description": {"value": words}} if words else {}


def text(
    x: float,
    y: float,
    words: str,
    *,
    colour: str = INK,
    size: int = SMALL,
    align: str = "center",
    bold: bool = False,
    angle: int = 0,
) -> Spec:
    return {
        "type": "text",
        "encode": {
            "enter": {
                "x": {"value": x},
                "y": {"value": y},
                "text": {"value": words},
                "fill": {"value": colour},
                "fontSize": {"value": size},
                "align": {"value": align},
                "baseline": {"value": "middle"},
                "fontWeight": {"value": "bold" if bold else "normal"},
                "angle": {"value": angle},
            }
        },
    }


def group(*marks: Spec) -> Spec:
    return {"type": "group", "marks": list(marks)}


def rule(
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    colour: str = LINE,
    width: float = 1,
    dash: Sequence[int] = (),
) -> Spec:
    return {
        "type": "rule",
        "encode": {
            "enter": {
                "x": {"value": start[0]},
                "y": {"value": start[1]},
                "x2": {"value": end[0]},
                "y2": {"value": end[1]},
                "stroke": {"value": colour},
                "strokeWidth": {"value": width},
                "strokeDash": {"value": list(dash)},
            }
        },
    }


def box(x: float, y: float, width: float, height: float, colour: str, words: str = "") -> Spec:
    return {
        "type": "rect",
        "encode": {
            "enter": {
                "x": {"value": x},
                "y": {"value": y},
                "width": {"value": width},
                "height": {"value": height},
                "fill": {"value": colour},
                **_telling(words),
            }
        },
    }


def polygon(points: Sequence[tuple[float, float]], colour: str) -> Spec:
    corners = "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return {
        "type": "path",
        "encode": {"enter": {"path": {"value": f"M{corners}Z"}, "fill": {"value": colour}}},
    }


def breadth(words: str) -> int:
    """How many letters wide; a wide letter takes the room of two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in words)


def shortened(words: str, room: int) -> str:
    """A label that fits. The whole text stands in the table behind."""
    if breadth(words) <= room:
        return words
    fitting = next(end for end in range(len(words), -1, -1) if breadth(words[:end]) <= room - 2)
    return words[:fitting].rstrip() + "…"
